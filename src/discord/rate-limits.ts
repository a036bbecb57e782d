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

/** What a 429 said, and for whom: `shared` is a limit of the resource, which others have used up. */
export type TooMany = { readonly afterMs: number; readonly reach: "route" | "shared" | "bot" | "address" };

/** Discord's clock and ours are not the same; discord.js waits as much longer. */
const MARGIN_MS = 50;
/** How many buckets are remembered before the spent ones are forgotten. */
const FORGET_ABOVE = 500;

type Bucket = { readonly remaining: number; readonly resetAt: number };

/**
 * Remembers what Discord says about its rate limits (docs: topics/rate-limits), so that a request that would be refused
 * is not made: 10,000 refused ones in ten minutes block the whole address, which other Workers share. Only lengths of
 * time are read, since Discord's clock is not ours.
 */
export class RateLimits {
  readonly #now: Clock;
  /** Routes can share a bucket; its name is known from the first answer on, and may change. */
  readonly #bucketOfRoute = new Map<string, string>();
  readonly #buckets = new Map<string, Bucket>();
  /**
   * Until when a route waits after a 429, whatever its bucket says then: Discord has limits below those that its headers
   * tell, and a 429 with something remaining is one of them
   * (https://github.com/discord/discord-api-docs/issues/2190).
   */
  readonly #routeBlockedUntil = new Map<string, number>();
  #botBlockedUntil = 0;
  #addressBlockedUntil = 0;

  constructor(now: Clock) {
    this.#now = now;
  }

  /** Milliseconds until a request may be made; 0 for now. */
  wait(route: Route): number {
    const bucket = this.#buckets.get(this.#bucketKey(route) ?? "");
    const until = Math.max(
      this.#addressBlockedUntil,
      route.countsGlobally ? this.#botBlockedUntil : 0,
      this.#routeBlockedUntil.get(routeKey(route)) ?? 0,
      bucket && bucket.remaining <= 0 ? bucket.resetAt : 0,
    );
    return Math.max(0, until - this.#now());
  }

  /** Takes in the headers of any answer. */
  note(route: Route, headers: Headers): void {
    const name = headers.get("x-ratelimit-bucket");
    const remaining = numberIn(headers, "x-ratelimit-remaining");
    const resetAfter = numberIn(headers, "x-ratelimit-reset-after");
    if (name === null || remaining === null || resetAfter === null) return;
    this.#bucketOfRoute.set(route.name, name);
    const resetAt = this.#now() + Math.ceil(resetAfter * 1000) + MARGIN_MS;
    if (this.#buckets.size > FORGET_ABOVE) this.#forget(this.#buckets, (bucket) => bucket.resetAt);
    const key = `${name}/${route.major}`;
    const known = this.#buckets.get(key);
    // Answers of calls side by side may cross: in one window the lowest figure is the newest.
    const isSameWindow = known !== undefined && known.resetAt > this.#now() && resetAt <= known.resetAt + MARGIN_MS;
    this.#buckets.set(key, { remaining: isSameWindow ? Math.min(known.remaining, remaining) : remaining, resetAt });
  }

  /** Takes in a 429. Returns the milliseconds to wait. */
  block(route: Route, { afterMs, reach }: TooMany): number {
    const wait = afterMs + MARGIN_MS;
    const until = this.#now() + wait;
    switch (reach) {
      case "bot":
        this.#botBlockedUntil = Math.max(this.#botBlockedUntil, until);
        break;
      case "address":
        this.#addressBlockedUntil = Math.max(this.#addressBlockedUntil, until);
        break;
      case "route":
      case "shared":
        if (this.#routeBlockedUntil.size > FORGET_ABOVE) this.#forget(this.#routeBlockedUntil, (end) => end);
        this.#routeBlockedUntil.set(
          routeKey(route),
          Math.max(this.#routeBlockedUntil.get(routeKey(route)) ?? 0, until),
        );
    }
    return wait;
  }

  #forget<T>(remembered: Map<string, T>, endOf: (value: T) => number): void {
    for (const [key, value] of remembered) if (endOf(value) <= this.#now()) remembered.delete(key);
  }

  #bucketKey(route: Route): string | null {
    const name = this.#bucketOfRoute.get(route.name);
    return name === undefined ? null : `${name}/${route.major}`;
  }
}

function routeKey(route: Route): string {
  return `${route.name}/${route.major}`;
}

/**
 * Reads a 429. Discord's own is JSON with `retry_after` in seconds, or at least has its headers; a block by the proxy in
 * front of it is HTML, text or JSON without either, concerns all that comes from this address, and lasts about a minute if
 * it does not say how long.
 */
export function readTooMany(headers: Headers, error: ErrorBody | undefined): TooMany {
  const seconds = error?.retry_after ?? numberIn(headers, "retry-after");
  const scope = headers.get("x-ratelimit-scope");
  const isGlobal = error?.global || headers.has("x-ratelimit-global") || scope === "global";
  const isDiscords = error?.retry_after !== undefined || scope !== null || isGlobal;
  if (!isDiscords || seconds === null) {
    return { afterMs: seconds === null ? 60_000 : Math.ceil(seconds * 1000), reach: "address" };
  }
  const reach = isGlobal ? "bot" : scope === "shared" ? "shared" : "route";
  return { afterMs: Math.ceil(seconds * 1000), reach };
}

function numberIn(headers: Headers, name: string): number | null {
  const value = Number.parseFloat(headers.get(name) ?? "");
  return Number.isFinite(value) && value >= 0 ? value : null;
}
