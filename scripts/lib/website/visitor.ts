import robotsParser from "robots-parser";
import type { Clock, Pause } from "../../../src/outside/call.ts";
import { type Get, type GetAnswer, NoAnswer } from "./get.ts";

/** What a visit brought; `url` is where redirects led. `reason` is a sentence without subject. */
export type Visit =
  | { readonly kind: "read"; readonly url: URL; readonly contentType: string; readonly body: Buffer }
  | { readonly kind: "failed"; readonly reason: string };

/** Between two calls to one website, unless it asks for more. */
const PAUSE_MS = 1_000;
/** A website that asks for a longer pause than this is left alone. */
const MAX_PAUSE_MS = 60_000;
const MAX_TRIES = 3;
const MAX_REDIRECTS = 5;
/** As much of a robots.txt must be read by RFC 9309. */
const MAX_ROBOTS_BYTES = 512_000;

/** What a website permits. */
type Permissions = {
  readonly refuses: (url: URL) => string | null;
  readonly pauseMs: number;
};

function permitting(refuses: Permissions["refuses"]): Permissions {
  return { refuses, pauseMs: PAUSE_MS };
}

function redirectOf(url: URL, { status, headers }: Pick<GetAnswer, "status" | "headers">): URL | null {
  return status >= 300 && status < 400 && headers.location ? URL.parse(headers.location, url) : null;
}

/**
 * Visits websites as a guest should: one call at a time with a pause between two to the same host, robots.txt kept
 * (RFC 9309), and no hurry where a website says that it is too much.
 */
export class Visitor {
  readonly #get: Get;
  readonly #pause: Pause;
  readonly #now: Clock;
  readonly #userAgent: string;
  readonly #permissions = new Map<string, Permissions>();
  /** When a host may be called again. */
  readonly #freeAt = new Map<string, number>();

  constructor({ get, pause, now, userAgent }: { get: Get; pause: Pause; now: Clock; userAgent: string }) {
    this.#get = get;
    this.#pause = pause;
    this.#now = now;
    this.#userAgent = userAgent;
  }

  /** Reads a page where robots.txt permits it, redirects included. Never rejects. */
  async page(url: URL, maxBytes: number): Promise<Visit> {
    return this.#visit(url, maxBytes, async (at) => {
      const { refuses } = await this.#permissionsOf(at);
      return refuses(at);
    });
  }

  /** Reads what is there for robots, such as a sitemap. Never rejects. */
  async file(url: URL, maxBytes: number): Promise<Visit> {
    return this.#visit(url, maxBytes, async () => null);
  }

  async #visit(start: URL, maxBytes: number, refusal: (url: URL) => Promise<string | null>): Promise<Visit> {
    let url = start;
    const failed = (reason: string): Visit => ({
      kind: "failed",
      reason: url === start ? reason : `was redirected to ${url}, which ${reason}`,
    });
    try {
      for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
        const refused = await refusal(url);
        if (refused !== null) return failed(refused);
        const { pauseMs } = await this.#permissionsOf(url);
        const { status, headers, body } = await this.#call(url, maxBytes, pauseMs);
        if (status >= 200 && status < 300) {
          return { kind: "read", url, contentType: headers["content-type"] ?? "", body };
        }
        const next = redirectOf(url, { status, headers });
        if (next === null) return failed(`answered HTTP ${status}`);
        url = next;
      }
      return { kind: "failed", reason: `was redirected more than ${MAX_REDIRECTS} times` };
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return failed(error.message);
    }
  }

  async #permissionsOf(url: URL): Promise<Permissions> {
    const known = this.#permissions.get(url.origin);
    if (known !== undefined) return known;
    const permissions = await this.#readRobots(new URL("/robots.txt", url)).catch((error) => {
      if (!(error instanceof NoAnswer)) throw error;
      return permitting(() => `is not read, since ${url.origin}/robots.txt ${error.message}`);
    });
    this.#permissions.set(url.origin, permissions);
    return permissions;
  }

  async #readRobots(start: URL): Promise<Permissions> {
    let url = start;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const { status, headers, body } = await this.#call(url, MAX_ROBOTS_BYTES, PAUSE_MS);
      if (status >= 200 && status < 300) return this.#permissionsBy(start, body.toString("utf8"));
      const next = redirectOf(url, { status, headers });
      if (next === null) {
        // Who has no rules permits everything; who cannot say which they are, nothing.
        const isBroken = status >= 500 || status === 429;
        return permitting(() => (isBroken ? `is not read, since ${start} answered HTTP ${status}` : null));
      }
      url = next;
    }
    return permitting(() => null);
  }

  #permissionsBy(url: URL, text: string): Permissions {
    const robots = robotsParser(url.href, text);
    const delay = robots.getCrawlDelay(this.#userAgent) ?? 0;
    const pauseMs = Math.max(PAUSE_MS, Number.isFinite(delay) ? delay * 1_000 : 0);
    return {
      pauseMs: Math.min(pauseMs, MAX_PAUSE_MS),
      refuses: ({ href }) => {
        if (pauseMs > MAX_PAUSE_MS) return `is not read, since ${url} asks for ${delay} s between two calls`;
        return robots.isAllowed(href, this.#userAgent) === false ? `is not to be read by ${url}` : null;
      },
    };
  }

  /** One call, repeated where the website asks to come back later. */
  async #call(url: URL, maxBytes: number, pauseMs: number): Promise<GetAnswer> {
    for (let attempt = 1; ; attempt++) {
      await this.#pause(Math.max(0, (this.#freeAt.get(url.host) ?? 0) - this.#now()));
      const answer = await this.#get(url, maxBytes).finally(() => {
        this.#freeAt.set(url.host, this.#now() + pauseMs);
      });
      if ((answer.status !== 429 && answer.status !== 503) || attempt === MAX_TRIES) return answer;
      const waitMs = this.#waitAskedFor(answer) ?? pauseMs * 5 ** attempt;
      if (waitMs > MAX_PAUSE_MS) return answer;
      await this.#pause(waitMs);
    }
  }

  /** `Retry-After` in milliseconds, which may be seconds or a date; null where there is none. */
  #waitAskedFor({ headers }: GetAnswer): number | null {
    const text = headers["retry-after"];
    if (text === undefined) return null;
    const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - this.#now();
    return Number.isNaN(ms) ? null : Math.max(0, ms);
  }
}
