/** docs: events/gateway, "Rate Limiting" and "Session Start Limit Object". */
const DAY_MS = 24 * 60 * 60 * 1000;

export type StartLimitOptions = {
  /** Identifies a day. */
  readonly total: number;
  /** Shards that may identify within one interval. */
  readonly maxConcurrency: number;
  /** Discord's is 5,000 ms. */
  readonly intervalMs: number;
};

/** Counts Identifies. One too many in a day costs the bot its token; two of one key at once are refused. */
export class StartLimit {
  readonly #options: StartLimitOptions;
  readonly #now: () => number;
  readonly #lastByKey = new Map<number, number>();
  #remaining: number;
  #dayEnds = 0;

  constructor(options: StartLimitOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
    this.#remaining = options.total;
  }

  /** Identifies left today. May be set, to come near the end. */
  get remaining(): number {
    this.#turnDay();
    return this.#remaining;
  }

  set remaining(value: number) {
    this.#turnDay();
    this.#remaining = value;
  }

  describe(): { total: number; remaining: number; reset_after: number; max_concurrency: number } {
    const { total, maxConcurrency } = this.#options;
    const remaining = this.remaining;
    return { total, remaining, reset_after: this.#dayEnds - this.#now(), max_concurrency: maxConcurrency };
  }

  take(shard: number): "granted" | "too fast" | "exhausted" {
    if (this.remaining <= 0) return "exhausted";
    this.#remaining -= 1;
    const key = shard % this.#options.maxConcurrency;
    const last = this.#lastByKey.get(key);
    if (last !== undefined && last + this.#options.intervalMs > this.#now()) return "too fast";
    this.#lastByKey.set(key, this.#now());
    return "granted";
  }

  #turnDay(): void {
    if (this.#now() < this.#dayEnds) return;
    this.#dayEnds = this.#now() + DAY_MS;
    this.#remaining = this.#options.total;
  }
}
