import type { D1Database } from "@cloudflare/workers-types";
import type { ArticleSlug } from "../conversation/ids.ts";
import type { ArticleLocale } from "./article.ts";
import { type Query, scoresOf, weightOf } from "./ranking.ts";
import { isCorrectable, isOneEditApart, keysOf } from "./spelling.ts";
import { inLocale, isSearched, markerOf, type Token, tokensOf } from "./terms.ts";

/** An article that fits a question. */
export type FoundArticle = {
  readonly slug: ArticleSlug;
  /** The language of its title: the first of those asked for that the article has. */
  readonly locale: ArticleLocale;
  readonly title: string;
  /** How much of the question the article has, 0 to 1. */
  readonly coverage: number;
};

/** Below this an article is no answer. */
export const MIN_COVERAGE = 0.2;

/** How many articles the index hands over to be looked at closely. */
const CANDIDATES = 40;
/** A longer question is read up to here: words, then different words to search for. */
const MAX_WORDS = 80;
const MAX_TERMS = 24;

/** ?1 the terms as a JSON array. */
const FREQUENCIES = `SELECT term, doc AS articles FROM article_index_terms WHERE term IN (SELECT value FROM json_each(?1))`;

/** ?1 keys as a JSON array. */
const NEIGHBOURS = `SELECT key, word FROM article_words WHERE key IN (SELECT value FROM json_each(?1))`;

/** ?1 the terms, quoted and joined by OR. */
const CANDIDATE_ARTICLES = `
SELECT slug, locale, articles.title AS title,
    article_terms.title AS titleTerms, article_terms.questions AS questionTerms, article_terms.body AS bodyTerms
  FROM (
    SELECT rowid FROM article_index WHERE article_index MATCH ?1
      ORDER BY bm25(article_index, 10, 5, 1) LIMIT ${CANDIDATES}
  ) AS found
  JOIN articles ON articles.id = found.rowid
  JOIN article_terms ON article_terms.article = found.rowid`;

/** ?1 slugs as a JSON array. */
const TITLES = `SELECT slug, locale, title FROM articles
  WHERE slug IN (SELECT value FROM json_each(?1)) AND audience = 'members'`;

type FrequencyRow = { readonly term: string; readonly articles: number };
type NeighbourRow = { readonly key: string; readonly word: string };
type TitleRow = { readonly slug: ArticleSlug; readonly locale: ArticleLocale; readonly title: string };
type CandidateRow = TitleRow & {
  readonly titleTerms: string;
  readonly questionTerms: string;
  readonly bodyTerms: string;
};

/** A question as it is read in one language. */
type Reading = { readonly locale: ArticleLocale; readonly tokens: readonly Token[] };

/**
 * The members' articles that fit a question best, best first, at most `limit`; none when nothing fits. Only articles in one
 * of `locales` (best first) are found.
 */
export async function searchArticles(
  db: D1Database,
  question: string,
  locales: readonly ArticleLocale[],
  limit = 4,
): Promise<FoundArticle[]> {
  const ranked = await rankArticles(db, question, locales);
  return inBestLocale(db, ranked.filter(({ coverage }) => coverage >= MIN_COVERAGE).slice(0, limit), locales);
}

/** All articles that have anything of the question, each slug once, best first. */
export async function rankArticles(
  db: D1Database,
  question: string,
  locales: readonly ArticleLocale[],
): Promise<FoundArticle[]> {
  let readings = [...new Set(locales)].map((locale) => read(question, locale));
  let looked = await lookUp(db, readings);
  const corrected = readings.map((reading) => correct(reading, looked));
  if (corrected.some((reading, at) => reading !== readings[at])) {
    readings = corrected;
    looked = await lookUp(db, readings);
  }
  const scored = readings.flatMap(({ locale, tokens }) => {
    const rows = looked.candidates.filter((row) => row.locale === locale);
    const all = looked.frequencies.get(markerOf(locale)) ?? 0;
    const query: Query = {
      terms: tokens.map(({ term }) => term),
      weights: new Map(
        searchedTerms(tokens).map((term) => [term, weightOf(looked.frequencies.get(inLocale(locale, term)) ?? 0, all)]),
      ),
    };
    const scores = scoresOf(query, rows.map(termsOfRow));
    return rows.map(({ slug, title }, at) => ({ slug, locale, title, coverage: scores[at] ?? 0 }));
  });
  scored.sort((a, b) => b.coverage - a.coverage || (a.slug < b.slug ? -1 : 1));
  const seen = new Set<ArticleSlug>();
  return scored.filter(({ slug }) => !seen.has(slug) && seen.add(slug));
}

function read(question: string, locale: ArticleLocale): Reading {
  return { locale, tokens: tokensOf(question.slice(0, 2_000), locale).slice(0, MAX_WORDS) };
}

function searchedTerms(tokens: readonly Token[]): string[] {
  return [...new Set(tokens.map(({ term }) => term).filter(isSearched))].slice(0, MAX_TERMS);
}

type LookedUp = {
  readonly frequencies: ReadonlyMap<string, number>;
  readonly neighbours: readonly NeighbourRow[];
  readonly candidates: readonly CandidateRow[];
};

async function lookUp(db: D1Database, readings: readonly Reading[]): Promise<LookedUp> {
  const terms = readings.flatMap(({ locale, tokens }) => searchedTerms(tokens).map((term) => inLocale(locale, term)));
  if (terms.length === 0) return { frequencies: new Map(), neighbours: [], candidates: [] };
  const keys = readings.flatMap(({ locale, tokens }) =>
    tokens
      .filter(({ word, term }) => isSearched(term) && isCorrectable(word))
      .flatMap(({ word }) => keysOf(word).map((key) => inLocale(locale, key))),
  );
  const [frequencies, neighbours, candidates] = await db.batch([
    db.prepare(FREQUENCIES).bind(JSON.stringify([...terms, ...readings.map(({ locale }) => markerOf(locale))])),
    db.prepare(NEIGHBOURS).bind(JSON.stringify(keys)),
    // Quoted, a term is a phrase: no word of a member can act as an operator of FTS5's query language.
    db.prepare(CANDIDATE_ARTICLES).bind(terms.map((term) => `"${term}"`).join(" OR ")),
  ]);
  return {
    frequencies: new Map((frequencies?.results as FrequencyRow[]).map(({ term, articles }) => [term, articles])),
    neighbours: neighbours?.results as NeighbourRow[],
    candidates: candidates?.results as CandidateRow[],
  };
}

/** Puts words of the index in place of words that it does not know. */
function correct(reading: Reading, { frequencies, neighbours }: LookedUp): Reading {
  const { locale, tokens } = reading;
  let isCorrected = false;
  const corrected = tokens.map((token) => {
    if (!isSearched(token.term) || !isCorrectable(token.word)) return token;
    if (frequencies.has(inLocale(locale, token.term))) return token;
    const keys = new Set(keysOf(token.word).map((key) => inLocale(locale, key)));
    const near = neighbours.filter(({ key, word }) => keys.has(key) && isOneEditApart(word, token.word));
    const [first] = near;
    if (first === undefined) return token;
    isCorrected = true;
    return tokensOf(first.word, locale)[0] ?? token;
  });
  return isCorrected ? { locale, tokens: corrected } : reading;
}

function termsOfRow({ titleTerms, questionTerms, bodyTerms }: CandidateRow) {
  const list = (terms: string) => (terms === "" ? [] : terms.split(" "));
  return { title: list(titleTerms), questions: questionTerms.split("\n").map(list), body: list(bodyTerms) };
}

/** Gives each article its title in the first of `locales` that has it. */
async function inBestLocale(
  db: D1Database,
  found: readonly FoundArticle[],
  locales: readonly ArticleLocale[],
): Promise<FoundArticle[]> {
  const others = found.filter(({ locale }) => locale !== locales[0]).map(({ slug }) => slug);
  if (others.length === 0) return [...found];
  const { results } = await db.prepare(TITLES).bind(JSON.stringify(others)).all<TitleRow>();
  return found.map((article) => {
    const titles = results.filter(({ slug }) => slug === article.slug);
    const best = locales.map((wanted) => titles.find(({ locale }) => locale === wanted)).find((row) => row !== undefined);
    return best === undefined ? article : { ...article, locale: best.locale, title: best.title };
  });
}
