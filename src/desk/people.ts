import type { D1Database } from "@cloudflare/workers-types";
import type { DiscordGuildId, StaffIdentity } from "../conversation/ids.ts";
import type { StaffNames } from "./words.ts";

/** All who have been on the desk, by name. */
export async function allStaff(db: D1Database): Promise<StaffNames> {
  const { results } = await db
    .prepare("SELECT identity, name FROM staff ORDER BY name COLLATE NOCASE, identity")
    .all<{ identity: StaffIdentity; name: string }>();
  return new Map(results.map(({ identity, name }) => [identity, name]));
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
