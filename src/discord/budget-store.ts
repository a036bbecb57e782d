import { log } from "../log.ts";
import { type Clock, parseJson } from "../outside/call.ts";
import type { Storage } from "../storage.ts";
import { Budget, type BudgetReport, type LeaseAnswer, type LeaseRequest } from "./budget.ts";
import { type Brake, NO_BRAKE, readBrake, refusedLately } from "./budget-brake.ts";

export type StoredBudgetOptions = {
  readonly storage: Storage;
  readonly now: Clock;
  readonly requestsPerSecond: number;
  /** Differs between bot tokens and does not give them away. */
  readonly tokenMark: string;
};

/**
 * A {@link Budget} whose brake outlives its instance. Leases and turns are not stored: they are over within seconds, and
 * a write for each would cost more than they do.
 */
export class StoredBudget {
  readonly #options: StoredBudgetOptions;
  readonly #budget: Budget;

  constructor(options: StoredBudgetOptions) {
    this.#options = options;
    const { storage, tokenMark, requestsPerSecond } = options;
    storage.sql(
      "CREATE TABLE IF NOT EXISTS brake (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL, token_mark TEXT NOT NULL) STRICT",
    );
    const row = storage.sql<{ body: string; token_mark: string }>("SELECT body, token_mark FROM brake")[0];
    const brake = row === undefined ? NO_BRAKE : readBrake(parseJson(row.body));
    // An operator who has set another token has removed the cause.
    this.#budget = new Budget(requestsPerSecond, row?.token_mark === tokenMark ? brake : { ...brake, token: null });
  }

  /** See {@link Budget.lease}. */
  lease(request: LeaseRequest): LeaseAnswer {
    return this.#keep((now) => this.#budget.lease(request, now));
  }

  /** See {@link Budget.report}. */
  report(report: BudgetReport): void {
    this.#keep((now) => this.#budget.report(report, now));
  }

  #keep<T>(action: (now: number) => T): T {
    const now = this.#options.now();
    const before = this.#budget.brake;
    const result = action(now);
    const after = this.#budget.brake;
    if (after === before) return result;
    this.#options.storage.sql(
      "INSERT OR REPLACE INTO brake (id, body, token_mark) VALUES (1, ?, ?)",
      JSON.stringify(after),
      this.#options.tokenMark,
    );
    logChange(before, after, now);
    return result;
  }
}

function logChange(before: Brake, after: Brake, now: number): void {
  const refused = refusedLately(after, now);
  if (!before.token && after.token) log("error", "discord.token-refused", { refused });
  if (before.token && !after.token) log("info", "discord.token-accepted", { refused });
  if (!before.trickle && after.trickle) log("error", "discord.many-refused", { refused });
  if (before.trickle && !after.trickle) log("info", "discord.few-refused", { refused });
  if (before.blockedUntil < now && after.blockedUntil > now) {
    log("warn", "discord.blocked", { forMs: after.blockedUntil - now });
  }
}
