import { acceptToken, type Brake, block, countRefused, passageOf, refuseToken } from "./budget-brake.ts";
import { CallWindow, heldFor } from "./budget-window.ts";

/** Requests a second that Discord allows a bot; it raises this for large ones (docs: topics/rate-limits). */
export const DEFAULT_REQUESTS_PER_SECOND = 50;
/** What is left is for calls that do not ask: for the Gateway's address, and of scripts. */
const SPENT_SHARE = 0.9;

/** Whoever has to wait no longer than this waits on the spot; others come again. */
export const NEAR_MS = 1000;
/** How long a single call may take to leave, besides the way of question and answer. */
export const SLOT_MS = 200;
/** More of that way is not made up for: whoever is so far off does without the budget. */
const LONGEST_ROUND_TRIP_MS = 1000;
/** How long a single call takes up room. */
const HOLD_MS = heldFor(SLOT_MS);
const LEASE_MS = 3000;
const LARGEST_LEASE = 100;
/** Nobody is sent away for longer; whoever comes again keeps their turn. */
const LONGEST_WAIT_MS = 60_000;

/** A place in the queue of those who came while there was no room: when it is theirs, on the budget's clock. */
export type Turn = number;
/** The turn of those who need not queue any more. */
export const DUE: Turn = 0;

/** `turn` is what an earlier answer said, null at first; `roundTripMs` how long that answer took. */
export type LeaseRequest = { readonly turn: Turn | null; readonly roundTripMs: number };

/** What somebody is told who wants to call Discord. Times are counted from the answer. */
export type LeaseAnswer =
  /** So many calls may be made, not before `afterMs` (at most {@link NEAR_MS}) and within `validMs` from then. */
  | {
      readonly kind: "lease";
      readonly calls: number;
      readonly afterMs: number;
      readonly validMs: number;
      /** Whether this call tries a token that was refused before: how it ends must be reported. */
      readonly isProbe: boolean;
    }
  /** Nothing now: ask again after so long, with this turn. */
  | { readonly kind: "wait"; readonly afterMs: number; readonly turn: Turn | null };

/** What others must know of the end of a call. */
export type BudgetReport =
  /** 401: the bot's token was refused. */
  | { readonly kind: "token-refused"; readonly wasProbe: boolean }
  /** A probe was answered, and not by 401. */
  | { readonly kind: "token-accepted" }
  /** 403, 401 for another reason, or 429 on a route: what Discord counts towards a ban. */
  | { readonly kind: "refused"; readonly wasProbe: boolean }
  /** 429 for the whole bot or address. */
  | { readonly kind: "blocked"; readonly forMs: number };

/** What all objects of a bot share: Discord's limits on the bot and on its address. Both may reject. */
export type RequestBudget = {
  lease(request: LeaseRequest): Promise<LeaseAnswer>;
  report(report: BudgetReport): Promise<void>;
};

/**
 * Shares out the requests that Discord allows a bot. Whatever the callers do with their leases, no second sees more than
 * nine tenths of the limit. While there is plenty, a lease is for several calls within seconds, so that a chat at work asks
 * rarely; then for one call at once; then for one call a little later; then callers are given a turn, one after the other
 * at the rate at which there is room, and nobody who comes later overtakes them.
 */
export class Budget {
  brake: Brake;
  readonly #window: CallWindow;
  #nextTurn: Turn = 0;

  constructor(requestsPerSecond: number, brake: Brake) {
    this.brake = brake;
    this.#window = new CallWindow(Math.max(1, Math.floor(requestsPerSecond * SPENT_SHARE)));
  }

  /** Asks for leave to call. `now` is milliseconds since 1970. */
  lease({ turn, roundTripMs }: LeaseRequest, now: number): LeaseAnswer {
    const slotMs = SLOT_MS + Math.min(Math.max(0, roundTripMs), LONGEST_ROUND_TRIP_MS);
    const passage = passageOf(this.brake, now);
    const start = this.#window.earliest(Math.max(now, this.brake.blockedUntil));
    const isNear = start <= now + NEAR_MS;
    switch (passage.kind) {
      case "no-call":
        return waitUntil(passage.until, turn, now);
      case "one-call":
        if (!isNear) return waitUntil(start, turn, now);
        this.brake = passage.brakeAfter;
        return this.#grant(1, start, slotMs, now, passage.isProbe);
      case "every-call":
        this.brake = passage.brake;
    }
    const near = now + NEAR_MS;
    if (turn !== null && turn > near) return waitUntil(turn, turn, now);
    const isTheirTurn = turn !== null || this.#nextTurn <= near;
    if (isTheirTurn && isNear) return this.#share(start, slotMs, now);
    // Several came late to their turns: they need not queue again, unless all have to wait for the end of a block.
    const keepsTurn = turn !== null && this.brake.blockedUntil <= near;
    return keepsTurn ? waitUntil(start, turn, now) : this.#queue(start, now);
  }

  /** Takes in how a call ended. */
  report(report: BudgetReport, now: number): void {
    switch (report.kind) {
      case "token-accepted":
        this.brake = acceptToken(this.brake);
        return;
      case "token-refused":
        this.brake = refuseToken(countRefused(this.brake, now), report.wasProbe, now);
        return;
      case "refused":
        this.brake = countRefused(report.wasProbe ? acceptToken(this.brake) : this.brake, now);
        return;
      case "blocked":
        this.brake = block(countRefused(this.brake, now), report.forMs, now);
        return;
    }
  }

  /** A ninth of what is free: a tenth of the limit while all is, less the more others have, one call while others wait. */
  #share(start: number, slotMs: number, now: number): LeaseAnswer {
    const calls = Math.min(LARGEST_LEASE, Math.floor(this.#window.free(start) / 9));
    const isPlenty = calls > 1 && start === now && this.#nextTurn <= now;
    return isPlenty ? this.#grant(calls, start, LEASE_MS, now) : this.#grant(1, start, slotMs, now);
  }

  #grant(calls: number, start: number, validMs: number, now: number, isProbe = false): LeaseAnswer {
    this.#window.hold(calls, start + validMs, now);
    return { kind: "lease", calls, afterMs: start - now, validMs, isProbe };
  }

  #queue(from: number, now: number): LeaseAnswer {
    const turn = Math.max(from, this.#nextTurn);
    // As many as there is room for while a single call takes it up; less while leases for several calls do.
    this.#nextTurn = turn + HOLD_MS / Math.max(1, this.#window.free(turn));
    return waitUntil(turn, turn, now);
  }
}

function waitUntil(until: number, turn: Turn | null, now: number): LeaseAnswer {
  return { kind: "wait", afterMs: Math.min(LONGEST_WAIT_MS, Math.max(0, Math.ceil(until - now))), turn };
}
