import { applyD1Migrations, createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { Webhook as Receiver } from "standardwebhooks";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Actor } from "../../src/cases/actor.ts";
import { CaseBook } from "../../src/cases/case-book.ts";
import { dispatchCase } from "../../src/cases/outbox.ts";
import { type CaseId, type DiscordUserId, type StaffIdentity, sessionIdOf } from "../../src/conversation/ids.ts";
import { caseEvents, messageEvents } from "../../src/events/case-events.ts";
import { deliverEvents } from "../../src/events/deliver.ts";
import type { QueuedEvent } from "../../src/events/queue.ts";
import { delayAfter } from "../../src/events/schedule.ts";
import { emptyTables, MEMBER, NEW_CASE, TestApi } from "./api-support.ts";

const AGENT: Actor = { kind: "staff", identity: "agent_one" as StaffIdentity };
const URL_OF_WEBHOOK = "https://program.example.com/events";

type Sent = { url: string; id: string; body: string; headers: Record<string, string>; redirect: unknown };
type Answer = number | Error;

let api: TestApi;
let sent: Sent[];
/** What the program answers, one after the other; then the last one for ever. */
let answers: Answer[];

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(async () => {
  api = new TestApi();
  // Signatures are checked against the clock on the wall.
  api.now = Date.now();
  await api.signInAsOperator();
  sent = [];
  answers = [204];
});
afterEach(async () => {
  await emptyTables();
  vi.restoreAllMocks();
});

async function subscribe(
  types: readonly string[] = ["case.opened", "case.updated", "case.closed"],
  url = URL_OF_WEBHOOK,
) {
  const { json } = await api.call("POST /webhooks", { url, types });
  return { id: String(json.id), secret: String(json.secret) };
}

/** Opens a case, changes it, and tells the queue of it. */
async function newsOf(
  change: (book: CaseBook, id: CaseId) => Promise<unknown> = async () => undefined,
): Promise<CaseId> {
  const ids: CaseId[] = [];
  const book = new CaseBook({ db: env.DB, now: () => api.now, changed: (id) => ids.push(id) });
  const member = { id: MEMBER as DiscordUserId, displayName: "Secret Name" };
  const opened = await book.open({ ...NEW_CASE, member, description: "Secret description" }, AGENT);
  if (opened.kind !== "done") throw new Error("not opened");
  await change(book, opened.case.id);
  const events = caseEvents({ db: env.DB, queue: queueOf(api) });
  const nobody = async () => undefined;
  await dispatchCase(env.DB, opened.case.id, { member: nobody, staff: nobody, events });
  return opened.case.id;
}

const queueOf = ({ queued }: TestApi) => ({
  sendBatch: async (messages: readonly { readonly body: QueuedEvent }[]) =>
    void queued.push(...messages.map(({ body }) => body)),
});

/** Hands what is queued to the consumer, as often tried before as said; gives what the queue is to do. */
async function deliver(attempts = 1, events: readonly QueuedEvent[] = api.queued) {
  const batch = createMessageBatch(
    "flexcord-events",
    events.map((body, n) => ({ id: `message-${n}`, timestamp: new Date(api.now), attempts, body })),
  );
  // What the runtime reports has no delays.
  const asked = batch.messages.map((message) => vi.spyOn(message, "retry"));
  await deliverEvents(batch, {
    db: env.DB,
    now: () => api.now,
    random: () => 0,
    fetch: async (url, init) => {
      const headers = Object.fromEntries(new Headers(init.headers));
      sent.push({ url, id: headers["webhook-id"] ?? "", body: String(init.body), headers, redirect: init.redirect });
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 204;
      if (answer instanceof Error) throw answer;
      return new Response(answer === 204 ? null : "x", { status: answer });
    },
  });
  const { explicitAcks, retryMessages } = await getQueueResult(batch, createExecutionContext());
  const again = asked.flatMap(({ mock }) => mock.calls.map(([options]) => options?.delaySeconds));
  expect(again).toHaveLength(retryMessages.length);
  return { acknowledged: explicitAcks, again };
}

const failures = async (id: string) => (await api.call(`GET /webhooks/${id}/deliveries`)).json.deliveries;
const disabled = async () => (await api.call("GET /webhooks")).json.webhooks;

describe("what happens to a case", () => {
  test("is told to each webhook that wants it, signed, once a change", async () => {
    const { secret } = await subscribe();
    await subscribe(["case.closed"], "https://other.example.com/");
    const id = await newsOf((book, id) => book.change(id, { set: { status: "closed", tags: ["gems"] } }, AGENT));
    expect(await deliver()).toEqual({ acknowledged: ["message-0", "message-1", "message-2"], again: [] });
    expect(sent.map(({ url, id }) => [url, id]).sort()).toEqual([
      ["https://other.example.com/", `evt_${id}_2_closed`],
      [URL_OF_WEBHOOK, `evt_${id}_1_opened`],
      [URL_OF_WEBHOOK, `evt_${id}_2_closed`],
    ]);
    const closed = sent.find(({ url, id }) => url === URL_OF_WEBHOOK && id.endsWith("closed"));
    const event = new Receiver(secret).verify(closed?.body ?? "", closed?.headers ?? {});
    expect(event).toMatchObject({
      type: "case.closed",
      timestamp: new Date(api.now).toISOString(),
      data: {
        case: { id, number: 1, member: MEMBER, status: "closed", version: 2 },
        version: 2,
        by: AGENT,
        changes: [
          { what: "field", field: "status", before: "open", after: "closed" },
          { what: "field", field: "tags", before: [], after: ["gems"] },
        ],
      },
    });
  });

  test("is told without what people wrote", async () => {
    await subscribe();
    await newsOf(async (book, id) => {
      await book.change(
        id,
        { note: "Secret note", set: { title: "Secret title", description: "Secret again" } },
        AGENT,
      );
      await book.change(id, { set: { status: "resolved" } }, AGENT);
      await book.change(id, { rating: 5 }, AGENT);
      await book.change(id, { ratingComment: "Secret comment" }, AGENT);
    });
    await deliver();
    expect(sent).toHaveLength(5);
    expect(JSON.stringify(sent)).not.toMatch(/secret|gems/i);
    expect(sent[1]?.body).toContain('{"what":"field","field":"title"}');
  });

  test("is not told where no webhook is, and logged where there is no queue", async () => {
    const logged = vi.spyOn(console, "error").mockReturnValue();
    await newsOf();
    expect(api.queued).toEqual([]);
    await subscribe(["case.message"]);
    const said = { n: 1, at: 0, author: "member", name: null, text: "Hello", state: "sent" } as const;
    const id = await newsOf();
    const one = await new CaseBook({ db: env.DB, now: () => 0, changed: () => undefined }).get(id);
    if (!one) throw new Error("no case");
    const session = sessionIdOf(one.member, 1);
    await messageEvents({ db: env.DB, queue: undefined }).emitMessage({ case: one, session, line: said });
    expect(logged.mock.calls).toEqual([[expect.stringContaining("events.no-queue")]]);
  });

  test("is kept in the outbox while the queue takes nothing", async () => {
    await subscribe();
    const events = caseEvents({ db: env.DB, queue: { sendBatch: () => Promise.reject(new Error("queue is down")) } });
    vi.spyOn(console, "warn").mockReturnValue();
    const { json } = await api.call("POST /cases", NEW_CASE);
    const nobody = async () => undefined;
    await dispatchCase(env.DB, json.id as CaseId, { member: nobody, staff: nobody, events });
    const left = await env.DB.prepare("SELECT target FROM case_outbox").all();
    expect(left.results).toEqual([{ target: "events" }]);
  });
});

describe("what is said in a chat", () => {
  test("is told with its text to whoever wants messages", async () => {
    const events = messageEvents({ db: env.DB, queue: queueOf(api) });
    expect(await events.wantsMessages()).toBe(false);
    const { secret } = await subscribe(["case.message"]);
    expect(await events.wantsMessages()).toBe(true);
    const one = await new CaseBook({ db: env.DB, now: () => 0, changed: () => undefined }).get(await newsOf());
    if (!one) throw new Error("no case");
    const line = {
      n: 7,
      at: api.now,
      author: "member",
      name: "member",
      text: "é".repeat(5000),
      state: "sent",
    } as const;
    await events.emitMessage({ case: one, session: sessionIdOf(one.member, 2), line });
    await deliver();
    expect(sent[0]?.id).toBe(`evt_${MEMBER}-2_7_message`);
    expect(new TextEncoder().encode(sent[0]?.body).length).toBeLessThan(20_000);
    expect(new Receiver(secret).verify(sent[0]?.body ?? "", sent[0]?.headers ?? {})).toMatchObject({
      type: "case.message",
      data: { case: { id: one.id }, session: `${MEMBER}-2`, message: { n: 7, author: "member", isCut: true } },
    });
  });
});

describe("an event that does not arrive", () => {
  const HOURS = 3600;
  const SCHEDULE = [5, 300, 1800, 2 * HOURS, 5 * HOURS, 10 * HOURS, 12 * HOURS, 12 * HOURS, 12 * HOURS];

  test("is tried again by schedule, then given up with the last answer", async () => {
    answers = [503];
    vi.spyOn(console, "warn").mockReturnValue();
    const lost = vi.spyOn(console, "error").mockReturnValue();
    const { id } = await subscribe();
    await newsOf();
    for (const [n, delay] of SCHEDULE.entries()) {
      expect(await deliver(n + 1)).toEqual({ acknowledged: [], again: [delay] });
      expect(await failures(id)).toMatchObject([
        { attempts: n + 1, status: 503, nextAt: new Date(api.now + delay * 1000).toISOString() },
      ]);
    }
    expect(await deliver(10)).toEqual({ acknowledged: ["message-0"], again: [] });
    expect(await failures(id)).toMatchObject([{ attempts: 10, status: 503, reason: "answered 503", nextAt: null }]);
    expect(lost.mock.calls).toEqual([[expect.stringContaining("events.not-delivered")]]);
    expect(new Set(sent.map((one) => one.id)).size).toBe(1);
  });

  test("comes a little earlier by chance, never later", () => {
    expect([delayAfter(1, 1), delayAfter(9, 0), delayAfter(9, 0.5), delayAfter(10, 0)]).toEqual([
      5,
      43_200,
      41_040,
      null,
    ]);
  });

  test.for([
    ["a redirect, which is not followed", 302, { status: 302, reason: "answered 302" }],
    ["an error of the program", 500, { status: 500, reason: "answered 500" }],
    ["a broken connection", new TypeError("no"), { status: null, reason: "connection failed" }],
    ["no answer in time", new DOMException("late", "TimeoutError"), { status: null, reason: "no answer within 15 s" }],
  ] as const)("because of %s is tried again", async ([, answer, failure]) => {
    vi.spyOn(console, "warn").mockReturnValue();
    answers = [answer];
    const { id } = await subscribe();
    await newsOf();
    expect(await deliver()).toEqual({ acknowledged: [], again: [5] });
    expect(await failures(id)).toMatchObject([failure]);
    expect(sent[0]?.redirect).toBe("manual");
  });

  test("is no failure any more once it has arrived", async () => {
    vi.spyOn(console, "warn").mockReturnValue();
    answers = [500, 200];
    const { id } = await subscribe();
    await newsOf();
    await deliver(1);
    expect(await deliver(2)).toEqual({ acknowledged: ["message-0"], again: [] });
    expect(await failures(id)).toEqual([]);
  });

  test("because the program is gone for good disables its webhook", async () => {
    vi.spyOn(console, "error").mockReturnValue();
    answers = [410];
    const { id } = await subscribe();
    await newsOf();
    expect(await deliver()).toEqual({ acknowledged: ["message-0"], again: [] });
    expect(await disabled()).toMatchObject([{ id, disabled: "it answered 410 Gone" }]);
    expect(await failures(id)).toMatchObject([{ status: 410, nextAt: null }]);
    await newsOf();
    expect(api.queued).toHaveLength(1);
    expect((await api.call(`POST /webhooks/${id}/deliveries/replay`)).status).toBe(422);
  });

  test("is kept where its webhook was disabled meanwhile, and dropped where it was deleted", async () => {
    vi.spyOn(console, "error").mockReturnValue();
    const { id } = await subscribe();
    await newsOf();
    await api.call(`PATCH /webhooks/${id}`, { enabled: false });
    expect(await deliver()).toEqual({ acknowledged: ["message-0"], again: [] });
    expect(await failures(id)).toMatchObject([{ reason: "the webhook is disabled", nextAt: null }]);
    await api.call(`DELETE /webhooks/${id}`);
    expect(await deliver()).toEqual({ acknowledged: ["message-0"], again: [] });
    expect(sent).toEqual([]);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM webhook_deliveries").first("n")).toBe(0);
  });

  test("that nobody understands is dropped", async () => {
    vi.spyOn(console, "error").mockReturnValue();
    const batch = createMessageBatch("flexcord-events", [
      { id: "odd", timestamp: new Date(), attempts: 1, body: { webhook: "1" } },
    ]);
    const never = () => Promise.reject(new Error("not asked for"));
    await deliverEvents(batch, { db: env.DB, now: () => 0, random: () => 0, fetch: never });
    expect((await getQueueResult(batch, createExecutionContext())).explicitAcks).toEqual(["odd"]);
  });
});

describe("replay", () => {
  async function givenUp(): Promise<{ webhook: string; id: CaseId }> {
    vi.spyOn(console, "error").mockReturnValue();
    answers = [500];
    const { id: webhook } = await subscribe();
    const id = await newsOf((book, id) => book.change(id, { note: "x" }, AGENT));
    await deliver(10, api.queued.splice(0));
    return { webhook, id };
  }

  test("sends one event again, with the same id and the same content", async () => {
    const { webhook, id } = await givenUp();
    const before = sent.find((one) => one.id === `evt_${id}_1_opened`);
    expect((await api.call(`POST /webhooks/${webhook}/deliveries/evt_${id}_1_opened/replay`)).json).toEqual({
      replayed: 1,
    });
    answers = [204];
    sent = [];
    await deliver();
    expect(sent.map(({ id, body }) => [id, body])).toEqual([[before?.id, before?.body]]);
    expect(await failures(webhook)).toMatchObject([{ event: `evt_${id}_2_updated` }]);
  });

  test("sends all that were given up, and none twice", async () => {
    const { webhook } = await givenUp();
    expect((await api.call(`POST /webhooks/${webhook}/deliveries/replay`)).json).toEqual({ replayed: 2 });
    expect((await api.call(`POST /webhooks/${webhook}/deliveries/replay`)).json).toEqual({ replayed: 0 });
    answers = [204];
    await deliver();
    expect(await failures(webhook)).toEqual([]);
  });

  test("takes up what the queue has lost", async () => {
    const { webhook } = await givenUp();
    await api.call(`POST /webhooks/${webhook}/deliveries/replay`);
    api.queued.splice(0);
    api.now += 3_600_001;
    await api.signInAsOperator();
    expect((await api.call(`POST /webhooks/${webhook}/deliveries/replay`)).json).toEqual({ replayed: 2 });
  });

  test("of an event that has arrived says so", async () => {
    const { webhook } = await givenUp();
    expect((await api.call(`POST /webhooks/${webhook}/deliveries/evt_none/replay`)).status).toBe(404);
  });

  test("without a queue says what is missing", async () => {
    const { webhook } = await givenUp();
    const without = new TestApi({ queue: undefined });
    without.now = api.now;
    await without.signInAsOperator();
    const { status, json } = await without.call(`POST /webhooks/${webhook}/deliveries/replay`);
    expect([status, json.error]).toEqual([422, expect.stringContaining("[[queues.producers]]")]);
  });
});

describe("a webhook's secret", () => {
  test("is shown once, and signs together with the one before for a day after a change", async () => {
    const { id, secret } = await subscribe();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(JSON.stringify(await disabled())).not.toContain(secret);
    const rotated = (await api.call(`POST /webhooks/${id}/secret`)).json;
    await newsOf();
    await deliver();
    const [first] = sent;
    for (const one of [secret, String(rotated.secret)]) {
      expect(new Receiver(one).verify(first?.body ?? "", first?.headers ?? {})).toMatchObject({ type: "case.opened" });
    }
    api.now += 86_400_000;
    await deliver();
    expect(sent[1]?.headers["webhook-signature"]?.split(" ")).toHaveLength(1);
  });

  test("is in no audit row and no log line", async () => {
    const lines = vi.spyOn(console, "info").mockReturnValue();
    const { id, secret } = await subscribe();
    const { json } = await api.call(`POST /webhooks/${id}/secret`);
    const audit = await env.DB.prepare("SELECT * FROM audit").all();
    const noted = JSON.stringify([audit.results, lines.mock.calls]);
    expect(audit.results).toHaveLength(2);
    for (const one of [secret, String(json.secret)]) expect(noted).not.toContain(one);
  });
});

test.for([
  ["http://program.example.com/", "url must begin with https://"],
  ["https://10.0.0.1/", "url must have a name, not an address in numbers"],
  ["https://2130706433/", "url must have a name, not an address in numbers"],
  ["https://[::1]/", "url must have a name, not an address in numbers"],
  ["https://localhost./", "url must be public: this name belongs to an inner network"],
  ["https://db.internal/", "url must be public: this name belongs to an inner network"],
  ["https://user:word@program.example.com/", "url must not have a name or a password: what is sent is signed"],
  ["ftp://program.example.com/", "url must begin with https://"],
  ["program.example.com", "url must be a URL such as https://example.com/flexcord"],
] as const)("events are not sent to %s", async ([url, problem]) => {
  const { status, json } = await api.call("POST /webhooks", { url, types: ["case.opened"] });
  expect([status, json.problems]).toEqual([400, [problem]]);
});
