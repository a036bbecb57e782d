import type { Time } from "../conversation/events.ts";

/** A day as people in some time zone live it, or the part of it that is asked for. */
export type LocalDay = {
  /** Such as `2026-11-21`. */
  readonly day: string;
  readonly from: Time;
  /** Not part of it. */
  readonly to: Time;
};

/** The longest time that is divided into days. */
export const MAX_DAYS = 370;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Clocks are at most 14 hours ahead of UTC and 12 behind it. */
const AHEAD_MS = 14 * 60 * MINUTE_MS;
const BEHIND_MS = 12 * 60 * MINUTE_MS;

/**
 * The days between two times in an IANA time zone, oldest first; the first and the last one as far as they belong to it. A day
 * that clocks leave out is left out. Throws a RangeError for a zone that is not known, and for more than 370 days.
 */
export function localDays(from: Time, to: Time, timeZone: string): LocalDay[] {
  // Swedes write 2026-11-21 00:00:00.
  const clock = new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "medium" });
  if (to - from > MAX_DAYS * DAY_MS) throw new RangeError(`statistics cover at most ${MAX_DAYS} days: ask for fewer`);
  const days: LocalDay[] = [];
  for (let at = from; at < to; ) {
    const day = dayAt(clock, at);
    const next = Math.min(startOf(clock, following(day), at), to);
    days.push({ day, from: at, to: next });
    at = next;
  }
  return days;
}

function dayAt(clock: Intl.DateTimeFormat, at: Time): string {
  return clock.format(at).slice(0, 10);
}

function following(day: string): string {
  return new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
}

/** When a day begins, or the next one that there is; `before` is a moment of the day before. */
function startOf(clock: Intl.DateTimeFormat, day: string, before: Time): Time {
  // Nearly always a day is as long as usual.
  const usual = before + DAY_MS;
  if (clock.format(usual).startsWith(`${day} 00:00:00`) && usual % MINUTE_MS === 0) return usual;
  // Clocks may go back over midnight, but days do not return: half by half, down to the minute.
  let [low, high] = [(Date.parse(day) - AHEAD_MS) / MINUTE_MS - 1, (Date.parse(day) + BEHIND_MS) / MINUTE_MS];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (dayAt(clock, middle * MINUTE_MS) >= day) high = middle;
    else low = middle;
  }
  return high * MINUTE_MS;
}
