import { DUE, type LeaseAnswer, type LeaseRequest } from "./budget.ts";

/** What one object has of the budget. Times are its own, milliseconds since 1970. */
export type Share = {
  readonly lease: {
    readonly calls: number;
    readonly from: number;
    readonly until: number;
    readonly isProbe: boolean;
  } | null;
  /** Until when the budget need not be asked again, and how it is asked then. */
  readonly askAt: number;
  readonly request: LeaseRequest;
};

export const NO_SHARE: Share = { lease: null, askAt: 0, request: { turn: null, roundTripMs: 0 } };

export type Step =
  /** Call now; `share` is what is left. */
  | { readonly kind: "go"; readonly share: Share; readonly isProbe: boolean }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "ask"; readonly request: LeaseRequest };

/** What to do for one call. */
export function nextStep(share: Share, now: number): Step {
  const { lease, askAt, request } = share;
  if (lease !== null && lease.calls > 0 && now < lease.until) {
    if (now < lease.from) return { kind: "wait", ms: lease.from - now };
    return { kind: "go", share: { ...share, lease: { ...lease, calls: lease.calls - 1 } }, isProbe: lease.isProbe };
  }
  return now < askAt ? { kind: "wait", ms: askAt - now } : { kind: "ask", request };
}

/**
 * Takes in an answer. Nobody knows when between question and answer the budget counted the times from, so that a lease
 * begins with the answer and ends with the question. One that is over before it is here is asked for again, and the budget
 * told how long the way is.
 */
export function takeAnswer(answer: LeaseAnswer, askedAt: number, now: number): Share {
  const roundTripMs = now - askedAt;
  if (answer.kind === "wait") {
    return { lease: null, askAt: now + answer.afterMs, request: { turn: answer.turn, roundTripMs } };
  }
  const { calls, isProbe, afterMs, validMs } = answer;
  const lease = { calls, from: now + afterMs, until: askedAt + afterMs + validMs, isProbe };
  const isUsable = lease.from < lease.until;
  return { lease: isUsable ? lease : null, askAt: now, request: { turn: isUsable ? null : DUE, roundTripMs } };
}
