import type { D1Database } from "@cloudflare/workers-types";
import type { Time } from "../conversation/events.ts";
import type { DiscordGuildId } from "../conversation/ids.ts";
import { settingsOf } from "../settings/store.ts";
import { isOpen, nextOpening } from "./business-hours.ts";

/**
 * When people are back who answer a server's members. Null when they are there now, when the settings name no hours, and when
 * nobody can say, because the hours name no opening within a year.
 */
export async function whenPeopleAreBack(
  db: D1Database,
  server: DiscordGuildId | null,
  now: Time,
): Promise<Time | null> {
  const { businessHours } = await settingsOf(db, server);
  return isOpen(businessHours, now) ? null : nextOpening(businessHours, now);
}
