import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { log } from "../log.ts";
import { ApiError } from "./api-error.ts";
import { type AuthenticationOptions, authorize, type Caller, callerOf } from "./authentication.ts";
import type { Endpoint } from "./endpoint.ts";
import { readRequest } from "./read-request.ts";

/** The routes of these endpoints below `/api`; a path that has one answers other methods with 405. */
export function routesOf(endpoints: readonly Endpoint[], options: AuthenticationOptions): Hono {
  const app = new Hono().basePath("/api");
  for (const one of endpoints) {
    app.on(one.method, honoPath(one.path), limited(one), async (c) => {
      try {
        return await answer(c, one, options);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return refusal(c, one, error);
      }
    });
  }
  for (const [path, methods] of Map.groupBy(endpoints, ({ path }) => path)) {
    const allow = methods.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ");
    app.all(honoPath(path), (c) => c.json({ error: "Method not allowed" }, 405, { Allow: allow }));
  }
  return app;
}

/** `/cases/{id}` as Hono writes it. */
export function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

async function answer(c: Context, one: Endpoint, options: AuthenticationOptions): Promise<Response> {
  const caller = one.access === "public" ? null : await callerOf(c.req.header("Authorization"), options);
  if (caller && one.access !== "public") authorize(caller, one.access);
  const read = await readRequest(c, one);
  const waitUntil = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  const { status, body, headers } = await one.handle({ ...read, caller: caller ?? NOBODY, waitUntil });
  if (one.method !== "GET" && caller) {
    log("info", "api.changed", { method: one.method, path: one.path, status, ...nameOf(caller) });
  }
  const text = body === null ? null : JSON.stringify(body);
  const type = text === null ? {} : { "Content-Type": "application/json; charset=UTF-8" };
  return new Response(text, { status, headers: { "Cache-Control": "no-store", ...type, ...headers } });
}

/** Who uses what is public. */
const NOBODY: Caller = { kind: "key", actor: { kind: "bridge" }, scopes: [] };

function nameOf({ actor }: Caller): { readonly key: string } {
  return { key: actor.kind === "key" ? actor.id : "operator" };
}

function refusal(c: Context, { method, path }: Endpoint, { status, message, problems }: ApiError): Response {
  if (status === 401 || status === 403) log("warn", "api.refused", { method, path, status });
  const headers = { "Cache-Control": "no-store", ...(status === 401 && { "WWW-Authenticate": "Bearer" }) };
  return c.json({ error: message, ...(problems && { problems }) }, status, headers);
}

function limited({ bodyLimit: maxSize }: Endpoint): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: (c) => c.json({ error: `The body must have at most ${maxSize} bytes` }, 413),
  });
}
