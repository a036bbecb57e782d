import { randomBytes } from "node:crypto";
import { Hono } from "hono";
import type { Account } from "./account.ts";
import { badRequest, notFound } from "./errors.ts";
import type { Worker } from "./model.ts";
import { asObject } from "./params.ts";
import type { Rest } from "./rest.ts";

/** What a Flex token was made with. */
export type FlexTokenOptions = {
  /** What the user may do in Flex; `["agent"]` by default. */
  readonly roles?: readonly string[];
  /** Milliseconds until it expires; three hours by default. */
  readonly lifetimeMs?: number;
};

/** A token that the stand-in made, as it remembers it. */
export type FlexToken = {
  readonly identity: string;
  readonly workerSid: string;
  readonly roles: readonly string[];
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
};

const THREE_HOURS_MS = 3 * 60 * 60_000;

/** The token that Flex UI holds for a worker who is signed in there: opaque, as Twilio's encrypted ones are. */
export function makeFlexToken(account: Account, worker: Worker, options: FlexTokenOptions = {}): string {
  const { roles = ["agent"], lifetimeMs = THREE_HOURS_MS } = options;
  const token = randomBytes(48).toString("base64url");
  const expiresAt = account.now() + lifetimeMs;
  account.flexTokens.set(token, { identity: worker.identity, workerSid: worker.sid, roles, expiresAt });
  return token;
}

/** The part of the IAM API that says whether such a token is good. */
export function flexTokenRoutes(account: Account): Hono<Rest> {
  const routes = new Hono<Rest>();
  routes.post("/Accounts/:account/Tokens/validate", async (c) => {
    if (c.req.param("account") !== account.accountSid) throw notFound(c.get("exchange").path);
    const { token } = asObject("the body", await c.req.json().catch(() => null));
    if (typeof token !== "string") throw badRequest("token is missing");
    const known = account.flexTokens.get(token);
    if (known === undefined) return c.json({ valid: false, code: 20101, message: "Invalid Access Token" });
    const { identity, workerSid, roles, expiresAt } = known;
    if (account.now() >= expiresAt) return c.json({ valid: false, code: 20104, message: "Access Token expired" });
    return c.json({
      valid: true,
      code: 0,
      message: null,
      expiration: new Date(expiresAt).toISOString(),
      realm_user_id: decodeURIComponent(identity.replace(/_([0-9A-F]{2})/g, "%$1")),
      identity,
      roles,
      worker_sid: workerSid,
    });
  });
  return routes;
}
