import type { D1Database } from "@cloudflare/workers-types";
import * as v from "valibot";
import type { ApiKeyId } from "../conversation/ids.ts";
import type { Clock } from "../outside/call.ts";
import { ApiError } from "./api-error.ts";
import { answer, type Endpoint, endpoint } from "./endpoint.ts";
import { API_KEY_ID, type ApiKey, createKey, listKeys, revokeKey } from "./keys.ts";
import { SCOPES } from "./scopes.ts";
import { ActorShape, isoOf, time, words } from "./shapes.ts";

const shape = { tag: "Keys", access: "operators" } as const;

/** An API key in an answer: everything but the key. */
export const KeyShape = v.object({
  id: v.string(),
  name: v.string(),
  scopes: v.array(v.picklist(SCOPES)),
  createdBy: ActorShape,
  createdAt: time,
  lastUsedAt: v.nullable(time),
  revokedAt: v.nullable(time),
});

/** What makes a key. */
export const NewKeyShape = v.strictObject({
  name: words(80),
  scopes: v.pipe(
    v.array(v.picklist(SCOPES, `must be of ${SCOPES.join(", ")}`), "must be a list"),
    v.minLength(1, "must name at least one"),
  ),
});

const keyId = v.pipe(
  v.string(),
  v.regex(API_KEY_ID, "must be a key's id, 16 hexadecimal digits"),
  v.transform((id) => id as ApiKeyId),
);

function keyJson(key: ApiKey) {
  return {
    ...key,
    createdAt: isoOf(key.createdAt),
    lastUsedAt: key.lastUsedAt === null ? null : isoOf(key.lastUsedAt),
    revokedAt: key.revokedAt === null ? null : isoOf(key.revokedAt),
  };
}

/** API keys themselves: no key makes or revokes another one. */
export function keyEndpoints({ db, now }: { readonly db: D1Database; readonly now: Clock }): Endpoint[] {
  const list = endpoint(
    {
      ...shape,
      method: "GET",
      path: "/keys",
      summary: "List all keys, the newest first",
      answers: { 200: v.object({ keys: v.array(KeyShape) }) },
    },
    async () => answer(200, { keys: (await listKeys(db)).map(keyJson) }),
  );

  const create = endpoint(
    {
      ...shape,
      method: "POST",
      path: "/keys",
      summary: "Make a key",
      description: "`secret` is the key. It is shown this once.",
      body: NewKeyShape,
      answers: { 201: v.object({ ...KeyShape.entries, secret: v.string() }) },
    },
    async ({ body, caller }) => {
      const { key, secret } = await createKey(db, { ...body, name: body.name.trim() }, caller.actor, now());
      return answer(201, { ...keyJson(key), secret });
    },
  );

  const revoke = endpoint(
    {
      ...shape,
      method: "DELETE",
      path: "/keys/{id}",
      summary: "Revoke a key for good",
      params: { id: keyId },
      answers: { 200: KeyShape },
    },
    async ({ params, caller }) => {
      const key = await revokeKey(db, params.id, caller.actor, now());
      if (!key) throw new ApiError(404, "There is no such key");
      return answer(200, keyJson(key));
    },
  );

  return [list, create, revoke];
}
