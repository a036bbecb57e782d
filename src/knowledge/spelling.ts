/** Shorter words have too many neighbours: what they were meant to be cannot be told. */
const MIN_LETTERS = 3;

/**
 * The keys under which a word is found by misspellings of it: the word, and the word without each one of its letters. Two
 * words that are one edit apart (a letter added, left out, changed, or swapped with its neighbour) always share a key.
 */
export function keysOf(word: string): string[] {
  const letters = [...word];
  if (letters.length < MIN_LETTERS) return [];
  return [...new Set([word, ...letters.map((_, at) => letters.toSpliced(at, 1).join(""))])];
}

/** Whether a word can be corrected: long enough, with no digits, of a script that has words. */
export function isCorrectable({ word, unspaced }: { readonly word: string; readonly unspaced: boolean }): boolean {
  return !unspaced && [...word].length >= MIN_LETTERS && !/\p{N}/u.test(word);
}

/** Whether one edit makes one word of the other: a letter added, left out, changed, or swapped with its neighbour. */
export function isOneEditApart(a: string, b: string): boolean {
  const [short, long] = [[...a], [...b]].sort((x, y) => x.length - y.length);
  if (short === undefined || long === undefined || long.length - short.length > 1) return false;
  const start = short.findIndex((letter, at) => letter !== long[at]);
  if (start < 0) return long.length > short.length;
  const same = (from: number, to: number) => short.slice(from).join("") === long.slice(to).join("");
  if (short.length < long.length) return same(start, start + 1);
  const swapped = short[start] === long[start + 1] && short[start + 1] === long[start];
  return same(start + 1, start + 1) || (swapped && same(start + 2, start + 2));
}
