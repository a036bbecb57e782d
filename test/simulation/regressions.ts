/** A history that once broke a promise. Which one it is depends on this simulation too: what matters is that it never breaks one again. */
export type Regression = { readonly seed: number; readonly steps: number; readonly why: string };

/** Histories that have failed, and why. */
export const REGRESSIONS: readonly Regression[] = [
  { seed: 41, steps: 200, why: "a final read whose outcome could not be stored left the session closing for ever" },
  {
    seed: 6,
    steps: 200,
    why: "what a member wrote while the Gateway was away was not read, because the bot could not write",
  },
  { seed: 12, steps: 200, why: "an agent who handed back twice left two tasks behind" },
  { seed: 25, steps: 200, why: "a look that failed after an agent had left counted as a task that Flex did not make" },
];
