import { beforeAll, expect, test } from "vitest";
import type { Member } from "../../playground/discord/index.ts";
import { botTextsAfter, type Talk, useStage, wordsOfAgent, wordsOfMember } from "../support/scenario.ts";

/** A delivery that a crash interrupted is looked after within half a minute. */
const LONG_MS = 60_000;
const CRASHES = 3;

// With Discord's rate limit, as in reality.
const scenario = useStage();
const talks: Talk[] = [];
const fetching: Member[] = [];

/** Everybody writes all the time, and each crash catches other calls in flight. */
beforeAll(async () => {
  for (let n = 0; n < CRASHES; n += 1) talks.push(await scenario.connect());
  for (let n = 0; n < CRASHES; n += 1) {
    const talk = talks[n] ?? (await scenario.connect());
    catchInFlight(talk);
    const member = scenario.newMember();
    fetching.push(member);
    scenario.twilio.faults.rest({ kind: { delayMs: 2_000 }, method: "POST", route: FETCHING[n] ?? /\/Interactions$/ });
    member.dm("live agent");
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
  expect(sent.filter((op) => op === 6)).toHaveLength(CRASHES);
});

/** Which call for a new person is in flight at each crash. */
const FETCHING = [/\/Conversations$/, /\/Participants$/, /\/Interactions$/];

/** The next message of each side is on its way for two seconds: it takes effect, but nobody hears the answer. */
function catchInFlight({ member, chat }: Talk): void {
  const kind = { delayMs: 2_000 };
  scenario.twilio.faults.rest({ kind, method: "POST", route: `/Conversations/${chat.conversation.sid}/Messages` });
  scenario.discord.faults.rest({ kind, method: "POST", route: `/channels/${member.dmChannelId}/messages` });
}

/** How many REST calls wait for their answer. Those that a crash cut off earlier got one all the same. */
function inFlight(log: readonly { readonly kind: string; readonly status?: unknown }[]): number {
  return log.filter((entry) => entry.kind === "rest" && entry.status === null).length;
}

function wordsBy(who: "member" | "agent"): string[] {
  const numbers = Array.from({ length: CRASHES }, (_, n) => n);
  const words = numbers.flatMap((n) => [`${who}, before crash ${n}`, `${who}, while down ${n}`]);
  return [...words, `last words of the ${who}`];
}
