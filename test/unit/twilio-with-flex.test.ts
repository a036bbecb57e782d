import { type ServerType, serve } from "@hono/node-server";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startTwilio, type TwilioStandIn } from "../../playground/twilio/index.ts";
import type { ConversationEvent } from "../../src/conversation/events.ts";
import { type DeliveryId, sessionIdOf, type TwilioIdentity, uniqueNameOf } from "../../src/conversation/ids.ts";
import type { CallResult } from "../../src/outside/call.ts";
import { isConversationClosed } from "../../src/twilio/errors.ts";
import { type TwilioRest, twilioRest } from "../../src/twilio/rest.ts";
import { forwardPath, twilioWebhooks } from "../../src/twilio/webhooks.ts";
import { CONFIG, IDENTITY, MEMBER, NOON, SESSION } from "./twilio-support.ts";

/** The clients and the webhooks together, against the playground's Twilio over real HTTP. */
let standIn: TwilioStandIn;
let server: ServerType;
let twilio: TwilioRest;
let publicUrl: string;
const events: ConversationEvent[] = [];

const done = <T>(result: CallResult<T>): T => {
  if (result.kind !== "done") throw new Error(`${result.kind}: ${result.reason}`);
  return result.value;
};
const mark = (n: number) => `mark-of-a-delivery-${String(n).padStart(3, "0")}` as DeliveryId;
const heard = (kind: ConversationEvent["kind"]) => events.filter((event) => event.kind === kind);

beforeAll(async () => {
  standIn = await startTwilio();
  const config = {
    ...CONFIG,
    TWILIO_ACCOUNT_SID: standIn.accountSid,
    TWILIO_AUTH_TOKEN: standIn.authToken,
    TWILIO_API_KEY_SID: standIn.apiKeySid,
    TWILIO_API_KEY_SECRET: standIn.apiKeySecret,
    TWILIO_API_URL: standIn.apiUrl,
    TWILIO_CHAT_SERVICE_SID: standIn.chatServiceSid,
    TWILIO_WORKSPACE_SID: standIn.workspaceSid,
    TWILIO_WORKFLOW_SID: standIn.workflowSid,
  };
  const listening = Promise.withResolvers<number>();
  const ingest = async (_: string, event: ConversationEvent) => {
    events.push(event);
    return "accepted" as const;
  };
  // The public URL is known once there is a port.
  const app = listening.promise.then((port) =>
    twilioWebhooks({ config: { ...config, PUBLIC_URL: `http://127.0.0.1:${port}` }, now: Date.now, ingest }),
  );
  const fetchApp = async (request: Request) => (await app).fetch(request);
  server = serve({ fetch: fetchApp, hostname: "127.0.0.1", port: 0 }, ({ port }) => listening.resolve(port));
  publicUrl = `http://127.0.0.1:${await listening.promise}`;
  standIn.taskEventsUrl = `${publicUrl}/twilio/task-events`;
  twilio = twilioRest({ fetch, now: Date.now, config });
});

afterAll(async () => {
  await standIn.close();
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  await closed.promise;
});

const conversationOf = async (n: number) => {
  const uniqueName = uniqueNameOf(sessionIdOf(MEMBER, n));
  return done(await twilio.createConversation({ uniqueName, friendlyName: "Discord", attributes: {} })).conversation;
};
const post = (conversation: Awaited<ReturnType<typeof conversationOf>>, n: number) =>
  twilio.postMessage(conversation, { author: IDENTITY, body: `line ${n}`, at: NOON, mark: mark(n) });
const FACTS = { customerName: "Member", caseNumber: 12, caseUrl: null, sessionId: SESSION, memberId: MEMBER };

test("A session goes to Flex and back: hand-over, an agent's answer, the end", async () => {
  const agent = standIn.createAgent({ name: "An Agent" });
  const conversation = await conversationOf(1);
  expect(await conversationOf(1)).toBe(conversation);
  for (let n = 0; n < 2; n++) {
    done(await twilio.addParticipant(conversation, IDENTITY));
    done(await twilio.addWebhook(conversation, publicUrl + forwardPath(MEMBER), { checkFirst: n > 0 }));
  }
  expect(standIn.conversations.get(conversation)).toMatchObject({
    participants: [{ identity: IDENTITY }],
    webhooks: [{ target: "webhook" }],
  });
  for (const n of [1, 2, 3]) done(await post(conversation, n));

  const wanted = { conversation, identity: IDENTITY, attributes: FACTS, attempt: 1 };
  const { interaction, channel, task } = done(await twilio.createInteraction(wanted));
  await standIn.until(() => agent.reservations.length === 1, "the task is offered");
  expect(done(await twilio.channelStatus(interaction, channel))).toBe("active");
  expect(done(await twilio.findTask(SESSION, 1))).toEqual({ task, interaction, channel });
  expect(done(await twilio.findTask(SESSION, 2))).toBe(null);

  const chat = await agent.accept();
  const media = { filename: "shot.png", contentType: "image/png", bytes: new Uint8Array([1, 2, 3]) };
  const sent = await chat.send("How can I help?", { media });
  await chat.edit(sent.sid, "How may I help?");
  await standIn.webhooksSettled();
  const worker = { worker: agent.workerSid, identity: agent.identity, name: "An Agent" };
  expect(done(await twilio.findWorker(agent.identity as TwilioIdentity))).toEqual(worker);
  expect(heard("task-changed")).toMatchObject([
    { session: SESSION, task, change: { type: "task-created" } },
    { session: SESSION, task, change: { type: "reservation-created", worker } },
    { session: SESSION, task, change: { type: "reservation-accepted", worker } },
  ]);
  expect(heard("participant-joined")).toMatchObject([{ conversation, identity: agent.identity }]);
  expect(heard("agent-wrote")).toMatchObject([
    { conversation, message: sent.sid, index: 3, author: agent.identity, text: "How can I help?", delivery: null },
  ]);
  expect(heard("agent-edited")).toMatchObject([{ message: sent.sid, text: "How may I help?" }]);

  const read = done(await twilio.messagesFrom(conversation, 1));
  expect(read.map(({ index, delivery, text }) => ({ index, delivery, text }))).toEqual([
    { index: 1, delivery: mark(2), text: "line 2" },
    { index: 2, delivery: mark(3), text: "line 3" },
    { index: 3, delivery: null, text: "How may I help?" },
  ]);
  const [file] = read[2]?.files ?? [];
  expect(file?.filename).toBe("shot.png");
  const link = done(await twilio.mediaLink(file?.media ?? expect.fail("no file")));
  expect(new Uint8Array(await (await fetch(link)).arrayBuffer())).toEqual(media.bytes);

  for (let n = 0; n < 2; n++) done(await twilio.pauseChannel(interaction, channel));
  expect(done(await twilio.channelStatus(interaction, channel))).toBe("inactive");
  for (let n = 0; n < 2; n++) done(await twilio.closeConversation(conversation));
  await standIn.webhooksSettled();
  expect(heard("participant-left")).toMatchObject([{ identity: agent.identity }]);
});

describe("A closed conversation", () => {
  test("is recognised by every call that needs an open one, and takes no part in a new session", async () => {
    const conversation = await conversationOf(2);
    done(await twilio.addParticipant(conversation, IDENTITY));
    done(await twilio.addWebhook(conversation, publicUrl + forwardPath(MEMBER)));
    standIn.closeConversation(conversation, "TIMER");
    await standIn.webhooksSettled();
    expect(heard("conversation-closed")).toMatchObject([{ conversation }]);
    expect(done(await twilio.conversationState(conversation))).toBe("closed");
    const wanted = { conversation, identity: IDENTITY, attributes: FACTS, attempt: 9 };
    expect(isConversationClosed(await post(conversation, 21))).toBe(true);
    expect(isConversationClosed(await twilio.addParticipant(conversation, "other" as TwilioIdentity))).toBe(true);
    expect(isConversationClosed(await twilio.createInteraction(wanted))).toBe(true);
    const uniqueName = uniqueNameOf(sessionIdOf(MEMBER, 2));
    const found = await twilio.createConversation({ uniqueName, friendlyName: "Discord", attributes: {} });
    expect(found).toEqual({ kind: "done", value: { conversation, closed: true } });
  });
});

describe("When Twilio fails", () => {
  test("a message whose answer was lost is unknown, and found by its mark", async () => {
    const conversation = await conversationOf(3);
    standIn.faults.rest({ kind: "reset-after", route: "/Messages" });
    expect(await post(conversation, 31)).toEqual({ kind: "unknown", reason: "connection failed" });
    expect(done(await twilio.findByMark(conversation, mark(31)))).toMatchObject({ index: 0 });
  });

  test("a message that Twilio broke down over is unknown, and not found if it was not taken", async () => {
    const conversation = await conversationOf(4);
    standIn.faults.rest({ kind: "5xx-before", route: "/Messages" });
    expect(await post(conversation, 41)).toMatchObject({ kind: "unknown" });
    expect(done(await twilio.findByMark(conversation, mark(41)))).toBe(null);
  });

  test.each(["429", "429-conversation", "409-concurrent"] as const)("after %s it may be tried later", async (kind) => {
    const conversation = await conversationOf(5);
    standIn.faults.rest({ kind, route: "/Messages" });
    expect(await post(conversation, 51)).toMatchObject({ kind: "later" });
    expect(standIn.conversations.get(conversation)?.messages).toEqual([]);
  });

  test("a forged webhook tells nothing", async () => {
    const conversation = await conversationOf(6);
    done(await twilio.addWebhook(conversation, publicUrl + forwardPath(MEMBER)));
    standIn.faults.forgeWebhooks();
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    events.length = 0;
    standIn.closeConversation(conversation, "API");
    await standIn.webhooksSettled();
    expect(standIn.log.at(-1)).toMatchObject({ kind: "webhook", status: 403 });
    expect(events).toEqual([]);
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });
});
