import { setTimeout as wait } from "node:timers/promises";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { MiddlewareHandler } from "hono";
import { ApiError, refusals } from "../api-error.ts";
import type { RestFault } from "../faults.ts";
import { INVALID_REQUEST_LIMIT, routeOf } from "../rate-limits.ts";
import { readBody } from "./bodies.ts";
import type { RestContext, RestEnv, RestParts } from "./parts.ts";

type Middleware = MiddlewareHandler<RestEnv>;

/** docs: reference, "User Agent". Cloudflare refuses others before Discord sees them. */
const USER_AGENT = /^DiscordBot \([^,\s]+, ?[^)]+\)/;

/** Writes each request and its answer to the log, and counts the refused ones. */
export function recorded({ world, limits }: RestParts, prefix: string): Middleware {
  return async (c, next) => {
    const { pathname, search } = new URL(c.req.url);
    c.set("path", pathname.slice(prefix.length));
    c.set("files", []);
    const at = world.now();
    const request = { method: c.req.method, path: c.get("path") + search };
    const parsed = await readBody(c).catch((error: unknown) => {
      if (error instanceof ApiError) return error;
      throw error;
    });
    if (!(parsed instanceof ApiError)) {
      c.set("body", parsed.body);
      c.set("files", parsed.files);
    }
    const body = parsed instanceof ApiError ? undefined : parsed.body;
    const exchange = world.feed.record({
      kind: "rest",
      at,
      ...request,
      body,
      status: null as number | null,
      answer: undefined as unknown,
    });
    if (parsed instanceof ApiError) c.res = refuse(c, parsed);
    else await next();
    if (c.res === RESPONSE_ALREADY_SENT) return;
    const answer = await c.res.clone().text();
    exchange.status = c.res.status;
    exchange.answer = c.res.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(answer) : answer;
    const shared = c.res.headers.get("x-ratelimit-scope") === "shared";
    if ([401, 403, 429].includes(c.res.status) && !shared) limits.countInvalid(at);
    world.feed.publish({ type: "exchange", exchange });
  };
}

/** Makes things go wrong as the rules say. */
export function faulty({ faults, closing }: RestParts): Middleware {
  return async (c, next) => {
    const fault = faults.takeRest(c.req.method, c.get("path"));
    if (!fault) return next();
    const { kind } = fault;
    if (typeof kind === "object" && "delayMs" in kind) {
      await next();
      await wait(kind.delayMs, undefined, { signal: closing }).catch(() => undefined);
      return;
    }
    if (typeof kind === "object") {
      c.res = refuse(c, new ApiError(kind.status, kind.code, kind.message));
      return;
    }
    if (kind === "5xx-after" || kind === "timeout-after" || kind === "reset-after") await next();
    c.res = undefined;
    c.res = await failed(c, kind, fault);
  };
}

/** Refuses whom Discord refuses: unknown programs, a wrong token, too many requests. */
export function guarded({ world, credentials, limits, limited }: RestParts): Middleware {
  return async (c, next) => {
    const now = world.now();
    const path = c.get("path");
    if (limits.invalidRequests(now) >= INVALID_REQUEST_LIMIT.limit) return cloudflareBan(c);
    if (!USER_AGENT.test(c.req.header("user-agent") ?? "")) throw refusals.blocked();
    const byToken = /^\/(webhooks|interactions)\//.test(path);
    const open = byToken || path === "/gateway";
    if (!open && c.req.header("authorization") !== `Bot ${credentials.botToken}`) throw refusals.unauthorized();
    if (!byToken) {
      const global = limits.takeGlobal(now);
      if (limited && !global.allowed) return rateLimited(c, (global.resetAt - now) / 1000, "global");
    }
    const bucket = limits.take(c.req.method, routeOf(path), now);
    const left = (bucket.resetAt - now) / 1000;
    if (limited) {
      c.header("X-RateLimit-Limit", String(bucket.limit));
      c.header("X-RateLimit-Remaining", String(bucket.remaining));
      c.header("X-RateLimit-Reset", (bucket.resetAt / 1000).toFixed(3));
      c.header("X-RateLimit-Reset-After", left.toFixed(3));
      c.header("X-RateLimit-Bucket", bucket.hash);
      if (!bucket.allowed) return rateLimited(c, left, "user");
    }
    return next();
  };
}

/** An error in Discord's JSON. */
export function refuse(c: RestContext, error: ApiError): Response {
  return c.json(error.toJSON(), error.status as 400);
}

async function failed(
  c: RestContext,
  kind: Extract<RestFault["kind"], string>,
  { retryAfter = 1 }: RestFault,
): Promise<Response> {
  switch (kind) {
    case "429-user":
      return rateLimited(c, retryAfter, "user");
    case "429-shared":
      return rateLimited(c, retryAfter, "shared");
    case "429-global":
      return rateLimited(c, retryAfter, "global");
    case "cloudflare-1015":
      return cloudflareBan(c);
    case "5xx-before":
    case "5xx-after":
      return refuse(c, new ApiError(500, 0, "500: Internal Server Error"));
    case "timeout-before":
    case "timeout-after": {
      const { outgoing } = c.env;
      if (!outgoing.destroyed) await new Promise<void>((resolve) => outgoing.once("close", () => resolve()));
      return RESPONSE_ALREADY_SENT;
    }
    case "reset-before":
    case "reset-after":
      c.env.incoming.socket.resetAndDestroy();
      return RESPONSE_ALREADY_SENT;
  }
}

/** docs: topics/rate-limits, "Exceeding A Rate Limit"; `Retry-After` is in whole seconds, `retry_after` is exact. */
function rateLimited(c: RestContext, seconds: number, scope: "user" | "shared" | "global"): Response {
  const message = scope === "shared" ? "The resource is being rate limited." : "You are being rate limited.";
  return c.json({ message, retry_after: Number(seconds.toFixed(3)), global: scope === "global" }, 429, {
    "Retry-After": String(Math.ceil(seconds)),
    "X-RateLimit-Scope": scope,
    ...(scope === "global" && { "X-RateLimit-Global": "true" }),
  });
}

function cloudflareBan(c: RestContext): Response {
  return c.text("error code: 1015", 429);
}
