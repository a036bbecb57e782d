import { isOneEditApart } from "../one-edit-apart.ts";

/**
 * Words with one wrong, missing, doubled or swapped letter, made right. A word that differs in its last letter is left
 * alone, since it may be another form of the word ("parle" and "parler").
 */
export function mendTypos(text: string, words: ReadonlySet<string>): string {
  return text.replace(/\p{L}{4,}/gu, (written) => {
    if (words.has(written)) return written;
    for (const word of words) {
      if (word.endsWith(written.slice(-1)) && isOneEditApart(written, word)) return word;
    }
    return written;
  });
}
