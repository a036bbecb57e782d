/** How well the search does, on the sample knowledge base and, where there is one, on a larger set of questions. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EvaluationArticle, evaluateCommand, measure } from "../../scripts/lib/evaluate.ts";
import { articlesOfFolder } from "../../scripts/lib/knowledge-base.ts";
import { KNOWLEDGE } from "../../scripts/lib/project.ts";
import questions from "./data/questions.json" with { type: "json" };

describe("on the sample knowledge base", () => {
  let articles: EvaluationArticle[];
  beforeAll(async () => {
    articles = (await articlesOfFolder(KNOWLEDGE)).map(({ slug, title, summary, questions: asked, body }) => ({
      id: slug,
      title,
      questions: [...asked],
      body: `${summary}\n${body}`,
    }));
  });

  test("questions find their article, and what fits nothing finds nothing", async () => {
    const queries = questions.map(({ question, article }) => ({
      text: question,
      relevant: article === null ? [] : [article],
    }));
    const measures = await measure({ articles, queries, typos: 0, seed: 1 });
    expect(measures.successAt1).toBeGreaterThanOrEqual(0.85);
    expect(measures.successAt3).toBeGreaterThanOrEqual(0.95);
    expect(measures.areaUnderRoc).toBeGreaterThanOrEqual(0.92);
    expect(measures.rightlyNothing).toBeGreaterThanOrEqual(0.85);
    expect(measures.rightlySomething).toBeGreaterThanOrEqual(0.8);
  });

  test("an example question finds its article by the others, with it left out", async () => {
    const leftOut = (at: number) => ({
      articles: articles.map((article) => ({ ...article, questions: article.questions.toSpliced(at, 1) })),
      queries: articles.flatMap(({ id, questions: asked }) => {
        const text = asked[at];
        return text === undefined ? [] : [{ text, relevant: [id] }];
      }),
    });
    const folds = [
      await measure({ ...leftOut(0), typos: 0, seed: 1 }),
      await measure({ ...leftOut(1), typos: 0, seed: 1 }),
    ];
    const mean = (of: (fold: (typeof folds)[number]) => number) =>
      folds.reduce((sum, fold) => sum + of(fold), 0) / folds.length;
    expect(mean(({ successAt1 }) => successAt1)).toBeGreaterThanOrEqual(0.6);
    expect(mean(({ successAt3 }) => successAt3)).toBeGreaterThanOrEqual(0.78);
  });
}, 60_000);

/**
 * BANKING77 (Casanueva et al. 2020, CC BY 4.0): a folder with `train.csv` and `test.csv`, columns `text` and `category`. Each
 * category is an article with its first five training questions; the test questions are asked.
 */
const DATA = process.env.EVALUATION_DATA;

describe.skipIf(DATA === undefined)("on BANKING77 (in the folder EVALUATION_DATA)", () => {
  const rows = async (file: string): Promise<{ text: string; category: string }[]> =>
    parse(await readFile(join(DATA ?? "", file), "utf8"), { columns: true });
  const load = async () => {
    const examples = Map.groupBy(await rows("train.csv"), ({ category }) => category);
    return {
      articles: [...examples].map(([id, asked]) => ({
        id,
        title: id.replaceAll("_", " "),
        questions: asked.slice(0, 5).map(({ text }) => text),
      })),
      queries: (await rows("test.csv")).map(({ text, category }) => ({ text, relevant: [category] })),
    };
  };

  test("the right article is first for two questions in three, and among the first three for five in six", async () => {
    const set = await load();
    const clean = await measure({ ...set, typos: 0, seed: 1 });
    expect(clean.successAt1).toBeGreaterThanOrEqual(0.69);
    expect(clean.successAt3).toBeGreaterThanOrEqual(0.85);
    const misspelt = await measure({ ...set, typos: 0.25, seed: 1 });
    expect(clean.successAt1 - misspelt.successAt1).toBeLessThanOrEqual(0.02);
    expect(clean.successAt3 - misspelt.successAt3).toBeLessThanOrEqual(0.02);
  }, 600_000);
});

describe("the command", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "flexcord-test-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function run(articles: string, queries: string): Promise<string[]> {
    const files = { articles: join(folder, "a.jsonl"), queries: join(folder, "q.jsonl") };
    await writeFile(files.articles, articles);
    await writeFile(files.queries, queries);
    const lines: string[] = [];
    await evaluateCommand({ ...files, typos: 0, seed: 1 }, (line) => void lines.push(line));
    return lines;
  }

  test("prints what it measured", async () => {
    const lines = await run(
      '{"id":"A 1","title":"Get a refund","questions":["I want my money back"],"body":""}\n\n{"id":"b","title":"Lost card","questions":[]}\n',
      '{"text":"money back please","relevant":["A 1"]}\n{"text":"my card is lost","relevant":["b"]}\n{"text":"quantum physics","relevant":[]}\n',
    );
    expect(lines.slice(0, 8)).toEqual([
      "queries with an answer 2, without 1",
      "S@1      1.000",
      "S@3      1.000",
      "MRR@10   1.000",
      "nDCG@10  1.000",
      'AUROC of "nothing fits"  1.000',
      "something found where something fits  1.000",
      "nothing found where nothing fits      1.000",
    ]);
    expect(lines.at(-1)).toMatch(/^\d+\.\d\d ms per query$/);
  });

  test("names file and line of what it cannot read", async () => {
    const article = '{"id":"a","title":"A","questions":[]}\n';
    await expect(run(`${article}{"id":`, "")).rejects.toThrow(`${join(folder, "a.jsonl")}:2: this is not JSON`);
    await expect(run('{"id":"a","title":1,"questions":[]}', "")).rejects.toThrow("a.jsonl:1: title: ");
    await expect(run(article, '\n{"text":"x"}')).rejects.toThrow("q.jsonl:2: relevant: ");
    await expect(run(article, '{"text":"x","relevant":["b"]}')).rejects.toThrow(
      "q.jsonl:1: relevant.0: there is no article b",
    );
  });
}, 60_000);
