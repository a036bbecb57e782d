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
