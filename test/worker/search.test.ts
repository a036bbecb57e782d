import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ArticleSlug } from "../../src/conversation/ids.ts";
import type { Article } from "../../src/knowledge/article.ts";
import { searchArticles } from "../../src/knowledge/search.ts";
import { getArticle, listArticles, putArticle, removeArticle, runStatements } from "../../src/knowledge/store.ts";
import { anArticle } from "../unit/knowledge-support.ts";

const store = (...articles: Article[]) => runStatements(env.DB, articles.flatMap(putArticle));
const find = (text: string, ...locales: string[]) =>
  searchArticles(env.DB, text, locales.length > 0 ? locales : ["en"]);
const slugsFor = async (text: string, ...locales: string[]) => (await find(text, ...locales)).map(({ slug }) => slug);
const refund = "refund" as ArticleSlug;

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(() =>
  store(
    anArticle("refund", { title: "Get a refund", questions: ["How do I get my money back?"] }),
    anArticle("drift", { title: "GPS drift", questions: ["Why does my location jump?"] }),
    anArticle("codes", { title: "Friend codes", questions: ["Where is my café code?"] }),
    anArticle("runbook", { title: "How agents handle a refund", audience: "agents" }),
  ),
);
afterEach(async () => void (await env.DB.exec("DELETE FROM articles; DELETE FROM article_words")));

describe("the search", () => {
  test("finds an article by one of many words", async () => {
    expect(await slugsFor("hello, could I have my money please")).toEqual(["refund"]);
  });

  test("takes other forms of a word, and words without their accents, as the same", async () => {
    expect(await slugsFor("locations jumping")).toEqual(["drift"]);
    expect(await slugsFor("CAFE")).toEqual(["codes"]);
  });

  test("reads a word that it does not know as a word of the articles that is one typing error away", async () => {
    for (const text of ["refnud", "refun", "rrefund", "rafund"]) expect(await slugsFor(text), text).toEqual(["refund"]);
    expect(await slugsFor("rfnd")).toEqual([]);
  });

  test("does not correct a word that it knows", async () => {
    await store(anArticle("refuge", { title: "Refuge", questions: [], summary: "" }));
    expect(await slugsFor("refuge")).toEqual(["refuge"]);
  });

  test("ranks a title above a body", async () => {
    await store(anArticle("other", { body: "A refund is mentioned here as well." }));
    expect((await slugsFor("refund"))[0]).toBe("refund");
  });

  test("gives at most as many as asked for, best first", async () => {
    await store(...[1, 2, 3, 4, 5, 6].map((n) => anArticle(`raid-${n}`, { title: `Raid ${n}` })));
    const found = await searchArticles(env.DB, "raid", ["en"], 3);
    expect(found).toHaveLength(3);
    expect(await find("raid")).toHaveLength(4);
    expect(found.map(({ coverage }) => coverage)).toEqual(found.map(({ coverage }) => coverage).sort((a, b) => b - a));
  });

  test("finds nothing where too little of the question is in any article", async () => {
    expect(await slugsFor("which code do quantum physicists recommend for baking bread at home")).toEqual([]);
  });

  test("finds nothing for what has no words, and asks the database nothing", async () => {
    for (const text of ["", "   ", "?!", "🙂🙂", "\u0000", "is it the", "12 34"])
      expect(await slugsFor(text), text).toEqual([]);
  });

  test("never shows members what is written for agents", async () => {
    expect(await slugsFor("refund")).toEqual(["refund"]);
    expect(await getArticle(env.DB, "runbook" as ArticleSlug, ["en"])).toBeNull();
    await store(anArticle("refund", { audience: "agents", title: "Get a refund" }));
    expect(await slugsFor("refund")).toEqual([]);
  });

  test("follows changes and removals of articles", async () => {
    await store(anArticle("drift", { title: "Teleport", questions: [], summary: "" }));
    expect(await slugsFor("gps")).toEqual([]);
    expect(await slugsFor("teleport")).toEqual(["drift"]);
    await runStatements(env.DB, removeArticle("drift" as ArticleSlug, "en"));
    expect(await slugsFor("teleport")).toEqual([]);
  });

  test("answers whatever a member types", async () => {
    const syntax = fc.constantFrom(
      ...[
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
        "\0",
        "~",
      ],
      ...["🙂", "é", "𠮷", "refund", " ", "عل", "เก"],
    );
    const text = fc.oneof(
      fc.array(syntax, { maxLength: 40 }).map((parts) => parts.join("")),
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.string({ unit: "grapheme", maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.subarray(["en", "fa", "ja", "pt-BR", "xx"], { minLength: 1 }),
        async (question, locales) => {
          const found = await searchArticles(env.DB, question, locales);
          expect(found.length).toBeLessThanOrEqual(4);
          for (const { coverage } of found) expect(coverage).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("answers a question of 10,000 characters", async () => {
    const words = Array.from({ length: 1_500 }, (_, n) => `word${n}`).join(" ");
    expect(await slugsFor(words)).toEqual([]);
    expect(await slugsFor("refund ".repeat(1_500))).toEqual(["refund"]);
    expect(await slugsFor("x".repeat(10_000))).toEqual([]);
  });
});

describe("articles in several languages", () => {
  beforeEach(() =>
    store(
      anArticle("refund", { locale: "fa", title: "بازگشت پول", questions: ["چطور پولم را پس بگیرم؟"], summary: "" }),
      anArticle("refund", {
        locale: "pt-BR",
        title: "Reembolso",
        questions: ["Quero meu dinheiro de volta"],
        summary: "",
      }),
      anArticle("ja-only", { locale: "ja", title: "返金について", questions: ["お金を返してほしい"], summary: "" }),
    ),
  );

  test("are found only in the languages asked for", async () => {
    expect(await slugsFor("reembolso")).toEqual([]);
    expect(await slugsFor("reembolso", "pt-BR")).toEqual(["refund"]);
    expect(await slugsFor("refund", "pt-BR", "ja")).toEqual([]);
  });

  test("are found once, with the title of the first language asked for that has the article", async () => {
    const title = async (text: string, ...locales: string[]) =>
      (await find(text, ...locales)).map(({ slug, locale, title }) => [slug, locale, title]);
    expect(await title("refund", "fa", "en")).toEqual([["refund", "fa", "بازگشت پول"]]);
    expect(await title("reembolso", "en", "pt-BR")).toEqual([["refund", "en", "Get a refund"]]);
    expect(await title("refund", "de", "en")).toEqual([["refund", "en", "Get a refund"]]);
  });

  test("are found however the letters of Arabic and Persian keyboards are mixed", async () => {
    await store(anArticle("key", { locale: "fa", title: "کلید ورود یک‌بار", questions: [], summary: "" }));
    expect(await slugsFor("كليد ورود يك بار", "fa")).toEqual(["key"]);
  });

  test("are found in a language without blanks between words", async () => {
    expect(await slugsFor("返金してください", "ja")).toEqual(["ja-only"]);
    expect(await slugsFor("天気はどうですか", "ja")).toEqual([]);
  });
});

describe("the store", () => {
  test("lists all articles as they were stored, in the order of slug and locale", async () => {
    const article = anArticle("a", { locale: "pt-BR", labels: ["x", "y"], link: "/x", updatedAt: 5 });
    await store(article, anArticle("a"));
    const all = await listArticles(env.DB);
    expect(all.map(({ slug, locale }) => `${slug} ${locale}`)).toEqual([
      "a en",
      "a pt-BR",
      "codes en",
      "drift en",
      "refund en",
      "runbook en",
    ]);
    expect(all[1]).toEqual(article);
  });

  test("gives an article in the first language asked for that has it, else in any", async () => {
    await store(anArticle("refund", { locale: "fa" }), anArticle("refund", { locale: "de", audience: "agents" }));
    const localeFor = async (...locales: string[]) => (await getArticle(env.DB, refund, locales))?.locale;
    expect(await localeFor("de", "fa", "en")).toBe("fa");
    expect(await localeFor("en", "fa")).toBe("en");
    expect(await localeFor("ja")).toBe("en");
    expect(await getArticle(env.DB, "gone" as ArticleSlug, ["en"])).toBeNull();
  });

  test("removes an article in one language and leaves the others", async () => {
    await store(anArticle("refund", { locale: "fa" }));
    await runStatements(env.DB, removeArticle(refund, "en"));
    expect((await getArticle(env.DB, refund, ["en"]))?.locale).toBe("fa");
  });

  test("keeps nothing of an article that is gone but the spellings of its words", async () => {
    await env.DB.exec("DELETE FROM articles");
    const count = (table: string) => env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>("n");
    expect(await count("article_terms")).toBe(0);
    expect(await count("article_index")).toBe(0);
  });

  test("writes no row of the spellings when an article is stored again", async () => {
    const article = anArticle("refund", { title: "Get a refund", questions: ["How do I get my money back?"] });
    const statement = putArticle(article).find(({ sql }) => sql.includes("article_words"));
    const { meta } = await env.DB.prepare(statement?.sql ?? "")
      .bind(...(statement?.params ?? []))
      .run();
    expect(meta.rows_written).toBe(0);
  });
});
