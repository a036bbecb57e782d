import type { D1Database } from "@cloudflare/workers-types";
import type { Locale } from "../conversation/events.ts";
import type { ArticleSlug } from "../conversation/ids.ts";
import { ARTICLE_COLUMNS, type Article, type ArticleRow, articleOfRow } from "./article.ts";
import { termsOf } from "./terms.ts";

/** An article that fits a question. */
export type FoundArticle = {
  readonly slug: ArticleSlug;
  readonly title: string;
  /** The share of the question's terms that the article has, 0 to 1, rare terms counting more than common ones. */
  readonly coverage: number;
};

/**
 * An article that has less of the question than this is no answer to it. BM25 itself cannot tell: its figures rank the
 * articles of one question and compare with nothing else.
 */
const MIN_COVERAGE = 0.3;

/** What a match in a column is worth: title, questions, summary, body. */
const BM25 = "bm25(articles_fts, 10, 5, 2, 1)";

/**
 * ?1 the terms as a JSON array of quoted phrases, ?2 the same joined by OR, ?3 the member's language, ?4 how many.
 * The weight of a term is its inverse document frequency, as in BM25; a term that no article has weighs most.
 */
const SEARCH = `
WITH
  terms AS (SELECT value AS term FROM json_each(?1)),
  readable AS MATERIALIZED (
    SELECT id, slug, title FROM articles WHERE audience = 'members' AND locale IN (?3, 'en')
  ),
  matches AS MATERIALIZED (
    SELECT term, articles_fts.rowid AS article
      FROM terms JOIN articles_fts ON articles_fts MATCH term
      WHERE articles_fts.rowid IN (SELECT id FROM readable)
  ),
  frequencies AS (
    SELECT term, (SELECT count(*) FROM matches WHERE matches.term = terms.term) AS df,
      (SELECT count(*) FROM readable) AS n
      FROM terms
  ),
  weights AS MATERIALIZED (SELECT term, ln(1 + (n - df + 0.5) / (df + 0.5)) AS weight FROM frequencies)
SELECT readable.slug, readable.title,
    (SELECT total(weight) FROM matches JOIN weights USING (term) WHERE article = readable.id)
      / (SELECT total(weight) FROM weights) AS coverage
  FROM articles_fts JOIN readable ON readable.id = articles_fts.rowid
  WHERE articles_fts MATCH ?2
  ORDER BY ${BM25}, readable.slug
  LIMIT ?4`;

/**
 * The members' articles that fit a question best, best first, at most `limit`; none when nothing fits. Articles are those
 * in the member's language and in English.
 */
export async function searchArticles(
  db: D1Database,
  question: string,
  locale: Locale,
  limit = 4,
): Promise<FoundArticle[]> {
  // Quoted, a term is a phrase: no word of a member can act as an operator of FTS5's query language.
  const phrases = termsOf(question).map((term) => `"${term}"`);
  if (phrases.length === 0) return [];
  const { results } = await db
    .prepare(SEARCH)
    .bind(JSON.stringify(phrases), phrases.join(" OR "), locale, limit)
    .all<FoundArticle>();
  return results.filter(({ coverage }) => coverage >= MIN_COVERAGE);
}

/** A members' article; null when there is none of this name. */
export async function getArticle(db: D1Database, slug: ArticleSlug): Promise<Article | null> {
  const row = await db
    .prepare(`SELECT ${ARTICLE_COLUMNS.join(", ")} FROM articles WHERE slug = ? AND audience = 'members'`)
    .bind(slug)
    .first<ArticleRow>();
  return row && articleOfRow(row);
}
