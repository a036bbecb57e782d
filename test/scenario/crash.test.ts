import { beforeAll, expect, test } from "vitest";
import type { Member } from "../../playground/discord/index.ts";
import { botTextsAfter, type Talk, useStage, wordsOfAgent, wordsOfMember } from "../support/scenario.ts";

/** A delivery that a crash interrupted is looked after within half a minute. */
const LONG_MS = 60_000;
/** For each crash: the call for a new person that it catches in flight. */
const FETCHING = [/\/Conversations$/, /\/Participants$/, /\/Interactions$/];

// With Discord's rate limit, as in reality.
const scenario = useStage();
const fetching: Member[] = [];
const talks: Talk[] = [];

/** Everybody writes all the time, and each crash catches in flight what a new talk says; older ones may still recover. */
beforeAll(async () => {
  for (const [n, fetchingCall] of FETCHING.entries()) {
    const caught = await scenario.connect();
    talks.push(caught);
    const isCaught = catchInFlight(caught, fetchingCall);
    const newcomer = scenario.newMember();
    fetching.push(newcomer);
    newcomer.dm("live agent");
    for (const { member, chat } of talks) {
      member.dm(`member, before crash ${n}`);
      await chat.send(`agent, before crash ${n}`);
    }
    await isCaught();
    const restarted = scenario.stage.crashAndRestart();
    for (const { member, chat } of talks) {
      member.dm(`member, while down ${n}`);
      await chat.send(`agent, while down ${n}`);
    }
    await restarted;
  }
  await Promise.all(talks.map((talk) => scenario.sayLastWords(talk, LONG_MS)));
}, 150_000);

test("what members wrote before and during three crashes reached the agents once and in order", () => {
  for (const [n, { member, chat }] of talks.entries()) {
    expect(wordsOfMember(member, chat.conversation)).toEqual(["live agent", ...wordsBy("member", n)]);
  }
});

test("what agents wrote before and during three crashes reached the members once and in order", () => {
  for (const [n, { member, agent }] of talks.entries()) {
    expect(wordsOfAgent(member, agent)).toEqual(wordsBy("agent", n));
  }
});

test("the agents still own their conversations: no notice, no second task, nothing of the assistant's", () => {
  for (const [n, { member, agent, chat }] of talks.entries()) {
    const texts = botTextsAfter(member, `${agent.name} has joined the conversation.`);
    expect(texts).toHaveLength(wordsBy("agent", n).length);
    expect(scenario.tasksOf(member)).toEqual([chat.task]);
    expect(scenario.conversationsOf(member)).toEqual([chat.conversation]);
  }
});

test("a person who was being fetched when the Worker crashed is fetched once", async () => {
  const outcomes = fetching.map(async (member) => {
    const agent = scenario.newAgent();
    const chat = await scenario.accept(agent, await scenario.taskOf(member, [], LONG_MS));
    await scenario.sayLastWords({ member, agent, chat }, LONG_MS);
    return [
      wordsOfMember(member, chat.conversation),
      scenario.tasksOf(member).length,
      scenario.conversationsOf(member).length,
    ];
  });
  const once = [["live agent", "last words of the member"], 1, 1];
  expect(await Promise.all(outcomes)).toEqual(fetching.map(() => once));
}, 90_000);

test("the Gateway resumed its session after each crash and identified only once", () => {
  const sent = scenario.discord.log.flatMap((entry) =>
    entry.kind === "gateway" && entry.direction === "in" ? [(entry.frame as { op?: number }).op] : [],
  );
  expect(sent.filter((op) => op === 2)).toHaveLength(1);
  expect(sent.filter((op) => op === 6)).toHaveLength(FETCHING.length);
});

/**
 * The next message of each side, and a call for a person, are not answered for eight seconds, in which they take effect.
 * Resolves, when called, as soon as all three are in flight.
 */
function catchInFlight({ member, chat }: Talk, fetchingCall: RegExp): () => Promise<void> {
  const { discord, twilio } = scenario;
  const fault = { kind: { delayMs: 8_000 }, method: "POST" };
  const toMember = `/channels/${member.dmChannelId}/messages`;
  twilio.faults.rest({ ...fault, route: `/Conversations/${chat.conversation.sid}/Messages` });
  twilio.faults.rest({ ...fault, route: fetchingCall });
  discord.faults.rest({ ...fault, route: toMember });
  const [callsToTwilio, callsToDiscord] = [twilio.log.length, discord.log.length];
  return async () => {
    const held = () => twilio.log.slice(callsToTwilio).filter((entry) => entry.kind === "rest" && entry.fault !== null);
    await twilio.until(() => held().length === 2, "two calls to Twilio in flight");
    const isHeld = (entry: (typeof discord.log)[number]) => entry.kind === "rest" && entry.path.startsWith(toMember);
    await discord.until(() => discord.log.slice(callsToDiscord).some(isHeld), "a call to Discord in flight");
  };
}

/** What was said in the n-th talk, which began before the n-th crash. */
function wordsBy(who: "member" | "agent", n: number): string[] {
  const crashes = [...FETCHING.keys()].slice(n);
  const words = crashes.flatMap((crash) => [`${who}, before crash ${crash}`, `${who}, while down ${crash}`]);
  return [...words, `last words of the ${who}`];
}
