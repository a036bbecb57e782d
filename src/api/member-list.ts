import type { D1Database } from "@cloudflare/workers-types";
import { type MemberProfile, type MemberRow, memberOfRow } from "../cases/members.ts";
import type { DiscordUserId } from "../conversation/ids.ts";

/** A part of the list of members. */
export type MemberPage = { readonly members: readonly MemberProfile[]; readonly next: string | null };

/** Members behind this one, in the order of their ids as texts; null begins. */
export async function memberPage(db: D1Database, after: DiscordUserId | null, size: number): Promise<MemberPage> {
  const { results } = await db
    .prepare("SELECT * FROM members WHERE id > ? ORDER BY id LIMIT ?")
    .bind(after ?? "", size + 1)
    .all<MemberRow>();
  const members = results.slice(0, size).map(memberOfRow);
  return { members, next: results.length > size ? (members.at(-1)?.id ?? null) : null };
}
