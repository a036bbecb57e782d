import { seededRandom } from "../../scripts/lib/typos.ts";

const VOCABULARY = 20_000;
const SYLLABLES = ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo", "kar", "len"];

export const random = seededRandom(1);
/** A whole number from 0 to below `n`. */
export const below = (n: number) => Math.floor(random() * n);
/** One of several, the first ones more often. */
export const oneOf = <T>(from: readonly T[]): T => from[Math.floor(from.length * random() ** 2)] as T;

/** Made-up words, each once, the most frequent ones first. */
export const vocabulary = [
  ...(function* () {
    const known = new Set<string>();
    while (known.size < VOCABULARY) {
      const word = Array.from({ length: 2 + below(3) }, () => SYLLABLES[below(SYLLABLES.length)]).join("");
      if (known.size !== known.add(word).size) yield word;
    }
  })(),
];

/** Words as often as in language: the n-th most frequent one about 1/n as often as the first (Zipf). */
export function words(n: number): string {
  return Array.from({ length: n }, () => vocabulary[Math.floor(VOCABULARY ** random()) - 1] ?? "word").join(" ");
}
