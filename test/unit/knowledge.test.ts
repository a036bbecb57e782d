/** The sample knowledge base through the whole import, on a local D1 database. Wording of single articles is not tested. */
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importArticles, type KnowledgeBase, localKnowledgeBase } from "../../scripts/lib/knowledge-base.ts";
import { type LocalDatabase, openLocalDatabase } from "../../scripts/lib/local-database.ts";
import { KNOWLEDGE } from "../../scripts/lib/project.ts";
import { searchArticles } from "../../src/knowledge/search.ts";
import questions from "./data/questions.json" with { type: "json" };

let folder: string;
let local: LocalDatabase;
let base: KnowledgeBase;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "flexcord-test-"));
  local = await openLocalDatabase(join(folder, "state"));
  base = localKnowledgeBase(local.db);
}, 60_000);
afterAll(async () => {
  await local.close();
  await rm(folder, { recursive: true });
});

describe("an import", () => {
  test("shows what it would change, and changes nothing, as a dry run", async () => {
    const changes = await importArticles(base, KNOWLEDGE, { dryRun: true });
    expect(changes.added.length).toBeGreaterThanOrEqual(18);
    expect(await base.stored()).toEqual([]);
  });

  test("stores every article, and nothing more when repeated", async () => {
    const first = await importArticles(base, KNOWLEDGE);
    expect((await base.stored()).map(({ slug }) => slug)).toEqual(first.added.map(({ slug }) => slug));
    const second = await importArticles(base, KNOWLEDGE);
    expect(second).toEqual({ added: [], changed: [], removed: [], unchanged: first.added.length });
  });

  test("applies changes and removals, and the search follows", async () => {
    const copy = join(folder, "knowledge");
    await cp(KNOWLEDGE, copy, { recursive: true });
    await rm(join(copy, "refund.md"));
    await writeFile(
      join(copy, "friend-codes.md"),
      "---\ntitle: It's about penguins\nsummary: Penguins.\nquestions: [Where do penguins live?]\n---\nPenguins.\n",
    );
    const changes = await importArticles(base, copy);
    expect(changes.changed.map(({ slug }) => slug)).toEqual(["friend-codes"]);
    expect(changes.removed).toEqual(["refund"]);
    expect((await searchArticles(local.db, "penguin", "en")).map(({ title }) => title)).toEqual([
      "It's about penguins",
    ]);
    await importArticles(base, KNOWLEDGE);
    expect(await searchArticles(local.db, "penguin", "en")).toEqual([]);
  });

  test("touches nothing when one file is wrong, and names file and line", async () => {
    const wrong = join(folder, "wrong");
    await cp(KNOWLEDGE, wrong, { recursive: true });
    await rm(join(wrong, "refund.md"));
    await writeFile(join(wrong, "bad.md"), "---\ntitle: Bad\nsummary: Bad.\nquestion: []\n---\nText\n");
    const before = await base.stored();
    await expect(importArticles(base, wrong)).rejects.toThrow(`${join(wrong, "bad.md")}:4: question is not known`);
    expect(await base.stored()).toEqual(before);
  });

  test("refuses a folder without articles instead of emptying the knowledge base", async () => {
    await expect(importArticles(base, join(folder, "state"))).rejects.toThrow("there are no articles");
    expect((await base.stored()).length).toBeGreaterThan(0);
  });
});

describe("members' questions", () => {
  const answered = questions.filter(({ article }) => article !== null);
  const unanswerable = questions.filter(({ article }) => article === null);
  const slugsFor = async (question: string) => (await searchArticles(local.db, question, "en")).map(({ slug }) => slug);

  test("find their article among the suggestions, mostly in the first place", async () => {
    const found = await Promise.all(
      answered.map(async ({ question, article }) => {
        const slugs: readonly string[] = await slugsFor(question);
        return slugs.indexOf(article ?? "");
      }),
    );
    const share = (hits: number) => hits / answered.length;
    expect(share(found.filter((place) => place >= 0).length)).toBeGreaterThanOrEqual(0.8);
    expect(share(found.filter((place) => place === 0).length)).toBeGreaterThanOrEqual(0.75);
  });

  test("that the knowledge base cannot answer mostly find nothing", async () => {
    const found = await Promise.all(unanswerable.map(async ({ question }) => (await slugsFor(question)).length === 0));
    expect(found.filter(Boolean).length / unanswerable.length).toBeGreaterThanOrEqual(0.8);
  });
});
