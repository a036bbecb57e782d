import { env } from "cloudflare:workers";
import { Hono } from "hono";
import type { Actor } from "../../src/cases/actor.ts";
import type { Case } from "../../src/cases/case.ts";
import { CaseBook, type NewCase } from "../../src/cases/case-book.ts";
import type { TranscriptLine } from "../../src/cases/transcripts.ts";
import type { DiscordGuildId, DiscordUserId, SessionId, StaffIdentity } from "../../src/conversation/ids.ts";
import { deskPages } from "../../src/desk/routes.ts";
import type { DeskEnv, Role, Visitor } from "../../src/desk/visitor.ts";

export const SERVER = "300000000000000001" as DiscordGuildId;
export const MEMBER = "100000000000000001" as DiscordUserId;
export const OTHER_MEMBER = "100000000000000002" as DiscordUserId;
export const NOW = Date.UTC(2026, 10, 21, 12);
export const AGENT = "agent_one" as StaffIdentity;
export const COLLEAGUE: Actor = { kind: "staff", identity: "agent_two" as StaffIdentity };

export const staff = (role: Role = "agent"): Visitor => ({ kind: "staff", identity: AGENT, name: "Agent One", role });

export const book = new CaseBook({ db: env.DB, now: () => NOW, changed: () => undefined });
/** What the chats say, by session; what the desk asked for as a WebSocket. */
export const chats = new Map<SessionId, TranscriptLine[]>();
export const followed: SessionId[] = [];

export async function open(asked: Partial<NewCase> = {}): Promise<Case> {
  const opened = await book.open(
    { server: SERVER, member: { id: MEMBER, displayName: "Member One" }, title: "My gems have not arrived", ...asked },
    { kind: "member", id: MEMBER },
  );
  if (opened.kind !== "done") throw new Error(opened.problems.join());
  return opened.case;
}

/** The desk behind a door that lets this visitor in. */
export function deskFor(visitor: Visitor) {
  const app = new Hono<DeskEnv>();
  app.use("/desk/*", async (c, next) => {
    c.set("visitor", visitor);
    c.set("csrf", "csrf-of-the-tests");
    await next();
  });
  app.route(
    "/desk",
    deskPages({
      db: env.DB,
      now: () => NOW,
      book: () => book,
      queue: undefined,
      transcript: async (session) => chats.get(session) ?? [],
      live: async (session) => {
        followed.push(session);
        const { 0: theirs, 1: ours } = new WebSocketPair();
        ours.accept();
        return new Response(null, { status: 101, webSocket: theirs });
      },
    }),
  );
  const get = (path: string, headers: Record<string, string> = {}) =>
    app.request(`https://flexcord.example${path}`, { headers });
  return {
    get,
    text: async (path: string) => (await get(path)).text(),
    post: (path: string, fields: Readonly<Record<string, string>> | URLSearchParams) =>
      app.request(`https://flexcord.example${path}`, { method: "POST", body: new URLSearchParams(fields) }),
  };
}

/** What the form of a case sends when nothing is typed, as `one` is now. */
export function caseForm(one: Case, typed: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { version, title, description, kind, priority, assignee, product, tags } = one;
  return {
    form: "case",
    version: String(version),
    title,
    description,
    kind,
    priority,
    assignee: assignee ?? "",
    product: product ?? "",
    tags: tags.join(", "),
    note: "",
    ...typed,
  };
}

export const auditedActions = async () =>
  (await env.DB.prepare("SELECT action FROM audit ORDER BY seq").all<{ action: string }>()).results.map(
    ({ action }) => action,
  );
