/** What members find in the sample knowledge base. Wording of single articles is not tested. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { articlesOfFolder, importArticles, localKnowledgeBase } from "../../scripts/lib/knowledge-base.ts";
import { type LocalDatabase, openLocalDatabase } from "../../scripts/lib/local-database.ts";
import { KNOWLEDGE } from "../../scripts/lib/project.ts";
import { searchArticles } from "../../src/knowledge/search.ts";
import questions from "./data/questions.json" with { type: "json" };

let folder: string;
let local: LocalDatabase;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "flexcord-test-"));
  local = await openLocalDatabase(join(folder, "state"));
  await importArticles(localKnowledgeBase(local.db), await articlesOfFolder(KNOWLEDGE), { now: Date.now() });
}, 60_000);
afterAll(async () => {
  await local.close();
  await rm(folder, { recursive: true });
});

describe("members' questions", () => {
  const answered = questions.filter(({ article }) => article !== null);
  const unanswerable = questions.filter(({ article }) => article === null);
  const slugsFor = async (question: string) =>
    (await searchArticles(local.db, question, ["en"])).map(({ slug }) => slug);

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
