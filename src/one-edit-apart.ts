/** Whether one edit makes one word of the other: a letter added, left out, changed, or swapped with its neighbour. */
export function isOneEditApart(a: string, b: string): boolean {
  // Spares most pairs the rest: a letter is one or two units.
  if (Math.abs(a.length - b.length) > 2) return false;
  const [short, long] = [[...a], [...b]].sort((x, y) => x.length - y.length);
  if (short === undefined || long === undefined || long.length - short.length > 1) return false;
  const start = short.findIndex((letter, at) => letter !== long[at]);
  if (start < 0) return long.length > short.length;
  const same = (from: number, to: number) => short.slice(from).join("") === long.slice(to).join("");
  if (short.length < long.length) return same(start, start + 1);
  const swapped = short[start] === long[start + 1] && short[start + 1] === long[start];
  return same(start + 1, start + 1) || (swapped && same(start + 2, start + 2));
}
