import type { D1Database } from "@cloudflare/workers-types";
import type { ArticleSlug } from "../conversation/ids.ts";
import type { ArticleLocale } from "./article.ts";
import { corrected } from "./correction.ts";
import { type Candidate, type LookedUp, lookUp, type Reading, readingOf, searchedTerms } from "./look-up.ts";
import { scoresOf, weightOf } from "./ranking.ts";

/** An article that fits a question. */
export type FoundArticle = {
  readonly slug: ArticleSlug;
  /** The language of its title: the first of those asked for that the article has. */
  readonly locale: ArticleLocale;
  readonly title: string;
  /** How much of the question the article has, 0 to 1. */
  readonly coverage: number;
};

/**
 * Below this an article is no answer. On the sets it was chosen on, nine in ten of the questions that have an answer are
 * above, and eight to nine in ten of those from another field below.
 */
export const MIN_COVERAGE = 0.18;

/** ?1 slugs as a JSON array. */
const TITLES = `SELECT slug, locale, title FROM articles
  WHERE slug IN (SELECT value FROM json_each(?1)) AND audience = 'members'`;

type TitleRow = { readonly slug: ArticleSlug; readonly locale: ArticleLocale; readonly title: string };

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

/** The articles that have anything of the question, each slug once, best first, however little it is. */
export async function rankArticles(
  db: D1Database,
  question: string,
  locales: readonly ArticleLocale[],
): Promise<FoundArticle[]> {
  let readings = [...new Set(locales)].map((locale) => readingOf(question, locale));
  let scored = await scoredArticles(db, readings);
  const meant = scored.map(({ reading, neighbours, articles }) => corrected(reading, neighbours, articles));
  if (meant.some((reading, at) => reading !== readings[at])) {
    readings = meant;
    scored = await scoredArticles(db, readings);
  }
  const found = scored
    .flatMap(({ articles }) => articles)
    .map(({ terms: _, score, ...rest }) => ({ ...rest, coverage: score }));
  found.sort((a, b) => b.coverage - a.coverage || (a.slug < b.slug ? -1 : 1));
  const seen = new Set<ArticleSlug>();
  return found.filter(({ slug }) => !seen.has(slug) && seen.add(slug));
}

/** What the index has for each reading, its articles with their scores. */
async function scoredArticles(db: D1Database, readings: readonly Reading[]) {
  const looked = await lookUp(db, readings);
  return readings.flatMap((reading, at) => {
    const known = looked[at];
    return known === undefined ? [] : [{ reading, neighbours: known.neighbours, articles: withScores(reading, known) }];
  });
}

function withScores(
  reading: Reading,
  { articles, frequencies, candidates }: LookedUp,
): (Candidate & { score: number })[] {
  // Up to three letters that no article has are a slip of the hand more often than a matter of their own.
  const short = new Set(
    reading.tokens.filter(({ word, unspaced }) => !unspaced && word.length <= 3).map(({ term }) => term),
  );
  const weights = searchedTerms(reading)
    .filter((term) => frequencies.has(term) || !short.has(term))
    .map((term) => [term, weightOf(frequencies.get(term) ?? 0, articles)] as const);
  const query = { terms: reading.tokens.map(({ term }) => term), weights: new Map(weights) };
  const scores = scoresOf(
    query,
    candidates.map(({ terms }) => terms),
  );
  return candidates.map((candidate, at) => ({ ...candidate, score: scores[at] ?? 0 }));
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
