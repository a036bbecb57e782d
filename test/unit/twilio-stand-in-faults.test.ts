import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type RestFaultKind, startTwilio, type TwilioStandIn } from "../../playground/twilio/index.ts";
import { clientOf } from "./twilio-stand-in-support.ts";

let standIn: TwilioStandIn;
beforeEach(async () => {
  standIn = await startTwilio();
});
afterEach(() => standIn.close());

/** Posts a conversation by plain `fetch`; gives up when told to. */
function post(signal?: AbortSignal): Promise<Response> {
  return fetch(`${standIn.url}/conversations/v1/Conversations`, {
    method: "POST",
    headers: { Authorization: `Basic ${btoa(`${standIn.accountSid}:${standIn.authToken}`)}` },
    body: new URLSearchParams({ UniqueName: "help-1" }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Whether the fault has hit the last call. */
function hit(kind: RestFaultKind): boolean {
  const last = standIn.log.at(-1);
  return last?.kind === "rest" && last.fault === kind;
}

describe("faults that answer", () => {
  test.each<[RestFaultKind, number, number, number]>([
    ["429", 429, 20429, 0],
    ["429-conversation", 429, 50063, 0],
    ["409-concurrent", 409, 50391, 0],
    ["5xx-before", 503, 20503, 0],
    ["5xx-after", 503, 20503, 1],
  ])("%s: the client sees %i/%i and %i conversations exist", async (kind, status, code, made) => {
    standIn.faults.rest({ kind, route: "/Conversations" });
    const { conversations } = clientOf(standIn).conversations.v1;
    await expect(conversations.create()).rejects.toMatchObject({ status, code });
    expect(standIn.conversations.size).toBe(made);
    await conversations.create();
    expect(standIn.conversations.size).toBe(made + 1);
  });

  test("they hit only the service, route and method they name, and so often as they say", async () => {
    const { conversations } = clientOf(standIn).conversations.v1;
    standIn.faults.rest({
      kind: "5xx-before",
      service: "conversations",
      route: /\/Messages$/,
      method: "POST",
      times: 2,
    });
    const { sid } = await conversations.create();
    const { messages } = conversations(sid);
    await messages.list();
    await expect(messages.create({ body: "one" })).rejects.toMatchObject({ status: 503 });
    await expect(messages.create({ body: "one" })).rejects.toMatchObject({ status: 503 });
    await messages.create({ body: "one" });
    const withdraw = standIn.faults.rest({ kind: "429", times: 10 });
    withdraw();
    expect(await messages.list()).toHaveLength(1);
  });
});

describe("faults that leave the caller in doubt", () => {
  test.each<[RestFaultKind, number]>([
    ["timeout-before", 0],
    ["timeout-after", 1],
  ])("%s: the caller gives up; %i conversations exist", async (kind, made) => {
    standIn.faults.rest({ kind });
    const giveUp = new AbortController();
    const call = post(giveUp.signal);
    await standIn.until(() => hit(kind) && standIn.conversations.size === made, "the call");
    giveUp.abort();
    await expect(call).rejects.toThrow();
    expect(standIn.conversations.size).toBe(made);
    expect((await post()).status).toBe(made === 0 ? 201 : 409);
    expect(standIn.conversations.size).toBe(1);
  });

  test.each<[RestFaultKind, number]>([
    ["reset-before", 0],
    ["reset-after", 1],
  ])("%s: the connection breaks; %i conversations exist", async (kind, made) => {
    standIn.faults.rest({ kind });
    await expect(post()).rejects.toThrow();
    expect(standIn.conversations.size).toBe(made);
    expect(standIn.log).toMatchObject([{ fault: kind, status: null, code: null }]);
  });

  test("a delayed call is carried out although its caller has given up", async () => {
    standIn.faults.rest({ kind: { delayMs: 20 } });
    const giveUp = new AbortController();
    const call = post(giveUp.signal);
    await standIn.until(() => standIn.log.length === 1, "the call");
    giveUp.abort();
    await expect(call).rejects.toThrow();
    await standIn.until(() => standIn.conversations.size === 1, "the late commit");
  });
});

test("above the account's limit of concurrent calls the next one is refused with 429/20429", async () => {
  standIn.faults.concurrencyLimit = 1;
  standIn.faults.rest({ kind: "timeout-before" });
  const giveUp = new AbortController();
  const held = post(giveUp.signal);
  await standIn.until(() => standIn.log.length === 1, "the held call");
  const refused = await post();
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({ code: 20429, status: 429 });
  expect(Number(refused.headers.get("Twilio-Concurrent-Requests"))).toBe(2);
  giveUp.abort();
  await expect(held).rejects.toThrow();
});

test("waiting in vain names what was waited for", async () => {
  await expect(standIn.until(() => null, "a message that never comes", 1)).rejects.toThrow(
    "a message that never comes",
  );
});

test("every call is on record with its parameters and outcome", async () => {
  await post();
  await post();
  expect(standIn.log).toMatchObject([
    { kind: "rest", service: "conversations", method: "POST", path: "/v1/Conversations", status: 201, code: null },
    { params: { UniqueName: "help-1" }, status: 409, code: 50353 },
  ]);
});
