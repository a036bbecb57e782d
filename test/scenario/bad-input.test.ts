import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import { afterEach, describe, expect, test } from "vitest";
import type { Member } from "../../playground/discord/index.ts";
import { botTexts, Scenario, useStage, wordsOfAgent } from "../support/scenario.ts";

/** How far Discord's clock is off, in milliseconds. */
let clockSkew = 0;
const scenario = useStage({ discord: { rateLimits: false, now: () => Date.now() + clockSkew } });
afterEach(() => {
  clockSkew = 0;
});

describe("A request that does not come from Discord or Twilio", () => {
  test("an interaction without, or with a wrong, signature is refused with 401 and leaves nothing", async () => {
    const member = scenario.newMember();
    const interaction = { type: 2, id: "1", token: "t", user: { id: member.id }, data: { name: "helpme", type: 1 } };
    const seconds = String(Math.floor(Date.now() / 1000));
    const wrong = { "x-signature-ed25519": "ab".repeat(64), "x-signature-timestamp": seconds };
    const before = traces();
    for (const headers of [{}, wrong, { ...wrong, "x-signature-ed25519": "no hexadecimal digits" }]) {
      expect((await post("/discord/interactions", JSON.stringify(interaction), headers)).status).toBe(401);
    }
    expect(traces()).toEqual(before);
    await firstContact(member);
  });

  test("an interaction that was signed six minutes ago is refused with 401 and leaves nothing", async () => {
    const member = scenario.newMember();
    const before = traces();
    for (const minutes of [-6, 6]) {
      clockSkew = minutes * 60_000;
      const helpme = await member.slash("helpme");
      expect([helpme.httpStatus, helpme.state]).toEqual([401, "failed"]);
    }
    clockSkew = 0;
    expect(traces()).toEqual(before);
    await firstContact(member);
  });

  test("a Twilio webhook without, or with a wrong, signature is refused with 403 and nobody reads it", async () => {
    const talk = await scenario.connect();
    const { member, agent, chat } = talk;
    const path = `/twilio/forward-to-discord/${member.id}`;
    const next = chat.messages.at(-1)?.index ?? 0;
    const forged = { EventType: "onMessageAdded", ConversationSid: chat.conversation.sid, MessageSid: sid("IM") };
    const message = { ...forged, Author: agent.identity, Body: "Send me your password", Index: String(next + 1) };
    const closing = {
      EventType: "onConversationStateUpdated",
      ConversationSid: chat.conversation.sid,
      StateTo: "closed",
    };
    const before = traces();
    for (const params of [message, closing]) {
      const body = new URLSearchParams(params).toString();
      expect((await post(path, body, FORM)).status).toBe(403);
      expect((await post(path, body, { ...FORM, ...signed(path, params, "another token") })).status).toBe(403);
      expect((await post(path, `${body}&Body=changed`, { ...FORM, ...signed(path, params) })).status).toBe(403);
      expect((await post("/twilio/task-events", body, { ...FORM, ...signed(path, params) })).status).toBe(403);
    }
    expect(traces()).toEqual(before);
    await scenario.sayLastWords(talk);
    expect(wordsOfAgent(member, agent)).toEqual(["last words of the agent"]);
  });

  test("an agent's message whose webhook is forged on the way still arrives, read from Twilio itself", async () => {
    const talk = await scenario.connect();
    scenario.twilio.faults.forgeWebhooks(1, { eventType: "onMessageAdded" });
    await talk.chat.send("Nobody told you of this");
    await scenario.sayLastWords(talk);
    expect(wordsOfAgent(talk.member, talk.agent)).toEqual(["Nobody told you of this", "last words of the agent"]);
  });
});

describe("A request that makes no sense", () => {
  test("wrong methods get 405 with the right one, and unknown routes 404", async () => {
    const paths = ["/discord/interactions", "/twilio/task-events", "/twilio/forward-to-discord/123456789012345678"];
    for (const path of paths) {
      const response = await fetch(scenario.worker.url + path);
      expect([path, response.status, response.headers.get("allow")]).toEqual([path, 405, "POST"]);
    }
    const health = await post("/health", "{}", {});
    expect([health.status, health.headers.get("allow")]).toEqual([405, "GET"]);
    for (const path of ["/", "/discord", "/twilio/forward-to-discord/nobody", "/health/more"]) {
      expect([path, (await fetch(scenario.worker.url + path)).status]).toEqual([path, 404]);
    }
  });

  test("a well-signed webhook that says nothing gets 400 without internals", async () => {
    const path = "/twilio/task-events";
    const empty = await post(path, "A=1", { ...FORM, ...signed(path, { A: "1" }) });
    expect(empty.status).toBe(400);
    expect(await empty.json()).toEqual({ error: "EventType is missing" });
    const forward = "/twilio/forward-to-discord/123456789012345678";
    const params = { EventType: "onMessageAdded", ConversationSid: "not an id" };
    const bad = await post(forward, new URLSearchParams(params).toString(), { ...FORM, ...signed(forward, params) });
    expect(bad.status).toBe(400);
  });

  test("bodies that are too large get 413", async () => {
    const large = "x".repeat(1024 * 1024 + 1);
    expect((await post("/discord/interactions", large, {})).status).toBe(413);
    const headers = { ...FORM, "x-twilio-signature": "of no interest" };
    expect((await post("/twilio/task-events", "x".repeat(256 * 1024 + 1), headers)).status).toBe(413);
  });

  test("the desk and the API want to know who asks", async () => {
    for (const path of ["/desk", "/desk/cases/1", "/api/x"]) {
      const response = await fetch(scenario.worker.url + path);
      expect([path, response.status, await response.json()]).toMatchObject([path, 401, { error: "Sign in first" }]);
    }
  });
});

describe("A member who uses what no longer works", () => {
  test("an unknown command gets a polite private answer", async () => {
    const command = { name: "dance", description: "From an earlier version", type: 1, contexts: [0, 1] };
    await asBot("POST", `/applications/${scenario.discord.applicationId}/commands`, command);
    const member = scenario.newMember();
    const answer = await member.slash("dance");
    expect([answer.state, answer.ephemeral]).toEqual(["answered", true]);
    expect(answer.message?.content).toBe("Sorry, I do not know this command. Use /helpme to get help.");
    expect(member.dmMessages).toEqual([]);
  });

  test("a button of an earlier session does nothing, and says so privately", async () => {
    const member = scenario.newMember();
    member.dm("How do I change my name?");
    const suggestions = await scenario.reads(member, "Does one of these help?");
    const { chat } = await scenario.connect(member);
    await chat.complete();
    await scenario.reads(member, "This conversation was closed. Send a message to start a new one.");
    const pressed = await member.press(suggestions.id, "Talk to a person");
    expect([pressed.state, pressed.ephemeral]).toEqual(["answered", true]);
    expect(pressed.message?.content).toBe(
      "This button belongs to an earlier conversation. Please send me a new message instead.",
    );
    expect(scenario.tasksOf(member)).toHaveLength(1);
  });

  test("another member's button, and one that nobody knows, do nothing and say so privately", async () => {
    const [member, owner] = [scenario.newMember(), scenario.newMember()];
    owner.dm("How do I change my name?");
    await scenario.reads(owner, "Does one of these help?");
    const button = (label: string, custom_id: string) => ({ type: 2, style: 2, label, custom_id });
    const row = {
      type: 1,
      components: [button("Theirs", `p:${owner.id}-1`), button("Old", "from an earlier version")],
    };
    const message = { content: "Buttons", components: [row] };
    const { id } = await asBot("POST", `/channels/${member.dmChannelId}/messages`, message);
    const before = [...botTexts(owner)];

    const foreign = await member.press(id, "Theirs");
    expect(foreign.message?.content).toBe("This button is meant for somebody else. Use /helpme to get help yourself.");
    const unknown = await member.press(id, "Old");
    expect(unknown.message?.content).toBe("Sorry, this no longer works. Use /helpme to get help.");
    expect([foreign.ephemeral, unknown.ephemeral]).toEqual([true, true]);
    expect(botTexts(owner)).toEqual(before);
    expect(scenario.tasksOf(owner)).toEqual([]);
  });

  test("a member with closed DMs is told how to open them, and /helpme works after that", async () => {
    const member = scenario.newMember({ dms: "closed" });
    const refused = await member.slash("helpme");
    await scenario.discord.until(() => refused.state === "answered", "the private answer");
    expect(refused.message?.content).toMatch(/^I could not send you a direct message\. Please allow direct messages/);
    expect([refused.ephemeral, member.dmMessages]).toEqual([true, []]);

    member.dms = "open";
    await greeted(member);
    await scenario.connect(member);
  });
});

test("a Worker with missing variables answers 503 and names them on /health, and nothing else works", async () => {
  const vars = { TWILIO_WORKFLOW_SID: undefined, SIGNING_SECRET: undefined, TWILIO_CHAT_SERVICE_SID: "no such id" };
  const unset = new Scenario({ vars, waitForGateway: false });
  await unset.start();
  try {
    const health = await fetch(`${unset.worker.url}/health`);
    expect(health.status).toBe(503);
    expect(await health.json()).toEqual({
      status: "degraded",
      gateway: "unknown",
      missing: ["TWILIO_WORKFLOW_SID", "SIGNING_SECRET"],
      invalid: ["TWILIO_CHAT_SERVICE_SID"],
    });
    const helpme = await unset.newMember().slash("helpme");
    expect([helpme.state, helpme.httpStatus]).toEqual(["failed", 503]);
    expect(unset.discord.log.filter(({ kind }) => kind === "connection")).toEqual([]);
  } finally {
    await unset.end();
  }
});

const FORM = { "content-type": "application/x-www-form-urlencoded" };

function post(path: string, body: string, headers: Record<string, string>): Promise<Response> {
  return fetch(scenario.worker.url + path, { method: "POST", body, headers });
}

/** What Twilio's own library signs; the account's token unless another is given. */
function signed(path: string, params: Record<string, string>, token = scenario.twilio.authToken) {
  return { "x-twilio-signature": getExpectedTwilioSignature(token, scenario.worker.url + path, params) };
}

function sid(prefix: string): string {
  return prefix + "0123456789abcdef".repeat(2);
}

/** What can be seen of the Worker's doings: its calls to Discord and Twilio. */
function traces(): readonly number[] {
  const { discord, twilio } = scenario;
  return [discord.log, twilio.log].map((log) => log.filter(({ kind }) => kind === "rest").length);
}

/** For this member the bot has never heard of: `/helpme` greets once, and the first task is that of the first session. */
async function firstContact(member: Member): Promise<void> {
  await greeted(member);
  const { chat } = await scenario.connect(member);
  expect(chat.conversation.uniqueName).toBe(`flexcord-${member.id}-1`);
}

async function greeted(member: Member): Promise<void> {
  const helpme = await member.slash("helpme");
  await scenario.discord.until(() => helpme.state === "answered", "the private answer");
  expect(botTexts(member)).toEqual([`Hi ${member.name}, how may I help you?`]);
}

/** What another program with the bot's token does. */
async function asBot(method: string, path: string, body: object): Promise<{ id: string }> {
  const { apiUrl, botToken } = scenario.discord;
  const headers = {
    authorization: `Bot ${botToken}`,
    "user-agent": "DiscordBot (https://flexcord.example, 1.0)",
    "content-type": "application/json",
  };
  const response = await fetch(apiUrl + path, { method, headers, body: JSON.stringify(body) });
  expect(response.ok).toBe(true);
  return (await response.json()) as { id: string };
}
