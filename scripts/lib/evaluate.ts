import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { D1Database } from "@cloudflare/workers-types";
import * as v from "valibot";
import type { ArticleSlug } from "../../src/conversation/ids.ts";
import type { Article } from "../../src/knowledge/article.ts";
import { MIN_COVERAGE, rankArticles } from "../../src/knowledge/search.ts";
import { putArticle, runStatements } from "../../src/knowledge/store.ts";
import { openLocalDatabase } from "./local-database.ts";
import { Progress } from "./progress.ts";
import { areaUnderRoc, discountedGain, meanReciprocalRank, type Ranking, successAt } from "./retrieval-metrics.ts";
import { seededRandom, withTypos } from "./typos.ts";

const ArticleLine = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  title: v.string(),
  questions: v.array(v.string()),
  body: v.optional(v.string(), ""),
  locale: v.optional(v.string(), "en"),
});
const queryLine = (known: ReadonlySet<string>) =>
  v.object({
    text: v.string(),
    relevant: v.array(
      v.pipe(
        v.string(),
        v.check(
          (id) => known.has(id),
          ({ input }) => `there is no article ${input}`,
        ),
      ),
    ),
    locale: v.optional(v.string(), "en"),
  });
/** An article of an evaluation; its id may be any text. */
export type EvaluationArticle = v.InferInput<typeof ArticleLine>;
/** A question and the ids of the articles that answer it; none for one that has no answer. */
export type EvaluationQuery = v.InferInput<ReturnType<typeof queryLine>>;

export type Evaluation = {
  readonly articles: readonly EvaluationArticle[];
  readonly queries: readonly EvaluationQuery[];
  /** The share of the queries' words that get a typing error, 0 to 1. */
  readonly typos: number;
  /** Makes the typing errors the same in each run. */
  readonly seed: number;
  /** Told how far it is. */
  readonly onProgress?: (done: number, all: number) => void;
};

/** What an evaluation measured. Shares and measures are from 0 to 1; those without a query to measure are null. */
export type Measures = {
  readonly answerable: number;
  readonly unanswerable: number;
  readonly successAt1: number;
  readonly successAt3: number;
  readonly reciprocalRank: number;
  readonly gain: number;
  readonly areaUnderRoc: number | null;
  /** Of the queries without an answer those that found nothing, of those with one those that found something. */
  readonly rightlyNothing: number | null;
  readonly rightlySomething: number | null;
  readonly millisecondsPerQuery: number;
};

/** Measures the search on articles and queries, in a database of its own. */
export async function measure({ articles, queries, typos, seed, onProgress }: Evaluation): Promise<Measures> {
  const folder = await mkdtemp(join(tmpdir(), "flexcord-evaluation-"));
  const { db, close } = await openLocalDatabase(folder);
  try {
    await store(db, articles);
    const random = seededRandom(seed);
    const rankings: Ranking[] = [];
    let milliseconds = 0;
    for (const { text, relevant, locale } of queries) {
      const question = typos > 0 ? withTypos(text, typos, random) : text;
      const startedAt = performance.now();
      const found = await rankArticles(db, question, [locale ?? "en"]);
      milliseconds += performance.now() - startedAt;
      const ids = found.map(({ slug }) => articles[indexOf(slug)]?.id ?? slug);
      rankings.push({ relevant, found: ids, confidence: found[0]?.coverage ?? 0 });
      onProgress?.(rankings.length, queries.length);
    }
    return measuresOf(rankings, milliseconds / (queries.length || 1));
  } finally {
    await close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Statements of about this many articles go to the database at once. */
const BATCH = 50;

async function store(db: D1Database, articles: readonly EvaluationArticle[]): Promise<void> {
  const statements = articles.map((article, at) => putArticle(stored(article, at)));
  for (let from = 0; from < statements.length; from += BATCH)
    await runStatements(db, statements.slice(from, from + BATCH).flat());
}

function stored({ title, questions, body, locale }: EvaluationArticle, at: number): Article {
  return {
    slug: `article-${at}` as ArticleSlug,
    locale: locale ?? "en",
    audience: "members",
    title,
    summary: "",
    questions,
    labels: [],
    link: null,
    body: body ?? "",
    updatedAt: 0,
  };
}

function indexOf(slug: ArticleSlug): number {
  return Number(slug.slice("article-".length));
}

function measuresOf(rankings: readonly Ranking[], millisecondsPerQuery: number): Measures {
  const answerable = rankings.filter(({ relevant }) => relevant.length > 0);
  const unanswerable = rankings.filter(({ relevant }) => relevant.length === 0);
  const confidences = (some: readonly Ranking[]) => some.map(({ confidence }) => confidence);
  const share = (some: readonly Ranking[], holds: (confidence: number) => boolean) =>
    some.length === 0 ? null : confidences(some).filter(holds).length / some.length;
  return {
    answerable: answerable.length,
    unanswerable: unanswerable.length,
    successAt1: successAt(1, answerable),
    successAt3: successAt(3, answerable),
    reciprocalRank: meanReciprocalRank(answerable),
    gain: discountedGain(answerable),
    areaUnderRoc: areaUnderRoc(confidences(answerable), confidences(unanswerable)),
    rightlyNothing: share(unanswerable, (confidence) => confidence < MIN_COVERAGE),
    rightlySomething: share(answerable, (confidence) => confidence >= MIN_COVERAGE),
    millisecondsPerQuery,
  };
}

/**
 * `npm run knowledge -- evaluate`: measures the search on the articles and queries of two JSONL files and prints what came
 * out. Throws an error that names file and line when one cannot be read.
 */
export async function evaluateCommand(
  { articles, queries, typos, seed }: { articles: string; queries: string; typos: number; seed: number },
  print: (line: string) => void,
): Promise<void> {
  const read = await readLines(articles, ArticleLine);
  const asked = await readLines(queries, queryLine(new Set(read.map(({ id }) => id))));
  const progress = new Progress(process.stderr);
  const measures = await measure({
    articles: read,
    queries: asked,
    typos,
    seed,
    onProgress: (done, all) => progress.show(done, all, "queries"),
  });
  progress.clear();
  for (const line of linesOf(measures)) print(line);
}

async function readLines<T>(file: string, schema: v.GenericSchema<unknown, T>): Promise<T[]> {
  const lines = (await readFile(file, "utf8")).split("\n");
  return lines.flatMap((line, at) => (line.trim() === "" ? [] : [readLine(line, schema, `${file}:${at + 1}`)]));
}

function readLine<T>(line: string, schema: v.GenericSchema<unknown, T>, where: string): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error(`${where}: this is not JSON`);
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(`${where}: ${v.getDotPath(issue) ?? "the line"}: ${issue.message}`);
}

function linesOf(measures: Measures): string[] {
  const figure = (value: number | null) => (value === null ? "-" : value.toFixed(3));
  return [
    `queries with an answer ${measures.answerable}, without ${measures.unanswerable}`,
    `S@1      ${figure(measures.successAt1)}`,
    `S@3      ${figure(measures.successAt3)}`,
    `MRR@10   ${figure(measures.reciprocalRank)}`,
    `nDCG@10  ${figure(measures.gain)}`,
    `AUROC of "nothing fits"  ${figure(measures.areaUnderRoc)}`,
    `something found where something fits  ${figure(measures.rightlySomething)}`,
    `nothing found where nothing fits      ${figure(measures.rightlyNothing)}`,
    `${measures.millisecondsPerQuery.toFixed(2)} ms per query`,
  ];
}
