import twilio from "twilio";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTwilio, type TwilioStandIn } from "../../playground/twilio/index.ts";
import { clientOf, openInteraction, type Receiver, startReceiver } from "./twilio-stand-in-support.ts";

let standIn: TwilioStandIn;
let receiver: Receiver;
beforeEach(async () => {
  [standIn, receiver] = await Promise.all([startTwilio(), startReceiver()]);
});
afterEach(async () => {
  await Promise.all([standIn.close(), receiver.close()]);
});

const LOUD = { xTwilioWebhookEnabled: "true" } as const;
const EVENTS = [
  "onMessageAdded",
  "onMessageUpdated",
  "onMessageRemoved",
  "onParticipantAdded",
  "onParticipantRemoved",
  "onConversationUpdated",
  "onConversationStateUpdated",
];

/** A conversation whose events go to the receiver. */
async function watched(filters = EVENTS, path = "/hook?a=b%20c&member=1") {
  const created = await clientOf(standIn).conversations.v1.conversations.create();
  const conversation = clientOf(standIn).conversations.v1.conversations(created.sid);
  await conversation.webhooks.create({
    target: "webhook",
    "configuration.url": receiver.url + path,
    "configuration.method": "post",
    "configuration.filters": filters,
  });
  return conversation;
}

describe("scoped webhooks", () => {
  test("follow a REST call only when its header asks for them", async () => {
    const conversation = await watched();
    await conversation.messages.create({ body: "quiet" });
    await conversation.messages.create({ body: "loud", ...LOUD });
    await standIn.webhooksSettled();
    expect(receiver.field("Body")).toEqual(["loud"]);
  });

  test("carry the documented fields and a signature that Twilio's own library accepts", async () => {
    const conversation = await watched();
    const member = await conversation.participants.create({ identity: "member_1" });
    const body = "héllo 😀\r\nx+y & z";
    const message = await conversation.messages.create({
      author: "member_1",
      body,
      attributes: '{"id":"x"}',
      dateCreated: new Date("2026-01-02T03:04:05Z"),
      ...LOUD,
    });
    await standIn.webhooksSettled();
    const [arrived] = receiver.received;
    expect(arrived?.path).toBe("/hook?a=b%20c&member=1");
    expect(arrived?.headers["content-type"]).toMatch(/^application\/x-www-form-urlencoded/);
    expect(arrived?.params).toEqual({
      AccountSid: standIn.accountSid,
      ChatServiceSid: standIn.chatServiceSid,
      EventType: "onMessageAdded",
      Source: "API",
      RetryCount: "0",
      ConversationSid: message.conversationSid,
      MessageSid: message.sid,
      ParticipantSid: member.sid,
      Index: "0",
      DateCreated: "2026-01-02T03:04:05.000Z",
      Author: "member_1",
      Body: body,
      Attributes: '{"id":"x"}',
    });
    expect(arrived && receiver.genuine(arrived, standIn.authToken)).toBe(true);
    expect(arrived && receiver.genuine(arrived, standIn.apiKeySecret)).toBe(false);
  });

  test("report every kind of event, in order, and leave out what the filter does not name", async () => {
    const conversation = await watched(EVENTS.filter((name) => name !== "onConversationUpdated"));
    const member = await conversation.participants.create({ identity: "member_1", ...LOUD });
    const message = await conversation.messages.create({ author: "member_1", body: "helo", ...LOUD });
    await conversation.messages(message.sid).update({ body: "hello", ...LOUD });
    await conversation.messages(message.sid).remove(LOUD);
    await conversation.participants(member.sid).remove(LOUD);
    await conversation.update({ friendlyName: "Help", ...LOUD });
    await conversation.update({ state: "closed", ...LOUD });
    await standIn.webhooksSettled();
    expect(receiver.field("EventType")).toEqual([
      "onParticipantAdded",
      "onMessageAdded",
      "onMessageUpdated",
      "onMessageRemoved",
      "onParticipantRemoved",
      "onConversationStateUpdated",
    ]);
    expect(receiver.received.at(-1)?.params).toMatchObject({ StateFrom: "active", StateTo: "closed", Reason: "API" });
    expect(receiver.received[2]?.params).toMatchObject({ Body: "hello", DateUpdated: expect.stringMatching(/Z$/) });
  });

  test("come once only, even when the receiver fails", async () => {
    receiver.status = 503;
    const conversation = await watched(EVENTS, "/hook#rc=3&rp=all");
    await conversation.messages.create({ body: "hi", ...LOUD });
    await standIn.webhooksSettled();
    expect(receiver.received).toHaveLength(1);
    expect(standIn.log.at(-1)).toMatchObject({ kind: "webhook", outcome: "answered", status: 503 });
  });

  test("replay the messages from an index on when that is asked for", async () => {
    const created = await clientOf(standIn).conversations.v1.conversations.create();
    const conversation = clientOf(standIn).conversations.v1.conversations(created.sid);
    for (const body of ["one", "two", "three"]) await conversation.messages.create({ body });
    await conversation.webhooks.create({
      target: "webhook",
      "configuration.url": `${receiver.url}/hook`,
      "configuration.filters": ["onMessageAdded"],
      "configuration.replayAfter": 1,
    });
    await standIn.webhooksSettled();
    expect(receiver.field("Body")).toEqual(["two", "three"]);
  });

  test("by GET carry everything in the URL, which alone is signed", async () => {
    const created = await clientOf(standIn).conversations.v1.conversations.create();
    const conversation = clientOf(standIn).conversations.v1.conversations(created.sid);
    await conversation.webhooks.create({
      target: "webhook",
      "configuration.url": `${receiver.url}/hook?x=1`,
      "configuration.method": "get",
      "configuration.filters": ["onMessageAdded"],
    });
    await conversation.messages.create({ body: "hi there", ...LOUD });
    await standIn.webhooksSettled();
    const [arrived] = receiver.received;
    expect(new URL(arrived?.path ?? "", receiver.url).searchParams.get("Body")).toBe("hi there");
    expect(arrived && receiver.genuine({ ...arrived, params: {} }, standIn.authToken)).toBe(true);
  });
});

describe("faults of webhooks", () => {
  test("lost: the first never arrives, the next one does", async () => {
    const conversation = await watched();
    standIn.faults.loseWebhooks(1, { eventType: "onMessageAdded" });
    for (const body of ["one", "two"]) await conversation.messages.create({ body, ...LOUD });
    await standIn.webhooksSettled();
    expect(receiver.field("Body")).toEqual(["two"]);
    const outcomes = standIn.log.flatMap((one) => (one.kind === "webhook" ? [one.outcome] : []));
    expect(outcomes).toContain("lost");
  });

  test("duplicated: both copies are genuine", async () => {
    const conversation = await watched();
    standIn.faults.duplicateWebhooks();
    for (const body of ["one", "two"]) await conversation.messages.create({ body, ...LOUD });
    await standIn.webhooksSettled();
    expect(receiver.field("Body")).toEqual(["one", "one", "two"]);
    expect(receiver.received.every((one) => receiver.genuine(one, standIn.authToken))).toBe(true);
  });

  test("delayed: it arrives when released, after later ones", async () => {
    const conversation = await watched();
    standIn.faults.delayWebhooks();
    for (const body of ["one", "two"]) await conversation.messages.create({ body, ...LOUD });
    await standIn.webhooksSettled();
    expect(receiver.field("Body")).toEqual(["two"]);
    standIn.releaseWebhooks();
    await standIn.webhooksSettled();
    expect(receiver.field("Body")).toEqual(["two", "one"]);
  });

  test("reordered: the last of them comes first", async () => {
    const conversation = await watched();
    standIn.faults.reorderWebhooks(3);
    for (const body of ["one", "two", "three", "four"]) await conversation.messages.create({ body, ...LOUD });
    await standIn.webhooksSettled();
    expect(receiver.field("Body")).toEqual(["three", "two", "one", "four"]);
  });

  test("forged: the signature does not hold", async () => {
    const conversation = await watched();
    standIn.faults.forgeWebhooks();
    for (const body of ["one", "two"]) await conversation.messages.create({ body, ...LOUD });
    await standIn.webhooksSettled();
    expect(receiver.received.map((one) => receiver.genuine(one, standIn.authToken))).toEqual([false, true]);
  });

  test("can be aimed at task events alone", async () => {
    standIn.taskEventsUrl = `${receiver.url}/task-events`;
    standIn.faults.loseWebhooks(100, { to: "task-events" });
    await openInteraction(standIn);
    const conversation = await watched();
    await conversation.messages.create({ body: "hi", ...LOUD });
    await standIn.webhooksSettled();
    expect(receiver.field("EventType")).toEqual(["onMessageAdded"]);
  });
});

describe("the task event callback", () => {
  test("is signed, and repeated only when its URL asks for retries", async () => {
    receiver.status = 500;
    standIn.taskEventsUrl = `${receiver.url}/task-events?x=1#rc=2&rp=5xx`;
    await openInteraction(standIn);
    await standIn.webhooksSettled();
    const created = receiver.received.filter(({ params }) => params.EventType === "task.created");
    expect(created).toHaveLength(3);
    expect(new Set(created.map(({ headers }) => headers["i-twilio-idempotency-token"])).size).toBe(1);
    expect(receiver.received.every((one) => receiver.genuine(one, standIn.authToken))).toBe(true);
    receiver.status = 204;
    standIn.taskEventsUrl = `${receiver.url}/task-events`;
    receiver.received.length = 0;
    await openInteraction(standIn);
    await standIn.webhooksSettled();
    expect(receiver.field("EventType")).toEqual(["task.created", "task-queue.entered", "workflow.entered"]);
  });
});

test("Twilio's own library signs the documented example as documented", () => {
  const params = {
    CallSid: "CA1234567890ABCDE",
    Caller: "+14158675309",
    Digits: "1234",
    From: "+14158675309",
    To: "+18005551212",
  };
  const url = "https://mycompany.com/myapp.php?foo=1&bar=2";
  expect(twilio.validateRequest("12345", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", url, params)).toBe(true);
});
