import type { D1Database } from "@cloudflare/workers-types";
import type { ArticleSlug } from "../conversation/ids.ts";
import type { ArticleLocale } from "./article.ts";
import { isCorrectable, keysOf } from "./spelling.ts";
import { type ArticleTerms, inLocale, isSearched, markerOf, type Token, tokensOf } from "./terms.ts";

/** A question as it is read in one language. */
export type Reading = { readonly locale: ArticleLocale; readonly tokens: readonly Token[] };

/** An article that has one of the question's terms at least. */
export type Candidate = {
  readonly slug: ArticleSlug;
  readonly locale: ArticleLocale;
  readonly title: string;
  readonly terms: ArticleTerms;
};

/** For a term that is in no article: a word that may be meant, and its term. */
export type Neighbour = { readonly unknown: string; readonly word: string; readonly term: string };

/** What the database knows about a question as it is read in one language. */
export type LookedUp = {
  /** How many articles there are. */
  readonly articles: number;
  /** In how many of them a term is; those that are in none are left out. */
  readonly frequencies: ReadonlyMap<string, number>;
  readonly neighbours: readonly Neighbour[];
  /** Best first, roughly. */
  readonly candidates: readonly Candidate[];
};

/** A longer question is read up to here: characters, words, then different words to search for. */
const MAX_TEXT = 2_000;
const MAX_WORDS = 80;
const MAX_TERMS = 24;
/** How many articles the index hands over to be looked at closely. */
const CANDIDATES = 40;

/** Reads a question in one language. */
export function readingOf(question: string, locale: ArticleLocale): Reading {
  return { locale, tokens: tokensOf(question.slice(0, MAX_TEXT), locale).slice(0, MAX_WORDS) };
}

/** The different terms to search for, in their order. */
export function searchedTerms({ tokens }: Reading): string[] {
  return [...new Set(tokens.map(({ term }) => term).filter(isSearched))].slice(0, MAX_TERMS);
}

/**
 * Everything in one question to the database, since each way there takes longer than the work: a row of three JSON texts.
 * ?1 the terms as a JSON array, ?2 [key, term] for each spelling of each word, ?3 the terms quoted and joined by OR.
 */
const LOOK_UP = `
WITH
  frequencies AS MATERIALIZED (
    SELECT term, doc AS articles FROM article_index_terms WHERE term IN (SELECT value FROM json_each(?1))
  ),
  unknown AS (
    SELECT value ->> 0 AS key, value ->> 1 AS term FROM json_each(?2)
      WHERE value ->> 1 NOT IN (SELECT term FROM frequencies)
  ),
  found AS MATERIALIZED (
    SELECT rowid FROM article_index WHERE article_index MATCH ?3
      ORDER BY bm25(article_index, 10, 5, 1) LIMIT ${CANDIDATES}
  )
SELECT
  (SELECT json_group_object(term, articles) FROM frequencies) AS frequencies,
  (
    SELECT json_group_array(json_array(unknown.term, word, article_words.term)) FROM unknown JOIN article_words USING (key)
  ) AS neighbours,
  (
    SELECT json_group_array(json_array(slug, locale, articles.title, terms.title, terms.questions, terms.body))
      FROM found JOIN articles ON articles.id = found.rowid JOIN article_terms AS terms ON terms.article = found.rowid
  ) AS candidates`;

type LookUpRow = { readonly frequencies: string; readonly neighbours: string; readonly candidates: string };
type NeighbourColumns = readonly [unknown: string, word: string, term: string];
type CandidateColumns = readonly [ArticleSlug, ArticleLocale, string, title: string, questions: string, body: string];

/** Looks a question up in the index; the answer has an element for each reading. */
export async function lookUp(db: D1Database, readings: readonly Reading[]): Promise<LookedUp[]> {
  const terms = readings.flatMap((reading) => searchedTerms(reading).map((term) => inLocale(reading.locale, term)));
  const keys = readings.flatMap(({ locale, tokens }) =>
    tokens
      .filter((token) => isSearched(token.term) && isCorrectable(token))
      .flatMap(({ word, term }) => keysOf(word).map((key) => [inLocale(locale, key), inLocale(locale, term)])),
  );
  const row =
    terms.length > 0 &&
    (await db
      .prepare(LOOK_UP)
      .bind(
        JSON.stringify([...terms, ...readings.map(({ locale }) => markerOf(locale))]),
        JSON.stringify(keys),
        // Quoted, a term is a phrase: no word of a member can act as an operator of FTS5's query language.
        terms.map((term) => `"${term}"`).join(" OR "),
      )
      .first<LookUpRow>());
  if (!row) return readings.map(() => ({ articles: 0, frequencies: new Map(), neighbours: [], candidates: [] }));
  const frequencies: [string, number][] = Object.entries(JSON.parse(row.frequencies));
  const neighbours: NeighbourColumns[] = JSON.parse(row.neighbours);
  const candidates: CandidateColumns[] = JSON.parse(row.candidates);
  return readings.map(({ locale }) => {
    const start = markerOf(locale);
    const isOfLocale = (term: string) => term.startsWith(start);
    const bare = (term: string) => term.slice(start.length);
    const counts = new Map(frequencies.filter(([term]) => isOfLocale(term)).map(([term, n]) => [bare(term), n]));
    return {
      articles: counts.get("") ?? 0,
      frequencies: counts,
      neighbours: neighbours
        .filter(([unknown]) => isOfLocale(unknown))
        .map(([unknown, word, term]) => ({ unknown: bare(unknown), word, term: bare(term) })),
      candidates: candidates
        .filter((columns) => columns[1] === locale)
        .map(([slug, , title, ...lists]) => ({ slug, locale, title, terms: termsOfLists(lists) })),
    };
  });
}

function termsOfLists([title, questions, body]: readonly [string, string, string]): ArticleTerms {
  const list = (terms: string) => (terms === "" ? [] : terms.split(" "));
  return { title: list(title), questions: questions.split("\n").map(list), body: list(body) };
}
