import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Message } from "../../playground/discord/index.ts";
import { buttonsOf } from "../../playground/show.ts";
import { operate } from "../../scripts/operate.ts";
import { botTexts, type Talk, useStage, wordsOfAgent, wordsOfMember } from "../support/scenario.ts";

const SIGNING_SECRET = "the-operators-secret-on-this-stage-0123456789";
const NOT_DELIVERED = "Your message was not delivered.";
const NOTHING_LEFT =
  "This message was already sent again, or it is too old. Please write it once more if you still need it.";

const scenario = useStage({ discord: { rateLimits: false }, vars: { SIGNING_SECRET } });

let talk: Talk;
beforeEach(async () => {
  talk = await scenario.connect();
});

/** Twilio refuses the next post into the Twilio Conversation for good. */
function twilioRefuses(times = 1): void {
  const route = `/Conversations/${talk.chat.conversation.sid}/Messages`;
  const kind = { status: 400, code: 20001, message: "Refused" } as const;
  scenario.twilio.faults.rest({ kind, method: "POST", route, times });
}

/** Discord refuses the next message into the DM for good. */
function discordRefuses(): void {
  const route = `/channels/${talk.member.dmChannelId}/messages`;
  const kind = { status: 400, code: 200000, message: "Message was blocked by automatic moderation" } as const;
  scenario.discord.faults.rest({ kind, method: "POST", route });
}

/** The notice about the n-th message of the member that was not delivered. */
async function notice(n = 1): Promise<Message> {
  const notices = () => talk.member.dmMessages.filter(({ content }) => content === NOT_DELIVERED);
  return scenario.discord.until(() => notices()[n - 1], `notice ${n}`);
}

/** What agents read from neither the member nor the agent. */
function systemLines(): string[] {
  const { member, agent, chat } = talk;
  const people = [`discord_${member.id}`, agent.identity];
  return chat.messages.flatMap(({ author, body }) => (people.includes(author) || body === null ? [] : [body]));
}

async function agentReads(line: string): Promise<void> {
  await scenario.twilio.until(() => systemLines().includes(line), `"${line}" on Flex`);
}

/** Runs the operator's command; returns its exit code and what it printed. */
async function operator(args: string[], secret = SIGNING_SECRET): Promise<{ code: number; printed: string }> {
  const lines: string[] = [];
  const code = await operate(args, {
    fetch,
    now: Date.now,
    variables: async () => ({ PUBLIC_URL: scenario.worker.url, SIGNING_SECRET: secret }),
    print: (line) => lines.push(line),
    complain: (line) => lines.push(line),
  });
  return { code, printed: lines.join("\n") };
}

/** The ids of the talk's dead letters, as soon as there are so many. The directory is written after the notices. */
async function deadLetters(n: number): Promise<string[]> {
  return vi.waitFor(async () => {
    const { printed } = await operator(["dead-letters"]);
    const rows = printed.split("\n").filter((line) => line.includes(talk.member.id));
    expect(rows).toHaveLength(n);
    return rows.map((row) => row.split(/ {2,}/)[3] ?? "");
  }, 10_000);
}

describe("A member's message that Twilio refuses", () => {
  test("is reported below it with a button, which sends it again once, and is gone then", async () => {
    const { member, chat } = talk;
    twilioRefuses();
    const written = member.dm("refused");
    const told = await notice();
    const { id } = told;
    expect(told.message_reference?.message_id).toBe(written.id);
    expect(buttonsOf(told)).toEqual(["Send again"]);
    member.dm("written afterwards");
    await scenario.reaches(chat.conversation, "written afterwards");

    // Twice as fast as the button can go.
    const answers = await Promise.all([member.press(id, "Send again"), member.press(id, "Send again")]);
    expect(answers.map(({ state }) => state).sort()).toEqual(["answered", "updated"]);
    const [late] = answers.filter(({ state }) => state === "answered");
    expect([late?.ephemeral, late?.message?.content]).toEqual([true, NOTHING_LEFT]);
    const shown = member.dmMessages.find((message) => message.id === id);
    expect([shown?.content, shown?.components]).toEqual([NOT_DELIVERED, []]);

    await scenario.sayLastWords(talk);
    expect(wordsOfMember(member, chat.conversation)).toEqual([
      "live agent",
      "written afterwards",
      "refused",
      "last words of the member",
    ]);
    expect(botTexts(member).filter((text) => text === NOT_DELIVERED)).toHaveLength(1);
    await deadLetters(0);
  });

  test("and refuses again is reported again, until it arrives", async () => {
    const { member, chat } = talk;
    twilioRefuses(2);
    const written = member.dm("refused twice");
    await member.press((await notice(1)).id, "Send again");
    const second = await notice(2);
    expect(second.message_reference?.message_id).toBe(written.id);
    expect(await deadLetters(1)).toEqual([written.id]);
    await member.press(second.id, "Send again");
    await scenario.sayLastWords(talk);
    expect(wordsOfMember(member, chat.conversation)).toEqual([
      "live agent",
      "refused twice",
      "last words of the member",
    ]);
    await deadLetters(0);
  });

  test("and is sent again when the chat is over opens the next session", async () => {
    const { member, chat } = talk;
    twilioRefuses();
    member.dm("How do I change my name?");
    const { id } = await notice();
    await chat.complete();
    await scenario.reads(member, "This conversation was closed. Send a message to start a new one.");
    expect((await member.press(id, "Send again")).state).toBe("updated");
    await scenario.reads(member, "Does one of these help?");
    expect(wordsOfMember(member, chat.conversation)).toEqual(["live agent"]);
    await deadLetters(0);
  });

  test("is sent again by the operator, after a crash as well; then the button has nothing left", async () => {
    const { member, chat } = talk;
    twilioRefuses();
    const written = member.dm("refused");
    const { id } = await notice();
    expect(await deadLetters(1)).toEqual([written.id]);
    await scenario.stage.crashAndRestart();
    const { code, printed } = await operator(["retry", written.id]);
    expect([code, printed]).toEqual([0, expect.stringContaining(`${written.id} of member ${member.id}: sent again`)]);
    const pressed = await member.press(id, "Send again");
    expect([pressed.ephemeral, pressed.message?.content]).toEqual([true, NOTHING_LEFT]);
    await scenario.sayLastWords(talk);
    expect(wordsOfMember(member, chat.conversation)).toEqual(["live agent", "refused", "last words of the member"]);
    await deadLetters(0);
  });
});

describe("An agent's message that Discord refuses", () => {
  test("is reported on Flex, and sent again by the operator: once", async () => {
    const { member, agent, chat } = talk;
    discordRefuses();
    const { sid } = await chat.send("refused");
    await agentReads(NOT_DELIVERED);
    expect(wordsOfAgent(member, agent)).toEqual([]);
    expect(await deadLetters(1)).toEqual([sid]);
    expect(await operator(["retry", sid])).toMatchObject({ code: 0 });
    await scenario.reads(member, `**${agent.name}:** refused`);
    await deadLetters(0);
    expect(await operator(["retry", sid])).toEqual({
      code: 1,
      printed: `No dead letter has the id ${sid}: dead-letters lists those that stand.`,
    });
    await scenario.sayLastWords(talk);
    expect(wordsOfAgent(member, agent)).toEqual(["refused", "last words of the agent"]);
    expect(systemLines().filter((line) => line === NOT_DELIVERED)).toHaveLength(1);
  });
});

test("The operator sends all again: whatever was refused on either side arrives once, and in order", async () => {
  const { member, agent, chat } = talk;
  twilioRefuses(2);
  const questions = [member.dm("first question"), member.dm("second question")];
  await notice(2);
  discordRefuses();
  const answer = await chat.send("answer");
  await agentReads(NOT_DELIVERED);
  const ids = [...questions.map(({ id }) => id), answer.sid];
  expect((await deadLetters(3)).sort()).toEqual(ids.sort());

  const { code, printed } = await operator(["retry", "--all"]);
  expect([code, printed]).toEqual([0, expect.stringContaining("3 sent again, 0 with nothing left, 0 failed.")]);
  await scenario.sayLastWords(talk);
  expect(wordsOfMember(member, chat.conversation).slice(1, -1)).toEqual(["first question", "second question"]);
  expect(wordsOfAgent(member, agent).slice(0, -1)).toEqual(["answer"]);
  await deadLetters(0);
  expect(await operator(["retry", "--all"])).toEqual({ code: 0, printed: "There are no dead letters." });
});

test("The operator sees how the Gateway does, and nobody else", async () => {
  const { code, printed } = await operator(["gateway"]);
  expect([code, printed]).toEqual([0, expect.stringMatching(/^state +ready since /)]);
  const stranger = await operator(["gateway"], "not-the-secret-of-this-stage-0123456789");
  expect([stranger.code, stranger.printed]).toEqual([1, expect.stringContaining("did not accept the signature")]);
});
