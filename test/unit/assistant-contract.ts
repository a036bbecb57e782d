import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { withFallback } from "../../src/assistant/fallback.ts";
import {
  type Answer,
  type ArticleTitle,
  type Assistant,
  BUTTON_LIMIT,
  CHOICE_LIMIT,
  type Question,
  REPLY_LIMIT,
} from "../../src/assistant/port.ts";
import { ARTICLE_SLUG, type ArticleSlug, type DiscordMessageId, type SessionId } from "../../src/conversation/ids.ts";
import type { Article } from "../../src/knowledge/article.ts";

export const PUBLIC_URL = "https://flexcord.example";

/** What each engine that keeps the contract knows. */
export const ARTICLES: readonly Article[] = [
  article("refund", {
    title: "Get a refund",
    questions: ["How do I get my money back?"],
    body: "You get a refund within 14 days. Ask for it at https://shop.example/refunds.",
  }),
  article("refund", {
    locale: "pt-BR",
    title: "Pedir reembolso",
    questions: ["Como recebo meu dinheiro de volta?"],
    body: "O reembolso chega em 14 dias.",
  }),
  article("gps-drift", {
    title: "GPS drift",
    questions: ["Why does my location jump around?"],
    link: "https://help.example/gps",
    body: "Turn on high accuracy in the settings of your phone.",
  }),
];

export function article(slug: string, rest: Partial<Article> = {}): Article {
  return {
    slug: slug as ArticleSlug,
    locale: "en",
    audience: "members",
    title: `About ${slug}`,
    summary: `What there is to know about ${slug}.`,
    questions: [`What is ${slug}?`],
    labels: [],
    link: null,
    body: "Text.",
    updatedAt: Date.UTC(2026, 10, 2),
    ...rest,
  };
}

let messages = 0;

/** A question of its own message, in English unless told otherwise. */
export function question(text: string, rest: Partial<Question> = {}): Question {
  messages += 1;
  return {
    text,
    locales: ["en"],
    session: "200000000000000001-1" as SessionId,
    message: String(700_000_000_000_000_000n + BigInt(messages)) as DiscordMessageId,
    displayName: "Member",
    ...rest,
  };
}

/** Fails unless Discord can show the answer as it is. */
export function expectShowable(answer: Answer): void {
  switch (answer.kind) {
    case "nothing":
    case "small-talk":
      return;
    case "suggestions":
      expect(answer.articles.length).toBeGreaterThan(0);
      expectChoices([], answer.articles);
      return;
    case "reply":
      expectText(answer.text);
      expectChoices(answer.buttons, answer.articles);
      return;
    case "hand-over":
    case "end":
      if (answer.text !== null) expectText(answer.text);
      return;
  }
}

function expectText(text: string): void {
  expect(text.trim()).not.toBe("");
  expect(text.length).toBeLessThanOrEqual(REPLY_LIMIT);
  expect(text.isWellFormed()).toBe(true);
}

function expectChoices(buttons: readonly string[], articles: readonly ArticleTitle[]): void {
  expect(buttons.length + articles.length).toBeLessThanOrEqual(CHOICE_LIMIT);
  for (const label of buttons) expect(label.trim()).not.toBe("");
  for (const label of buttons) expect(label.length).toBeLessThanOrEqual(BUTTON_LIMIT);
  expect(new Set(buttons).size).toBe(buttons.length);
  for (const { slug, title } of articles) {
    expect(slug).toMatch(ARTICLE_SLUG);
    expect(title.trim()).not.toBe("");
  }
  expect(new Set(articles.map(({ slug }) => slug)).size).toBe(articles.length);
}

function articlesOf(answer: Answer): readonly ArticleTitle[] {
  return answer.kind === "suggestions" || answer.kind === "reply" ? answer.articles : [];
}

const open = (assistant: Assistant, slug: string, ...locales: string[]) =>
  assistant.article(slug as ArticleSlug, locales);

/** What every engine behind the port keeps. `working` knows the {@link ARTICLES}; what `broken` relies on is out of order. */
export function describeContract(name: string, working: () => Assistant, broken: () => Assistant): void {
  describe(`the contract of the port, kept by ${name}`, () => {
    afterEach(() => void vi.restoreAllMocks());

    test("a question that an article answers brings that article", async () => {
      const answer = await working().answer(question("how do I get a refund"));
      expect(["suggestions", "reply"]).toContain(answer.kind);
      expect(articlesOf(answer).map(({ slug }) => slug)).toContain("refund");
      expectShowable(answer);
    });

    test("a question that no article answers brings none", async () => {
      expect(await working().answer(question("quantum chromodynamics lattice"))).toEqual({ kind: "nothing" });
    });

    test("what an answer shows can be opened, and is called the same", async () => {
      const assistant = working();
      const shown = articlesOf(await assistant.answer(question("why does my location jump around")));
      expect(shown.length).toBeGreaterThan(0);
      for (const { slug, title } of shown) expect(await open(assistant, slug, "en")).toMatchObject({ slug, title });
    });

    test("an article opens with its summary and an address that leads somewhere", async () => {
      expect(await open(working(), "gps-drift", "en")).toEqual({
        slug: "gps-drift",
        title: "GPS drift",
        summary: "What there is to know about gps-drift.",
        url: "https://help.example/gps",
      });
      expect((await open(working(), "refund", "en"))?.url).toBe(`${PUBLIC_URL}/help/refund`);
    });

    test("an article opens in the first of the member's languages that has it", async () => {
      expect((await open(working(), "refund", "pt-BR", "en"))?.title).toBe("Pedir reembolso");
      expect((await open(working(), "refund", "ja", "en"))?.title).toBe("Get a refund");
      expect((await open(working(), "gps-drift", "pt-BR", "en"))?.title).toBe("GPS drift");
    });

    test("an article that is gone is not there", async () => {
      expect(await open(working(), "gone", "en")).toBeNull();
    });

    test("an article that fits in two of the member's languages is shown once", async () => {
      const asked = question("refund reembolso", { locales: ["pt-BR", "en"] });
      expectShowable(await working().answer(asked));
    });

    test("the same message again gets the same answer again", async () => {
      const asked = question("refund");
      const assistant = working();
      expect(await assistant.answer(asked)).toEqual(await assistant.answer(asked));
    });

    test("whatever a member writes, the answer can be shown", async () => {
      const assistant = working();
      const part = fc.constantFrom("refund", "location", "@everyone", "<@1>", "https://evil.example/", '"', "{}", "\n");
      const text = fc.oneof(
        fc.string({ unit: "binary", maxLength: 300 }),
        fc.string({ unit: "grapheme", maxLength: 300 }),
        fc.array(part, { maxLength: 30 }).map((parts) => parts.join(" ")),
        fc.constant("refund ".repeat(570)),
      );
      const asks = fc.asyncProperty(text, async (written) => {
        expectShowable(await assistant.answer(question(written)));
      });
      await fc.assert(asks, { numRuns: 40 });
    }, 30_000);

    test("an engine that cannot answer says so by throwing, so that a person is fetched", async () => {
      await expect(broken().answer(question("refund"))).rejects.toThrow();
      await expect(open(broken(), "refund", "en")).rejects.toThrow();
    });

    test("where another engine stands in, the log says why, and nothing of what the member wrote", async () => {
      const lines = (["info", "warn", "error"] as const).map((level) =>
        vi.spyOn(console, level).mockImplementation(() => undefined),
      );
      const assistant = withFallback(broken(), working());
      const answer = await assistant.answer(question("a refund, a refund", { displayName: "somebody" }));
      expect(articlesOf(answer).map(({ slug }) => slug)).toContain("refund");
      expect(await open(assistant, "refund", "en")).toMatchObject({ slug: "refund" });

      const logged = lines.flatMap(({ mock }) => mock.calls.map(([line]) => String(line)));
      const fellBack = logged.filter((line) => line.includes('"assistant.fell-back"')).map((line) => JSON.parse(line));
      expect(fellBack.map(({ asked }) => asked)).toEqual(["answer", "article"]);
      for (const { reason } of fellBack) expect(reason).toMatch(/./);
      expect(logged.join("\n")).not.toMatch(/refund|somebody/);
    });
  });
}
