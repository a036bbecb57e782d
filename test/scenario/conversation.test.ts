import { expect, test } from "vitest";
import { buttonsOf } from "../../playground/show.ts";
import { botTexts, botTextsAfter, numbered, useStage, wordsOfAgent, wordsOfMember } from "../support/scenario.ts";

const CLOSED = "This conversation was closed. Send a message to start a new one.";

// Discord's limit of messages has tests of its own; the chat of Flex takes long messages.
const scenario = useStage({ discord: { rateLimits: false }, twilio: { maxBody: 32_000 } });

test("a German member gets help in German: from /helpme by way of an article to a person, and until the end", async () => {
  const member = scenario.newMember({ locale: "de" });
  const agent = scenario.newAgent();
  const helpme = await member.slash("helpme");
  await scenario.discord.until(() => helpme.state === "answered", "the private answer");
  expect(helpme.ephemeral).toBe(true);
  expect(helpme.message?.content).toBe(
    `Hallo <@${member.id}>! Du hast um Hilfe gebeten. Unser Kundenservice hat dir gerade eine Direktnachricht geschickt!`,
  );
  expect(botTexts(member)).toEqual([`Hallo ${member.name}, wie kann ich dir helfen?`]);

  member.dm("promo code");
  const suggestions = await scenario.reads(member, "Hilft dir einer dieser Artikel?");
  const [title = "", ...others] = buttonsOf(suggestions);
  expect(others.at(-1)).toBe("Mit einem Menschen sprechen");
  await member.press(suggestions.id, title);
  const article = await scenario.reads(member, `Vorgeschlagener Artikel: ${title}`);
  expect(buttonsOf(article)).toEqual(["Das hat geholfen", "Mit einem Menschen sprechen"]);
  await member.press(article.id, "Mit einem Menschen sprechen");
  await scenario.reads(member, /^Deine Fallnummer ist #\d+\.$/);
  await scenario.reads(member, "Du wirst mit jemandem aus unserem Team verbunden…");

  const chat = await scenario.accept(agent, await scenario.taskOf(member));
  const joined = `${agent.name} ist der Unterhaltung beigetreten.`;
  await scenario.reads(member, joined);
  await chat.send("Guten Tag!");
  await scenario.reads(member, `**${agent.name}:** Guten Tag!`);
  member.dm("Danke!");
  await scenario.reaches(chat.conversation, "Danke!");
  await chat.complete();
  const closed = "Diese Unterhaltung wurde geschlossen. Schick eine Nachricht, um eine neue zu beginnen.";
  await scenario.reads(member, closed);
  expect(botTextsAfter(member, joined)).toEqual([`**${agent.name}:** Guten Tag!`, closed]);
  expect(wordsOfMember(member, chat.conversation)).toEqual(["promo code", "Mit einem Menschen sprechen", "Danke!"]);
});

test("/helpme works in the DM itself, and its answer is private there as well", async () => {
  const member = scenario.newMember();
  const helpme = await member.slash("helpme", { channel: "dm" });
  await scenario.discord.until(() => helpme.state === "answered", "the private answer");
  expect(helpme.ephemeral).toBe(true);
  expect(helpme.message?.content).toBe(`Hi <@${member.id}>! You requested help. Our customer service just DM'ed you!`);
  expect(botTexts(member).filter((text) => text === `Hi ${member.name}, how may I help you?`)).toHaveLength(1);
});

test("/helpme while an agent is there says that the conversation is open, and changes nothing", async () => {
  const talk = await scenario.connect();
  const { member, agent, chat } = talk;
  const helpme = await member.slash("helpme");
  await scenario.discord.until(() => helpme.state === "answered", "the private answer");
  await scenario.sayLastWords(talk);
  expect(botTextsAfter(member, `${agent.name} has joined the conversation.`)).toEqual([
    "Our conversation is still open. Just write your message here.",
    `**${agent.name}:** last words of the agent`,
  ]);
  expect(wordsOfMember(member, chat.conversation)).toEqual(["live agent", "last words of the member"]);
  expect(scenario.tasksOf(member)).toHaveLength(1);
});

test("texts longer than a message arrive whole, in order and in parts that each side takes", async () => {
  const talk = await scenario.connect();
  const { member, agent, chat } = talk;
  const family = "👩‍👩‍👧‍👦";
  const paragraphs = (length: number) => {
    let text = "";
    for (let n = 1; text.length < length; n += 1) text += `Sentence ${n} is about ${family} and cafés. `;
    return text.slice(0, length - 20).replace(/\S*$/, "the very end");
  };
  const fromAgent = paragraphs(5_000);
  const fromMember = paragraphs(4_000);
  await chat.send(fromAgent);
  member.dm(fromMember);
  await scenario.sayLastWords(talk);

  const [, ...memberParts] = wordsOfMember(member, chat.conversation).slice(0, -1);
  expect(memberParts.length).toBeGreaterThanOrEqual(3);
  expect(memberParts.every((part) => part.length <= 1_600)).toBe(true);
  expect(spaced(memberParts.join(" "))).toBe(spaced(fromMember));
  const agentParts = wordsOfAgent(member, agent).slice(0, -1);
  expect(agentParts.length).toBeGreaterThanOrEqual(3);
  expect(botTexts(member).every((text) => text.length <= 2_000)).toBe(true);
  expect(spaced(agentParts.join(" "))).toBe(spaced(fromAgent));
});

test("a long block of code stays a block of code in every part", async () => {
  const talk = await scenario.connect();
  const { member, agent, chat } = talk;
  const lines = numbered("const line", 400);
  await chat.send(["Here is the code:", "```ts", ...lines, "```", "That is all."].join("\n"));
  await scenario.sayLastWords(talk);
  const parts = wordsOfAgent(member, agent).slice(0, -1);
  expect(parts.length).toBeGreaterThanOrEqual(3);
  for (const part of parts) expect((part.match(/```/g) ?? []).length % 2).toBe(0);
  expect(parts.join("\n").match(/^const line \d+$/gm)).toEqual(lines);
});

test("an edit on either side reaches the other as a new message that begins with 'edited:'", async () => {
  const talk = await scenario.connect();
  const { member, agent, chat } = talk;
  const question = member.dm("My name is wrnog");
  await scenario.reaches(chat.conversation, "My name is wrnog");
  member.edit(question.id, "My name is wrong");
  member.unfurl(question.id);
  const answer = await chat.send("I see taht");
  await scenario.reads(member, `**${agent.name}:** I see taht`);
  await chat.edit(answer.sid, "I see that");
  await scenario.reads(member, `**${agent.name}:** edited: I see that`);
  await scenario.sayLastWords(talk);
  expect(wordsOfMember(member, chat.conversation)).toEqual([
    "live agent",
    "My name is wrnog",
    "edited: My name is wrong",
    "last words of the member",
  ]);
  expect(wordsOfAgent(member, agent)).toEqual(["I see taht", "edited: I see that", "last words of the agent"]);
});

test("files cross as links that can be opened", async () => {
  const talk = await scenario.connect();
  const { member, agent, chat } = talk;
  member.dm("See this", { attachments: [{ filename: "screen.png", bytes: "a picture", contentType: "image/png" }] });
  const file = { bytes: new TextEncoder().encode("a form"), contentType: "application/pdf", filename: "form.pdf" };
  await chat.send("Fill this in", { media: file });
  await scenario.sayLastWords(talk);
  const toAgent = /^See this\nscreen\.png: (\S+)$/.exec(wordsOfMember(member, chat.conversation)[1] ?? "");
  const toMember = /^Fill this in\nform\.pdf: (\S+)$/.exec(wordsOfAgent(member, agent)[0] ?? "");
  expect(await (await fetch(toAgent?.[1] ?? "")).text()).toBe("a picture");
  expect(await (await fetch(toMember?.[1] ?? "")).text()).toBe("a form");
});

test("a sticker and a forwarded message reach the agent", async () => {
  const talk = await scenario.connect();
  const { member, chat } = talk;
  const shared = member.say(scenario.discord.channelNamed("customer-service").id, "What others wrote");
  member.dm("", { sticker: "wave" });
  member.dm("", { forward: shared.id });
  await scenario.sayLastWords(talk);
  const [, sticker, ...others] = wordsOfMember(member, chat.conversation);
  expect(sticker).toMatch(/^wave\.png: https:\/\/cdn\.discordapp\.com\/stickers\/\d+\.png$/);
  expect(others).toEqual(["forwarded:\nWhat others wrote", "last words of the member"]);
});

test("whoever sends a poll learns that it was not delivered, or that only its text was", async () => {
  const talk = await scenario.connect();
  const { member, chat } = talk;
  const poll = { question: "Which one?", answers: ["This", "That"] };
  const alone = member.dm("", { poll });
  const withText = member.dm("Please vote", { poll });
  await scenario.sayLastWords(talk);
  const notDelivered = await scenario.reads(member, "Your message was not delivered.");
  const partly = await scenario.reads(member, "A part of your message could not be delivered; its text was.");
  expect(notDelivered.message_reference?.message_id).toBe(alone.id);
  expect(partly.message_reference?.message_id).toBe(withText.id);
  expect(wordsOfMember(member, chat.conversation)).toEqual(["live agent", "Please vote", "last words of the member"]);
});

test("an agent leaves the chat: the member waits in the queue, and the next agent takes over in the same chat", async () => {
  const { member, agent, chat } = await scenario.connect();
  await chat.leave();
  await scenario.reads(member, `${agent.name} has left the conversation.`);
  member.dm("Is anybody there?");
  const next = scenario.newAgent();
  const nextChat = await scenario.accept(next, await scenario.taskOf(member));
  await scenario.reads(member, `${next.name} has joined the conversation.`);
  await nextChat.send("I am.");
  await scenario.reads(member, `**${next.name}:** I am.`);
  await nextChat.complete();
  await scenario.reads(member, CLOSED);
  expect(botTextsAfter(member, `${agent.name} has joined the conversation.`)).toEqual([
    `${agent.name} has left the conversation.`,
    `${next.name} has joined the conversation.`,
    `**${next.name}:** I am.`,
    CLOSED,
  ]);
  expect(wordsOfMember(member, nextChat.conversation)).toEqual(["live agent", "Is anybody there?"]);
  expect(scenario.conversationsOf(member)).toHaveLength(1);
  expect(scenario.tasksOf(member)).toHaveLength(2);
});

test("an agent transfers the chat to another: one goes, one comes, each announced once", async () => {
  const { member, agent, chat } = await scenario.connect();
  const next = scenario.newAgent();
  next.available = true;
  await chat.transfer(next);
  const nextChat = await next.accept();
  next.available = false;
  await scenario.reads(member, `${next.name} has joined the conversation.`);
  await chat.complete();
  await nextChat.send("I take over.");
  await scenario.sayLastWords({ member, agent: next, chat: nextChat });
  await nextChat.complete();
  await scenario.reads(member, CLOSED);
  expect(botTextsAfter(member, `${agent.name} has joined the conversation.`)).toEqual([
    `${agent.name} has left the conversation.`,
    `${next.name} has joined the conversation.`,
    `**${next.name}:** I take over.`,
    `**${next.name}:** last words of the agent`,
    CLOSED,
  ]);
  expect(scenario.conversationsOf(member)).toHaveLength(1);
});

test("a supervisor who listens is not announced; one who speaks is, by name", async () => {
  const talk = await scenario.connect();
  const { member, agent, chat } = talk;
  const supervisor = scenario.twilio.supervise(chat.conversation, "Supervisor");
  await scenario.twilio.webhooksSettled();
  await chat.send("One moment");
  await scenario.reads(member, `**${agent.name}:** One moment`);
  await supervisor.send("Let me help");
  await scenario.sayLastWords(talk);
  expect(botTextsAfter(member, `${agent.name} has joined the conversation.`)).toEqual([
    `**${agent.name}:** One moment`,
    "Supervisor has joined the conversation.",
    "**Supervisor:** Let me help",
    `**${agent.name}:** last words of the agent`,
  ]);
});

test("an agent declines and the next one accepts: the member hears of the second only", async () => {
  const member = scenario.newMember();
  const [first, second] = [scenario.newAgent(), scenario.newAgent()];
  first.available = true;
  second.available = true;
  member.dm("live agent");
  await scenario.twilio.until(() => first.reservations.length > 0, "an offer to the first agent");
  await first.decline();
  const chat = await second.accept();
  first.available = false;
  second.available = false;
  await scenario.reads(member, `${second.name} has joined the conversation.`);
  await scenario.sayLastWords({ member, agent: second, chat });
  expect(botTexts(member).filter((text) => text.includes(first.name))).toEqual([]);
  expect(botTexts(member).filter((text) => text.includes("has joined"))).toHaveLength(1);
});

test("nobody takes the task, twice: the member is told, and the assistant answers again", async () => {
  const member = scenario.newMember();
  member.dm("live agent");
  const first = await scenario.taskOf(member);
  scenario.twilio.timeOutWorkflow(first);
  const second = await scenario.taskOf(member, [first]);
  scenario.twilio.timeOutWorkflow(second);
  await scenario.reads(member, /^Sorry, none of our agents is available at the moment\./);
  member.dm("How do I change my name?");
  await scenario.reads(member, "Does one of these help?");
  await scenario.twilio.webhooksSettled();
  expect(botTexts(member).filter((text) => text.startsWith("Sorry, none"))).toHaveLength(1);
  expect(scenario.tasksOf(member)).toHaveLength(2);
  expect(scenario.conversationsOf(member)).toHaveLength(1);
});

test("an agent hands the member back with /assistant, who later gets a person in the same chat", async () => {
  const { member, agent, chat } = await scenario.connect();
  await scenario.twilio.webhooksSettled();
  await chat.send("/assistant");
  const back = "You are talking to the virtual assistant again. What else can I do for you?";
  await scenario.reads(member, back);
  member.dm("How do I change my name?");
  await scenario.reads(member, "Does one of these help?");
  expect(botTexts(member).some((text) => text.includes("/assistant"))).toBe(false);
  expect(wordsOfMember(member, chat.conversation)).toEqual(["live agent"]);

  member.dm("live agent");
  const next = scenario.newAgent();
  const nextChat = await scenario.accept(next, await scenario.taskOf(member));
  await scenario.reads(member, `${next.name} has joined the conversation.`);
  expect(nextChat.conversation).toBe(chat.conversation);
  expect(wordsOfMember(member, chat.conversation)).toEqual(["live agent", "How do I change my name?", "live agent"]);
  expect(botTextsAfter(member, back).filter((text) => text.includes(agent.name))).toEqual([]);
  expect(scenario.tasksOf(member)).toHaveLength(2);
});

test("after /assistant, late news of the first task do not lead to two live tasks at once", async () => {
  const [member, agent, next] = [scenario.newMember(), scenario.newAgent(), scenario.newAgent()];
  member.dm("live agent");
  const task = await scenario.taskOf(member);
  scenario.twilio.faults.delayWebhooks(1, { eventType: "reservation.accepted" });
  const chat = await scenario.accept(agent, task);
  await scenario.reads(member, `${agent.name} has joined the conversation.`);
  await chat.send("/assistant");
  await scenario.reads(member, /^You are talking to the virtual assistant again\./);
  scenario.twilio.releaseWebhooks();
  await scenario.twilio.webhooksSettled();

  member.dm("live agent");
  await scenario.accept(next, await scenario.taskOf(member));
  await scenario.reads(member, `${next.name} has joined the conversation.`);
  await scenario.twilio.webhooksSettled();
  expect(scenario.tasksOf(member).map(({ status }) => status)).toEqual(["completed", "assigned"]);
});

test("the conversation is closed by its timer: the member is told, and the next message opens a new session", async () => {
  const { member, agent, chat } = await scenario.connect();
  scenario.twilio.closeConversation(chat.conversation.sid, "TIMER");
  await scenario.reads(member, CLOSED);
  const second = await scenario.connect(member);
  await scenario.sayLastWords(second);
  expect(botTexts(member).filter((text) => text === CLOSED)).toHaveLength(1);
  expect(second.agent.name).not.toBe(agent.name);
  expect(scenario.conversationsOf(member).map(({ state }) => state)).toEqual(["closed", "active"]);
  expect(wordsOfMember(member, second.chat.conversation)).toEqual(["live agent", "last words of the member"]);
});

/** All blank space made single: where a text is cut, blank space goes. */
function spaced(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
