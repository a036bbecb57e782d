import type { D1Database } from "@cloudflare/workers-types";
import type { Time } from "../conversation/events.ts";
import type { DiscordGuildId, DiscordUserId, SessionId } from "../conversation/ids.ts";

/** What a case is opened with. */
export type NewCase = {
  readonly session: SessionId;
  /** The server whose numbering the case follows; null when none is known yet. */
  readonly server: DiscordGuildId | null;
  readonly member: DiscordUserId;
  readonly title: string;
  readonly at: Time;
};

/**
 * Opens the case of a session and gives its number, counted from 1 for each server. A session has one case: opening it
 * again, also at the same moment, gives the same number. One statement, so that two cases can never draw one number.
 */
export async function openCase(db: D1Database, { session, server, member, title, at }: NewCase): Promise<number> {
  const number = await db
    .prepare(
      `INSERT INTO cases (id, server, number, session, member, title, created_at)
        VALUES (?1, ?2, (SELECT coalesce(max(number), 0) + 1 FROM cases WHERE server = ?2), ?3, ?4, ?5, ?6)
        ON CONFLICT (session) DO UPDATE SET session = excluded.session
        RETURNING number`,
    )
    .bind(crypto.randomUUID(), server ?? "", session, member, title, at)
    .first<number>("number");
  if (number === null) throw new Error("the case was not stored");
  return number;
}
