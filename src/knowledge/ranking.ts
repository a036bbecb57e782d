import { type ArticleTerms, isSearched } from "./terms.ts";

/** What a question is looked for by: its terms in their order, and what each different term that is searched for weighs. */
export type Query = { readonly terms: readonly string[]; readonly weights: ReadonlyMap<string, number> };

/**
 * The inverse document frequency of a term that `found` of `all` articles have: rare terms say more than common ones, and one
 * that no article has weighs most.
 */
export function weightOf(found: number, all: number): number {
  return Math.log(1 + Math.max(all - found + 0.5, 0) / (found + 0.5));
}

/** How often a term in the title, in an example question or in the text counts, as in BM25F. */
const FIELD = { title: 3, question: 1, body: 0.5 };
/** How soon more of the same term stops to count, and how much long articles are held back: BM25's k1 and b. */
const SATURATION = 1.2;
const LENGTH = 0.5;

/** What the best four of title and example questions that resemble the question count for. */
const RESEMBLANCE = [1, 0.8, 0.64, 0.512];
/** The share of the articles' own words in the sum, next to the resemblance of whole questions. */
const TERMS_TO_RESEMBLANCE = 1.75;

/** In the comparison of questions: a word that is not searched for, and two words that follow one another. */
const MINOR_WEIGHT = 0.7;
const PAIR_WEIGHT = 0.4;
/**
 * How well each article fits a question, from 0 to 1. Two views are added: how much of the question's terms the whole
 * article has, rare ones counting more (BM25F), and how closely its title and example questions resemble the question, word
 * order and stop words included.
 */
export function scoresOf(query: Query, articles: readonly ArticleTerms[]): number[] {
  const lengths = articles.map(lengthOf);
  const average = lengths.reduce((sum, length) => sum + length, 0) / (articles.length || 1);
  const whole = TERMS_TO_RESEMBLANCE + RESEMBLANCE.reduce((sum, weight) => sum + weight, 0);
  const asked = featuresOf(query.terms);
  return articles.map((article, at) => {
    const terms = shareOfTerms(query.weights, article, (lengths[at] ?? average) / (average || 1));
    return (TERMS_TO_RESEMBLANCE * terms + resemblance(asked, article)) / whole;
  });
}

function lengthOf({ title, questions, body }: ArticleTerms): number {
  const searched = [title, ...questions].reduce((sum, terms) => sum + terms.filter(isSearched).length, 0);
  return searched + FIELD.body * body.length;
}

/** The share of the terms' weights that an article has, 0 to 1. `length` is in average lengths. */
function shareOfTerms(weights: ReadonlyMap<string, number>, article: ArticleTerms, length: number): number {
  const counts = new Map<string, number>();
  const count = (terms: readonly string[], worth: number) => {
    for (const term of terms) if (weights.has(term)) counts.set(term, (counts.get(term) ?? 0) + worth);
  };
  count(article.title, FIELD.title);
  for (const question of article.questions) count(question, FIELD.question);
  count(article.body, FIELD.body);
  let found = 0;
  let all = 0;
  for (const [term, weight] of weights) {
    const n = counts.get(term) ?? 0;
    found += (weight * n) / (n + SATURATION * (1 - LENGTH + LENGTH * length));
    all += weight;
  }
  return all === 0 ? 0 : found / all;
}

function resemblance(asked: Features, { title, questions }: ArticleTerms): number {
  const best = [title, ...questions].map((terms) => likeness(asked, featuresOf(terms))).sort((a, b) => b - a);
  return RESEMBLANCE.reduce((sum, weight, place) => sum + weight * (best[place] ?? 0), 0);
}

/** The words of a question and its pairs of neighbours, with what each is worth; `size` is the sum of the squares. */
type Features = { readonly values: ReadonlyMap<string, number>; readonly size: number };

function featuresOf(terms: readonly string[]): Features {
  const values = new Map<string, number>();
  const worth = (term: string) => (isSearched(term) ? 1 : MINOR_WEIGHT);
  terms.forEach((term, at) => {
    values.set(term, worth(term));
    const next = terms[at + 1];
    if (next !== undefined) values.set(`${term} ${next}`, PAIR_WEIGHT * (worth(term) + worth(next)));
  });
  let size = 0;
  for (const value of values.values()) size += value * value;
  return { values, size };
}

/** The cosine: from 0 for nothing in common to 1 for the same. */
function likeness(a: Features, b: Features): number {
  let common = 0;
  for (const [feature, value] of b.values) common += value * (a.values.get(feature) ?? 0);
  return common === 0 ? 0 : Math.min(common / Math.sqrt(a.size * b.size), 1);
}
