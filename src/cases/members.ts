import type { D1Database, D1PreparedStatement } from "@cloudflare/workers-types";
import type { Time } from "../conversation/events.ts";
import type { DiscordUserId } from "../conversation/ids.ts";
import type { Actor } from "./actor.ts";
import { auditedIfChanged } from "./audit.ts";

/** What staff know of a member, beside their cases. */
export type MemberProfile = {
  readonly id: DiscordUserId;
  /** As the member last called themselves. */
  readonly displayName: string;
  readonly labels: readonly string[];
  readonly notes: string;
  /** Counts the changes by staff from 1. */
  readonly version: number;
  readonly createdAt: Time;
  readonly updatedAt: Time;
};

/** Notes that a member is known, and by which name now. Whoever else names a member who is known does not rename them. */
export function metMember(
  db: D1Database,
  { id, displayName }: Pick<MemberProfile, "id" | "displayName">,
  by: Actor,
  now: Time,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO members (id, display_name, created_at, updated_at) VALUES (?1, ?2, ?3, ?3)
       ON CONFLICT (id) DO UPDATE SET display_name = excluded.display_name, updated_at = excluded.updated_at
         WHERE ?4 AND display_name <> excluded.display_name`,
    )
    .bind(id, displayName, now, by.kind === "member" ? 1 : 0);
}

/** A profile as it is stored. */
export type MemberRow = {
  id: DiscordUserId;
  display_name: string;
  labels: string;
  notes: string;
  version: number;
  created_at: Time;
  updated_at: Time;
};

/** A member's profile; null for somebody who never had a case. */
export async function memberProfile(db: D1Database, id: DiscordUserId): Promise<MemberProfile | null> {
  const row = await db.prepare("SELECT * FROM members WHERE id = ?").bind(id).first<MemberRow>();
  return row && memberOfRow(row);
}

export function memberOfRow({ display_name, created_at, updated_at, labels, ...same }: MemberRow): MemberProfile {
  return {
    ...same,
    displayName: display_name,
    createdAt: created_at,
    updatedAt: updated_at,
    labels: labels === "" ? [] : labels.split("\n"),
  };
}

/** Writes labels and notes in place of the version that was seen; false when somebody else has changed them meanwhile. */
export async function changeMember(
  db: D1Database,
  { id, labels, notes, version }: Pick<MemberProfile, "id" | "labels" | "notes" | "version">,
  by: Actor,
  now: Time,
): Promise<boolean> {
  const [changed] = await db.batch([
    db
      .prepare(
        "UPDATE members SET labels = ?, notes = ?, version = version + 1, updated_at = ? WHERE id = ? AND version = ?",
      )
      .bind(labels.join("\n"), notes, now, id, version),
    auditedIfChanged(db, { action: "member.changed", subject: `member/${id}` }, by, now),
  ]);
  return (changed?.meta.changes ?? 0) > 0;
}
