/**
 * `node bench/search.ts [--articles N] [--rounds N]`: the time of a search next to one plain FTS5 query of the same terms, on
 * the same D1 (Miniflare), in turn. D1 counts the rows that are read; so does this.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { D1Database } from "@cloudflare/workers-types";
import { openLocalDatabase } from "../scripts/lib/local-database.ts";
import { seededRandom, withTypos } from "../scripts/lib/typos.ts";
import type { ArticleSlug } from "../src/conversation/ids.ts";
import type { Article } from "../src/knowledge/article.ts";
import { readingOf, searchedTerms } from "../src/knowledge/look-up.ts";
import { searchArticles } from "../src/knowledge/search.ts";
import { putArticle, runStatements } from "../src/knowledge/store.ts";
import { inLocale } from "../src/knowledge/terms.ts";

const { values } = parseArgs({
  options: { articles: { type: "string", default: "10000" }, rounds: { type: "string", default: "150" } },
});
const ARTICLES = Number(values.articles);
const ROUNDS = Number(values.rounds);
const QUESTIONS_EACH = 8;
const WORDS = 20_000;

const random = seededRandom(1);
const syllables = ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo", "kar", "len"];
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
const vocabulary = Array.from({ length: WORDS }, () =>
  Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(syllables)).join(""),
);
/** A word as often as in language: the n-th most frequent one about 1/n as often as the first (Zipf). */
const word = () => vocabulary[Math.floor(WORDS ** random()) - 1] ?? "word";
const words = (n: number) => Array.from({ length: n }, word).join(" ");

function article(n: number): Article {
  return {
    slug: `article-${n}` as ArticleSlug,
    locale: "en",
    audience: "members",
    title: words(4),
    summary: words(12),
    questions: Array.from({ length: QUESTIONS_EACH }, () => words(8)),
    labels: [],
    link: null,
    body: words(150),
    updatedAt: 0,
  };
}

type Measure = { readonly milliseconds: number[]; rowsRead: number };

async function timed<T>(into: Measure, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  into.milliseconds.push(performance.now() - startedAt);
  return result;
}

const PLAIN =
  "SELECT rowid FROM article_index WHERE article_index MATCH ? ORDER BY bm25(article_index, 10, 5, 1) LIMIT 4";

async function plainQuery(db: D1Database, question: string) {
  const terms = searchedTerms(readingOf(question, "en")).map((term) => `"${inLocale("en", term)}"`);
  return db.prepare(PLAIN).bind(terms.join(" OR ")).all();
}

const median = (sorted: readonly number[]) => sorted[sorted.length >> 1] ?? 0;
const lineOf = (name: string, { milliseconds, rowsRead }: Measure, base: number) => {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const p90 = sorted[Math.floor(sorted.length * 0.9)] ?? 0;
  const cells = [median(sorted), p90].map((ms) => `${ms.toFixed(2)} ms`.padStart(10));
  const rows = Math.round(rowsRead / (milliseconds.length || 1));
  return `${name.padEnd(24)}${cells.join("")}${(median(sorted) / base).toFixed(2).padStart(8)}${String(rows).padStart(12)}`;
};

/** The same database, counting the rows that its queries read. */
function counting(db: D1Database, into: Measure): Pick<D1Database, "prepare"> {
  return {
    prepare: (sql) => {
      const statement = db.prepare(sql);
      return Object.assign(Object.create(statement), {
        bind: (...params: unknown[]) => {
          const bound = statement.bind(...params);
          const all = async () => {
            const result = await bound.all();
            into.rowsRead += result.meta.rows_read;
            return result;
          };
          return { all, first: async () => (await all()).results[0] ?? null };
        },
      });
    },
  };
}

const folder = await mkdtemp(join(tmpdir(), "flexcord-bench-search-"));
const { db, close } = await openLocalDatabase(folder);
try {
  const startedAt = performance.now();
  for (let from = 0; from < ARTICLES; from += 50) {
    const batch = Array.from({ length: Math.min(50, ARTICLES - from) }, (_, at) => putArticle(article(from + at)));
    await runStatements(db, batch.flat());
  }
  const { meta } = await db.prepare("SELECT 1").all();
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(
    `${ARTICLES} articles stored in ${seconds.toFixed(1)} s, ${(meta.size_after / 2 ** 20).toFixed(1)} MiB\n`,
  );
  const measures = {
    plain: { milliseconds: [], rowsRead: 0 } as Measure,
    search: { milliseconds: [], rowsRead: 0 } as Measure,
    typos: { milliseconds: [], rowsRead: 0 } as Measure,
  };
  const questions = Array.from({ length: ROUNDS }, () => words(7));
  for (const question of questions) {
    await timed(measures.plain, async () => {
      measures.plain.rowsRead += (await plainQuery(db, question)).meta.rows_read;
    });
    await timed(measures.search, () => searchArticles(db, question, ["en"]));
    await timed(measures.typos, () => searchArticles(db, withTypos(question, 0.25, random), ["en"]));
  }
  for (const question of questions) {
    await searchArticles(counting(db, measures.search) as D1Database, question, ["en"]);
    await searchArticles(counting(db, measures.typos) as D1Database, withTypos(question, 0.25, random), ["en"]);
  }
  const base = median(measures.plain.milliseconds.toSorted((a, b) => a - b));
  console.log(
    `${"".padEnd(24)}${"median".padStart(10)}${"p90".padStart(10)}${"ratio".padStart(8)}${"rows read".padStart(12)}`,
  );
  console.log(lineOf("plain FTS5 query", measures.plain, base));
  console.log(lineOf("search", measures.search, base));
  console.log(lineOf("search, quarter typos", measures.typos, base));
} finally {
  await close();
  await rm(folder, { recursive: true, force: true });
}
