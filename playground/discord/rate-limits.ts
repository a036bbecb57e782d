import { createHash } from "node:crypto";

/** Where a request counts: its route with ids replaced, and the top-level id that makes the bucket its own. */
export type Route = { readonly template: string; readonly major: string };

export type BucketState = {
  /** Discord's name of the bucket, the same for every top-level id. */
  readonly hash: string;
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds since 1970 at which the bucket is full again. */
  readonly resetAt: number;
  readonly allowed: boolean;
};

type Rule = { readonly limit: number; readonly windowMs: number };

/**
 * Discord publishes no table ("hard-code nothing", docs: topics/rate-limits). These are sizes seen in its headers; what
 * matters is that they exist and are told in the headers.
 */
const RULES: ReadonlyMap<string, Rule> = new Map([
  ["POST /channels/:id/messages", { limit: 5, windowMs: 5000 }],
  ["PATCH /channels/:id/messages/:id", { limit: 5, windowMs: 5000 }],
  ["POST /channels/:id/typing", { limit: 5, windowMs: 5000 }],
  ["POST /users/@me/channels", { limit: 10, windowMs: 10_000 }],
  ["POST /webhooks/:id/:token", { limit: 5, windowMs: 2000 }],
  ["PATCH /webhooks/:id/:token/messages/@original", { limit: 5, windowMs: 2000 }],
]);
const OTHER: Rule = { limit: 10, windowMs: 1000 };
const GLOBAL: Rule = { limit: 50, windowMs: 1000 };

/** So many refused requests in ten minutes ban an address (docs: topics/rate-limits, "Invalid Request Limit"). */
export const INVALID_REQUEST_LIMIT = { limit: 10_000, windowMs: 10 * 60 * 1000 } as const;

/** The route of a path below `/api/v10`, without its query. */
export function routeOf(path: string): Route {
  const [, top = "", id = "", token = ""] = path.split("/");
  const tokenInPath = top === "webhooks" || top === "interactions";
  const plain = tokenInPath ? path.replace(`/${id}/${token}`, `/${id}/:token`) : path;
  const template = plain.replace(/\/\d{15,20}(?=\/|$)/g, "/:id");
  return { template, major: tokenInPath ? `${id}/${token}` : /^\d+$/.test(id) ? id : "" };
}

/** Counts requests in fixed windows that open with the first request. */
export class RateLimits {
  readonly #windows = new Map<string, { used: number; resetAt: number }>();
  readonly #invalid: number[] = [];

  /** Takes one place in the bucket of a route; when there is none, `allowed` is false and nothing is taken. */
  take(method: string, route: Route, now: number): BucketState {
    const name = `${method} ${route.template}`;
    const hash = createHash("sha256").update(name).digest("hex").slice(0, 32);
    return { hash, ...this.#take(`${name} ${route.major}`, RULES.get(name) ?? OTHER, now) };
  }

  /** Takes one place in the limit over all routes. */
  takeGlobal(now: number): { readonly allowed: boolean; readonly resetAt: number } {
    return this.#take("global", GLOBAL, now);
  }

  countInvalid(now: number): void {
    this.#invalid.push(now);
  }

  /** How many requests were answered by 401, 403 or 429 (other than shared ones) in the last ten minutes. */
  invalidRequests(now: number): number {
    while ((this.#invalid[0] ?? now) < now - INVALID_REQUEST_LIMIT.windowMs) this.#invalid.shift();
    return this.#invalid.length;
  }

  #take(key: string, { limit, windowMs }: Rule, now: number) {
    const open = this.#windows.get(key);
    const window = open && open.resetAt > now ? open : { used: 0, resetAt: now + windowMs };
    this.#windows.set(key, window);
    const allowed = window.used < limit;
    if (allowed) window.used += 1;
    return { limit, remaining: limit - window.used, resetAt: window.resetAt, allowed };
  }
}
