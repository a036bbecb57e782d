import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ArticleSlug } from "../../src/conversation/ids.ts";
import { ARTICLE_COLUMNS, type Article, rowOfArticle } from "../../src/knowledge/article.ts";
import { getArticle, searchArticles } from "../../src/knowledge/search.ts";

const article = (slug: string, rest: Partial<Article> = {}): Article => ({
  slug: slug as ArticleSlug,
  locale: "en",
  audience: "members",
  title: `About ${slug}`,
  summary: `Everything about ${slug}.`,
  questions: [`What is ${slug}?`],
  labels: [],
  link: null,
  body: "Text.",
  ...rest,
});

async function store(...articles: Article[]): Promise<void> {
  const sql = `INSERT INTO articles (${ARTICLE_COLUMNS.join(", ")}) VALUES (${ARTICLE_COLUMNS.map(() => "?").join(", ")})`;
  await env.DB.batch(
    articles.map((article) => {
      const row = rowOfArticle(article);
      return env.DB.prepare(sql).bind(...ARTICLE_COLUMNS.map((column) => row[column]));
    }),
  );
}

const slugsFor = async (text: string) => (await searchArticles(env.DB, text, "en")).map(({ slug }) => slug);

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(() =>
  store(
    article("refund", { title: "Get a refund", questions: ["How do I get my money back?"] }),
    article("drift", {
      title: "GPS drift",
      questions: ["Why does my location jump?"],
      link: "https://example.com/gps",
    }),
    article("codes", { title: "Friend codes", questions: ["Where is my café code?"], link: "/articles/codes" }),
    article("runbook", { title: "How agents handle a refund", audience: "agents" }),
  ),
);
afterEach(async () => void (await env.DB.exec("DELETE FROM articles")));

describe("the search", () => {
  test("finds an article by one of many words", async () => {
    expect(await slugsFor("hello, could I have my money please")).toEqual(["refund"]);
  });

  test("takes other forms of a word, and words without their accents, as the same", async () => {
    expect(await slugsFor("locations jumping")).toEqual(["drift"]);
    expect(await slugsFor("CAFE")).toEqual(["codes"]);
  });

  test("ranks a title above a body", async () => {
    await store(article("other", { body: "A refund is mentioned here as well." }));
    expect(await slugsFor("refund")).toEqual(["refund", "other"]);
  });

  test("finds nothing where too little of the question is in any article", async () => {
    expect(await slugsFor("which code do quantum physicists recommend for baking bread at home")).toEqual([]);
  });

  test("finds nothing for what has no words", async () => {
    for (const text of ["", "   ", "?!", "🙂🙂", "\u0000", "is it the", "12 34"])
      expect(await slugsFor(text)).toEqual([]);
  });

  test("never shows members what is written for agents", async () => {
    expect(await slugsFor("refund")).toEqual(["refund"]);
    expect(await getArticle(env.DB, "runbook" as ArticleSlug)).toBeNull();
  });

  test("follows changes and removals of articles", async () => {
    await env.DB.exec("UPDATE articles SET title = 'Teleport', questions = '', summary = '' WHERE slug = 'drift'");
    expect(await slugsFor("gps")).toEqual([]);
    expect(await slugsFor("teleport")).toEqual(["drift"]);
    await env.DB.exec("DELETE FROM articles WHERE slug = 'drift'");
    expect(await slugsFor("teleport")).toEqual([]);
  });

  test("answers whatever a member types", async () => {
    const syntax = fc.constantFrom(
      '"',
      "'",
      "*",
      "^",
      "(",
      ")",
      ":",
      "-",
      "+",
      " AND ",
      " OR ",
      " NOT ",
      "NEAR(",
      "title:",
      "{",
      "\\",
      "\u0000",
      "🙂",
      "é",
      "𠮷",
      "refund",
      " ",
    );
    const text = fc.oneof(
      fc.array(syntax, { maxLength: 40 }).map((parts) => parts.join("")),
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.string({ unit: "grapheme", maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(text, async (question) => {
        const found = await searchArticles(env.DB, question, "en");
        expect(found.length).toBeLessThanOrEqual(4);
        for (const { coverage } of found) expect(coverage).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  test("answers a question of 10,000 characters", async () => {
    const words = Array.from({ length: 1_500 }, (_, n) => `word${n}`).join(" ");
    expect(await slugsFor(words)).toEqual([]);
    expect(await slugsFor("refund ".repeat(1_500))).toEqual(["refund"]);
    expect(await slugsFor("x".repeat(10_000))).toEqual([]);
  });
});
