import { type DeliveryResult, LANES, type Lane } from "../conversation/deliveries.ts";
import type { FailureCause } from "../conversation/events.ts";
import type { DeliveryId } from "../conversation/ids.ts";
import { log } from "../log.ts";
import type { Clock } from "../outside/call.ts";
import type { DeliveryRow } from "./deliveries-table.ts";
import { givenUpAt, LATE_COMMIT_OVER_MS, lookableAfter, NONCE_WINDOW_MS, pauseAfter, spread } from "./policy.ts";
import type { ConversationStore } from "./store.ts";

/** What became of one attempt. */
export type Attempt =
  | { readonly kind: "done"; readonly result: DeliveryResult }
  | { readonly kind: "failed"; readonly cause: FailureCause; readonly reason: string }
  /**
   * It did not happen, and may later; `afterMs` is the least pause that the other side asked for. `held`: no call was made, so
   * that nothing grows for having tried.
   */
  | { readonly kind: "later"; readonly reason: string; readonly afterMs?: number; readonly held?: true }
  /** Nobody knows. */
  | { readonly kind: "unknown"; readonly reason: string };

/** What a look says about an attempt without an answer: `absent` when it did not happen, `repeat` when repeating does no harm. */
export type Look = Attempt | { readonly kind: "absent" | "repeat" };

/** How often storing an outcome is tried, at least, before it counts as undecided. */
const STORING_TRIES = 3;

/** Whoever makes deliveries happen. */
export interface Performer {
  perform(row: DeliveryRow): Promise<Attempt>;
  /** `mayRepeat` is false when the delivery is wanted only if it happened already. */
  look(row: DeliveryRow, mayRepeat: boolean): Promise<Look>;
}

/**
 * Works the lanes off, each in order, one call at a time: the next delivery starts when the one before it is settled.
 * Order lives in rows; nothing is held here that a crash could lose.
 */
export class Drain {
  readonly #store: ConversationStore;
  readonly #performer: Performer;
  readonly #now: Clock;
  readonly #random: () => number;
  readonly #busy = new Set<Lane>();
  /** How often the outcome of a delivery could not be stored. */
  readonly #notStored = new Map<DeliveryId, number>();
  readonly #running = new Set<Promise<void>>();

  constructor(store: ConversationStore, performer: Performer, now: Clock, random: () => number) {
    this.#store = store;
    this.#performer = performer;
    this.#now = now;
    this.#random = random;
  }

  /** Works off all that is due; resolves when every lane is empty or waits for its time. Never rejects. */
  async run(): Promise<void> {
    this.#startAll();
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #startAll(): void {
    for (const lane of LANES) {
      if (this.#busy.has(lane)) continue;
      this.#busy.add(lane);
      const running = this.#work(lane).finally(() => this.#running.delete(running));
      this.#running.add(running);
    }
  }

  async #work(lane: Lane): Promise<void> {
    let row: DeliveryRow | null = null;
    try {
      for (row = this.#next(lane); row; row = this.#next(lane)) {
        if (row.status === "unknown") await this.#lookAfter(row);
        else this.#record(row, row.attempts, await this.#performer.perform(row).catch(unknownBecause));
        // What one lane brought about may be work for another.
        this.#startAll();
      }
    } catch (error) {
      // The rows are as they were before the write that failed, so what was sent is looked for before it is sent again.
      if (row) this.#setAside(row);
      log("error", "drain.broke", { lane, reason: error instanceof Error ? error.message : "unknown" });
    } finally {
      // In the same turn as the last look at the rows: work that is added from here on starts the lane anew.
      this.#busy.delete(lane);
    }
  }

  /** The delivery to call out for now: marked as tried by us, or to be looked after. */
  #next(lane: Lane): DeliveryRow | null {
    for (;;) {
      const row = this.#store.deliveries.head(lane);
      if (!row) return null;
      if (row.status === "trying") {
        if (this.#store.isClaimed(row)) return row;
        this.#markUnknown(row, row.attempts, 0, "interrupted");
      } else if (row.dueAt > this.#now()) {
        return null;
      } else if (row.status === "unknown") {
        return row;
      } else if (this.#store.isSilenced(row)) {
        this.#store.skip(row);
      } else if (isForgottenByDiscord(row, this.#now())) {
        this.#markUnknown(row, row.attempts, 0, "too late to repeat");
      } else {
        this.#store.claim(row);
      }
    }
  }

  async #lookAfter(row: DeliveryRow): Promise<void> {
    const calls = row.attempts + 1;
    const look = await this.#performer.look(row, !this.#store.isSilenced(row)).catch(unknownBecause);
    const dueAt = this.#now();
    switch (look.kind) {
      case "absent":
        this.#store.postpone(row, { status: "waiting", dueAt, calls, reason: "not there", mayHaveHappened: false });
        return;
      case "repeat":
        this.#store.postpone(row, { status: "waiting", dueAt, calls, reason: "repeated", mayHaveHappened: true });
        return;
      case "done":
        this.#record(row, calls, look);
        return;
      // The look failed, which says nothing about what it was to find.
      case "failed":
        this.#decideNothing(row, look.reason);
        return;
      case "later":
      case "unknown":
        this.#stayUnknown(row, calls, look);
    }
  }

  /**
   * The outcome could not be stored: it is looked for again after a while. If it never can be, it counts as undecided in the
   * end, and the lane goes on.
   */
  #setAside(row: DeliveryRow): void {
    const calls = row.attempts + 1;
    const failures = (this.#notStored.get(row.id) ?? 0) + 1;
    const reason = "its outcome could not be stored";
    const isHopeless = failures >= STORING_TRIES && this.#now() >= givenUpAt(row.delivery, row.createdAt);
    try {
      if (isHopeless) this.#store.giveUp(row, reason);
      else this.#markUnknown(row, calls, pauseAfter(calls, this.#random()), reason);
      if (isHopeless) this.#notStored.delete(row.id);
      else this.#notStored.set(row.id, failures);
    } catch {
      this.#store.disown(row);
    }
  }

  #record(row: DeliveryRow, calls: number, attempt: Attempt): void {
    const now = this.#now();
    const end = givenUpAt(row.delivery, row.createdAt);
    const pause = pauseAfter(calls, this.#random());
    switch (attempt.kind) {
      case "done":
        this.#store.settle(row, { kind: "sent", result: attempt.result });
        return;
      case "failed":
        // That this attempt was refused does not say that the one before it did not happen: it is looked for by its words.
        if (row.delivery.kind === "say" && mayHaveHappenedBefore(row)) {
          this.#markUnknown(row, calls, unrepeatableAt(row) - now, attempt.reason);
          return;
        }
        this.#logEnd(row, attempt.kind, attempt.reason);
        this.#store.settle(row, attempt);
        return;
      case "later": {
        if (mayHaveHappenedBefore(row)) {
          this.#stayUnknown(row, calls, attempt);
          return;
        }
        const { afterMs = 0, held = false } = attempt;
        const dueAt = now + (held ? spread(afterMs, this.#random()) : Math.max(pause, afterMs));
        if (dueAt >= end) {
          this.#logEnd(row, "expired", attempt.reason);
          this.#store.settle(row, { kind: "failed", cause: "expired", reason: attempt.reason });
        } else {
          const { reason } = attempt;
          const made = held ? calls - 1 : calls;
          this.#store.postpone(row, { status: "waiting", dueAt, calls: made, reason, mayHaveHappened: false });
        }
        return;
      }
      case "unknown":
        this.#stayUnknown(row, calls, attempt);
        return;
    }
  }

  #stayUnknown(row: DeliveryRow, calls: number, { reason, afterMs = 0 }: { reason: string; afterMs?: number }): void {
    const pause = Math.max(pauseAfter(calls, this.#random()), afterMs);
    if (this.#now() >= givenUpAt(row.delivery, row.createdAt)) this.#decideNothing(row, reason);
    else this.#markUnknown(row, calls, pause, reason);
  }

  #decideNothing(row: DeliveryRow, reason: string): void {
    this.#logEnd(row, "undecided", reason);
    this.#store.settle(row, { kind: "undecided", reason });
  }

  #markUnknown(row: DeliveryRow, calls: number, pause: number, reason: string): void {
    const lookable = (row.triedAt ?? row.createdAt) + lookableAfter(row.delivery);
    const dueAt = Math.max(this.#now() + pause, lookable);
    this.#store.postpone(row, { status: "unknown", dueAt, calls, reason, mayHaveHappened: true });
  }

  #logEnd(row: DeliveryRow, end: string, reason: string): void {
    log("warn", `delivery.${end}`, { id: row.id, kind: row.delivery.kind, session: row.session, reason });
  }
}

/** Whether an attempt before the present one is still without an answer. */
function mayHaveHappenedBefore(row: DeliveryRow): boolean {
  return row.firstTriedAt !== null && row.firstTriedAt !== row.triedAt;
}

/** When Discord has forgotten the nonce of an attempt without an answer, and nothing can come of any attempt any more. */
function unrepeatableAt(row: DeliveryRow): number {
  return Math.max((row.firstTriedAt ?? 0) + NONCE_WINDOW_MS, (row.triedAt ?? 0) + LATE_COMMIT_OVER_MS);
}

/** Whether Discord would not recognise the nonce of an attempt without an answer any more: repeating could double it. */
function isForgottenByDiscord(row: DeliveryRow, now: number): boolean {
  return row.delivery.kind === "say" && row.firstTriedAt !== null && now >= row.firstTriedAt + NONCE_WINDOW_MS;
}

function unknownBecause(error: unknown): Attempt {
  return { kind: "unknown", reason: error instanceof Error ? error.message : "unknown error" };
}
