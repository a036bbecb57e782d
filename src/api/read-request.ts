import type { Context } from "hono";
import * as v from "valibot";
import { parseJson } from "../outside/call.ts";
import { problemsOf } from "../problems.ts";
import { ApiError } from "./api-error.ts";
import type { Endpoint } from "./endpoint.ts";

/** Reads a request's parts by the shape of its endpoint. Throws 404 for a path that nothing can have, 400 for the rest. */
export async function readRequest(c: Context, { params, query, body, takesIdempotencyKey }: Endpoint) {
  const path = v.safeParse(v.strictObject(params), c.req.param());
  if (!path.success) throw new ApiError(404, "There is nothing of this name", problemsOf(path.issues, "path"));
  const asked = v.safeParse(v.strictObject(query), queryOf(c, query));
  const sent = v.safeParse(body ?? v.null(), body === null ? null : parseJson(await c.req.text()));
  const problems = [
    ...(asked.success ? [] : problemsOf(asked.issues, "query")),
    ...(sent.success ? [] : problemsOf(sent.issues, "body")),
  ];
  const idempotencyKey = takesIdempotencyKey ? c.req.header("Idempotency-Key") : undefined;
  if (idempotencyKey !== undefined && !/^[\x21-\x7e]{1,255}$/.test(idempotencyKey)) {
    problems.push("Idempotency-Key must be 1 to 255 printable ASCII characters without blanks");
  }
  if (!asked.success || !sent.success || problems.length > 0) {
    throw new ApiError(400, "The request is not understood", problems);
  }
  return { params: path.output, query: asked.output, body: sent.output, idempotencyKey };
}

/** The query's values in the types that they are to have: lists may be given more than once, numbers are numbers. */
function queryOf(c: Context, shape: v.ObjectEntries): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => {
      const schema = name in shape ? innermost(shape[name]) : undefined;
      if (schema?.type === "array") return [name, values.map((value) => typed(value, innermost(schema.item)))];
      return [name, values.length === 1 ? typed(values[0] ?? "", schema) : values];
    }),
  );
}

type Inner = {
  readonly type?: string;
  readonly wrapped?: unknown;
  readonly item?: unknown;
  readonly options?: unknown;
};

function innermost(schema: unknown): Inner {
  const inner: Inner = typeof schema === "object" && schema !== null ? schema : {};
  return inner.wrapped === undefined ? inner : innermost(inner.wrapped);
}

function typed(value: string, schema: Inner | undefined): string | number {
  const [option] = Array.isArray(schema?.options) ? schema.options : [];
  const isNumber = schema?.type === "number" || typeof option === "number";
  return isNumber && value.trim() !== "" && Number.isFinite(Number(value)) ? Number(value) : value;
}
