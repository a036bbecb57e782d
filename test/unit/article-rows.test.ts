import { expect, test } from "vitest";
import type { ArticleSlug } from "../../src/conversation/ids.ts";
import { ARTICLE_COLUMNS, type Article, articleOfRow, rowOfArticle } from "../../src/knowledge/article.ts";

const ARTICLE: Article = {
  slug: "refunds" as ArticleSlug,
  locale: "pt-BR",
  audience: "members",
  title: "Refunds",
  summary: "How to get your money back.",
  questions: ["where is my money", "I want a refund"],
  labels: ["billing", "shop"],
  link: null,
  body: "# Refunds\n\nAsk for it.",
  updatedAt: 1_700_000_000_000,
};

test("an article is stored in a row with one entry a line, and read from it as it was", () => {
  const row = rowOfArticle(ARTICLE);
  expect(row).toMatchObject({
    questions: "where is my money\nI want a refund",
    labels: "billing\nshop",
    updated_at: 1_700_000_000_000,
  });
  expect(Object.keys(row).toSorted()).toEqual(ARTICLE_COLUMNS.toSorted());
  expect(articleOfRow(row)).toEqual(ARTICLE);
});

test("an article without questions and labels has none when it is read, not empty ones", () => {
  const bare: Article = { ...ARTICLE, questions: [], labels: [] };
  expect(articleOfRow(rowOfArticle(bare))).toEqual(bare);
});
