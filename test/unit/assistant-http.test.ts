import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ArticleSlug } from "../../src/conversation/ids.ts";
import { describeContract, question } from "./assistant-contract.ts";
import { Chatbot, engineFor, SECRET, sendJson } from "./chatbot.ts";

let bot: Chatbot;
beforeEach(async () => {
  bot = new Chatbot();
  await bot.start();
});
afterEach(async () => {
  await bot.stop();
  vi.restoreAllMocks();
});

describeContract(
  "a chatbot over HTTP",
  () => engineFor(bot.url),
  () => engineFor("http://127.0.0.1:9/nobody-listens-here"),
);

describe("a chatbot", () => {
  test("is asked with all that it needs to answer", async () => {
    const asked = question("where is my order?", { locales: ["pt-BR", "en"] });
    await engineFor(bot.url).answer(asked);
    const [received] = bot.received;
    expect(JSON.parse(received?.body ?? "")).toEqual({ version: 1, kind: "message", ...asked });
    expect(received?.headers).toMatchObject({ "content-type": "application/json", "webhook-id": asked.message });
  });

  test("can tell by the signature who asks, and by the id whether it was asked before", async () => {
    const engine = engineFor(bot.url);
    const asked = question("hello");
    await engine.answer(asked);
    await engine.answer(asked);
    const ids = bot.received.map(({ headers }) => headers["webhook-id"]);
    expect(ids).toEqual([asked.message, asked.message]);

    const webhook = new Webhook(SECRET);
    const other = new Webhook(`whsec_${btoa("another secret of the tests, 32.")}`);
    for (const { body, headers } of bot.received) {
      const signed = headers as Record<string, string>;
      expect(webhook.verify(body, signed)).toEqual(JSON.parse(body));
      expect(() => other.verify(body, signed)).toThrow();
      expect(() => webhook.verify(body.replace("hello", "other"), signed)).toThrow();
      expect(() => webhook.verify(body, { ...signed, "webhook-id": "other" })).toThrow();
    }
  });

  test("is asked under a new id each time where there is no message", async () => {
    const engine = engineFor(bot.url);
    await engine.answer(question("yes", { message: null }));
    await engine.article("refund" as ArticleSlug, ["en"]);
    expect(bot.received.map(({ headers }) => headers["webhook-id"])).toEqual(["request-1", "request-2"]);
    expect(JSON.parse(bot.received[1]?.body ?? "")).toEqual({
      version: 1,
      kind: "article",
      slug: "refund",
      locales: ["en"],
    });
  });

  test("may answer with no content", async () => {
    bot.behave = (_, response) => void response.writeHead(204).end();
    expect(await engineFor(bot.url).answer(question("hm"))).toEqual({ kind: "nothing" });
  });

  test("is not followed to another address", async () => {
    bot.behave = ({ path }, response) => {
      if (path === "/elsewhere") sendJson(response, { text: "redirected" });
      else response.writeHead(307, { location: "/elsewhere" }).end();
    };
    await expect(engineFor(bot.url).answer(question("hm"))).rejects.toThrow("the chatbot answered 307");
    expect(bot.received.map(({ path }) => path)).toEqual(["/flexcord"]);
  });

  const misbehaviours: readonly [string, Chatbot["behave"], string][] = [
    ["fails", (_, response) => void response.writeHead(500).end("oops"), "the chatbot answered 500"],
    [
      "refuses",
      (_, response) => void response.writeHead(401, { "content-type": "application/json" }).end("{}"),
      "the chatbot answered 401",
    ],
    [
      "answers with a page",
      (_, response) => void response.writeHead(200, { "content-type": "text/html" }).end("<p>Hello"),
      "the chatbot's reply is not application/json",
    ],
    [
      "names no type",
      (_, response) => void response.writeHead(200).end('{"text":"hello"}'),
      "the chatbot's reply is not application/json",
    ],
    [
      "answers with half of a reply",
      (_, response) => void response.writeHead(200, { "content-type": "application/json" }).end('{"text":'),
      "the chatbot's reply is not valid JSON",
    ],
    [
      "answers with a list",
      (_, response) => sendJson(response, [{ text: "hello" }]),
      "the chatbot's reply is not as documented: 0",
    ],
    [
      "answers with another kind of value",
      (_, response) => sendJson(response, { text: "hello", buttons: "yes" }),
      "the chatbot's reply is not as documented: buttons",
    ],
    [
      "answers with far too much",
      (_, response) => sendJson(response, { text: "x".repeat(1024 * 1024) }),
      "the chatbot's reply is longer than 65536 bytes",
    ],
    ["hangs up", (_, response) => void response.destroy(), "the chatbot cannot be reached"],
    ["never answers", () => undefined, "no reply within 50 ms"],
    [
      "never comes to an end",
      (_, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.write('{"text":"hel');
      },
      "no reply within 50 ms",
    ],
  ];
  test.each(misbehaviours)("that %s has not answered", async (_, behave, reason) => {
    bot.behave = behave;
    const timeLimitMs = reason.startsWith("no reply") ? 50 : 4_000;
    await expect(engineFor(bot.url, timeLimitMs).answer(question("hm"))).rejects.toThrow(reason);
  });

  test("that is not there has not answered", async () => {
    const { url } = bot;
    await bot.stop();
    await expect(engineFor(url).answer(question("hm"))).rejects.toThrow("the chatbot cannot be reached");
  });

  test("whose reply is too long is cut, and the log names the field", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    bot.behave = (_, response) => sendJson(response, { text: "word ".repeat(500), buttons: ["a", "b", "c", "d", "e"] });
    const answer = await engineFor(bot.url).answer(question("hm"));
    expect(answer).toMatchObject({ kind: "reply", buttons: ["a", "b", "c", "d"] });
    expect(warned.mock.calls.map(([line]) => JSON.parse(String(line)))).toEqual([
      { level: "warn", event: "assistant.reply-cut", fields: "text buttons" },
    ]);
  });
});
