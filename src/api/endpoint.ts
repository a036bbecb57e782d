import type * as v from "valibot";
import type { Access, Caller } from "./authentication.ts";

/** By HTTP status what the body holds; null for none. */
export type Answers = { readonly [status: number]: v.GenericSchema | null };

/** What is read of fields. */
export type Read<Fields extends v.ObjectEntries> = v.InferOutput<v.StrictObjectSchema<Fields, undefined>>;

/** What a handler gets: everything checked, and who asks. */
export type Asked<
  Params extends v.ObjectEntries,
  Query extends v.ObjectEntries,
  Body extends v.GenericSchema | null,
> = {
  readonly params: Read<Params>;
  readonly query: Read<Query>;
  readonly body: Body extends v.GenericSchema ? v.InferOutput<Body> : null;
  readonly caller: Caller;
  /** The header `Idempotency-Key`. */
  readonly idempotencyKey: string | undefined;
  /** For what goes on after the answer. */
  readonly waitUntil: (work: Promise<unknown>) => void;
};

/** The same, with nothing in it to be changed. */
export type ReadonlyDeep<T> = T extends object ? { readonly [Key in keyof T]: ReadonlyDeep<T[Key]> } : T;

/** One of the answers that an endpoint has declared. */
export type Answer<All extends Answers> = {
  [Status in keyof All & number]: {
    readonly status: Status;
    readonly body: All[Status] extends v.GenericSchema ? ReadonlyDeep<v.InferInput<All[Status]>> : null;
    readonly headers?: Readonly<Record<string, string>>;
  };
}[keyof All & number];

/** What the routes and the OpenAPI document are both made of. */
export type EndpointShape<
  Params extends v.ObjectEntries,
  Query extends v.ObjectEntries,
  Body extends v.GenericSchema | null,
  All extends Answers,
> = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/api`, with `{name}` for each of `params`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** In bytes. */
  readonly bodyLimit: number;
  readonly takesIdempotencyKey: boolean;
  readonly answers: All;
};

/** An endpoint of the API, whatever its shape. */
export type Endpoint = EndpointShape<v.ObjectEntries, v.ObjectEntries, v.GenericSchema | null, Answers> & {
  /** Answers a request whose parts have the shape; throws an `ApiError` for what is not granted. */
  readonly handle: (asked: Asked<v.ObjectEntries, v.ObjectEntries, v.GenericSchema | null>) => Promise<{
    readonly status: number;
    readonly body: unknown;
    readonly headers?: Readonly<Record<string, string>>;
  }>;
};

/** An answer of this status, to be told from the others that an endpoint has. */
export function answer<const Status extends number, Body>(
  status: Status,
  body: Body,
  headers?: Record<string, string>,
) {
  return { status, body, ...(headers && { headers }) };
}

const BODY_LIMIT = 64 * 1024;

/** Describes an endpoint; what is not given is empty. */
export function endpoint<
  const All extends Answers,
  Params extends v.ObjectEntries = Record<never, never>,
  Query extends v.ObjectEntries = Record<never, never>,
  Body extends v.GenericSchema | null = null,
>(
  shape: Pick<EndpointShape<Params, Query, Body, All>, "method" | "path" | "tag" | "summary" | "access" | "answers"> &
    Partial<EndpointShape<Params, Query, Body, All>>,
  handle: (asked: Asked<Params, Query, Body>) => Promise<Answer<All>>,
): Endpoint {
  return {
    params: {},
    query: {},
    body: null,
    bodyLimit: BODY_LIMIT,
    takesIdempotencyKey: false,
    ...shape,
    // What `routes.ts` hands over was checked by these very schemas.
    handle: handle as unknown as Endpoint["handle"],
  };
}
