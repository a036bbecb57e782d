import {
  abortAllDurableObjects,
  applyD1Migrations,
  createScheduledController,
  listDurableObjectIds,
  runInDurableObject,
} from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { sign } from "hono/jwt";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { GATEWAY_SHARD } from "../../src/app.ts";
import type { ConversationEvent } from "../../src/conversation/events.ts";
import type { DeadLetterId, DiscordChannelId, DiscordMessageId, DiscordUserId } from "../../src/conversation/ids.ts";
import { noteDeadLetter } from "../../src/delivery/dead-letters.ts";
import { RETENTION_MS } from "../../src/delivery/policy.ts";
import type { GatewayStatus } from "../../src/discord/gateway/status.ts";
import { operatorToken } from "../../src/operator/token.ts";
import { signingKey } from "../../src/signing.ts";
import worker from "../../src/worker.ts";
import { FakeGateway } from "./gateway-fake.ts";
import { OutsideCalls } from "./outside.ts";

const MINUTE_MS = 60_000;
let member: DiscordUserId;
let count = 0;
let gateway: FakeGateway;
const logged = vi.fn<(line: string) => void>();

beforeEach(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await env.DB.exec("DELETE FROM dead_letters");
  member = `14000000000000${String(++count).padStart(4, "0")}` as DiscordUserId;
  // The first request has the Gateway connect.
  gateway = new FakeGateway();
  gateway.install();
  vi.spyOn(console, "info").mockImplementation(logged);
  vi.spyOn(console, "warn").mockImplementation(logged);
});
afterEach(() => {
  vi.restoreAllMocks();
  logged.mockReset();
});

/** What was logged of operators, the name of the event in front. */
function operatorsLog(): unknown[] {
  return logged.mock.calls
    .map(([line]) => JSON.parse(line))
    .filter(({ event }) => event.startsWith("operator."))
    .map(({ event, level: _level, ...fields }) => [event, fields]);
}

type Asked = { method?: string; body?: unknown; authorization?: string | null };

/** Asks as an operator does, unless told otherwise. */
async function ask(path: string, { method = "GET", body, authorization }: Asked = {}): Promise<Response> {
  const credentials =
    authorization === undefined ? `Bearer ${await operatorToken(env.SIGNING_SECRET, Date.now())}` : authorization;
  return exports.default.fetch(
    new Request(`${env.PUBLIC_URL}/api/operator/${path}`, {
      method,
      headers: credentials === null ? {} : { Authorization: credentials },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    }),
  );
}

const retry = (letter: unknown) => ask("dead-letters/retry", { method: "POST", body: letter });

async function noteLetter(id: string, at: number): Promise<void> {
  const letter = { direction: "to-agents", outcome: "failed", reason: "HTTP 400, code 20001" } as const;
  await noteDeadLetter(env.DB, { member, id: id as DeadLetterId, letter, at });
}

describe("the operator's routes are closed", () => {
  const seconds = () => Math.floor(Date.now() / 1000);
  const claims = (change: object = {}) => ({ aud: "operator", iat: seconds(), exp: seconds() + 300, ...change });
  const signed = async (change: object = {}) => `Bearer ${await sign(claims(change), await key(), "HS256")}`;
  const key = () => signingKey(env.SIGNING_SECRET, "operator");
  const unsigned = (header: object) => {
    const part = (value: object) => btoa(JSON.stringify(value)).replace(/=+$/, "");
    return `${part(header)}.${part(claims())}`;
  };

  const refused: readonly [string, () => Promise<string | null> | string | null][] = [
    ["without a token", () => null],
    ["to an empty one", () => "Bearer "],
    ["to what is no token", () => "Bearer let.me.in"],
    ["to another scheme", async () => (await signed()).replace("Bearer", "Basic")],
    ["to another secret", async () => `Bearer ${await operatorToken("another-secret-of-32-characters!", Date.now())}`],
    ["to the secret itself as key", async () => `Bearer ${await sign(claims(), env.SIGNING_SECRET, "HS256")}`],
    ["to another algorithm", async () => `Bearer ${await sign(claims(), env.SIGNING_SECRET, "HS512")}`],
    ["to algorithm none", () => `Bearer ${unsigned({ alg: "none", typ: "JWT" })}.`],
    ["to a signature that is missing", () => `Bearer ${unsigned({ alg: "HS256", typ: "JWT" })}.`],
    ["to another audience", () => signed({ aud: "desk" })],
    ["to no audience", () => signed({ aud: undefined })],
    ["to one that has expired", () => signed({ exp: seconds() - 1 })],
    ["to one that never expires", () => signed({ exp: undefined })],
    ["to one of unknown age", () => signed({ iat: undefined })],
    ["to one of more than five minutes ago, whatever it claims", () => signed({ iat: seconds() - 302, exp: 2 ** 40 })],
    ["to one of the future", () => signed({ iat: seconds() + 120, exp: seconds() + 300 })],
  ];
  test.for(refused)("%s", async ([, authorization]) => {
    await noteLetter("600000000000000001", Date.now());
    const credentials = await authorization();
    const objects = (await listDurableObjectIds(env.CONVERSATION)).length;
    for (const [path, method] of [
      ["dead-letters", "GET"],
      ["dead-letters/retry", "POST"],
      ["gateway", "GET"],
      ["gateway/resume", "POST"],
      ["no-such-thing", "GET"],
    ] as const) {
      const body = method === "POST" ? { member, id: "600000000000000001" } : undefined;
      const response = await ask(path, { method, body, authorization: credentials });
      expect([path, response.status, await response.json()]).toEqual([path, 401, { error: "Sign in first" }]);
    }
    expect(await listDurableObjectIds(env.CONVERSATION)).toHaveLength(objects);
    expect(operatorsLog()).toEqual(Array.from({ length: 5 }, () => ["operator.refused", {}]));
  });

  test("to a token of which one character is wrong, wherever", async () => {
    const token = await operatorToken(env.SIGNING_SECRET, Date.now());
    // The last character of a part may carry bits that mean nothing.
    const places = [5, token.indexOf(".") + 5, token.lastIndexOf(".") + 5, token.length - 5];
    for (const place of places) {
      const other = token[place] === "A" ? "B" : "A";
      const authorization = `Bearer ${token.slice(0, place)}${other}${token.slice(place + 1)}`;
      expect((await ask("dead-letters", { authorization })).status).toBe(401);
    }
  });
});

describe("the operator's routes are open", () => {
  test.for([
    ["to an operator whose clock is slow", -4 * MINUTE_MS],
    ["to an operator whose clock is a little fast", 30_000],
  ] as const)("%s", async ([, offset]) => {
    const authorization = `Bearer ${await operatorToken(env.SIGNING_SECRET, Date.now() + offset)}`;
    const response = await ask("dead-letters", { authorization });
    expect(response.status).toBe(200);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
  });

  test.for([
    ["dead-letters", "POST", "GET"],
    ["dead-letters/retry", "GET", "POST"],
    ["gateway", "DELETE", "GET"],
    ["gateway/resume", "GET", "POST"],
  ] as const)("but %s takes no %s", async ([path, method, allow]) => {
    const response = await ask(path, { method });
    expect([response.status, response.headers.get("Allow")]).toEqual([405, allow]);
  });

  test("and know nothing else", async () => {
    expect((await ask("no-such-thing")).status).toBe(404);
  });

  test("and an operator's token opens nothing beside them", async () => {
    for (const path of ["../x", "../../desk/cases/1", "../operators/gateway"]) {
      const response = await ask(path);
      expect([path, response.status, await response.json()]).toMatchObject([path, 401, { error: "Sign in first" }]);
    }
  });

  test.for([
    ["no JSON", "member=1", "the body must be JSON with member and id"],
    ["null", null, "the body must be JSON with member and id"],
    ["nothing", {}, "member is missing; id is missing"],
    ["no id", { member: "140000000000000001" }, "id is missing"],
    ["an empty id", { member: "140000000000000001", id: "" }, "id must not be empty"],
    ["a number", { member: 14, id: "6" }, "member must be a text"],
    ["another kind of id", { member: "me", id: "6" }, "member must be a Discord user id, 15 to 20 digits"],
    ["an endless id", { member: "140000000000000001", id: "6".repeat(301) }, "id must have at most 300 characters"],
  ] as const)("but a wish to retry with %s is refused, naming what is wrong", async ([, body, error]) => {
    const response = await retry(body);
    expect([response.status, await response.json()]).toEqual([400, { error }]);
    expect(operatorsLog()).toEqual([]);
  });

  test("but not for more than a wish needs", async () => {
    expect((await retry(" ".repeat(16 * 1024 + 1))).status).toBe(413);
  });
});

describe("the list of dead letters", () => {
  test("is empty where all arrived", async () => {
    expect(await (await ask("dead-letters")).json()).toEqual({ total: 0, letters: [], next: null });
    expect(operatorsLog()).toEqual([["operator.listed", { total: 0, shown: 0 }]]);
  });

  test("goes on behind the two hundredth, oldest first, whether or not what was shown still stands", async () => {
    const ids = Array.from({ length: 401 }, (_, n) => `6000000000000${String(n).padStart(5, "0")}`);
    // Three share each moment, so that a page can end between those of one moment.
    const add = env.DB.prepare("INSERT INTO dead_letters VALUES (?, ?, 'to-agents', 'failed', 'HTTP 400', ?)");
    await env.DB.batch(ids.map((id, n) => add.bind(member, id, 1000 + Math.floor(n / 3))).reverse());
    const found: string[] = [];
    const sizes: number[] = [];
    for (let next: string | null = ""; next !== null; ) {
      const response = await ask(`dead-letters${next && `?${new URLSearchParams({ after: next })}`}`);
      const page = await response.json<{ total: number; letters: { id: string }[]; next: string | null }>();
      found.push(...page.letters.map(({ id }) => id));
      sizes.push(page.letters.length);
      next = page.next;
      await env.DB.prepare("DELETE FROM dead_letters WHERE id = ?").bind(page.letters.at(-1)?.id).run();
    }
    expect(sizes).toEqual([200, 200, 1]);
    expect(found).toEqual(ids);
  });

  test("refuses a place that no page has named", async () => {
    const response = await ask("dead-letters?after=yesterday");
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: "after must be the `next` of an earlier answer" },
    ]);
  });

  test("forgets what the conversations have forgotten, with the cron", async () => {
    new OutsideCalls().install();
    await noteLetter("600000000000000001", Date.now() - RETENTION_MS - MINUTE_MS);
    await noteLetter("600000000000000002", Date.now() - RETENTION_MS + MINUTE_MS);
    await worker.scheduled(createScheduledController({ cron: "* * * * *" }), env);
    expect(await (await ask("dead-letters")).json()).toMatchObject({
      total: 1,
      letters: [{ id: "600000000000000002" }],
    });
  });
});

describe("a message that Twilio refuses for good", () => {
  const SECRET_WORDS = "words that nobody else may read";
  let outside: OutsideCalls;

  const conversation = () => env.CONVERSATION.getByName(member);
  const message = () => `6${member.slice(1)}` as DiscordMessageId;
  const posts = () => outside.to("/Messages").map(({ body }) => new URLSearchParams(body).get("Body"));

  function wrote(text: string, id: DiscordMessageId): ConversationEvent {
    const channel = `2${member.slice(1)}` as DiscordChannelId;
    const profile = { member, displayName: "member" };
    return { kind: "member-wrote", message: id, channel, profile, text, incomplete: false, at: Date.now() };
  }

  beforeEach(async () => {
    outside = new OutsideCalls();
    outside.install();
    await conversation().ingest(wrote("live agent", `7${member.slice(1)}` as DiscordMessageId));
    await conversation().wake();
    outside.next("/Messages", () => Response.json({ code: 20001, status: 400, message: "no" }, { status: 400 }));
    await conversation().ingest(wrote(SECRET_WORDS, message()));
    await conversation().wake();
  });

  test("is listed, and sent again at the operator's word: once, whatever is asked afterwards", async () => {
    const before = posts().length;
    const list = await ask("dead-letters");
    const letter = {
      member,
      id: message(),
      direction: "to-agents",
      outcome: "failed",
      reason: expect.stringContaining("20001"),
    };
    expect(await list.clone().json()).toEqual({
      total: 1,
      letters: [{ ...letter, at: expect.any(Number) }],
      next: null,
    });
    expect(await list.text()).not.toContain(SECRET_WORDS);

    const answers = [];
    for (let n = 0; n < 3; n++) answers.push(await (await retry({ member, id: message() })).json());
    await conversation().wake();
    expect(answers).toEqual([{ result: "sent-again" }, { result: "nothing-left" }, { result: "nothing-left" }]);
    expect(posts().slice(before)).toEqual([SECRET_WORDS]);
    expect(await (await ask("dead-letters")).json()).toMatchObject({ total: 0 });
    const retried = { member, letter: message() };
    expect(operatorsLog()).toEqual([
      ["operator.listed", { total: 1, shown: 1 }],
      ["operator.retried", { ...retried, result: "sent-again" }],
      ["operator.retried", { ...retried, result: "nothing-left" }],
      ["operator.retried", { ...retried, result: "nothing-left" }],
      ["operator.listed", { total: 0, shown: 0 }],
    ]);
    expect(JSON.stringify(logged.mock.calls)).not.toContain(SECRET_WORDS);
  });

  test("and is refused again is listed again", async () => {
    outside.next("/Messages", () => Response.json({ code: 20001, status: 400, message: "no" }, { status: 400 }));
    expect(await (await retry({ member, id: message() })).json()).toEqual({ result: "sent-again" });
    await conversation().wake();
    expect(await (await ask("dead-letters")).json()).toMatchObject({ total: 1, letters: [{ id: message() }] });
    expect(await (await retry({ member, id: message() })).json()).toEqual({ result: "sent-again" });
    await conversation().wake();
    expect(posts().at(-1)).toBe(SECRET_WORDS);
    expect(await (await ask("dead-letters")).json()).toMatchObject({ total: 0 });
  });

  test("is another member's to nobody: the wrong pair brings nothing about", async () => {
    const stranger = `15${member.slice(2)}`;
    expect(await (await retry({ member: stranger, id: message() })).json()).toEqual({ result: "nothing-left" });
    expect(await (await ask("dead-letters")).json()).toMatchObject({ total: 1 });
  });
});

describe("the Gateway", () => {
  const shard = () => env.GATEWAY.getByName(GATEWAY_SHARD);
  const described = async () => (await ask("gateway")).json<GatewayStatus>();

  async function isReady(): Promise<void> {
    await vi.waitFor(async () => {
      await shard().ensureConnected();
      expect(await described()).toMatchObject({ state: "ready", halted: null });
    });
  }

  test("is described, and after a halt connects again at the operator's word alone", async () => {
    await isReady();
    // As after close code 4014, which ends the session; the Identifies would only make it wait.
    await runInDurableObject(shard(), (_instance, { storage }) => {
      storage.sql.exec("UPDATE shard SET halted = 'intents-not-allowed', session_id = NULL, identifies = '[]'");
    });
    await abortAllDurableObjects();
    await shard().ensureConnected();
    expect(await described()).toMatchObject({ state: "halted", halted: "intents-not-allowed" });

    logged.mockReset();
    const resumed = await ask("gateway/resume", { method: "POST" });
    const status = await resumed.json<GatewayStatus>();
    expect([resumed.status, status.halted]).toEqual([200, null]);
    expect(operatorsLog()).toEqual([
      ["operator.resumed-gateway", { halted: "intents-not-allowed", state: status.state }],
    ]);
    await isReady();
  });

  test("that is not halted is left as it is", async () => {
    await isReady();
    const before = gateway.connections.length;
    expect(await (await ask("gateway/resume", { method: "POST" })).json()).toMatchObject({ state: "ready" });
    expect(gateway.connections).toHaveLength(before);
  });
});
