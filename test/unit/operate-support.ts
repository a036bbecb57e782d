import { expect } from "vitest";
import { operate } from "../../scripts/operate.ts";

export const NOW = Date.UTC(2026, 10, 21, 8, 30, 15);
export const SECRET = "a-secret-of-the-tests-0123456789-0123456789";
const VARIABLES = { PUBLIC_URL: "https://flexcord.example", SIGNING_SECRET: SECRET };

type Letter = { member: string; id: string; direction: string; outcome: string; reason: string; at: number };
type Request = { method: string; path: string; body: unknown; redirect: unknown };

export const letter = (n: number, change: Partial<Letter> = {}): Letter => ({
  member: "100000000000000001",
  id: `60000000000000000${n}`,
  direction: "to-agents",
  outcome: "failed",
  reason: "HTTP 400, code 20001",
  at: NOW - 60_000,
  ...change,
});

export const GATEWAY = {
  state: "ready",
  since: NOW - 3_600_000,
  cause: "session resumed",
  lastAcknowledgedAt: NOW - 5000,
  identifiesIn24h: 3,
  identifiesRemaining: 997,
  lag: 0,
  parked: 2,
  halted: null,
};
export const HALTED = { ...GATEWAY, state: "halted", cause: "closed with 4004", halted: "token-refused" };

/** A Worker that answers by `method path`, each request with the next of its answers, the last one for ever. */
export class FakeWorker {
  readonly requests: Request[] = [];
  readonly tokens: string[] = [];
  readonly #answers: Map<string, (() => Response)[]>;

  constructor(answers: Readonly<Record<string, unknown>> = {}) {
    const list = (answer: unknown) => (Array.isArray(answer) ? answer : [answer]);
    this.#answers = new Map(
      Object.entries(answers).map(([name, answer]) => [
        name,
        list(answer).map((one) => () => (one instanceof Response ? one.clone() : Response.json(one))),
      ]),
    );
  }

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const { origin, pathname, search } = new URL(url);
    const authorization = new Headers(init.headers).get("Authorization") ?? "";
    this.tokens.push(authorization.replace("Bearer ", ""));
    const method = init.method ?? "GET";
    const path = pathname.replace("/api/operator/", "") + search;
    const body = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    this.requests.push({ method, path, body, redirect: init.redirect });
    const answers = this.#answers.get(`${method} ${path}`);
    if (origin !== "https://flexcord.example" || answers === undefined) throw new TypeError(`no route to ${url}`);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined) throw new TypeError("no answer");
    return answer();
  };

  retried(): unknown[] {
    return this.requests.filter(({ method }) => method === "POST").map(({ body }) => body);
  }
}

export const page = (letters: readonly Letter[], next: string | null = null, total = letters.length) => ({
  total,
  letters,
  next,
});

/** Runs the command; returns its exit code and what it printed. */
export async function run(args: string[], worker = new FakeWorker(), variables: Record<string, unknown> = VARIABLES) {
  const printed: string[] = [];
  const complaints: string[] = [];
  const code = await operate(args, {
    fetch: worker.fetch,
    now: () => NOW,
    variables: async () => variables,
    print: (line) => printed.push(line),
    complain: (line) => complaints.push(line),
  });
  const said = [...printed, ...complaints].join("\n");
  expect(said).not.toContain(SECRET);
  for (const token of worker.tokens) expect(said).not.toContain(token);
  return { code, printed, complaints };
}
