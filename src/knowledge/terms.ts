import { languageOf } from "../locale.ts";
import type { Article, ArticleLocale } from "./article.ts";
import { stemOf } from "./stemming.ts";
import { stopWordsOf } from "./stop-words.ts";
import { wordsOf } from "./words.ts";

/** A longer text is read up to here, in characters. */
const MAX_TEXT = 20_000;
/** The most letters that a word may have; more are cut off. */
export const MAX_WORD = 40;
/** Of a longer article's text the first different terms are searched. */
const MAX_BODY_TERMS = 2_000;

/** A word of a text and what it is compared by. */
export type Token = {
  /** The word, folded. */
  readonly word: string;
  /** Its stem; with {@link MINOR} before it when it is not worth searching for. */
  readonly term: string;
  /** Whether it is a piece of text without blanks between words. */
  readonly unspaced: boolean;
};

/** Marks terms that the index leaves out: stop words, bare numbers ("2 days", "$20", order numbers), single letters. */
const MINOR = "~";

const LETTER_OR_NUMBER = /^(?:\p{L}|\p{N}+)$/u;
/** One hiragana by itself is a particle, or the end of a word written in kanji. */
const KANA = /^\p{Script=Hiragana}$/u;

/** Whether a term is in the index. */
export function isSearched(term: string): boolean {
  return !term.startsWith(MINOR);
}

/** A term, or the key of a word, of one language only: frequencies and corrections are those of its articles. */
export function inLocale(locale: ArticleLocale, term: string): string {
  return `${locale.toLowerCase()}:${term}`;
}

/** A term that all articles of a language have, to count them by. */
export function markerOf(locale: ArticleLocale): string {
  return inLocale(locale, "");
}

/**
 * The words of a text in their order. Terms have letters, digits and marks only, apart from the mark in front: nothing that
 * the query language of FTS5, its tokenizer or the lists in `article_terms` could take for something else.
 */
export function tokensOf(text: string, locale: ArticleLocale): Token[] {
  const language = languageOf(locale);
  const stopWords = stopWordsOf(language);
  return wordsOf(text.slice(0, MAX_TEXT), language).map(({ text: whole, unspaced }) => {
    const word = [...whole].slice(0, MAX_WORD).join("");
    const isMinor = stopWords.has(word) || (unspaced ? KANA : LETTER_OR_NUMBER).test(word);
    return { word, unspaced, term: isMinor ? MINOR + word : stemOf(word, language) };
  });
}

/** The terms of an article; `questions` has a list for each example question. */
export type ArticleTerms = {
  readonly title: readonly string[];
  readonly questions: readonly (readonly string[])[];
  /** Those of summary and body, each once, without those that are not searched. */
  readonly body: readonly string[];
};

/** The terms of an article, and its different words for the correction of spelling. */
export function termsOfArticle(article: Article): { readonly terms: ArticleTerms; readonly words: readonly Token[] } {
  const read = (text: string) => tokensOf(text, article.locale);
  const title = read(article.title);
  const questions = article.questions.map(read);
  const body = [...read(article.summary), ...read(article.body)];
  const terms = (tokens: readonly Token[]) => tokens.map(({ term }) => term);
  return {
    terms: {
      title: terms(title),
      questions: questions.map(terms),
      body: [...new Set(terms(body).filter(isSearched))].slice(0, MAX_BODY_TERMS),
    },
    words: [...new Map([...title, ...questions.flat(), ...body].map((token) => [token.word, token])).values()],
  };
}
