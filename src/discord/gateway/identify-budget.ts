import type { Time } from "../../conversation/events.ts";

/**
 * More than 1,000 Identifies within 24 hours make Discord end all sessions and reset the bot's token. A healthy shard needs
 * a handful a day (resuming is free), so the budget is far below that and slows down long before it is used up.
 * @see https://docs.discord.com/developers/events/gateway#identifying
 */
export const IDENTIFY_CEILING = 150;
/** Identifies that Discord counts as remaining and that we leave untouched: other programs may share the token. */
export const IDENTIFY_RESERVE = 50;

const DAY_MS = 24 * 60 * 60_000;
const HOUR_MS = 60 * 60_000;
/** `max_concurrency` allows at least one Identify per five seconds. */
const SHORTEST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

/** The Identifies of the last 24 hours, oldest first. */
export function recentIdentifies(identifies: readonly Time[], now: Time): readonly Time[] {
  return identifies.filter((at) => at > now - DAY_MS);
}

/**
 * The earliest time for the next Identify. The pause doubles with each Identify of the last hour, from 5 seconds to 15
 * minutes; at the ceiling the oldest must become a day old first. It follows from stored times alone, so that a restart
 * shortens nothing.
 */
export function nextIdentifyAt(identifies: readonly Time[], now: Time): Time {
  const recent = recentIdentifies(identifies, now);
  const last = recent.at(-1);
  if (last === undefined) return now;
  const withinHour = recent.filter((at) => at > now - HOUR_MS).length;
  const pause = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** (withinHour - 1));
  const freed = recent.at(-IDENTIFY_CEILING);
  return Math.max(now, last + pause, freed === undefined ? 0 : freed + DAY_MS);
}
