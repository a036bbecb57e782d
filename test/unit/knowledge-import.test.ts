/** Imports into a local D1 database, with the migrations and the search that the Worker has. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  articlesOfFolder,
  InvalidArticles,
  importArticles,
  type KnowledgeBase,
  localKnowledgeBase,
  reindexArticles,
  validArticles,
} from "../../scripts/lib/knowledge-base.ts";
import { type LocalDatabase, openLocalDatabase } from "../../scripts/lib/local-database.ts";
import { KNOWLEDGE } from "../../scripts/lib/project.ts";
import { searchArticles } from "../../src/knowledge/search.ts";
import { listArticles } from "../../src/knowledge/store.ts";
import { article } from "./article-support.ts";

const NOW = 1_800_000_000_000;
let folder: string;
let local: LocalDatabase;
let base: KnowledgeBase;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "flexcord-test-"));
  local = await openLocalDatabase(folder);
  base = localKnowledgeBase(local.db);
}, 60_000);
afterAll(async () => {
  await local.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await importArticles(base, [], { now: NOW, mayRemoveMost: true });
});

const stored = async () => (await listArticles(local.db)).map(({ slug, locale }) => `${slug} ${locale}`);
const found = async (question: string, locale = "en") =>
  (await searchArticles(local.db, question, [locale])).map(({ slug }) => slug);

describe("an import", () => {
  test("shows what it would change, and changes nothing, as a dry run", async () => {
    const changes = await importArticles(base, [article("a")], { now: NOW, dryRun: true });
    expect(changes.added).toHaveLength(1);
    expect(await stored()).toEqual([]);
  });

  test("stores every article of a folder, and nothing more when repeated", { timeout: 60_000 }, async () => {
    const samples = await articlesOfFolder(KNOWLEDGE);
    const first = await importArticles(base, samples, { now: NOW });
    expect(await stored()).toHaveLength(samples.length);
    expect(first.added).toHaveLength(samples.length);
    const second = await importArticles(base, samples, { now: NOW + 1 });
    expect(second).toEqual({ added: [], changed: [], removed: [], unchanged: samples.length });
  });

  test("makes changes and removals found by the search, in each language", async () => {
    const refund = article("refund", { title: "Refunds of gems" });
    const german = article("refund", { locale: "de", title: "Edelsteine erstatten" });
    await importArticles(base, [refund, german, article("other")], { now: NOW });
    expect([await found("refunds"), await found("erstatten", "de")]).toEqual([["refund"], ["refund"]]);

    const penguins = article("refund", { title: "Penguins live here" });
    await importArticles(base, [penguins, article("other")], { now: NOW });
    expect(await stored()).toEqual(["other en", "refund en"]);
    expect([await found("gems"), await found("penguins"), await found("erstatten", "de")]).toEqual([
      [],
      ["refund"],
      [],
    ]);
  });

  test("keeps what came from elsewhere where that is wanted", async () => {
    await importArticles(base, [article("a"), article("b")], { now: NOW });
    await importArticles(base, [article("c")], { now: NOW, keepOthers: true });
    expect(await stored()).toEqual(["a en", "b en", "c en"]);
  });

  test("does not remove more than half of all articles, unless that is meant", async () => {
    const before = ["a", "b", "c", "d"].map((slug) => article(slug));
    await importArticles(base, before, { now: NOW });
    await expect(importArticles(base, before.slice(0, 1), { now: NOW })).rejects.toThrow(
      "This would remove 3 of the 4 articles that are stored.",
    );
    expect(await stored()).toHaveLength(4);
    await importArticles(base, before.slice(0, 2), { now: NOW });
    expect(await stored()).toEqual(["a en", "b en"]);
    await importArticles(base, [article("z")], { now: NOW, mayRemoveMost: true });
    expect(await stored()).toEqual(["z en"]);
  });

  test("tells how far it is where there is much to do", { timeout: 60_000 }, async () => {
    const many = Array.from({ length: 250 }, (_, n) => article(`a-${n}`));
    const told: unknown[] = [];
    await importArticles(base, many, { now: NOW, onProgress: (done, total) => told.push([done, total]) });
    expect(told).toEqual([
      [100, 250],
      [200, 250],
    ]);
    expect(await stored()).toHaveLength(250);
  });
});

test("a source with a problem, or without articles, is not imported at all", () => {
  const problem = { file: "a.md", line: 3, message: "title is missing" };
  expect(() => validArticles({ articles: [article("a")], problems: [problem] }, "knowledge/")).toThrow(InvalidArticles);
  expect(() => validArticles({ articles: [], problems: [problem] }, "knowledge/")).toThrow("a.md:3: title is missing");
  expect(() => validArticles({ articles: [], problems: [] }, "knowledge/")).toThrow(
    "there are no articles in knowledge/",
  );
});

test("articles that an older version stored are found after they were stored anew", async () => {
  await importArticles(base, [article("a", { title: "Penguins" }), article("b")], { now: NOW });
  await local.db.batch(
    [
      "DELETE FROM article_index",
      "DELETE FROM article_terms",
      "UPDATE articles SET updated_at = 0 WHERE slug = 'a'",
    ].map((sql) => local.db.prepare(sql)),
  );
  expect(await found("penguins")).toEqual([]);
  expect(await reindexArticles(base, { now: NOW })).toBe(2);
  expect(await found("penguins")).toEqual(["a"]);
  const times = (await listArticles(local.db)).map(({ updatedAt }) => updatedAt);
  expect(times).toEqual([NOW, article("b").updatedAt]);
});
