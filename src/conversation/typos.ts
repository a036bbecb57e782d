/**
 * Words with one wrong, missing, doubled or swapped letter, made right. A word that differs in its last letter is left
 * alone, since it may be another form of the word ("parle" and "parler").
 */
export function mendTypos(text: string, words: ReadonlySet<string>): string {
  return text.replace(/\p{L}{4,}/gu, (written) => {
    if (words.has(written)) return written;
    for (const word of words) {
      if (word.endsWith(written.slice(-1)) && isOneEditAway(written, word)) return word;
    }
    return written;
  });
}

function isOneEditAway(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  return (
    restA.slice(1) === restB.slice(1) || // one letter for another
    restA.slice(1) === restB || // one too many
    restA === restB.slice(1) || // one missing
    (restA.slice(2) === restB.slice(2) && restA[0] === restB[1] && restA[1] === restB[0]) // two swapped
  );
}
