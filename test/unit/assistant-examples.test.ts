import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import rasaAdapter from "../../docs/examples/rasa-adapter.ts";
import seachatAdapter from "../../docs/examples/seachat-adapter.ts";
import { ARTICLES, describeContract, PUBLIC_URL, question } from "./assistant-contract.ts";
import { engineFor, SECRET } from "./chatbot.ts";

const servers: Server[] = [];
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
});

/** Serves on a free port of the loopback interface; its address. */
async function listen(fetch: (request: Request) => Promise<Response>): Promise<string> {
  const server = createAdaptorServer({ fetch }) as Server;
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const NOBODY = "http://127.0.0.1:9";

describe("the adapter for a bot of SeaChat's kind", () => {
  let asked: { path: string; authorization: string | null; body: unknown }[];
  let reply: unknown;
  let adapter: string;
  let adapterOfNobody: string;
  beforeAll(async () => {
    const bot = await listen(async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      const body = request.method === "POST" ? await request.json() : null;
      asked.push({ path: pathname, authorization: request.headers.get("authorization"), body });
      if (!pathname.startsWith("/faqs/")) return Response.json(reply ?? faqsFor(body));
      const faq = faqOf(pathname.slice("/faqs/".length), searchParams.get("languages")?.split(",") ?? []);
      return faq ? Response.json(faq) : new Response(null, { status: 404 });
    });
    const settings = { ASSISTANT_SECRET: SECRET, BOT_TOKEN: "token-of-the-tests" };
    adapter = await listen((request) => seachatAdapter.fetch(request, { ...settings, BOT_URL: bot }));
    adapterOfNobody = await listen((request) => seachatAdapter.fetch(request, { ...settings, BOT_URL: NOBODY }));
  });
  beforeEach(() => {
    asked = [];
    reply = undefined;
  });

  /** The FAQs that a word of the question is in. */
  function faqsFor(body: unknown): unknown {
    const { text } = body as { text: string };
    const english = ARTICLES.filter(({ locale }) => locale === "en");
    const found = english.filter(({ slug }) => text.includes(slug === "refund" ? "refund" : "location"));
    return { faqs: found.map(({ slug, title }) => ({ id: slug, title })) };
  }

  function faqOf(slug: string, languages: readonly string[]): unknown {
    const all = ARTICLES.filter((one) => one.slug === slug);
    const [found = all[0]] = languages.flatMap((language) => all.filter(({ locale }) => locale === language));
    return found && { title: found.title, answer: found.summary, link: found.link ?? `${PUBLIC_URL}/help/${slug}` };
  }

  describeContract(
    "a bot behind it",
    () => engineFor(adapter),
    () => engineFor(adapterOfNobody),
  );

  test("hands on what the member wrote, with the bot's own credentials", async () => {
    const { session, message } = question("");
    await engineFor(adapter).answer(question("where is my order?", { session, message, locales: ["ja", "en"] }));
    expect(asked).toEqual([
      {
        path: "/messages",
        authorization: "Bearer token-of-the-tests",
        body: { conversation: session, message_id: message, text: "where is my order?", language: "ja" },
      },
    ]);
  });

  test("brings the bot's words and its wish for a person or an end", async () => {
    const answerTo = (said: unknown) => {
      reply = said;
      return engineFor(adapter).answer(question("hm"));
    };
    expect(await answerTo({ message: "Which one?", quick_replies: ["iOS", "Android"] })).toEqual({
      kind: "reply",
      text: "Which one?",
      buttons: ["iOS", "Android"],
      articles: [],
    });
    expect(await answerTo({ message: "One moment.", action: "live_agent" })).toEqual({
      kind: "hand-over",
      text: "One moment.",
    });
    expect(await answerTo({ action: "complete" })).toEqual({ kind: "end", text: null });
  });

  test("lets nobody in who does not know the secret", async () => {
    const refused = await fetch(adapter, { method: "POST", body: JSON.stringify({ kind: "message", text: "hello" }) });
    expect(refused.status).toBe(401);
    expect(asked).toEqual([]);
  });
});

describe("the adapter for Rasa", () => {
  let asked: unknown[];
  let messages: unknown[];
  let adapter: string;
  beforeAll(async () => {
    const rasa = await listen(async (request) => {
      asked.push({ path: new URL(request.url).pathname, body: await request.json() });
      return Response.json(messages);
    });
    adapter = await listen((request) => rasaAdapter.fetch(request, { ASSISTANT_SECRET: SECRET, RASA_URL: rasa }));
  });
  beforeEach(() => {
    asked = [];
    messages = [];
  });

  test("speaks to Rasa's REST channel, one conversation a session", async () => {
    const { session } = question("");
    await engineFor(adapter).answer(question("hello", { session }));
    expect(asked).toEqual([{ path: "/webhooks/rest/webhook", body: { sender: session, message: "hello" } }]);
  });

  test("puts all messages into one reply", async () => {
    messages = [
      { recipient_id: "1", text: "Hello!" },
      { image: "https://rasa.example/cat.png" },
      { text: "What is it about?", buttons: [{ title: "Refund", payload: "/refund" }] },
    ];
    expect(await engineFor(adapter).answer(question("hi"))).toEqual({
      kind: "reply",
      text: "Hello!\n\nWhat is it about?",
      buttons: ["Refund"],
      articles: [],
    });
  });

  test("fetches a person or ends when an action says so", async () => {
    messages = [{ text: "One moment." }, { custom: { handOver: true } }];
    expect(await engineFor(adapter).answer(question("hi"))).toEqual({ kind: "hand-over", text: "One moment." });
    messages = [{ custom: { end: true } }];
    expect(await engineFor(adapter).answer(question("hi"))).toEqual({ kind: "end", text: null });
  });

  test("has nothing to say where Rasa has not, and leaves articles to the knowledge base", async () => {
    expect(await engineFor(adapter).answer(question("hi"))).toEqual({ kind: "nothing" });
    const [{ slug } = { slug: undefined }] = ARTICLES;
    expect(slug && (await engineFor(adapter).article(slug, ["en"]))).toBeNull();
  });

  test("has not answered where Rasa has not", async () => {
    const lonely = await listen((request) =>
      rasaAdapter.fetch(request, { ASSISTANT_SECRET: SECRET, RASA_URL: NOBODY }),
    );
    await expect(engineFor(lonely).answer(question("hi"))).rejects.toThrow("the chatbot answered 500");
  });

  test("lets nobody in who does not know the secret", async () => {
    const refused = await fetch(adapter, { method: "POST", body: JSON.stringify({ kind: "message", text: "hello" }) });
    expect(refused.status).toBe(401);
    expect(asked).toEqual([]);
  });
});
