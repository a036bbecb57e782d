import type { D1Database } from "@cloudflare/workers-types";
import { encodeBase64Url } from "hono/utils/encode";
import type { Time } from "../conversation/events.ts";
import type { StaffIdentity } from "../conversation/ids.ts";
import type { Role } from "./visitor.ts";

/** Somebody of the staff, as whoever vouches for them says. */
export type Staff = { readonly identity: StaffIdentity; readonly name: string; readonly role: Role };

/** A session that goes on; `id` is what the cookie holds. */
export type DeskSession = { readonly id: string; readonly staff: Staff };

const MINUTE_MS = 60_000;
/** A code goes from Flex straight into a frame. */
const CODE_LIFETIME_MS = MINUTE_MS;
/** A session ends when it has not been used for so long… */
const IDLE_MS = 30 * MINUTE_MS;
/** …and in any case so long after Twilio vouched for the person: whoever has left the team is out by then. */
const LONGEST_MS = 12 * 60 * MINUTE_MS;
/** A session in use is written this often, not at each request. Staff likewise. */
const REFRESH_MS = 10 * MINUTE_MS;

/** What a code or a session's id looks like: 32 bytes of randomness in base64url. */
const SECRET = /^[\w-]{43}$/;

/** Notes that somebody of the staff is here, by which name and in which role now. */
export async function noteStaff(db: D1Database, { identity, name, role }: Staff, now: Time): Promise<void> {
  await db
    .prepare(
      `INSERT INTO staff (identity, name, role, seen_at) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (identity) DO UPDATE SET name = excluded.name, role = excluded.role, seen_at = excluded.seen_at
         WHERE name <> excluded.name OR role <> excluded.role OR seen_at < ?5`,
    )
    .bind(identity, name, role, now, now - REFRESH_MS)
    .run();
}

/** A code that lets somebody known in once, within a minute. Forgets all codes and sessions that are over. */
export async function newCode(db: D1Database, identity: StaffIdentity, now: Time): Promise<string> {
  const code = newSecret();
  await db.batch([
    db.prepare("DELETE FROM desk_codes WHERE expires_at <= ?").bind(now),
    db.prepare("DELETE FROM desk_sessions WHERE expires_at <= ?").bind(now),
    db
      .prepare("INSERT INTO desk_codes (hash, identity, expires_at) VALUES (?, ?, ?)")
      .bind(await hashOf(code), identity, now + CODE_LIFETIME_MS),
  ]);
  return code;
}

/** Whom a code lets in; null for one that was used, is over, or never was. Only the first of several gets it. */
export async function takeCode(db: D1Database, code: string, now: Time): Promise<StaffIdentity | null> {
  if (!SECRET.test(code)) return null;
  const taken = await db
    .prepare("DELETE FROM desk_codes WHERE hash = ? RETURNING identity, expires_at")
    .bind(await hashOf(code))
    .first<{ identity: StaffIdentity; expires_at: Time }>();
  return taken !== null && now < taken.expires_at ? taken.identity : null;
}

/** Begins a session; returns its id. */
export async function startSession(db: D1Database, identity: StaffIdentity, now: Time): Promise<string> {
  const id = newSecret();
  await db
    .prepare("INSERT INTO desk_sessions (hash, identity, expires_at, ends_at) VALUES (?, ?, ?, ?)")
    .bind(await hashOf(id), identity, now + IDLE_MS, now + LONGEST_MS)
    .run();
  return id;
}

/** The session of this id, which lives on by being asked for; null for one that is over or never was. */
export async function sessionOf(db: D1Database, id: string, now: Time): Promise<DeskSession | null> {
  if (!SECRET.test(id)) return null;
  const hash = await hashOf(id);
  const row = await db
    .prepare(
      `SELECT identity, name, role, expires_at, ends_at FROM desk_sessions JOIN staff USING (identity)
       WHERE hash = ? AND expires_at > ?`,
    )
    .bind(hash, now)
    .first<Staff & { expires_at: Time; ends_at: Time }>();
  if (row === null) return null;
  const { identity, name, role, expires_at, ends_at } = row;
  const expiresAt = Math.min(now + IDLE_MS, ends_at);
  if (expiresAt - expires_at >= REFRESH_MS || (expiresAt === ends_at && expires_at < ends_at)) {
    await db.batch([
      db.prepare("UPDATE desk_sessions SET expires_at = ? WHERE hash = ?").bind(expiresAt, hash),
      db.prepare("UPDATE staff SET seen_at = ? WHERE identity = ?").bind(now, identity),
    ]);
  }
  return { id, staff: { identity, name, role } };
}

/** Twilio has vouched for the person again: their session goes on as if it had begun now, and open forms stay good. */
export async function renewSession(db: D1Database, { id }: DeskSession, now: Time): Promise<void> {
  await db
    .prepare("UPDATE desk_sessions SET expires_at = ?, ends_at = ? WHERE hash = ?")
    .bind(now + IDLE_MS, now + LONGEST_MS, await hashOf(id))
    .run();
}

/** Ends a session. */
export async function endSession(db: D1Database, id: string): Promise<void> {
  await db
    .prepare("DELETE FROM desk_sessions WHERE hash = ?")
    .bind(await hashOf(id))
    .run();
}

function newSecret(): string {
  return encodeBase64Url(crypto.getRandomValues(new Uint8Array(32)).buffer).replaceAll("=", "");
}

async function hashOf(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
