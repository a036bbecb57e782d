import { expect, test } from "vitest";
import { isAssistants, type Say } from "../../../src/conversation/deliveries.ts";
import { type JournaledEvent, keyOf } from "../../../src/conversation/events.ts";
import {
  type ArticleSlug,
  type DiscordInteractionId,
  type DiscordMessageId,
  identityOf,
  memberOfSession,
  sessionIdOf,
  uniqueNameOf,
} from "../../../src/conversation/ids.ts";
import { AGENT, MEMBER } from "../../support/people.ts";
import { CONVERSATION, Decisions, DM, messageId, NOON, SESSION } from "./decisions.ts";

const conversation = new Decisions();
const profile = { member: MEMBER, displayName: "member" };
const interaction = "400000000000000001" as DiscordInteractionId;
const about = { message: messageId(1), channel: DM, profile, text: "text", at: NOON };

test.each<[string, JournaledEvent]>([
  [
    "discord/interaction/400000000000000001",
    { kind: "member-asked-for-help", interaction, token: "interaction-token", profile, guild: null, at: NOON },
  ],
  [
    "discord/interaction/400000000000000001",
    {
      kind: "member-pressed",
      interaction,
      profile,
      message: "500000000000000001" as DiscordMessageId,
      session: SESSION,
      button: { kind: "person" },
      at: NOON,
    },
  ],
  ["discord/message/600000000000000001", { kind: "member-wrote", incomplete: false, ...about }],
  ["discord/message/600000000000000001/edit/then", { kind: "member-edited", revision: "then", ...about }],
  ["discord/missed/600000000000000001", { kind: "messages-missed", after: messageId(1), at: NOON }],
  ["twilio/message/IM7", conversation.agentWrote("text", 7)],
  [
    "twilio/message/IM7/edit/then",
    {
      kind: "agent-edited",
      conversation: CONVERSATION,
      message: conversation.agentWrote("text", 7).message,
      revision: "then",
      author: AGENT.identity,
      text: "text",
      delivery: null,
      at: NOON,
    },
  ],
  ["twilio/participant-joined/MB-agent_one", conversation.participant("participant-joined")],
  ["twilio/participant-left/MB-agent_one", conversation.participant("participant-left")],
  ["twilio/closed/CH1", { kind: "conversation-closed", conversation: CONVERSATION, at: NOON }],
  ["taskrouter/task-created/WT1", conversation.task({ type: "task-created" })],
  ["a key of its own", { kind: "resend-asked", key: "a key of its own", profile: null, undelivered: [], at: NOON }],
])("%s is how the journal knows it: for good, since repetitions come weeks later", (key, event) => {
  expect(keyOf(event)).toBe(key);
});

test("what the assistant says is told from the notices of the bridge and from agents' words", () => {
  const article = { slug: "a" as ArticleSlug, title: "A", summary: "…", url: null };
  const assistants: readonly Say[] = [
    { kind: "greeting" },
    { kind: "suggestions", articles: [] },
    { kind: "nothing-found" },
    { kind: "article", article },
    { kind: "article-gone" },
    { kind: "glad-it-helped" },
  ];
  const others: readonly Say[] = [
    { kind: "still-here" },
    { kind: "case-opened", number: 1 },
    { kind: "transferring" },
    { kind: "agent-text", agent: AGENT.identity, text: "hello", files: [] },
    { kind: "back-to-assistant" },
    { kind: "closed" },
    { kind: "not-delivered", resend: null },
  ];
  expect(assistants.filter(isAssistants)).toEqual(assistants);
  expect(others.filter(isAssistants)).toEqual([]);
});

test("our names for things at Twilio come from Discord's ids alone", () => {
  expect(sessionIdOf(MEMBER, 3)).toBe("100000000000000001-3");
  expect(memberOfSession(sessionIdOf(MEMBER, 3))).toBe(MEMBER);
  expect(identityOf(MEMBER)).toBe("discord_100000000000000001");
  expect(uniqueNameOf(sessionIdOf(MEMBER, 3))).toBe("flexcord-100000000000000001-3");
});
