import { timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context, MiddlewareHandler } from "hono";
import type { Account, RestExchange } from "./account.ts";
import { concurrentChange, notFound, TwilioError, tooManyActions, tooManyRequests, unauthorized } from "./errors.ts";
import type { RestFaultKind, Service } from "./faults.ts";
import { Params } from "./params.ts";
import type { Rest } from "./rest.ts";
import { newSid } from "./sids.ts";

const SERVICES: readonly Service[] = ["conversations", "flex-api", "mcs.us1", "taskrouter", "studio", "iam"];

/** What every REST call passes: the record, the account's limit of concurrent calls, faults, credentials. */
export function restGate(account: Account): MiddlewareHandler<Rest> {
  let running = 0;
  return async (c, next) => {
    const exchange = await begin(c, account.now());
    running += 1;
    try {
      c.header("Twilio-Request-Id", newSid("RQ"));
      c.header("Twilio-Concurrent-Requests", String(running));
      const limit = account.faults.concurrencyLimit;
      const allowed = limit === null || running <= limit;
      const fault = allowed ? account.faults.takeRest(exchange.service, exchange.method, exchange.path) : null;
      exchange.fault = fault && nameOf(fault);
      account.record(exchange);
      if (!allowed) throw tooManyRequests();
      const proceed = async () => {
        if (!knows(account, c.req.header("Authorization"))) throw unauthorized();
        await next();
      };
      if (fault === null) {
        await proceed();
      } else if ((await runFault(fault, c, account, proceed)) === "unanswered") {
        c.res = RESPONSE_ALREADY_SENT;
        exchange.status = null;
        exchange.code = null;
        return;
      }
      exchange.status = c.res.status;
    } catch (error) {
      c.res = refuse(error instanceof Error ? error : new Error(String(error)), c);
    } finally {
      running -= 1;
      account.emit({ kind: "exchange", exchange });
    }
  };
}

/** Answers a refusal in Twilio's form and notes it in the record. */
export function refuse(error: Error, c: Context<Rest>): Response {
  const refusal =
    error instanceof TwilioError ? error : new TwilioError(500, 20500, `Internal error: ${error.message}`);
  const exchange = c.get("exchange");
  exchange.status = refusal.status;
  exchange.code = refusal.code;
  return c.json(refusal.toJSON(), refusal.status);
}

/** Lets only the account's own chat service pass. */
export function ownService(account: Account): MiddlewareHandler<Rest> {
  return async (c, next) => {
    if (c.req.param("service") !== account.chatServiceSid) throw notFound(c.get("exchange").path);
    await next();
  };
}

async function begin(c: Context<Rest>, at: number): Promise<RestExchange> {
  const [, first = "", ...rest] = c.req.path.split("/");
  const service = SERVICES.find((one) => one === first);
  if (service === undefined) throw new Error(`no such service: ${first}`);
  const values = new URL(c.req.url).searchParams;
  if (c.req.header("Content-Type")?.startsWith("application/x-www-form-urlencoded")) {
    for (const [name, value] of new URLSearchParams(await c.req.text())) values.append(name, value);
  }
  const params = new Params(values);
  const exchange: RestExchange = {
    kind: "rest",
    at,
    service,
    method: c.req.method,
    path: `/${rest.join("/")}`,
    params: params.toRecord(),
    status: null,
    code: null,
    fault: null,
  };
  c.set("params", params);
  c.set("exchange", exchange);
  return exchange;
}

/** Basic credentials: the API key and its secret, or the account and its token. */
function knows(account: Account, authorization: string | undefined): boolean {
  const encoded = /^Basic (.+)$/i.exec(authorization ?? "")?.[1] ?? "";
  const given = Buffer.from(encoded, "base64");
  return [`${account.apiKeySid}:${account.apiKeySecret}`, `${account.accountSid}:${account.authToken}`]
    .map((pair) => Buffer.from(pair))
    .some((known) => known.length === given.length && timingSafeEqual(known, given));
}

async function runFault(
  fault: RestFaultKind,
  c: Context<Rest>,
  account: Account,
  proceed: () => Promise<void>,
): Promise<"answered" | "unanswered"> {
  switch (fault) {
    case "429":
      throw tooManyRequests();
    case "429-conversation":
      throw tooManyActions();
    case "409-concurrent":
      throw concurrentChange();
    case "5xx-before":
      throw serverError();
    case "5xx-after":
      await proceed();
      throw serverError();
    case "timeout-before":
      await waitForHangUp(c.env, account);
      return "unanswered";
    case "timeout-after":
      await proceed();
      await waitForHangUp(c.env, account);
      return "unanswered";
    case "reset-before":
      reset(c.env);
      return "unanswered";
    case "reset-after":
      await proceed();
      reset(c.env);
      return "unanswered";
    default:
      if ("status" in fault) throw new TwilioError(fault.status, fault.code, fault.message);
      await delay(fault.delayMs, account);
      await proceed();
      return "answered";
  }
}

/** How the record calls a fault. */
function nameOf(fault: RestFaultKind): string {
  if (typeof fault === "string") return fault;
  return "status" in fault ? `refusal ${fault.status}/${fault.code}` : `delay ${fault.delayMs} ms`;
}

function serverError(): TwilioError {
  return new TwilioError(503, 20503, "Service unavailable");
}

/** Holds the connection until the caller gives up or the stand-in closes. */
async function waitForHangUp({ outgoing }: HttpBindings, account: Account): Promise<void> {
  if (!outgoing.destroyed) await once(outgoing, "close", { signal: account.ending }).catch(() => undefined);
  outgoing.destroy();
}

function reset({ incoming, outgoing }: HttpBindings): void {
  incoming.socket.resetAndDestroy();
  outgoing.destroy();
}

/** Takes its time, unless the stand-in closes meanwhile. */
async function delay(ms: number, { ending }: Account): Promise<void> {
  await wait(ms, undefined, { signal: ending }).catch(() => undefined);
}

/** The server's answer for everything outside the services. */
export function notServed(c: Context): Response {
  return c.json(notFound(c.req.path).toJSON(), 404);
}
