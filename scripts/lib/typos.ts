const LETTERS = "abcdefghijklmnopqrstuvwxyz";
/** A shorter word with a typo is mostly another word. */
const MIN_LETTERS = 3;

/** Puts one typing error into about `share` of a text's words: a letter too many, too few, another, or two swapped. */
export function withTypos(text: string, share: number, random: () => number): string {
  return text.replace(/[\p{L}\p{M}]+/gu, (word) =>
    [...word].length >= MIN_LETTERS && random() < share ? misspell(word, random) : word,
  );
}

function misspell(word: string, random: () => number): string {
  const letters = [...word];
  const below = (n: number) => Math.floor(random() * n);
  const letter = LETTERS[below(LETTERS.length)] ?? "e";
  const at = below(letters.length);
  switch (below(4)) {
    case 0:
      return letters.toSpliced(at, 1).join("");
    case 1:
      return letters.toSpliced(at, 0, letter).join("");
    case 2:
      return letters.toSpliced(at, 1, letter).join("");
    default: {
      const first = Math.min(at, letters.length - 2);
      return letters.toSpliced(first, 2, ...letters.slice(first, first + 2).toReversed()).join("");
    }
  }
}

/** Random numbers from 0 to below 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
