import type { DeliveriesTable } from "./deliveries-table.ts";
import type { Journal } from "./journal.ts";
import { FORGET_AT_ONCE, RETENTION_MS, RETENTION_SLACK_MS } from "./policy.ts";
import type { StateTable } from "./state-table.ts";

/** What one conversation has on disk. */
export type Tables = { readonly journal: Journal; readonly deliveries: DeliveriesTable; readonly states: StateTable };

/** Whether an event of this time is older than what is remembered, and so cannot be told from a repeated one. */
export function isForgotten(at: number, now: number): boolean {
  return at < now - RETENTION_MS;
}

/** Forgets what is older than {@link RETENTION_MS}, and a slack later than that, so that it is done rarely. */
export class Retention {
  /** When something is old enough to be forgotten; infinite where nothing is kept. */
  dueAt: number;
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
    this.dueAt = this.#next();
  }

  /** Something is kept from now on. */
  keptSince(now: number): void {
    this.dueAt = Math.min(this.dueAt, now + RETENTION_MS + RETENTION_SLACK_MS);
  }

  /** Forgets what is old by now; the rest of it as soon as may be, if it is much. */
  forget(now: number): void {
    const { journal, deliveries, states } = this.#tables;
    const before = now - RETENTION_MS - RETENTION_SLACK_MS;
    const forgotten = journal.forget(before, FORGET_AT_ONCE) + deliveries.forget(before, FORGET_AT_ONCE);
    states.forget(before);
    this.dueAt = forgotten < FORGET_AT_ONCE ? this.#next() : now;
  }

  #next(): number {
    const { journal, deliveries } = this.#tables;
    const never = Number.POSITIVE_INFINITY;
    const oldest = Math.min(journal.oldest() ?? never, deliveries.oldestSettled() ?? never);
    return oldest + RETENTION_MS + RETENTION_SLACK_MS * 2;
  }
}
