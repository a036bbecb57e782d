/** How much is measured. */
export type Plan = {
  /** Runs of everything that is measured in turn with its floor. */
  readonly runs: number;
  /** Interactions as fast as it goes, 32 at a time. */
  readonly interactions: number;
  /** Messages as fast as it goes. */
  readonly messages: number;
  /** Pieces of work at a steady pace, for their delays. */
  readonly paced: number;
  /** How many conversations "many" are. */
  readonly many: number;
  /** Messages that a conversation has behind it. */
  readonly histories: readonly number[];
  /** How many conversations talk at the same time. */
  readonly breadths: readonly number[];
  /** Gateway events of no interest. */
  readonly events: number;
};

export const FULL: Plan = {
  runs: 5,
  interactions: 1_500,
  messages: 600,
  paced: 200,
  many: 200,
  histories: [10, 1_000, 10_000],
  breadths: [1, 10, 100, 1_000],
  events: 20_000,
};

/** Enough to see that everything works; its figures mean little. */
export const QUICK: Plan = {
  runs: 2,
  interactions: 200,
  messages: 200,
  paced: 50,
  many: 20,
  histories: [10, 200],
  breadths: [1, 20],
  events: 1_000,
};
