import type { D1Database } from "@cloudflare/workers-types";
import type { Time } from "../conversation/events.ts";
import type { DiscordGuildId } from "../conversation/ids.ts";

export async function whenPeopleAreBack(
  _db: D1Database,
  _server: DiscordGuildId | null,
  _now: Time,
): Promise<Time | null> {
  return null;
}
