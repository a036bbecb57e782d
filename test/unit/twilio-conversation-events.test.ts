import { describe, expect, test, vi } from "vitest";
import type { IngestReply } from "../../src/conversation/events.ts";
import { attributesOfMark } from "../../src/twilio/message.ts";
import { CONVERSATION, IDENTITY, MARK, MEDIA, MEMBER, MESSAGE, NOON, sid } from "./twilio-support.ts";
import { ADDED, deliver, type Fields, FORWARD, IGNORED, receiver, signed, without } from "./twilio-webhook-support.ts";

const DATE = new Date(NOON).toISOString();
const LATER = new Date(NOON + 5000).toISOString();
const WROTE = {
  kind: "agent-wrote",
  conversation: CONVERSATION,
  message: MESSAGE,
  index: 7,
  author: "agent_40example_2Ecom",
  text: "Hello, héllo 😀\r\n& more",
  files: [],
  delivery: null,
  at: NOON,
};

describe("From the webhook of a Twilio Conversation", () => {
  const forward = (fields: Fields) => deliver(FORWARD, fields);
  const stored = (event: unknown) => ({ status: 204, body: "", ingested: [{ member: MEMBER, event }] });

  test("a message is stored before it is acknowledged", async () => {
    const given = Promise.withResolvers<void>();
    const stores = Promise.withResolvers<IngestReply>();
    const { app, ingested } = receiver({}, () => {
      given.resolve();
      return stores.promise;
    });
    const order: string[] = [];
    const response = Promise.resolve(app.request(signed(FORWARD, ADDED))).then(({ status }) => {
      order.push(`answered ${status}`);
    });
    await given.promise;
    await new Promise(setImmediate);
    order.push("stored");
    stores.resolve("accepted");
    await response;
    expect(order).toEqual(["stored", "answered 204"]);
    expect(ingested).toEqual([{ member: MEMBER, event: WROTE }]);
  });

  test("a message sent by REST, by a plugin for example, crosses like any other", async () => {
    expect(await forward({ ...ADDED, Source: "API" })).toEqual(stored(WROTE));
  });

  test("a message brings its files, with or without text", async () => {
    const { Body: _, ...bare } = ADDED;
    const Media = JSON.stringify([{ Sid: MEDIA, Filename: "shot.png", ContentType: "image/png", Size: 12 }]);
    const files = [{ media: MEDIA, filename: "shot.png" }];
    expect(await forward({ ...bare, Media })).toEqual(stored({ ...WROTE, text: "", files }));
    expect(await forward({ ...ADDED, Media: "[broken" })).toEqual(stored(WROTE));
  });

  test("a message of our own is passed on with its mark", async () => {
    const event = { ...WROTE, delivery: MARK };
    expect(await forward({ ...ADDED, Attributes: attributesOfMark(MARK) })).toEqual(stored(event));
  });

  test("what the member said is ignored: it comes from us", async () => {
    expect(await forward({ ...ADDED, Author: IDENTITY })).toEqual(IGNORED);
    expect(await forward({ ...ADDED, EventType: "onMessageUpdated", DateUpdated: LATER, Author: IDENTITY })).toEqual(
      IGNORED,
    );
  });

  test("a message without a date is dated by our clock", async () => {
    const { DateCreated: _, ...undated } = ADDED;
    expect(await forward(undated)).toEqual(stored(WROTE));
    expect(await forward({ ...ADDED, DateCreated: "yesterday" })).toEqual(stored(WROTE));
  });

  test("an edit is known by the time of the edit", async () => {
    const { index: _, files: __, ...edited } = WROTE;
    expect(await forward({ ...ADDED, EventType: "onMessageUpdated", DateUpdated: LATER })).toEqual(
      stored({ ...edited, kind: "agent-edited", revision: LATER, at: NOON + 5000 }),
    );
  });

  const PARTICIPANT = {
    EventType: "onParticipantAdded",
    ConversationSid: CONVERSATION,
    ParticipantSid: sid("MB"),
    Identity: "agent_40example_2Ecom",
    DateCreated: DATE,
    DateUpdated: DATE,
    DateRemoved: LATER,
  };
  const CHANGED = { conversation: CONVERSATION, participant: sid("MB"), identity: "agent_40example_2Ecom" };

  test("agents join and leave", async () => {
    expect(await forward(PARTICIPANT)).toEqual(stored({ kind: "participant-joined", ...CHANGED, at: NOON }));
    expect(await forward({ ...PARTICIPANT, EventType: "onParticipantRemoved" })).toEqual(
      stored({ kind: "participant-left", ...CHANGED, at: NOON + 5000 }),
    );
  });

  test("the member joining, and participants outside the chat, are ignored", async () => {
    const { Identity: _, ...telephone } = PARTICIPANT;
    expect(await forward({ ...PARTICIPANT, Identity: IDENTITY })).toEqual(IGNORED);
    expect(await forward(telephone)).toEqual(IGNORED);
  });

  test("the end of the conversation is told, other states are not", async () => {
    const state = { EventType: "onConversationStateUpdated", ConversationSid: CONVERSATION, StateUpdated: LATER };
    const closed = { kind: "conversation-closed", conversation: CONVERSATION, at: NOON + 5000 };
    expect(await forward({ ...state, StateTo: "closed", Reason: "TIMER" })).toEqual(stored(closed));
    expect(await forward({ ...state, StateTo: "inactive" })).toEqual(IGNORED);
  });

  test("events of other kinds are acknowledged and ignored", async () => {
    expect(await forward({ ...ADDED, EventType: "onDeliveryUpdated" })).toEqual(IGNORED);
    expect(await forward({ ...ADDED, EventType: "onSomethingNew" })).toEqual(IGNORED);
  });

  test.each([
    ["onMessageAdded", "EventType"],
    ["onMessageAdded", "ConversationSid"],
    ["onMessageAdded", "MessageSid"],
    ["onMessageAdded", "Index"],
    ["onMessageAdded", "Author"],
    ["onMessageUpdated", "MessageSid"],
    ["onMessageUpdated", "DateUpdated"],
    ["onParticipantAdded", "ParticipantSid"],
    ["onParticipantRemoved", "ConversationSid"],
    ["onConversationStateUpdated", "StateTo"],
  ])("a %s without %s is a bad request that names the field", async (EventType, field) => {
    const complete = { ...ADDED, ...PARTICIPANT, StateTo: "closed", DateUpdated: LATER, EventType };
    expect(await forward(without(complete, field))).toEqual({
      status: 400,
      body: `{"error":"${field} is missing"}`,
      ingested: [],
    });
  });

  test.each([
    ["Index", "seven"],
    ["Index", "-1"],
    ["MessageSid", "IM12"],
    ["ConversationSid", CONVERSATION.toLowerCase()],
    ["Author", ""],
  ])("a malformed %s (%s) is a bad request that does not repeat it", async (field, value) => {
    const body = `{"error":"${field} is malformed"}`;
    expect(await forward({ ...ADDED, [field]: value })).toEqual({ status: 400, body, ingested: [] });
  });

  test("an event that could not be stored is not acknowledged, and logged once", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { app } = receiver({}, async () => {
      throw new Error("storage is full");
    });
    const response = await app.request(signed(FORWARD, ADDED));
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ error: "The event could not be stored" });
    expect(error).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(error.mock.calls)).not.toContain("héllo");
    error.mockRestore();
  });

  test.each(["duplicate", "stale"] as const)("an event that is a %s is acknowledged", async (reply) => {
    const { app } = receiver({}, async () => reply);
    expect((await app.request(signed(FORWARD, ADDED))).status).toBe(204);
  });
});
