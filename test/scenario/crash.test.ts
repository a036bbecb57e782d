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
let talks: readonly Talk[] = [];

/** Everybody writes all the time, and each crash catches another talk's messages in flight. */
beforeAll(async () => {
  talks = await Promise.all(FETCHING.map(() => scenario.connect()));
  for (const [n, caught] of talks.entries()) {
    catchInFlight(caught, FETCHING[n]);
    const newcomer = scenario.newMember();
    fetching.push(newcomer);
    newcomer.dm("live agent");
    for (const { member, chat } of talks) {
      member.dm(`member, before crash ${n}`);
      await chat.send(`agent, before crash ${n}`);
    }
    await scenario.twilio.until(() => inFlight(scenario.twilio.log) >= 2, "two calls to Twilio in flight");
    await scenario.discord.until(() => inFlight(scenario.discord.log) >= 1, "a call to Discord in flight");
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
  for (const { member, chat } of talks) {
    expect(wordsOfMember(member, chat.conversation)).toEqual(["live agent", ...wordsBy("member")]);
  }
});

test("what agents wrote before and during three crashes reached the members once and in order", () => {
  for (const { member, agent } of talks) expect(wordsOfAgent(member, agent)).toEqual(wordsBy("agent"));
});

test("the agents still own their conversations: no notice, no second task, nothing of the assistant's", () => {
  for (const { member, agent, chat } of talks) {
    expect(botTextsAfter(member, `${agent.name} has joined the conversation.`)).toHaveLength(wordsBy("agent").length);
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

/** The next message of each side, and a call for a person, take effect but are not answered for two seconds. */
function catchInFlight({ member, chat }: Talk, fetching: RegExp | undefined): void {
  const fault = { kind: { delayMs: 2_000 }, method: "POST" };
  scenario.twilio.faults.rest({ ...fault, route: `/Conversations/${chat.conversation.sid}/Messages` });
  scenario.discord.faults.rest({ ...fault, route: `/channels/${member.dmChannelId}/messages` });
  if (fetching !== undefined) scenario.twilio.faults.rest({ ...fault, route: fetching });
}

/** How many REST calls wait for their answer. Those that a crash cut off earlier got one all the same. */
function inFlight(log: readonly { readonly kind: string; readonly status?: unknown }[]): number {
  return log.filter((entry) => entry.kind === "rest" && entry.status === null).length;
}

function wordsBy(who: "member" | "agent"): string[] {
  const words = FETCHING.flatMap((_, n) => [`${who}, before crash ${n}`, `${who}, while down ${n}`]);
  return [...words, `last words of the ${who}`];
}
