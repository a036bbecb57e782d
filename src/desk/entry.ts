import type { D1Database } from "@cloudflare/workers-types";
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Config } from "../config.ts";
import type { Clock, Fetch } from "../outside/call.ts";
import { accessCheck } from "./access.ts";
import { forgery, formToken } from "./entry-forgery.ts";
import { forged, refused } from "./entry-refusal.ts";
import { caseOfPath, entrantOf, exchangeKey } from "./entry-ways.ts";
import type { DeskEnv } from "./visitor.ts";

export type EntryOptions = {
  readonly config: Config;
  readonly db: D1Database;
  readonly now: Clock;
  /** Asks Twilio and Cloudflare Access. */
  readonly fetch: Fetch;
};

/** The largest form is that of an article. */
const BODY_LIMIT = 512 * 1024;

/**
 * Who may enter below `/desk`. There are three ways in, and no other: a session that a Flex token was exchanged for, a token
 * of Cloudflare Access, and for one case the link in its task. Sets `c.var.visitor` and `c.var.csrf`; answers 401 to
 * everybody else, and 403 to what another site may have sent.
 */
export function deskEntry(options: EntryOptions): MiddlewareHandler<DeskEnv> {
  const { SIGNING_SECRET: secret, PUBLIC_URL } = options.config;
  const { origin } = new URL(PUBLIC_URL);
  const ways = { ...options, access: accessCheck(options) };
  const hasAccess = ways.access !== null;
  const limit = bodyLimit({ maxSize: BODY_LIMIT, onError: (c) => c.json({ error: "Body too large" }, 413) });

  return async (c, next) => {
    const entrant = await entrantOf(c, ways);
    const key = c.req.method === "GET" && caseOfPath(c.req.path) !== null ? c.req.query("key") : undefined;
    if (key !== undefined) {
      const exchanged = await exchangeKey(c, key, entrant, ways);
      return exchanged ?? refused(c, "this link is no good, or no longer", hasAccess);
    }
    if (entrant === null) return refused(c, "nobody is signed in", hasAccess);
    const tooLarge = await limit(c, async () => undefined);
    if (tooLarge) return tooLarge;
    const reason = await forgery(c, entrant.session, secret, origin);
    if (reason !== null) return forged(c, reason);
    c.set("visitor", entrant.visitor);
    c.set("csrf", await formToken(entrant.session, secret));
    return next();
  };
}
