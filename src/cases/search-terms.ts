import type { CaseFilter } from "./search.ts";
import { spansOf } from "./search-days.ts";

/** Begins the words that stand for what a case is; what people write goes without it. */
const MARK = "\uE000";

/** What a mark is about; see the view `case_words` in migrations/0008_cases.sql. */
const LETTERS = {
  number: "n",
  server: "g",
  member: "m",
  kind: "k",
  status: "s",
  priority: "p",
  assignee: "a",
  product: "o",
  stars: "r",
  created: "c",
  tag: "t",
} as const;

/** More words than that say nothing new. */
const MAX_WORDS = 20;
/** The beginnings of words that are so short would be found nearly everywhere. */
const MIN_BEGINNING = 2;

/**
 * A filter as an FTS5 expression over `case_texts`; null for a filter that asks for nothing, `nothing` for one that no case
 * meets. Dates are covered by whole days in UTC, the rest is exact.
 */
export function termsOf(filter: CaseFilter): { kind: "all" } | { kind: "nothing" } | { kind: "terms"; match: string } {
  const { text, server, member, product, assignee, createdFrom, createdTo } = filter;
  const words = text === undefined ? [] : wordsOf(text);
  if (text !== undefined && words.length === 0 && text.trim() !== "") return { kind: "nothing" };
  const isDated = createdFrom !== undefined || createdTo !== undefined;
  const spans = isDated ? spansOf(createdFrom ?? null, createdTo ?? null) : [];
  if (isDated && spans.length === 0) return { kind: "nothing" };
  const terms = [
    ...words,
    ...anyOf("status", filter.statuses),
    ...anyOf("kind", filter.kinds),
    ...anyOf("priority", filter.priorities),
    ...anyOf("stars", filter.stars),
    ...anyOf("server", server === undefined ? [] : [server ?? ""]),
    ...anyOf("member", member === undefined ? [] : [member]),
    ...anyOf("assignee", assignee === undefined ? [] : [assignee ?? ""]),
    ...anyOf("product", product === undefined ? [] : [product]),
    ...(filter.tags ?? []).flatMap((tag) => anyOf("tag", [tag.trim().toLowerCase()])),
    ...anyOf("created", spans),
  ];
  return terms.length === 0 ? { kind: "all" } : { kind: "terms", match: terms.join(" AND ") };
}

/**
 * What the index takes for a word: letters, digits and what is private use, by the Unicode that it knows (tokenizer
 * `unicode61`), in which some of today's letters are none. It has no phrases, so a term must never be two words to it.
 */
const WORD = /[[\p{L}\p{N}\p{Co}]--[\u19B0-\u19C0\u19C8\u19C9\u1CF2\u1CF3]]+/gv;

/** What people typed, as terms: each word quoted, so that none is an operator. */
function wordsOf(text: string): string[] {
  const words = [...text.normalize("NFC").replaceAll(MARK, " ").matchAll(WORD)].slice(0, MAX_WORDS);
  return words.map(({ 0: word, index, input }, n) => {
    const isNumber = /^[0-9]{1,15}$/.test(word);
    const isCalledNumber = isNumber && input[index - 1] === "#";
    const isBeginning = n === words.length - 1 && !isCalledNumber && [...word].length >= MIN_BEGINNING;
    const term = `"${word}"${isBeginning ? "*" : ""}`;
    return isNumber ? `(${term} OR ${mark("number", String(Number(word)))})` : term;
  });
}

function anyOf(what: keyof typeof LETTERS, values: readonly (string | number)[] = []): string[] {
  return values.length === 0 ? [] : [`(${values.map((value) => mark(what, String(value))).join(" OR ")})`];
}

function mark(what: keyof typeof LETTERS, value: string): string {
  const hex = Array.from(new TextEncoder().encode(value), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `"${MARK}${LETTERS[what]}${hex}"`;
}
