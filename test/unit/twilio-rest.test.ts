import { describe, expect, test } from "vitest";
import { isConversationClosed } from "../../src/twilio/errors.ts";
import { twilioRest } from "../../src/twilio/rest.ts";
import {
  bridge,
  CHANNEL,
  CONFIG,
  CONVERSATION,
  FACTS,
  IDENTITY,
  INTERACTION,
  json,
  MARK,
  MEDIA,
  MEMBER,
  NOON,
  SESSION,
  scripted,
  sid,
  TASK,
  twilioError,
  WORKER,
} from "./twilio-support.ts";

const HOOK = "https://bridge.example/twilio/forward-to-discord/100000000000000001";
const OPEN = { sid: CONVERSATION, state: "active" };
const CLOSED = { sid: CONVERSATION, state: "closed" };
const done = (value: unknown) => ({ kind: "done", value });

describe("A conversation", () => {
  const wanted = { uniqueName: "flexcord-1/ä", friendlyName: "Discord", attributes: {} };

  test("is created once: one that exists is found by its unique name", async () => {
    const { twilio, requests } = bridge(twilioError(409, 50353), json(OPEN));
    expect(await twilio.createConversation(wanted)).toEqual(done({ conversation: CONVERSATION, closed: false }));
    expect(requests[1]).toMatchObject({
      method: "GET",
      url: `https://conversations.twilio.com/v1/Services/${sid("IS")}/Conversations/flexcord-1%2F%C3%A4`,
    });
  });

  test("that is found closed is said to be", async () => {
    const { twilio } = bridge(twilioError(409, 50353), json(CLOSED));
    expect(await twilio.createConversation(wanted)).toEqual(done({ conversation: CONVERSATION, closed: true }));
  });

  test("is open in every state but closed, and closed for good when it does not exist any more", async () => {
    const states = [json(OPEN), json({ ...OPEN, state: "inactive" }), json(CLOSED), twilioError(404, 20404)];
    const { twilio } = bridge(...states, new Error("reset"));
    expect(await twilio.conversationState(CONVERSATION)).toEqual(done("open"));
    expect(await twilio.conversationState(CONVERSATION)).toEqual(done("open"));
    expect(await twilio.conversationState(CONVERSATION)).toEqual(done("closed"));
    expect(await twilio.conversationState(CONVERSATION)).toEqual(done("closed"));
    expect(await twilio.conversationState(CONVERSATION)).toEqual({ kind: "unknown", reason: "connection failed" });
  });

  test("that is closed already counts as closed by us", async () => {
    const { twilio, requests } = bridge(twilioError(400, 50377));
    expect(await twilio.closeConversation(CONVERSATION)).toEqual(done(undefined));
    expect(requests).toHaveLength(1);
  });

  test("that cannot be closed for another reason is refused", async () => {
    const { twilio } = bridge(twilioError(400, 20001), json(OPEN));
    expect(await twilio.closeConversation(CONVERSATION)).toMatchObject({ kind: "refused", code: 20001 });
  });

  test("takes the member twice without complaint", async () => {
    const { twilio } = bridge(twilioError(409, 50433));
    expect(await twilio.addParticipant(CONVERSATION, IDENTITY)).toEqual(done(undefined));
  });
});

describe("The scoped webhook", () => {
  const listed = (...urls: string[]) => json({ webhooks: urls.map((url) => ({ configuration: { url } })), meta: {} });

  test("is added without looking the first time", async () => {
    const { twilio, requests } = bridge(json({}, 201));
    expect(await twilio.addWebhook(CONVERSATION, HOOK)).toEqual(done(undefined));
    expect(requests.map(({ method }) => method)).toEqual(["POST"]);
  });

  test("is not added again when a look finds it", async () => {
    const { twilio, requests } = bridge(listed("https://other.example", HOOK));
    expect(await twilio.addWebhook(CONVERSATION, HOOK, { checkFirst: true })).toEqual(done(undefined));
    expect(requests.map(({ method }) => method)).toEqual(["GET"]);
  });

  test("is added when a look does not find it", async () => {
    const { twilio, requests } = bridge(listed("https://other.example"), json({}, 201));
    expect(await twilio.addWebhook(CONVERSATION, HOOK, { checkFirst: true })).toEqual(done(undefined));
    expect(requests.map(({ method }) => method)).toEqual(["GET", "POST"]);
  });

  test("is not added while nobody knows whether it is there", async () => {
    const { twilio, requests } = bridge(new Error("reset"));
    expect(await twilio.addWebhook(CONVERSATION, HOOK, { checkFirst: true })).toMatchObject({ kind: "unknown" });
    expect(requests).toHaveLength(1);
  });

  test("may be one of the five that are the most a conversation takes", async () => {
    const full = bridge(twilioError(400, 50361), listed(HOOK));
    expect(await full.twilio.addWebhook(CONVERSATION, HOOK)).toEqual(done(undefined));
    const others = bridge(twilioError(400, 50361), listed("https://other.example"), json(OPEN));
    expect(await others.twilio.addWebhook(CONVERSATION, HOOK)).toMatchObject({ kind: "refused", code: 50361 });
  });
});

describe("A refusal because the conversation is closed", () => {
  const post = (twilio: ReturnType<typeof bridge>["twilio"]) =>
    twilio.postMessage(CONVERSATION, { author: IDENTITY, body: "text", at: NOON, mark: MARK });

  test("is recognised by Twilio's code, with no further call", async () => {
    const { twilio, requests } = bridge(twilioError(400, 50377));
    expect(isConversationClosed(await post(twilio))).toBe(true);
    expect(requests).toHaveLength(1);
  });

  test("is recognised by the conversation's state where the code says something else", async () => {
    const { twilio } = bridge(twilioError(403, 50107), json(CLOSED));
    const result = await post(twilio);
    expect(isConversationClosed(result)).toBe(true);
    expect(result).toMatchObject({ status: 403, reason: "the conversation is closed (HTTP 403, code 50107)" });
  });

  test("is not mixed up with other refusals", async () => {
    const open = bridge(twilioError(400, 20001), json(OPEN));
    expect(await post(open.twilio)).toMatchObject({ kind: "refused", code: 20001 });
    const untold = bridge(twilioError(400, 20001), new Error("reset"));
    expect(await post(untold.twilio)).toMatchObject({ kind: "refused", code: 20001 });
    const unauthorized = bridge(twilioError(401, 20003));
    expect(await post(unauthorized.twilio)).toMatchObject({ kind: "refused", code: 20003 });
    expect(unauthorized.requests).toHaveLength(1);
  });

  test("is recognised for an interaction too", async () => {
    const { twilio } = bridge(twilioError(400, 45354));
    const wanted = { conversation: CONVERSATION, identity: IDENTITY, attributes: FACTS, attempt: 1 };
    expect(isConversationClosed(await twilio.createInteraction(wanted))).toBe(true);
  });
});

describe("An interaction", () => {
  const wanted = { conversation: CONVERSATION, identity: IDENTITY, attributes: FACTS, attempt: 1 };

  test("brings its channel, and its task where the answer names one", async () => {
    const answer = { sid: INTERACTION, channel: { sid: CHANNEL }, routing: { properties: { sid: TASK } } };
    const { twilio } = bridge(json(answer), json({ ...answer, routing: null }), json({ ...answer, routing: "text" }));
    const found = { interaction: INTERACTION, channel: CHANNEL };
    expect(await twilio.createInteraction(wanted)).toEqual(done({ ...found, task: TASK }));
    expect(await twilio.createInteraction(wanted)).toEqual(done({ ...found, task: null }));
    expect(await twilio.createInteraction(wanted)).toEqual(done({ ...found, task: null }));
  });

  test("may have been created when the answer cannot be read", async () => {
    const { twilio } = bridge(json({ sid: INTERACTION }), new Response("<html>"));
    expect(await twilio.createInteraction(wanted)).toMatchObject({ kind: "unknown" });
    expect(await twilio.createInteraction(wanted)).toMatchObject({ kind: "unknown" });
  });

  test.each([
    ["setup", "active"],
    ["active", "active"],
    ["pause", "active"],
    ["transfer", "active"],
    ["inactive", "inactive"],
    ["closed", "closed"],
    ["failed", "failed"],
  ])("has a channel whose status %s means %s", async (status, meaning) => {
    const { twilio } = bridge(json({ status }));
    expect(await twilio.channelStatus(INTERACTION, CHANNEL)).toEqual(done(meaning));
  });

  test("has a channel that is gone when Flex does not know it any more", async () => {
    const { twilio } = bridge(twilioError(404, 20404));
    expect(await twilio.channelStatus(INTERACTION, CHANNEL)).toEqual(done("gone"));
  });

  test("has a channel that is paused once, even if it had ended by itself", async () => {
    const ended = bridge(twilioError(400, 20001), json({ status: "closed" }));
    expect(await ended.twilio.pauseChannel(INTERACTION, CHANNEL)).toEqual(done(undefined));
    const active = bridge(twilioError(400, 20001), json({ status: "active" }));
    expect(await active.twilio.pauseChannel(INTERACTION, CHANNEL)).toMatchObject({ kind: "refused", code: 20001 });
  });
});

describe("A task", () => {
  const task = (n: number, attributes: unknown) => ({
    sid: sid("WT", n),
    assignment_status: "pending",
    attributes: JSON.stringify(attributes),
  });
  const ours = { sessionId: SESSION, interactionAttempt: 1, memberId: MEMBER };

  test("is the first of this session and attempt, with its interaction", async () => {
    const flex = { flexInteractionSid: INTERACTION, flexInteractionChannelSid: CHANNEL };
    const tasks = [
      { ...task(8, {}), attributes: "{broken" },
      { ...task(9, {}), attributes: null },
      task(1, { ...ours, sessionId: `${MEMBER}-11` }),
      task(2, { ...ours, interactionAttempt: 2 }),
      task(3, { ...ours, ...flex }),
      task(4, { ...ours, ...flex }),
    ];
    const { twilio } = bridge(json({ tasks }));
    const found = { task: sid("WT", 3), interaction: INTERACTION, channel: CHANNEL };
    expect(await twilio.findTask(SESSION, 1)).toEqual(done(found));
  });

  test("is found before Flex has named the interaction, and may be missing", async () => {
    const { twilio } = bridge(json({ tasks: [task(1, ours)] }), json({ tasks: [] }));
    expect(await twilio.findTask(SESSION, 1)).toEqual(done({ task: TASK, interaction: null, channel: null }));
    expect(await twilio.findTask(SESSION, 1)).toEqual(done(null));
  });

  test("is live while pending, reserved or assigned, whichever attempt it belongs to", async () => {
    const over = ["wrapping", "completed", "canceled"].map((status) => ({
      ...task(1, ours),
      assignment_status: status,
    }));
    for (const status of ["pending", "reserved", "assigned"]) {
      const live = { ...task(2, { ...ours, interactionAttempt: 2 }), assignment_status: status };
      const { twilio } = bridge(json({ tasks: [...over, live] }), json({ tasks: over }));
      expect(await twilio.findLiveTask(SESSION)).toMatchObject(done({ task: sid("WT", 2) }));
      expect(await twilio.findLiveTask(SESSION)).toEqual(done(null));
    }
  });

  test("is the live one, else the last one, which names its interaction all the same", async () => {
    const over = { ...task(1, ours), assignment_status: "completed" };
    const later = { ...task(2, { ...ours, interactionAttempt: 2 }), assignment_status: "completed" };
    const live = { ...task(3, ours), assignment_status: "reserved" };
    const { twilio } = bridge(json({ tasks: [later, live] }), json({ tasks: [over, later] }), json({ tasks: [] }));
    expect(await twilio.findLastTask(SESSION)).toMatchObject(done({ task: sid("WT", 3), isLive: true }));
    expect(await twilio.findLastTask(SESSION)).toMatchObject(done({ task: sid("WT", 2), isLive: false }));
    expect(await twilio.findLastTask(SESSION)).toEqual(done(null));
  });
});

describe("A worker", () => {
  const IDENTITY_OF_AGENT = "agent_40example_2Ecom" as typeof IDENTITY;
  const attributes = JSON.stringify({ full_name: "An Agent", contact_uri: `client:${IDENTITY_OF_AGENT}` });

  test("is found by the identity it chats with, in one call", async () => {
    const { twilio } = bridge(json({ workers: [{ sid: WORKER, friendly_name: "agent", attributes }] }));
    const found = { worker: WORKER, identity: IDENTITY_OF_AGENT, name: "An Agent" };
    expect(await twilio.findWorker(IDENTITY_OF_AGENT)).toEqual(done(found));
  });

  test("is found by its own name where the attributes do not tell", async () => {
    const nameless = { sid: WORKER, friendly_name: "agent-7", attributes: "{}" };
    const { twilio, requests } = bridge(json({ workers: [nameless] }));
    const found = { worker: WORKER, identity: null, name: null };
    expect(await twilio.findWorker("agent-7" as typeof IDENTITY)).toEqual(done(found));
    expect(requests[0]?.query).toContain("FriendlyName=agent-7");
  });

  test("is nobody when another one is all that comes back", async () => {
    const other = { sid: WORKER, friendly_name: "other", attributes };
    const { twilio } = bridge(json({ workers: [other] }), json({ workers: [other] }));
    expect(await twilio.findWorker("someone" as typeof IDENTITY)).toEqual(done(null));
  });

  test("cannot be named so that the query asks for others", async () => {
    const { twilio, requests } = bridge(json({ workers: [] }));
    await twilio.findWorker('x" OR "1" == "1' as typeof IDENTITY);
    expect(requests.map(({ query }) => query)).toEqual([['FriendlyName=x" OR "1" == "1', "PageSize=50"]]);
  });
});

describe("Any call", () => {
  test("gives Twilio ten seconds and does not follow redirects", async () => {
    const seen: { redirect: string | undefined; timeLimitMs: number }[] = [];
    const fetch = async (_: string, { redirect }: RequestInit, timeLimitMs: number) => {
      seen.push({ redirect, timeLimitMs });
      throw new DOMException("aborted", "TimeoutError");
    };
    const twilio = twilioRest({ fetch, now: () => NOON, config: CONFIG });
    expect(await twilio.conversationState(CONVERSATION)).toEqual({
      kind: "unknown",
      reason: "no answer within 10000 ms",
    });
    expect(seen).toEqual([{ redirect: "manual", timeLimitMs: 10_000 }]);
  });

  test("goes where TWILIO_API_URL says", async () => {
    const { fetch, requests } = scripted(json({ links: { content_direct_temporary: "https://media.example/x" } }));
    const config = { ...CONFIG, TWILIO_API_URL: "http://127.0.0.1:1/{service}" };
    expect(await twilioRest({ fetch, now: () => NOON, config }).mediaLink(MEDIA)).toEqual(
      done("https://media.example/x"),
    );
    expect(requests[0]?.url).toBe(`http://127.0.0.1:1/mcs.us1/v1/Services/${sid("IS")}/Media/${MEDIA}`);
  });
});
