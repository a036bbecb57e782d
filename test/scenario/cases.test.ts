import { expect, test } from "vitest";
import type { InteractionRecord, Member, Message } from "../../playground/discord/index.ts";
import { buttonsOf } from "../../playground/show.ts";
import { botTextsAfter, useStage } from "../support/scenario.ts";

const scenario = useStage({ discord: { rateLimits: false } });

/** What only the member reads of an answer. */
function privately(answer: InteractionRecord): string {
  expect(answer).toMatchObject({ state: "answered", ephemeral: true, problem: null });
  return answer.message?.content ?? "";
}

/** The DM's message as it is now. */
function now(member: Member, { id }: Message): Message {
  const found = member.dmMessages.find((message) => message.id === id);
  if (!found) throw new Error("the message is gone");
  return found;
}

/** A member whose case was opened because they asked for a person; their chat with the agent is over. */
async function helpedMember(locale = "en-US", opened = /^Your case id is #(\d+)\.$/) {
  const member = scenario.newMember({ locale });
  const helpme = await member.slash("helpme");
  await scenario.discord.until(() => helpme.state === "answered", "the private answer");
  member.dm("My gems have not arrived");
  await scenario.reads(member, /\?$|\.$/);
  member.dm("live agent");
  const notice = await scenario.reads(member, opened);
  const number = Number(opened.exec(notice.content)?.[1]);
  const chat = await scenario.accept(scenario.newAgent(), await scenario.taskOf(member));
  return { member, number, chat };
}

test("a member follows a case from the list to the stars and a comment, by command, button and form", async () => {
  const { member, number, chat } = await helpedMember();
  const list = privately(await member.slash("case list"));
  expect(list).toMatch(new RegExp(`^\\*\\*#${number}\\*\\* My gems have not arrived · open · <t:\\d+:R>$`, "m"));

  const typing = await member.autocomplete("case close", "number", { number: "gems" });
  expect(typing.choices).toEqual([{ name: `#${number} My gems have not arrived (open)`, value: expect.any(String) }]);
  const chosen = typing.choices?.[0]?.value;
  expect(privately(await member.slash("case view", { values: { number: chosen } }))).toContain("Status: open");

  // The chat with the agent is still open: the question comes all the same.
  const closed = privately(await member.slash("case close", { values: { number: chosen } }));
  expect(closed).toBe(`Your case #${number} is now closed.`);
  const question = await scenario.reads(member, `How was our help with your case #${number}?`);
  expect(buttonsOf(question)).toEqual(["★", "★★", "★★★", "★★★★", "★★★★★"]);
  expect(await member.press(question.id, "★★★★")).toMatchObject({ state: "updated", problem: null });
  const stars = `How was our help with your case #${number}?\n★★★★☆\n`;
  expect(now(member, question).content).toBe(`${stars}Thank you for your rating!`);
  expect(buttonsOf(now(member, question))).toEqual(["Add a comment"]);

  const form = await member.press(question.id, "Add a comment");
  expect(form.modal).toMatchObject({ title: "Your comment" });
  expect(await member.submitModal(form, { comment: "Very quick!" })).toMatchObject({ state: "updated", problem: null });
  expect(now(member, question).content).toBe(`${stars}Thank you for your comment!`);
  expect(buttonsOf(now(member, question))).toEqual([]);
  const view = privately(await member.slash("case view", { values: { number: `#${number}` }, channel: "dm" }));
  expect(view).toContain("Status: closed");
  expect(view).toContain("Your rating: ★★★★☆");

  await chat.send("Still here");
  await scenario.reads(member, /Still here$/);
  expect(privately(await member.slash("case reopen", { values: { number: String(number) } }))).toBe(
    `Your case #${number} is now open.`,
  );
  expect((await member.autocomplete("case reopen", "number", { number: "" })).choices).toEqual([]);
});

test("a form that was left open is answered kindly when the comment has come by another one", async () => {
  const { member, number } = await helpedMember();
  await member.slash("case close", { values: { number: String(number) } });
  const question = await scenario.reads(member, `How was our help with your case #${number}?`);
  await member.press(question.id, "★★★★★");
  const forms = [await member.press(question.id, "Add a comment"), await member.press(question.id, "Add a comment")];
  const answers = [];
  for (const form of forms) answers.push(await member.submitModal(form, { comment: "x".repeat(1_000) }));
  expect(answers[0]).toMatchObject({ state: "updated" });
  expect(privately(answers[1] as InteractionRecord)).toContain("have told us already");
});

test("a German member reads all of it in German", async () => {
  const { member, number } = await helpedMember("de", /^Deine Fallnummer ist #(\d+)\.$/);
  expect(privately(await member.slash("case list"))).toMatch(/^Deine Fälle.*\n.* · offen · /);
  await member.slash("case close", { values: { number: String(number) } });
  const question = await scenario.reads(member, `Wie war unsere Hilfe bei deinem Fall #${number}?`);
  await member.press(question.id, "★");
  expect(buttonsOf(now(member, question))).toEqual(["Kommentar hinzufügen"]);
});

test("another member sees, closes and is offered nothing of it, and hears nothing", async () => {
  const { member, number, chat } = await helpedMember();
  const other = scenario.newMember();
  for (const command of ["case view", "case close", "case reopen"]) {
    const answer = privately(await other.slash(command, { values: { number: String(number) } }));
    expect(answer).toBe("I cannot find this case among yours.");
    expect((await other.autocomplete(command, "number", { number: String(number) })).choices).toEqual([]);
  }
  expect(privately(await other.slash("case list"))).toBe("You have no cases yet. Use /helpme to get help.");
  expect(other.dmMessages).toEqual([]);
  await chat.send("Nothing has changed");
  await scenario.reads(member, /Nothing has changed$/);
  expect(botTextsAfter(member, `Your case id is #${number}.`).join()).not.toContain("closed");
});
