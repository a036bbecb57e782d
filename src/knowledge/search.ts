import type { D1Database } from "@cloudflare/workers-types";
import type { ArticleSlug } from "../conversation/ids.ts";
import type { ArticleLocale } from "./article.ts";
import { type Query, scoresOf, weightOf } from "./ranking.ts";
import { isCorrectable, isOneEditApart, keysOf } from "./spelling.ts";
import { type ArticleTerms, inLocale, isSearched, markerOf, type Token, tokensOf } from "./terms.ts";

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
    SELECT json_group_array(json_array(unknown.term, word, article_words.term, (
        SELECT doc FROM article_index_terms WHERE article_index_terms.term = article_words.term
      )))
      FROM unknown JOIN article_words USING (key)
  ) AS neighbours,
  (
    SELECT json_group_array(json_array(slug, locale, articles.title, terms.title, terms.questions, terms.body))
      FROM found JOIN articles ON articles.id = found.rowid JOIN article_terms AS terms ON terms.article = found.rowid
  ) AS candidates`;

/** ?1 slugs as a JSON array. */
const TITLES = `SELECT slug, locale, title FROM articles
  WHERE slug IN (SELECT value FROM json_each(?1)) AND audience = 'members'`;

type TitleRow = { readonly slug: ArticleSlug; readonly locale: ArticleLocale; readonly title: string };
type LookUpRow = { readonly frequencies: string; readonly neighbours: string; readonly candidates: string };

/** What the database knows about a question. */
type LookedUp = {
  /** In how many articles a term is. */
  readonly frequencies: ReadonlyMap<string, number>;
  readonly neighbours: readonly Neighbour[];
  readonly candidates: readonly Candidate[];
};
/** A term that is in no article; a word that may be meant, its term, and in how many articles that is, if it is searched. */
type Neighbour = readonly [unknown: string, word: string, term: string, articles: number | null];
type Candidate = TitleRow & { readonly terms: ArticleTerms };
type CandidateColumns = readonly [ArticleSlug, ArticleLocale, string, title: string, questions: string, body: string];

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
    const scores = scoresOf(
      query,
      rows.map(({ terms }) => terms),
    );
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

async function lookUp(db: D1Database, readings: readonly Reading[]): Promise<LookedUp> {
  const terms = readings.flatMap(({ locale, tokens }) => searchedTerms(tokens).map((term) => inLocale(locale, term)));
  const keys = readings.flatMap(({ locale, tokens }) =>
    tokens
      .filter(({ word, term }) => isSearched(term) && isCorrectable(word))
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
  if (!row) return { frequencies: new Map(), neighbours: [], candidates: [] };
  const candidates: CandidateColumns[] = JSON.parse(row.candidates);
  return {
    frequencies: new Map(Object.entries(JSON.parse(row.frequencies))),
    neighbours: JSON.parse(row.neighbours),
    candidates: candidates.map(([slug, locale, title, ...lists]) => ({
      slug,
      locale,
      title,
      terms: termsOfLists(lists),
    })),
  };
}

function termsOfLists([title, questions, body]: readonly [string, string, string]): ArticleTerms {
  const list = (terms: string) => (terms === "" ? [] : terms.split(" "));
  return { title: list(title), questions: questions.split("\n").map(list), body: list(body) };
}

/** Puts words of the index in place of words that it does not know. */
const STOP = Number(process.env.STOPF ?? 1);
const FL = Number(process.env.FL ?? 0);
function correct(reading: Reading, { frequencies, neighbours }: LookedUp): Reading {
  const all = frequencies.get(markerOf(reading.locale)) ?? 0;
  const { locale, tokens } = reading;
  let isCorrected = false;
  const corrected = tokens.map((token) => {
    const unknown = inLocale(locale, token.term);
    const near = neighbours
      .filter(([term, word]) => term === unknown && isOneEditApart(word, token.word))
      .map(([, word, term, articles]) => ({ word, term, articles: articles ?? all * STOP }));
    const meant = near.sort(
      (a, b) =>
        (FL ? Number(b.word[0] === token.word[0]) - Number(a.word[0] === token.word[0]) : 0) || b.articles - a.articles,
    )[0];
    if (meant === undefined) return token;
    isCorrected = true;
    return { word: meant.word, term: meant.term.slice(inLocale(locale, "").length) };
  });
  return isCorrected ? { locale, tokens: corrected } : reading;
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
    const best = locales
      .map((wanted) => titles.find(({ locale }) => locale === wanted))
      .find((row) => row !== undefined);
    return best === undefined ? article : { ...article, locale: best.locale, title: best.title };
  });
}
