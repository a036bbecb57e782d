import type { D1Database } from "@cloudflare/workers-types";
import type { DiscordGuildId, StaffIdentity } from "../conversation/ids.ts";
import type { Visitor } from "./visitor.ts";
import type { StaffNames } from "./words.ts";

/** All who have been on the desk, by name. */
export async function allStaff(db: D1Database): Promise<StaffNames> {
  const { results } = await db
    .prepare("SELECT identity, name FROM staff ORDER BY name COLLATE NOCASE, identity")
    .all<{ identity: StaffIdentity; name: string }>();
  return new Map(results.map(({ identity, name }) => [identity, name]));
}

/**
 * What is wrong with an assignee who was chosen in place of `current`: it must be somebody whom the desk knows, and whoever
 * came by a link, and so sees nobody, can choose nobody either.
 */
export async function assigneeProblems(
  db: D1Database,
  chosen: StaffIdentity | null,
  current: StaffIdentity | null,
  visitor: Visitor,
): Promise<string[]> {
  if (chosen === null || chosen === current) return [];
  const isKnown = visitor.kind === "staff" && (chosen === visitor.identity || (await allStaff(db)).has(chosen));
  return isKnown ? [] : ["assignee must be somebody who has been on the desk"];
}

/** The servers that have cases or settings of their own. Goes from one server to the next in the index, not through all cases. */
export async function knownServers(db: D1Database): Promise<DiscordGuildId[]> {
  const { results } = await db
    .prepare(
      `WITH RECURSIVE found (server) AS (
         SELECT min(server) FROM cases WHERE server > ''
         UNION ALL
         SELECT (SELECT min(server) FROM cases WHERE cases.server > found.server) FROM found WHERE server IS NOT NULL
       )
       SELECT server FROM found WHERE server IS NOT NULL UNION SELECT server FROM settings WHERE server <> ''
       ORDER BY server`,
    )
    .all<{ server: DiscordGuildId }>();
  return results.map(({ server }) => server);
}
