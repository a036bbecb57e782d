import type { D1Database } from "@cloudflare/workers-types";
import { type Actor, actorText } from "../cases/actor.ts";
import type { Time } from "../conversation/events.ts";
import type { CaseId } from "../conversation/ids.ts";
import { hexOf, sha256 } from "./random.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** What a key stands for: the case that is to be, or was, opened with it; or something else was asked for with it. */
export type Reservation =
  | { readonly kind: "reserved"; readonly id: CaseId; readonly isNew: boolean }
  | { readonly kind: "other-content" };

/**
 * The case that this `Idempotency-Key` of this caller stands for, for 24 hours. It is settled before the case is opened, so
 * that the same request gives the same case also when it comes twice at once, or after a crash in between.
 */
export async function reserveCase(
  db: D1Database,
  by: Actor,
  key: string,
  content: unknown,
  now: Time,
): Promise<Reservation> {
  const hash = hexOf(await sha256(JSON.stringify(content)));
  const id = crypto.randomUUID();
  const [, , stored] = await db.batch<{ content_hash: string; case_id: CaseId }>([
    db.prepare("DELETE FROM api_idempotency WHERE at <= ?").bind(now - DAY_MS),
    db
      .prepare("INSERT OR IGNORE INTO api_idempotency (actor, key, content_hash, case_id, at) VALUES (?, ?, ?, ?, ?)")
      .bind(actorText(by), key, hash, id, now),
    db
      .prepare("SELECT content_hash, case_id FROM api_idempotency WHERE actor = ? AND key = ?")
      .bind(actorText(by), key),
  ]);
  const row = stored?.results[0];
  if (!row) throw new Error("the key was not stored");
  if (row.content_hash !== hash) return { kind: "other-content" };
  return { kind: "reserved", id: row.case_id, isNew: row.case_id === id };
}

/** Frees a key whose request was refused, so that the corrected one can have it. */
export async function releaseCase(db: D1Database, by: Actor, key: string): Promise<void> {
  await db.prepare("DELETE FROM api_idempotency WHERE actor = ? AND key = ?").bind(actorText(by), key).run();
}
