import type { D1Database } from "@cloudflare/workers-types";
import { timingSafeEqual } from "hono/utils/buffer";
import { type Actor, actorText, parseActor } from "../cases/actor.ts";
import { audited, auditedIfChanged } from "../cases/audit.ts";
import type { Time } from "../conversation/events.ts";
import type { ApiKeyId } from "../conversation/ids.ts";
import { base64Of, hexOf, randomBytes, sha256 } from "./random.ts";
import { SCOPES, type Scope } from "./scopes.ts";

/** An API key as it is shown: everything but the key. */
export type ApiKey = {
  readonly id: ApiKeyId;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdBy: Actor;
  readonly createdAt: Time;
  /** To the hour. */
  readonly lastUsedAt: Time | null;
  readonly revokedAt: Time | null;
};

/** `fck_`, the public id, `_` and 32 random bytes in base64url. */
const KEY = /^fck_([0-9a-f]{16})_[A-Za-z0-9_-]{43}$/;
/** What a key's public id looks like. */
export const API_KEY_ID = /^[0-9a-f]{16}$/;
const HOUR_MS = 3_600_000;

type Row = {
  id: ApiKeyId;
  name: string;
  hash: string;
  scopes: string;
  created_by: string;
  created_at: Time;
  last_used_at: Time | null;
  revoked_at: Time | null;
};

/** Makes a key. `secret` is the whole key, which cannot be seen again. */
export async function createKey(
  db: D1Database,
  { name, scopes }: Pick<ApiKey, "name" | "scopes">,
  by: Actor,
  at: Time,
): Promise<{ readonly key: ApiKey; readonly secret: string }> {
  const id = hexOf(randomBytes(8)) as ApiKeyId;
  const random = base64Of(randomBytes(32)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const secret = `fck_${id}_${random}`;
  const ordered = SCOPES.filter((scope) => scopes.includes(scope));
  await db.batch([
    db
      .prepare("INSERT INTO api_keys (id, name, hash, scopes, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?)")
      .bind(id, name, hexOf(await sha256(secret)), ordered.join("\n"), actorText(by), at),
    audited(db, { action: "key.created", subject: `key/${id}`, detail: { scopes: ordered.join(" ") } }, by, at),
  ]);
  const key = { id, name, scopes: ordered, createdBy: by, createdAt: at, lastUsedAt: null, revokedAt: null };
  return { key, secret };
}

/** All keys, also those that were revoked; the newest first. */
export async function listKeys(db: D1Database): Promise<ApiKey[]> {
  const { results } = await db.prepare("SELECT * FROM api_keys ORDER BY created_at DESC, id").all<Row>();
  return results.map(keyOfRow);
}

/** Takes a key's effect for good; null when there is no such key. One that was revoked stays as it is. */
export async function revokeKey(db: D1Database, id: ApiKeyId, by: Actor, at: Time): Promise<ApiKey | null> {
  const [, , found] = await db.batch<Row>([
    db.prepare("UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL").bind(at, id),
    auditedIfChanged(db, { action: "key.revoked", subject: `key/${id}` }, by, at),
    db.prepare("SELECT * FROM api_keys WHERE id = ?").bind(id),
  ]);
  const row = found?.results[0];
  return row ? keyOfRow(row) : null;
}

/** The key that this text is; null when it is none, or was revoked. Notes that it was used, at most once an hour. */
export async function keyOf(db: D1Database, text: string, now: Time): Promise<ApiKey | null> {
  const id = KEY.exec(text)?.[1];
  if (id === undefined) return null;
  const row = await db.prepare("SELECT * FROM api_keys WHERE id = ?").bind(id).first<Row>();
  const isRight = await timingSafeEqual(hexOf(await sha256(text)), row?.hash ?? "");
  if (!row || !isRight || row.revoked_at !== null) return null;
  if (row.last_used_at === null || now - row.last_used_at >= HOUR_MS) {
    await db.prepare("UPDATE api_keys SET last_used_at = ? WHERE id = ?").bind(now, id).run();
  }
  return keyOfRow(row);
}

function keyOfRow({ id, name, scopes, created_by, created_at, last_used_at, revoked_at }: Row): ApiKey {
  return {
    id,
    name,
    scopes: SCOPES.filter((scope) => scopes.split("\n").includes(scope)),
    createdBy: parseActor(created_by),
    createdAt: created_at,
    lastUsedAt: last_used_at,
    revokedAt: revoked_at,
  };
}
