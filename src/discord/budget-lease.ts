import type { LeaseAnswer, Turn } from "./budget.ts";

/** What one object has of the budget. Times are its own, milliseconds since 1970. */
export type Share = {
  readonly lease: {
    readonly calls: number;
    readonly from: number;
    readonly until: number;
    readonly isProbe: boolean;
  } | null;
  /** Until when the budget need not be asked again, and the turn to come again with. */
  readonly askAt: number;
  readonly turn: Turn | null;
};

export const NO_SHARE: Share = { lease: null, askAt: 0, turn: null };

export type Step =
  /** Call now; `share` is what is left. */
  | { readonly kind: "go"; readonly share: Share; readonly isProbe: boolean }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "ask"; readonly turn: Turn | null };

/** What to do for one call. */
export function nextStep(share: Share, now: number): Step {
  const { lease, askAt, turn } = share;
  if (lease !== null && lease.calls > 0 && now < lease.until) {
    if (now < lease.from) return { kind: "wait", ms: lease.from - now };
    return { kind: "go", share: { ...share, lease: { ...lease, calls: lease.calls - 1 } }, isProbe: lease.isProbe };
  }
  return now < askAt ? { kind: "wait", ms: askAt - now } : { kind: "ask", turn };
}

/**
 * Takes in an answer. Nobody knows when between question and answer the budget counted the times from, so that a lease
 * begins with the answer and ends with the question; null when it was over before it was here.
 */
export function takeAnswer(answer: LeaseAnswer, askedAt: number, now: number): Share | null {
  if (answer.kind === "wait") return { lease: null, askAt: now + answer.afterMs, turn: answer.turn };
  const { calls, isProbe, afterMs, validMs } = answer;
  const lease = { calls, from: now + afterMs, until: askedAt + afterMs + validMs, isProbe };
  return lease.from < lease.until ? { ...NO_SHARE, lease } : null;
}
