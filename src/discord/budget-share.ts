import { log } from "../log.ts";
import { type Clock, type Pause, within } from "../outside/call.ts";
import { type BudgetReport, type LeaseRequest, NEAR_MS, type RequestBudget } from "./budget.ts";
import { NO_SHARE, nextStep, type Share, takeAnswer } from "./budget-lease.ts";

export type BudgetShareOptions = {
  readonly budget: RequestBudget;
  readonly now: Clock;
  readonly pause: Pause;
  /** Keeps work alive that nobody waits for. It never rejects. */
  readonly background: (work: Promise<void>) => void;
};

/** How long the budget may take to answer. */
const ASK_LIMIT_MS = 1000;
/** How long a budget that failed is left alone. */
const LEFT_ALONE_MS = 10_000;
/** Whoever has asked and waited so often comes again later. */
const MOST_STEPS = 6;

/** Whether a call may be made. */
export type Leave =
  | { readonly kind: "go"; readonly isProbe: boolean }
  | { readonly kind: "later"; readonly afterMs: number };

/**
 * One object's share of the budget of all. The budget is a help and no condition: when it fails or is slow, calls are made
 * without it.
 */
export class BudgetShare {
  readonly #options: BudgetShareOptions;
  #share: Share = NO_SHARE;
  #asking: Promise<void> | null = null;
  #leftAloneUntil = 0;

  constructor(options: BudgetShareOptions) {
    this.#options = options;
  }

  /** Asks for leave to make one call; waits for it on the spot if that takes `patienceMs` at most. Never rejects. */
  async leave(patienceMs: number): Promise<Leave> {
    const { now, pause } = this.#options;
    for (let n = 0; n < MOST_STEPS; n++) {
      const step = nextStep(this.#share, now());
      if (step.kind === "go") {
        this.#share = step.share;
        return { kind: "go", isProbe: step.isProbe };
      }
      if (now() < this.#leftAloneUntil) return { kind: "go", isProbe: false };
      if (step.kind === "ask") {
        await this.#askOnce(step.request);
      } else if (step.ms <= patienceMs) {
        await pause(step.ms);
      } else {
        return { kind: "later", afterMs: step.ms };
      }
    }
    return { kind: "later", afterMs: NEAR_MS };
  }

  /** Asks for leave to make a call that is no more than a courtesy: it never takes the turn of another one. */
  async spare(): Promise<boolean> {
    const { now } = this.#options;
    const step = nextStep(this.#share, now());
    if (step.kind === "ask" && now() >= this.#leftAloneUntil) await this.#askOnce(step.request);
    if (now() < this.#leftAloneUntil) return true;
    const left = nextStep(this.#share, now());
    const isToSpare = left.kind === "go" && !left.isProbe && (left.share.lease?.calls ?? 0) > 0;
    if (isToSpare) this.#share = left.share;
    return isToSpare;
  }

  /** Tells the budget in the background how a call ended. What others may not do now, this object does not either. */
  report(report: BudgetReport): void {
    if (report.kind === "token-refused" || report.kind === "blocked") this.#share = NO_SHARE;
    // One that is lost is made up for by the next one; that the budget fails is told by those who ask it.
    this.#options.background(this.#options.budget.report(report).catch(() => undefined));
  }

  /** Calls that wait at the same time wait for one answer. */
  #askOnce(request: LeaseRequest): Promise<void> {
    this.#asking ??= this.#ask(request).finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #ask(request: LeaseRequest): Promise<void> {
    const { budget, now, pause } = this.#options;
    const askedAt = now();
    try {
      this.#share = takeAnswer(await within(pause, ASK_LIMIT_MS, budget.lease(request)), askedAt, now());
      this.#leftAloneUntil = 0;
    } catch (error) {
      this.#leftAloneUntil = now() + LEFT_ALONE_MS;
      log("warn", "discord.budget-unreachable", { reason: error instanceof Error ? error.message : "unknown" });
    }
  }
}
