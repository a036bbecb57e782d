import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buttonsOf } from "../../playground/show.ts";
import { botTexts, Scenario } from "../support/scenario.ts";
import { Chatbot, SECRET, sendJson } from "../unit/chatbot.ts";

/** The Worker with a chatbot of somebody else's as its assistant. */
const bot = new Chatbot();
let scenario: Scenario;
beforeAll(async () => {
  await bot.start();
  const vars = { ASSISTANT: "http", ASSISTANT_URL: bot.url, ASSISTANT_SECRET: SECRET };
  scenario = new Scenario({ vars });
  await scenario.start();
});
beforeEach(() => void bot.received.splice(0));
afterAll(async () => {
  await scenario?.end();
  await bot.stop();
});

const textsAsked = () => bot.received.map(({ body }) => JSON.parse(body).text);

describe("a member who writes to a chatbot", () => {
  test("reads its words, and says what its buttons say", async () => {
    bot.behave = ({ body }, response) => {
      const { text } = JSON.parse(body);
      if (text === "Android") sendJson(response, { text: "Turn on high accuracy." });
      else sendJson(response, { text: "Which phone have you got?", buttons: ["iOS", "Android"] });
    };
    const member = scenario.newMember();
    member.dm("my location jumps around");
    const asked = await scenario.reads(member, "Which phone have you got?");
    expect(buttonsOf(asked)).toEqual(["iOS", "Android", "Talk to a person"]);
    await member.press(asked.id, "Android");
    await scenario.reads(member, "Turn on high accuracy.");
    expect(textsAsked()).toEqual(["my location jumps around", "Android"]);
  });

  test("is handed over to a person when it says so", async () => {
    bot.behave = (_, response) => sendJson(response, { text: "I cannot help with that.", handOver: true });
    const member = scenario.newMember();
    member.dm("I want to complain");
    await scenario.reads(member, "I cannot help with that.");
    const agent = scenario.newAgent();
    await scenario.accept(agent, await scenario.taskOf(member));
    await scenario.reads(member, `${agent.name} has joined the conversation.`);
  });

  test("is let go when it says that the matter is done", async () => {
    bot.behave = (_, response) => sendJson(response, { text: "Glad that it works!", end: true });
    const member = scenario.newMember();
    member.dm("it works now");
    await scenario.reads(member, /^This conversation was closed/);
    expect(botTexts(member)[0]).toBe("Glad that it works!");
  });

  test("is offered articles where it fails", async () => {
    bot.behave = (_, response) => void response.writeHead(500).end();
    const member = scenario.newMember();
    member.dm("How do I get a refund?");
    await scenario.reads(member, /Does one of these help/);
    expect(textsAsked()).toEqual(["How do I get a refund?"]);
  });
});
