/** Several runs of one thing. */
export type Summary = { readonly median: number; readonly min: number; readonly max: number };

/** What a figure should be: at least, or at most, so much; for a figure with a floor its ratio to it. */
export type Goal = { readonly kind: "at least" | "at most"; readonly limit: number };

/** One line of the report. */
export type Figure = {
  readonly name: string;
  readonly unit: string;
  readonly ours: Summary;
  /** The same of the floor, and ours divided by it run by run. */
  readonly floor: Summary | null;
  readonly ratio: Summary | null;
  readonly goal: (Goal & { readonly isMet: boolean }) | null;
};

export type Group = { readonly title: string; readonly figures: readonly Figure[] };

/** A figure beside its floor's; the n-th value of each is of the same run. */
export function compared(
  name: string,
  unit: string,
  ours: readonly number[],
  floor: readonly number[],
  goal: Goal | null = null,
): Figure {
  const ratio = summaryOf(ours.map((value, n) => value / (floor[n] ?? Number.NaN)));
  const judged = goal && { ...goal, isMet: meets(goal, ratio.median) };
  return { name, unit, ours: summaryOf(ours), floor: summaryOf(floor), ratio, goal: judged };
}

/** A figure that has no floor. */
export function alone(name: string, unit: string, values: readonly number[], goal: Goal | null = null): Figure {
  const ours = summaryOf(values);
  return { name, unit, ours, floor: null, ratio: null, goal: goal && { ...goal, isMet: meets(goal, ours.median) } };
}

export function summaryOf(values: readonly number[]): Summary {
  return { median: medianOf(values), min: Math.min(...values), max: Math.max(...values) };
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

/** The value that the given share of all values does not exceed: for 0.99 one in a hundred does. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

function meets({ kind, limit }: Goal, value: number): boolean {
  return kind === "at least" ? value >= limit : value <= limit;
}
