import type { Clock } from "../outside/call.ts";
import type { ErrorBody } from "./errors.ts";

/** Where a request counts. */
export type Route = {
  /** Method and path with placeholders: what Discord gives a bucket to. */
  readonly name: string;
  /** The channel or token in the path: each has a bucket of its own; empty for none. */
  readonly major: string;
  /** Answers to interactions do not count toward the limit on all requests of a bot. */
  readonly countsGlobally: boolean;
};

/** What a 429 said. */
export type TooMany = { readonly afterMs: number; readonly reach: "bucket" | "bot" | "address" };

/** Discord's clock and ours are not the same; discord.js waits as much longer. */
const MARGIN_MS = 50;
/** How many buckets are remembered before the spent ones are forgotten. */
const FORGET_ABOVE = 500;

type Bucket = { readonly remaining: number; readonly resetAt: number };

/**
 * Remembers what Discord says about its rate limits (docs: topics/rate-limits), so that a request that would be refused
 * is not made: 10,000 refused ones in ten minutes block the whole address, which other Workers share.
 */
export class RateLimits {
  readonly #now: Clock;
  /** Routes can share a bucket; its name is known from the first answer on. */
  readonly #bucketOfRoute = new Map<string, string>();
  readonly #buckets = new Map<string, Bucket>();
  #botBlockedUntil = 0;
  #addressBlockedUntil = 0;

  constructor(now: Clock) {
    this.#now = now;
  }

  /** Milliseconds until a request may be made; 0 for now. */
  wait(route: Route): number {
    const now = this.#now();
    const bucket = this.#buckets.get(this.#keyOf(route));
    const until = Math.max(
      this.#addressBlockedUntil,
      route.countsGlobally ? this.#botBlockedUntil : 0,
      bucket && bucket.remaining <= 0 ? bucket.resetAt : 0,
    );
    return Math.max(0, until - now);
  }

  /** Takes in the headers of any answer. */
  note(route: Route, headers: Headers): void {
    const name = headers.get("x-ratelimit-bucket");
    const remaining = numberIn(headers, "x-ratelimit-remaining");
    const resetAfter = numberIn(headers, "x-ratelimit-reset-after");
    if (name === null || remaining === null || resetAfter === null) return;
    this.#bucketOfRoute.set(route.name, name);
    this.#remember(route, { remaining, resetAt: this.#now() + Math.ceil(resetAfter * 1000) + MARGIN_MS });
  }

  /** Takes in a 429. Returns the milliseconds to wait. */
  block(route: Route, { afterMs, reach }: TooMany): number {
    const wait = afterMs + MARGIN_MS;
    const until = this.#now() + wait;
    if (reach === "bot") this.#botBlockedUntil = until;
    else if (reach === "address") this.#addressBlockedUntil = until;
    else this.#remember(route, { remaining: 0, resetAt: until });
    return wait;
  }

  #remember(route: Route, bucket: Bucket): void {
    if (this.#buckets.size > FORGET_ABOVE) {
      for (const [key, { resetAt }] of this.#buckets) if (resetAt <= this.#now()) this.#buckets.delete(key);
    }
    this.#buckets.set(this.#keyOf(route), bucket);
  }

  #keyOf(route: Route): string {
    return `${this.#bucketOfRoute.get(route.name) ?? route.name}/${route.major}`;
  }
}

/**
 * Reads a 429. Discord's own is JSON with `retry_after` in seconds; a block by the proxy in front of it is HTML, text or
 * JSON without that figure, concerns all that comes from this address, and lasts about a minute.
 */
export function readTooMany(headers: Headers, error: ErrorBody | undefined): TooMany {
  const seconds = error?.retry_after ?? numberIn(headers, "retry-after");
  if (seconds === null) return { afterMs: 60_000, reach: "address" };
  const isGlobal = error?.global || headers.has("x-ratelimit-global") || headers.get("x-ratelimit-scope") === "global";
  return { afterMs: Math.ceil(seconds * 1000), reach: isGlobal ? "bot" : "bucket" };
}

function numberIn(headers: Headers, name: string): number | null {
  const value = Number.parseFloat(headers.get(name) ?? "");
  return Number.isFinite(value) && value >= 0 ? value : null;
}
