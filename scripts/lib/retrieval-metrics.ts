/** What the search made of one query: the articles' ids, best first, and how sure it was that any of them fits. */
export type Ranking = {
  readonly relevant: readonly string[];
  readonly found: readonly string[];
  readonly confidence: number;
};

/** How far down the list the graded measures look. */
const DEPTH = 10;

/** The share of rankings that have a right article among the first `n`. */
export function successAt(n: number, rankings: readonly Ranking[]): number {
  return mean(rankings.map(({ relevant, found }) => Number(found.slice(0, n).some((id) => relevant.includes(id)))));
}

/** The mean of 1 ÷ the place of the first right article; 0 for one that is not among the first ten. */
export function meanReciprocalRank(rankings: readonly Ranking[]): number {
  return mean(
    rankings.map(({ relevant, found }) => {
      const place = found.slice(0, DEPTH).findIndex((id) => relevant.includes(id));
      return place < 0 ? 0 : 1 / (place + 1);
    }),
  );
}

/** The normalised discounted cumulative gain of the first ten: 1 when all right articles come first. */
export function discountedGain(rankings: readonly Ranking[]): number {
  const gainAt = (place: number) => 1 / Math.log2(place + 2);
  return mean(
    rankings.map(({ relevant, found }) => {
      const gain = found.slice(0, DEPTH).reduce((sum, id, at) => sum + (relevant.includes(id) ? gainAt(at) : 0), 0);
      const best = relevant.slice(0, DEPTH).reduce((sum, _, at) => sum + gainAt(at), 0);
      return gain / best;
    }),
  );
}

/**
 * The area under the ROC curve: how often a query that has an answer gets more confidence than one that has none, ties
 * counting half. 0.5 is chance. Null when one of the two kinds is missing.
 */
export function areaUnderRoc(answerable: readonly number[], unanswerable: readonly number[]): number | null {
  if (answerable.length === 0 || unanswerable.length === 0) return null;
  const sorted = unanswerable.toSorted((a, b) => a - b);
  const below = (value: number) => bisect(sorted, (other) => other < value);
  const notAbove = (value: number) => bisect(sorted, (other) => other <= value);
  return mean(answerable.map((value) => (below(value) + notAbove(value)) / 2 / sorted.length));
}

/** How many of the leading elements satisfy a condition that only those do. */
function bisect(sorted: readonly number[], isBefore: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(sorted[middle] ?? Number.POSITIVE_INFINITY)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
