import { beforeAll, describe, expect, test } from "vitest";
import type { RestFaultKind as DiscordFaultKind, Member } from "../../playground/discord/index.ts";
import type { RestFault, RestFaultKind as TwilioFaultKind } from "../../playground/twilio/index.ts";
import {
  botTexts,
  botTextsAfter,
  numbered,
  type Talk,
  useStage,
  wordsOfAgent,
  wordsOfMember,
} from "../support/scenario.ts";

const UNREACHABLE =
  "Our agents cannot be reached at the moment. I keep trying, and nothing you write here will get lost.";
const CLOSED = "This conversation was closed. Send a message to start a new one.";
/** Longer than a call may take, a late effect of it may follow, and the next pause lasts. */
const LONG_MS = 50_000;

const scenario = useStage({ discord: { rateLimits: false } });

describe("Twilio cannot be reached while a person is asked for", () => {
  const failures: readonly [string, Omit<RestFault, "times">][] = [
    ["answers with server errors", { kind: "5xx-before" }],
    ["refuses all calls as too many", { kind: "429" }],
    ["breaks all connections", { kind: "reset-before" }],
    ["cannot make Flex tasks", { kind: "429", service: "flex-api" }],
  ];
  test.for(failures)("it %s: the member reads an honest notice, and later everything arrives", async ([, fault]) => {
    const member = scenario.newMember();
    const recovers = scenario.twilio.faults.rest({ ...fault, times: Number.POSITIVE_INFINITY });
    member.dm("live agent");
    member.dm("Hello?");
    await scenario.reads(member, UNREACHABLE, LONG_MS);
    member.dm("I wait");
    expect(scenario.tasksOf(member)).toEqual([]);
    recovers();
    await arrivesOnceAndInOrder(member, ["live agent", "Hello?", "I wait"]);
    expect(botTexts(member).filter((text) => text === UNREACHABLE)).toHaveLength(1);
  });
});

// Each waits until a call without an answer may be looked after: together they wait once.
describe.concurrent("Nobody knows whether a call took effect", () => {
  const atTwilio: readonly TwilioFaultKind[] = [
    "5xx-before",
    "5xx-after",
    "timeout-before",
    "timeout-after",
    "reset-after",
    "429-conversation",
    "409-concurrent",
  ];
  const atDiscord: readonly DiscordFaultKind[] = [
    "429-user",
    "429-shared",
    "5xx-before",
    "5xx-after",
    "timeout-after",
    "reset-before",
    "reset-after",
  ];
  let membersTalks: readonly (readonly [TwilioFaultKind, Talk])[];
  let agentsTalks: readonly (readonly [DiscordFaultKind, Talk])[];
  let hanging: Member;
  beforeAll(async () => {
    membersTalks = await Promise.all(atTwilio.map(async (kind) => [kind, await scenario.connect()] as const));
    agentsTalks = await Promise.all(atDiscord.map(async (kind) => [kind, await scenario.connect()] as const));
    hanging = scenario.newMember();
    const hangs = scenario.twilio.faults.rest({ kind: "timeout-before", route: /\/Participants$/, times: 3 });
    hanging.dm("live agent");
    hanging.dm("Hello?");
    const [conversation] = await scenario.twilio.until(() => {
      const found = scenario.conversationsOf(hanging);
      return found.length > 0 && found;
    }, "the Twilio Conversation");
    // From here on for this conversation only.
    hangs();
    const route = `/Conversations/${conversation?.sid}/Participants`;
    scenario.twilio.faults.rest({ kind: "timeout-before", route, times: 3 });
  });

  test("Twilio hangs: the member reads an honest notice, and later everything arrives", async () => {
    await scenario.reads(hanging, UNREACHABLE, LONG_MS);
    await arrivesOnceAndInOrder(hanging, ["live agent", "Hello?"]);
  });

  test("a member's message reaches the agent exactly once and in order, whatever Twilio answers", async () => {
    const outcomes = membersTalks.map(async ([kind, talk]) => {
      const { member, chat } = talk;
      scenario.twilio.faults.rest({ kind, method: "POST", route: `/Conversations/${chat.conversation.sid}/Messages` });
      for (const text of numbered("text", 3)) member.dm(text);
      await scenario.sayLastWords(talk, LONG_MS);
      return [kind, wordsOfMember(member, chat.conversation).slice(1, -1)];
    });
    expect(await Promise.all(outcomes)).toEqual(atTwilio.map((kind) => [kind, numbered("text", 3)]));
  });

  test("an agent's message reaches the member exactly once and in order, whatever Discord answers", async () => {
    const outcomes = agentsTalks.map(async ([kind, talk]) => {
      const { member, agent, chat } = talk;
      scenario.discord.faults.rest({ kind, method: "POST", route: `/channels/${member.dmChannelId}/messages` });
      for (const text of numbered("text", 3)) await chat.send(text);
      await scenario.sayLastWords(talk, LONG_MS);
      return [kind, wordsOfAgent(member, agent).slice(0, -1)];
    });
    expect(await Promise.all(outcomes)).toEqual(atDiscord.map((kind) => [kind, numbered("text", 3)]));
  });

  test("a person is fetched once, whichever answer of Twilio gets lost", async () => {
    const created = (route: RegExp, kind: TwilioFaultKind): RestFault => ({ kind, route, method: "POST" });
    const faults = [
      created(/\/Conversations$/, "5xx-after"),
      created(/\/Conversations$/, "reset-after"),
      created(/\/Conversations$/, "timeout-after"),
      created(/\/Conversations$/, "409-concurrent"),
      created(/\/Participants$/, "5xx-after"),
      created(/\/Webhooks$/, "5xx-after"),
      created(/\/Webhooks$/, "reset-after"),
      created(/\/Interactions$/, "5xx-after"),
      created(/\/Interactions$/, "timeout-after"),
    ];
    const members: Member[] = [];
    for (const fault of faults) {
      const member = scenario.newMember();
      const hits = () => scenario.twilio.log.filter((entry) => entry.kind === "rest" && entry.fault === fault.kind);
      const before = hits().length;
      scenario.twilio.faults.rest(fault);
      member.dm("live agent");
      // The next member asks when this fault is used up.
      await scenario.twilio.until(() => hits().length > before, `the fault ${String(fault.kind)}`);
      members.push(member);
    }
    await Promise.all(members.map((member) => arrivesOnceAndInOrder(member, ["live agent"])));
  });
});

describe("Twilio's webhooks come late, twice, in disorder or not at all", () => {
  const troubles: readonly [string, () => void][] = [
    ["lost", () => scenario.twilio.faults.loseWebhooks(2, { eventType: "onMessageAdded" })],
    ["duplicated", () => scenario.twilio.faults.duplicateWebhooks(4, { eventType: "onMessageAdded" })],
    ["out of order", () => scenario.twilio.faults.reorderWebhooks(4, { eventType: "onMessageAdded" })],
    ["held back while later ones pass", () => scenario.twilio.faults.delayWebhooks(2, { eventType: "onMessageAdded" })],
  ];
  test.for(troubles)("%s: the agent's messages reach the member once and in order", async ([, arrange]) => {
    const talk = await scenario.connect();
    arrange();
    const texts = numbered("text", 4);
    for (const text of texts) await talk.chat.send(text);
    await scenario.sayLastWords(talk);
    scenario.twilio.releaseWebhooks();
    await scenario.twilio.webhooksSettled();
    await talk.chat.send("the very last words");
    await scenario.reads(talk.member, `**${talk.agent.name}:** the very last words`);
    expect(wordsOfAgent(talk.member, talk.agent)).toEqual([...texts, "last words of the agent", "the very last words"]);
  });

  test("numbers that Twilio leaves out hold nothing up", async () => {
    const talk = await scenario.connect();
    const texts = numbered("text", 3);
    for (const text of texts) {
      scenario.twilio.faults.skipIndexes(3);
      await talk.chat.send(text);
    }
    await scenario.sayLastWords(talk);
    expect(wordsOfAgent(talk.member, talk.agent)).toEqual([...texts, "last words of the agent"]);
  });

  test("nobody says that the chat was closed: the member's next message opens a new session", async () => {
    const { member, chat } = await scenario.connect();
    scenario.twilio.faults.loseWebhooks(1, { eventType: "onConversationStateUpdated" });
    scenario.twilio.closeConversation(chat.conversation.sid, "TIMER");
    member.dm("How do I change my name?");
    await scenario.reads(member, "Does one of these help?");
    expect(botTexts(member).filter((text) => text === CLOSED)).toHaveLength(1);
    expect(wordsOfMember(member, chat.conversation)).toEqual(["live agent"]);
  });

  const joinSignals: readonly [string, () => void][] = [
    ["TaskRouter's word is lost", () => scenario.twilio.faults.loseWebhooks(1, { eventType: "reservation.accepted" })],
    [
      "the participant's word is lost",
      () => scenario.twilio.faults.loseWebhooks(1, { eventType: "onParticipantAdded" }),
    ],
    [
      "both words are lost",
      () => {
        scenario.twilio.faults.loseWebhooks(1, { eventType: "reservation.accepted" });
        scenario.twilio.faults.loseWebhooks(1, { eventType: "onParticipantAdded" });
      },
    ],
    [
      "the participant's word comes late",
      () => scenario.twilio.faults.delayWebhooks(1, { eventType: "onParticipantAdded" }),
    ],
    [
      "each word comes twice",
      () => {
        scenario.twilio.faults.duplicateWebhooks(1, { eventType: "reservation.accepted" });
        scenario.twilio.faults.duplicateWebhooks(1, { eventType: "onParticipantAdded" });
      },
    ],
  ];
  test.for(joinSignals)("an agent joins and %s: announced once, before the first message", async ([, arrange]) => {
    const [member, agent] = [scenario.newMember(), scenario.newAgent()];
    member.dm("live agent");
    const task = await scenario.taskOf(member);
    arrange();
    const chat = await scenario.accept(agent, task);
    await chat.send("Hello");
    await scenario.reads(member, `**${agent.name}:** Hello`);
    scenario.twilio.releaseWebhooks();
    await scenario.twilio.webhooksSettled();
    await scenario.sayLastWords({ member, agent, chat });
    expect(botTextsAfter(member, "Transferring you to one of our agents…")).toEqual([
      `${agent.name} has joined the conversation.`,
      `**${agent.name}:** Hello`,
      `**${agent.name}:** last words of the agent`,
    ]);
  });
});

/** There is one conversation and one task, and the agent who takes it sees the member's words once and in order. */
async function arrivesOnceAndInOrder(member: Member, texts: readonly string[]): Promise<void> {
  const agent = scenario.newAgent();
  const chat = await scenario.accept(agent, await scenario.taskOf(member, [], LONG_MS));
  await scenario.reads(member, `${agent.name} has joined the conversation.`, LONG_MS);
  await scenario.sayLastWords({ member, agent, chat }, LONG_MS);
  expect(wordsOfMember(member, chat.conversation)).toEqual([...texts, "last words of the member"]);
  expect(wordsOfAgent(member, agent)).toEqual(["last words of the agent"]);
  expect(scenario.conversationsOf(member)).toEqual([chat.conversation]);
  expect(scenario.tasksOf(member)).toEqual([chat.task]);
  expect(chat.conversation.webhooks).toHaveLength(1);
  expect(chat.conversation.participants.map(({ identity }) => identity)).toEqual([
    `discord_${member.id}`,
    agent.identity,
  ]);
}
