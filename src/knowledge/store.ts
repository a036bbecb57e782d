import type { D1Database, D1PreparedStatement } from "@cloudflare/workers-types";
import type { ArticleSlug } from "../conversation/ids.ts";
import {
  ARTICLE_COLUMNS,
  type Article,
  type ArticleLocale,
  type ArticleRow,
  articleOfRow,
  rowOfArticle,
} from "./article.ts";
import { isCorrectable } from "./spelling.ts";
import { inLocale, isSearched, MAX_WORD, markerOf, termsOfArticle } from "./terms.ts";

/** An SQL statement with a value for each `?`, so that it can run here or be written to a file. */
export type Statement = { readonly sql: string; readonly params: readonly (string | number | null)[] };

const COLUMNS = ARTICLE_COLUMNS.join(", ");
const ARTICLE_ID = "(SELECT id FROM articles WHERE slug = ? AND locale = ?)";
const PUT_ARTICLE = `INSERT INTO articles (${COLUMNS}) VALUES (${ARTICLE_COLUMNS.map(() => "?").join(", ")})
  ON CONFLICT (slug, locale) DO UPDATE SET
  ${ARTICLE_COLUMNS.slice(2)
    .map((column) => `${column} = excluded.${column}`)
    .join(", ")}`;

/** Stores an article in place of the one of the same slug and locale, and puts members' articles into the index. */
export function putArticle(article: Article): Statement[] {
  const { slug, locale } = article;
  const row = rowOfArticle(article);
  const put = { sql: PUT_ARTICLE, params: ARTICLE_COLUMNS.map((column) => row[column]) };
  if (article.audience !== "members") return [put, ...notIndexed(slug, locale)];
  const { terms, words } = termsOfArticle(article);
  const [title, body] = [terms.title.join(" "), terms.body.join(" ")];
  const questions = terms.questions.map((question) => question.join(" ")).join("\n");
  return [
    put,
    {
      sql: `INSERT OR REPLACE INTO article_index (rowid, title, questions, body) VALUES (${ARTICLE_ID}, ?, ?, ?)`,
      params: [
        slug,
        locale,
        [markerOf(locale), ...indexed(locale, terms.title)].join(" "),
        indexed(locale, terms.questions.flat()).join(" "),
        indexed(locale, terms.body).join(" "),
      ],
    },
    {
      sql: `INSERT OR REPLACE INTO article_terms (article, title, questions, body) VALUES (${ARTICLE_ID}, ?, ?, ?)`,
      params: [slug, locale, title, questions, body],
    },
    {
      sql: PUT_WORDS,
      params: [markerOf(locale), JSON.stringify(words.filter(isCorrectable).map(({ word, term }) => [word, term]))],
    },
  ];
}

/**
 * ?1 the mark of the language, ?2 [word, term] for each word. The keys are those of `keysOf`, made here so that the statement
 * is short where its values are written out: the whole word, and the word without its n-th letter. A word that is known already costs no row written.
 */
const PUT_WORDS = `INSERT INTO article_words (key, word, term)
  WITH
    words AS (SELECT value ->> 0 AS word, value ->> 1 AS term FROM json_each(?2)),
    places AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM places WHERE n <= ${MAX_WORD})
  SELECT DISTINCT ?1 || substr(word, 1, n - 1) || substr(word, n + 1), word, ?1 || term
    FROM words JOIN places ON n <= length(word) + 1 WHERE true
  ON CONFLICT (key, word) DO UPDATE SET term = excluded.term WHERE term <> excluded.term`;

const indexed = (locale: ArticleLocale, terms: readonly string[]) =>
  terms.filter(isSearched).map((term) => inLocale(locale, term));

function notIndexed(slug: ArticleSlug, locale: ArticleLocale): Statement[] {
  return [
    { sql: `DELETE FROM article_index WHERE rowid = ${ARTICLE_ID}`, params: [slug, locale] },
    { sql: `DELETE FROM article_terms WHERE article = ${ARTICLE_ID}`, params: [slug, locale] },
  ];
}

/** Removes an article in one language; a trigger takes it from the index. */
export function removeArticle(slug: ArticleSlug, locale: ArticleLocale): Statement[] {
  return [{ sql: "DELETE FROM articles WHERE slug = ? AND locale = ?", params: [slug, locale] }];
}

/** All articles, in the order of slug and locale. */
export async function listArticles(db: D1Database): Promise<Article[]> {
  const { results } = await db.prepare(`SELECT ${COLUMNS} FROM articles ORDER BY slug, locale`).all<ArticleRow>();
  return results.map(articleOfRow);
}

/** A members' article in the first of `locales` that has it, else in any; null when there is none of this name. */
export async function getArticle(
  db: D1Database,
  slug: ArticleSlug,
  locales: readonly ArticleLocale[],
): Promise<Article | null> {
  const { results } = await db
    .prepare(`SELECT ${COLUMNS} FROM articles WHERE slug = ? AND audience = 'members' ORDER BY locale`)
    .bind(slug)
    .all<ArticleRow>();
  const wanted = locales.map((locale) => results.find((row) => row.locale === locale)).find((row) => row !== undefined);
  const row = wanted ?? results[0];
  return row === undefined ? null : articleOfRow(row);
}

/** Runs the statements, and `note` right behind them, which says who had them run: all or none. */
export async function runStatements(
  db: D1Database,
  statements: readonly Statement[],
  note?: D1PreparedStatement,
): Promise<void> {
  const all = [...statements.map(({ sql, params }) => db.prepare(sql).bind(...params)), ...(note ? [note] : [])];
  if (all.length > 0) await db.batch(all);
}
