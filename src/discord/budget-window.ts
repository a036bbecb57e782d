/** Over which time Discord's limit on all requests of a bot counts (docs: topics/rate-limits, "Global Rate Limit"). */
const SECOND = 1000;
/** Times are rounded up to this, so that few entries have to be kept however many calls are let out. */
const STEP_MS = 20;

/** How long at most a call takes up room that may be made within the next `ms`. */
export function heldFor(ms: number): number {
  return ms + SECOND + STEP_MS;
}

/** Calls that were let out and not accounted for yet. */
type Held = { readonly until: number; readonly calls: number };

/**
 * Counts calls that others may make at a time of their own choice. Whatever they choose, no second sees more than
 * `capacity` of them: calls that may be made until `until` take up room from the moment they are let out until a second
 * after that, whether they are made or not. Times are milliseconds since 1970.
 */
export class CallWindow {
  readonly capacity: number;
  /** By `until`, the earliest first. */
  #held: readonly Held[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** How many more calls could be made from `at` on, looking only at what was let out so far. */
  free(at: number): number {
    return this.#held.reduce((free, { until, calls }) => (until + SECOND > at ? free - calls : free), this.capacity);
  }

  /** The first moment from `at` on with room for a call. */
  earliest(at: number): number {
    let free = this.free(at);
    if (free > 0) return at;
    for (const { until, calls } of this.#held) {
      if (until + SECOND <= at) continue;
      free += calls;
      if (free > 0) return until + SECOND;
    }
    return at;
  }

  /** Lets out calls that are made before `until`, if at all. The caller has seen to it that there is room. */
  hold(calls: number, until: number, now: number): void {
    const rounded = Math.ceil(until / STEP_MS) * STEP_MS;
    const same = this.#held.find((held) => held.until === rounded);
    const others = this.#held.filter((held) => held !== same && held.until + SECOND > now);
    this.#held = [...others, { until: rounded, calls: calls + (same?.calls ?? 0) }].sort((a, b) => a.until - b.until);
  }
}
