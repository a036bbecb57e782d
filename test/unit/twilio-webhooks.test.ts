import twilio from "twilio";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ConversationEvent, IngestReply } from "../../src/conversation/events.ts";
import { attributesOfMark } from "../../src/twilio/message.ts";
import {
  forwardPath,
  type TwilioWebhooksOptions,
  twilioWebhooks,
  WEBHOOK_BODY_LIMIT,
} from "../../src/twilio/webhooks.ts";
import {
  CONFIG,
  CONVERSATION,
  IDENTITY,
  MARK,
  MEDIA,
  MEMBER,
  MESSAGE,
  NOON,
  SESSION,
  sid,
  TASK,
  WORKER,
} from "./twilio-support.ts";

const FORWARD = forwardPath(MEMBER);
const TASK_EVENTS = "/twilio/task-events";
const CHATBOT = "/twilio/chatbot-to-discord";
const FORM = "application/x-www-form-urlencoded; charset=UTF-8";
const FLOW = sid("FW");

type Fields = Readonly<Record<string, string>>;
type Config = Partial<TwilioWebhooksOptions["config"]>;

/** The webhooks with an `ingest` that notes what it is given. */
function receiver(config: Config = {}, reply: () => Promise<IngestReply> = async () => "accepted") {
  const ingested: { member: string; event: ConversationEvent }[] = [];
  const ingest = (member: string, event: ConversationEvent) => {
    ingested.push({ member, event });
    return reply();
  };
  return { ingested, app: twilioWebhooks({ config: { ...CONFIG, ...config }, now: () => NOON, ingest }) };
}

/** A request as Twilio makes it: to the public URL, signed with the auth token. */
function signed(path: string, fields: Fields, token = CONFIG.TWILIO_AUTH_TOKEN): Request {
  const url = CONFIG.PUBLIC_URL + path;
  const signature = twilio.getExpectedTwilioSignature(token, url, fields);
  const headers = { "Content-Type": FORM, "X-Twilio-Signature": signature };
  return new Request(url, { method: "POST", headers, body: new URLSearchParams(fields).toString() });
}

async function deliver(path: string, fields: Fields, config?: Config) {
  const { app, ingested } = receiver(config);
  const response = await app.request(signed(path, fields));
  return { status: response.status, body: await response.text(), ingested };
}

const log = {
  warn: vi.spyOn(console, "warn"),
  error: vi.spyOn(console, "error"),
};
beforeEach(() => {
  for (const level of Object.values(log)) level.mockImplementation(() => undefined);
});
afterEach(() => {
  for (const level of Object.values(log)) level.mockReset();
});

const DATE = new Date(NOON).toISOString();
const LATER = new Date(NOON + 5000).toISOString();
const ADDED = {
  EventType: "onMessageAdded",
  AccountSid: sid("AC"),
  Source: "SDK",
  ConversationSid: CONVERSATION,
  MessageSid: MESSAGE,
  Index: "7",
  Author: "agent_40example_2Ecom",
  Body: "Hello, héllo 😀\r\n& more",
  Attributes: "{}",
  DateCreated: DATE,
  ParticipantSid: sid("MB"),
};
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
  const ignored = { status: 204, body: "", ingested: [] };

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
    await vi.waitUntil(() => ingested.length === 1);
    expect(answered).toBe(false);
    resolve("accepted");
    expect((await response).status).toBe(204);
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
    expect(await forward({ ...ADDED, Author: IDENTITY })).toEqual(ignored);
    expect(await forward({ ...ADDED, EventType: "onMessageUpdated", DateUpdated: LATER, Author: IDENTITY })).toEqual(
      ignored,
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
    expect(await forward({ ...PARTICIPANT, Identity: IDENTITY })).toEqual(ignored);
    expect(await forward(telephone)).toEqual(ignored);
  });

  test("the end of the conversation is told, other states are not", async () => {
    const state = { EventType: "onConversationStateUpdated", ConversationSid: CONVERSATION, StateUpdated: LATER };
    const closed = { kind: "conversation-closed", conversation: CONVERSATION, at: NOON + 5000 };
    expect(await forward({ ...state, StateTo: "closed", Reason: "TIMER" })).toEqual(stored(closed));
    expect(await forward({ ...state, StateTo: "inactive" })).toEqual(ignored);
  });

  test("events of other kinds are acknowledged and ignored", async () => {
    expect(await forward({ ...ADDED, EventType: "onDeliveryUpdated" })).toEqual(ignored);
    expect(await forward({ ...ADDED, EventType: "onSomethingNew" })).toEqual(ignored);
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
    const fields = Object.fromEntries(Object.entries(complete).filter(([name]) => name !== field));
    expect(await forward(fields)).toEqual({ status: 400, body: `{"error":"${field} is missing"}`, ingested: [] });
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
    const { app } = receiver({}, async () => {
      throw new Error("storage is full");
    });
    const response = await app.request(signed(FORWARD, ADDED));
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ error: "The event could not be stored" });
    expect(log.error).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(log.error.mock.calls)).not.toContain("héllo");
  });

  test.each(["duplicate", "stale"] as const)("an event that is a %s is acknowledged", async (reply) => {
    const { app } = receiver({}, async () => reply);
    expect((await app.request(signed(FORWARD, ADDED))).status).toBe(204);
  });
});

describe("From TaskRouter", () => {
  const OURS = JSON.stringify({ channelType: "discord", sessionId: SESSION, memberId: MEMBER, interactionAttempt: 1 });
  const EVENT = {
    AccountSid: sid("AC"),
    WorkspaceSid: sid("WS"),
    EventType: "task.created",
    ResourceType: "Task",
    ResourceSid: TASK,
    Timestamp: String(NOON / 1000),
    TimestampMs: String(NOON + 123),
    TaskSid: TASK,
    TaskAttributes: OURS,
    WorkerSid: WORKER,
    WorkerAttributes: JSON.stringify({ full_name: " An Agent ", contact_uri: "client:agent_40example_2Ecom" }),
  };
  const AGENT = { worker: WORKER, identity: "agent_40example_2Ecom", name: "An Agent" };
  const tell = (fields: Fields) => deliver(TASK_EVENTS, fields);
  const stored = (change: unknown, more: Record<string, unknown> = {}) => ({
    status: 204,
    body: "",
    ingested: [
      {
        member: MEMBER,
        event: {
          kind: "task-changed",
          id: expect.any(String),
          session: SESSION,
          task: TASK,
          change,
          at: NOON + 123,
          ...more,
        },
      },
    ],
  });
  const ignored = { status: 204, body: "", ingested: [] };

  test.each([
    ["task.created", "task-created"],
    ["task.wrapup", "task-wrapup"],
    ["task.completed", "task-completed"],
    ["task.canceled", "task-canceled"],
    ["task.deleted", "task-deleted"],
    ["task.system-deleted", "task-deleted"],
    ["workflow.timeout", "workflow-timeout"],
    ["task.transfer-initiated", "transfer-initiated"],
    ["task.transfer-completed", "transfer-ended"],
    ["task.transfer-failed", "transfer-ended"],
    ["task.transfer-canceled", "transfer-ended"],
  ])("%s means %s", async (EventType, type) => {
    expect(await tell({ ...EVENT, EventType })).toEqual(stored({ type }));
  });

  test.each([
    ["reservation.created", "reservation-created"],
    ["reservation.accepted", "reservation-accepted"],
    ["reservation.wrapup", "reservation-wrapup"],
    ["reservation.completed", "reservation-completed"],
  ])("%s means %s, and names the worker", async (EventType, type) => {
    expect(await tell({ ...EVENT, EventType })).toEqual(stored({ type, worker: AGENT }));
  });

  test.each([
    "reservation.rejected",
    "reservation.timeout",
    "task.updated",
    "task.transfer-attempt-failed",
    "worker.activity.update",
    "toString",
  ])("%s is ignored", async (EventType) => {
    expect(await tell({ ...EVENT, EventType })).toEqual(ignored);
  });

  test("an event is known by its own id, else by type, resource and time", async () => {
    const change = { type: "task-created" };
    expect(await tell({ ...EVENT, Sid: sid("EV") })).toEqual(stored(change, { id: sid("EV") }));
    expect(await tell(EVENT)).toEqual(stored(change, { id: `task.created/${TASK}/${NOON + 123}` }));
    const { TimestampMs: _, ...seconds } = EVENT;
    expect(await tell(seconds)).toEqual(stored(change, { id: `task.created/${TASK}/${NOON}`, at: NOON }));
  });

  test.each([
    ["{}", { identity: null, name: null }],
    ["{broken", { identity: null, name: null }],
    ['"text"', { identity: null, name: null }],
    ['{"full_name":5,"contact_uri":null}', { identity: null, name: null }],
    ['{"full_name":"  ","contact_uri":"client:"}', { identity: null, name: null }],
    ['{"full_name":"An Agent","contact_uri":"+14155550100"}', { identity: null, name: "An Agent" }],
  ])("a worker with the attributes %s is read as far as they go", async (WorkerAttributes, rest) => {
    const accepted = { ...EVENT, EventType: "reservation.accepted", WorkerAttributes };
    expect(await tell(accepted)).toEqual(stored({ type: "reservation-accepted", worker: { worker: WORKER, ...rest } }));
  });

  test.each([
    "",
    "{broken",
    "{}",
    JSON.stringify({ channelType: "web", sessionId: SESSION }),
    JSON.stringify({ channelType: "discord" }),
    JSON.stringify({ channelType: "discord", sessionId: "1-1" }),
    JSON.stringify({ channelType: "discord", sessionId: `${MEMBER}-0` }),
  ])("a task that is not ours is ignored: %s", async (TaskAttributes) => {
    expect(await tell({ ...EVENT, TaskAttributes })).toEqual(ignored);
  });

  test("a task need not name the member, but must not name another one", async () => {
    const anonymous = JSON.stringify({ channelType: "discord", sessionId: SESSION });
    expect(await tell({ ...EVENT, TaskAttributes: anonymous })).toEqual(stored({ type: "task-created" }));
    const other = JSON.stringify({ channelType: "discord", sessionId: SESSION, memberId: "100000000000000002" });
    expect(await tell({ ...EVENT, TaskAttributes: other })).toMatchObject({ status: 400, ingested: [] });
  });

  test.each(["EventType", "TaskSid", "ResourceSid", "Timestamp", "WorkerSid"])(
    "an event of ours without %s is a bad request that names the field",
    async (field) => {
      const fields = Object.fromEntries(
        Object.entries({ ...EVENT, EventType: "reservation.accepted" }).filter(([name]) => name !== field),
      );
      expect(await tell(fields)).toEqual({ status: 400, body: `{"error":"${field} is missing"}`, ingested: [] });
    },
  );

  test("the answer has the content type that TaskRouter wants", async () => {
    const response = await receiver().app.request(signed(TASK_EVENTS, EVENT));
    expect(response.headers.get("Content-Type")).toBe("application/json");
  });
});

describe("From Studio", () => {
  const STUDIO = { TWILIO_STUDIO_FLOW_SID: FLOW };
  const password = (text: string) => `Basic ${btoa(`studio:${text}`)}`;
  const ask = async (config: Config, authorization: string) => {
    const init = { method: "POST", headers: { Authorization: authorization }, body: "{}" };
    return (await receiver(config).app.request(CHATBOT, init)).status;
  };

  test("nothing is accepted: that route does not exist unless Studio decides, and cannot be served yet if it does", async () => {
    const unset = await deliver(CHATBOT, { Body: "text" });
    expect(unset).toEqual({ status: 404, body: '{"error":"Studio routing is not set up"}', ingested: [] });
    const set = await deliver(CHATBOT, { Body: "text" }, STUDIO);
    expect(set).toMatchObject({ status: 501, body: expect.stringContaining('{"error":"') });
  });

  test("the password stands in for a signature, if there is one", async () => {
    const config = { ...STUDIO, STUDIO_PASSWORD: "pässword: with colon" };
    const right = `Basic ${Buffer.from("studio:pässword: with colon").toString("base64")}`;
    expect(await ask(config, right)).toBe(501);
    expect(await ask(config, password("wrong"))).toBe(403);
    expect(await ask(config, password(""))).toBe(403);
    expect(await ask(config, "Basic !")).toBe(403);
    expect(await ask(STUDIO, password(""))).toBe(403);
    expect(await ask(STUDIO, password("undefined"))).toBe(403);
  });
});

describe("A request is refused and leaves no trace", () => {
  const routes: [string, Fields][] = [
    [FORWARD, ADDED],
    [TASK_EVENTS, { EventType: "task.created" }],
    [CHATBOT, { Body: "text" }],
  ];
  async function refused(request: Request, status: number, config: Config = { TWILIO_STUDIO_FLOW_SID: FLOW }) {
    const { app, ingested } = receiver(config);
    const response = await app.request(request);
    expect(response.status).toBe(status);
    expect(ingested).toEqual([]);
    return response;
  }
  /** The request with other headers; null takes one away. */
  const changed = (request: Request, headers: Record<string, string | null>) => {
    const all = new Headers(request.headers);
    for (const [name, value] of Object.entries(headers)) value === null ? all.delete(name) : all.set(name, value);
    return new Request(request, { headers: all });
  };

  describe.each(routes)("by %s", (path, fields) => {
    test("without a signature", async () => {
      const response = await refused(changed(signed(path, fields), { "X-Twilio-Signature": null }), 403);
      expect(await response.json()).toEqual({ error: "The signature is missing or wrong" });
      expect(log.warn).toHaveBeenCalledTimes(1);
    });

    test("with another token, unless it is the next one of a rotation", async () => {
      await refused(signed(path, fields, "next token"), 403);
      const { app } = receiver({ TWILIO_AUTH_TOKEN_SECONDARY: "next token" });
      expect((await app.request(signed(path, fields, "next token"))).status).not.toBe(403);
    });

    test("with a body that was changed", async () => {
      const { headers } = signed(path, fields);
      const body = `${new URLSearchParams(fields)}&x=1`;
      await refused(new Request(CONFIG.PUBLIC_URL + path, { method: "POST", headers, body }), 403);
    });

    test("with a query that was not signed", async () => {
      const { headers } = signed(path, fields);
      const body = new URLSearchParams(fields).toString();
      await refused(new Request(`${CONFIG.PUBLIC_URL}${path}?x=1`, { method: "POST", headers, body }), 403);
    });

    test("if it was signed for another address, whatever the Host says", async () => {
      const url = `https://evil.example${path}`;
      const signature = twilio.getExpectedTwilioSignature(CONFIG.TWILIO_AUTH_TOKEN, url, fields);
      const headers = { "Content-Type": FORM, "X-Twilio-Signature": signature, Host: "evil.example" };
      await refused(new Request(url, { method: "POST", headers, body: new URLSearchParams(fields).toString() }), 403);
    });

    test("above 256 KiB, however it is announced", async () => {
      const large = "x".repeat(WEBHOOK_BODY_LIMIT + 1);
      const request = () => signed(path, { ...fields, Padding: large });
      await refused(request(), 413);
      await refused(changed(request(), { "Content-Length": String(WEBHOOK_BODY_LIMIT + 1) }), 413);
    });

    test.each(["GET", "PUT", "DELETE", "PATCH"])("with the method %s", async (method) => {
      const response = await refused(new Request(CONFIG.PUBLIC_URL + path, { method }), 405);
      expect(response.headers.get("Allow")).toBe("POST");
    });
  });

  test("that is read no further than the limit", async () => {
    let chunks = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks++;
        controller.enqueue(new Uint8Array(64 * 1024));
      },
    });
    const headers = { "Content-Type": FORM, "X-Twilio-Signature": "x" };
    const init = { method: "POST", headers, body: endless, duplex: "half" } as const;
    await refused(new Request(CONFIG.PUBLIC_URL + FORWARD, init), 413);
    expect(chunks).toBeLessThan(8);
  });

  test.each([FORWARD, TASK_EVENTS])("by %s if it is not a form", async (path) => {
    const text = '{"EventType":"onMessageAdded"}';
    const url = `${CONFIG.PUBLIC_URL}${path}?bodySHA256=${twilio.getExpectedBodyHash(text)}`;
    const signature = twilio.getExpectedTwilioSignature(CONFIG.TWILIO_AUTH_TOKEN, url, {});
    const headers = { "Content-Type": "application/json", "X-Twilio-Signature": signature };
    await refused(new Request(url, { method: "POST", headers, body: text }), 400);
    await refused(changed(signed(path, ADDED), { "Content-Type": "text/plain" }), 400);
    await refused(changed(signed(path, ADDED), { "Content-Type": "multipart/form-data; boundary=x" }), 400);
  });

  test.each(["1", "x", "1000000000000000000001", "100000000000000001/x", ""])("for the member %s", async (member) => {
    await refused(signed(`/twilio/forward-to-discord/${member}`, ADDED), 404);
  });
});
