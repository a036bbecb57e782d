/** Longer questions are read up to here: characters, then different words, then characters of a word. */
const MAX_TEXT = 2_000;
const MAX_TERMS = 24;
const MAX_TERM = 40;

/** A word as the index's tokenizer `unicode61` sees it: letters and digits, with the marks that belong to them. */
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;

/** Endings that the tokenizer would make words of their own: "can't", "it's", "you're". */
const CONTRACTION = /['’](?:s|t|re|ve|ll|d|m)(?![\p{L}\p{N}])/gu;

/** Words that say nothing about the matter. Left in, they match every article and drown the words that count. */
const STOP_WORDS = new Set(
  `a about after again all also am an and any anyone are as at be because been before being but by can cannot could
  couldn did didn do does doesn doing don done else even for from get gets getting go going gonna got guys had hadn has
  hasn have haven having he hello help her hey hi him his how i if in into is isn it its just let like me might mine much
  must my myself no not now of off ok okay on once one only or our out over please pls plz really she should shouldn so
  some somebody someone something still such tell than thank thanks that the their them then there these they thing this
  those to too u up us very want wanna was wasn we were weren what when where which while who why will wish with won would
  wouldn wtf yes you your yours`.split(/\s+/),
);

/**
 * The words of a question that are worth searching for, each once, in order: lower case, free of everything that the query
 * language of FTS5 could read as syntax. At most 24, whatever comes in.
 */
export function termsOf(question: string): string[] {
  const text = question.slice(0, MAX_TEXT).normalize("NFKC").toLowerCase().replace(CONTRACTION, "");
  const terms = new Set<string>();
  for (const [word] of text.matchAll(WORD)) {
    if (terms.size === MAX_TERMS) break;
    if (isWorthSearching(word)) terms.add([...word].slice(0, MAX_TERM).join(""));
  }
  return [...terms];
}

/** Single letters and bare numbers ("2 days", "$20", order numbers) match by accident. */
function isWorthSearching(word: string): boolean {
  return !STOP_WORDS.has(word) && !/^(?:[a-z]|\p{N}+)$/u.test(word);
}
