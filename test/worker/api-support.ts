import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { type ApiOptions, api, endpointsOf } from "../../src/api/api.ts";
import type { Endpoint } from "../../src/api/endpoint.ts";
import { createKey } from "../../src/api/keys.ts";
import type { Scope } from "../../src/api/scopes.ts";
import { BRIDGE } from "../../src/cases/actor.ts";
import { CASE_COLUMNS, type CaseRow, caseOfRow } from "../../src/cases/rows.ts";
import type { CaseFilter } from "../../src/cases/search.ts";
import type { CaseId, DiscordGuildId } from "../../src/conversation/ids.ts";
import type { QueuedEvent } from "../../src/events/queue.ts";
import { operatorToken } from "../../src/operator/token.ts";

export const SERVER = "300000000000000001" as DiscordGuildId;
export const MEMBER = "100000000000000001";
const TABLES = ["case_outbox", "case_links", "case_sessions", "case_tags", "settings", "api_keys", "api_idempotency"];
const MORE_TABLES = [
  "webhook_deliveries",
  "webhooks",
  "audit",
  "transcripts",
  "case_history",
  "cases",
  "members",
  "case_texts",
];

/** Empties what the API writes. */
export async function emptyTables(): Promise<void> {
  await env.DB.exec("DROP TRIGGER IF EXISTS case_history_remains");
  for (const table of [...TABLES, ...MORE_TABLES]) await env.DB.exec(`DELETE FROM ${table}`);
}

/** The API on the real tables, with lists that answer whatever the filter says. */
export class TestApi {
  now = Date.UTC(2026, 10, 21, 8, 30);
  readonly dispatched: CaseId[] = [];
  readonly filters: CaseFilter[] = [];
  readonly queued: QueuedEvent[] = [];
  readonly #options: ApiOptions;
  #authorization = "";

  constructor(change: Partial<ApiOptions> = {}) {
    this.#options = {
      db: env.DB,
      now: () => this.now,
      publicUrl: env.PUBLIC_URL,
      signingSecret: env.SIGNING_SECRET,
      dispatch: async (id) => void this.dispatched.push(id),
      list: async (filter, cursor, size) => {
        this.filters.push(filter);
        if (cursor !== null && !/^[0-9]+$/.test(cursor)) return null;
        const from = Number(cursor ?? 0);
        const { results } = await env.DB.prepare(`SELECT ${CASE_COLUMNS} FROM cases ORDER BY key`).all<CaseRow>();
        const cases = results.slice(from, from + size).map((row) => ({ ...caseOfRow(row), memberName: "member" }));
        return { cases, next: results.length > from + size ? String(from + size) : null };
      },
      count: async (filter) => {
        this.filters.push(filter);
        return { open: 1, pending: 2, elevated: 3, resolved: 4, closed: 5 };
      },
      transcript: async () => [{ n: 1, at: this.now, author: "member", name: "member", text: "Hello", state: "sent" }],
      statistics: async () => Promise.reject(new Error("not asked for here")),
      queue: { sendBatch: async (messages) => void this.queued.push(...messages.map(({ body }) => body)) },
      ...change,
    };
  }

  endpoints(): Endpoint[] {
    return endpointsOf(this.#options);
  }

  /** Calls with a new key of these scopes from now on; returns its secret. */
  async signIn(...scopes: Scope[]): Promise<string> {
    const { secret } = await createKey(env.DB, { name: "test", scopes }, BRIDGE, this.now);
    this.#authorization = `Bearer ${secret}`;
    return secret;
  }

  /** Calls as an operator from now on. */
  async signInAsOperator(): Promise<void> {
    this.#authorization = `Bearer ${await operatorToken(env.SIGNING_SECRET, this.now)}`;
  }

  signInWith(authorization: string): void {
    this.#authorization = authorization;
  }

  /** Calls `GET path` and the like, below `/api`; all that was begun is done when this answers. */
  async call(
    request: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; headers: Headers; json: Record<string, unknown> }> {
    const [method = "", path = ""] = request.split(" ");
    const context = createExecutionContext();
    const response = await api(this.#options).fetch(
      new Request(`${env.PUBLIC_URL}/api${path}`, {
        method,
        headers: { ...(this.#authorization && { Authorization: this.#authorization }), ...headers },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
      env,
      context,
    );
    await waitOnExecutionContext(context);
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: text === "" ? {} : JSON.parse(text) };
  }
}

export const NEW_CASE = {
  title: "My gems have not arrived",
  member: { id: MEMBER, displayName: "member" },
  server: SERVER,
};
