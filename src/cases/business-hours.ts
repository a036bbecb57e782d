import { tzOffset } from "@date-fns/tz/tzOffset";
import type { Time } from "../conversation/events.ts";
import type { BusinessHours } from "../settings/settings.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Whoever is away for longer is as good as gone. */
const LONGEST_ABSENCE_MS = 366 * DAY_MS;
/** What is due later than that is not due at all: ten years. */
const LATEST_DUE_MS = 3653 * DAY_MS;

/** From `start` up to but without `end`, in milliseconds. */
type Span = { readonly start: number; readonly end: number };

/**
 * The time when so many minutes (at least 1) of business hours have passed since `from`. Null hours: people are there at any
 * time. Null: people are never there, or so seldom that ten years are not enough.
 */
export function afterBusinessMinutes(hours: BusinessHours | null, from: Time, minutes: number): Time | null {
  let left = minutes * MINUTE_MS;
  if (hours === null) return from + left;
  for (const { start, end } of openSpans(hours, from, from + LATEST_DUE_MS)) {
    if (left <= end - start) return start + left;
    left -= end - start;
  }
  return null;
}

/** Whether people are there: what counts is the clock on their wall. */
export function isOpen(hours: BusinessHours | null, at: Time): boolean {
  return hours === null || !openSpans(hours, at, at + 1).next().done;
}

/** When people are back: `at` itself while they are there, null when they are not within a year. */
export function nextOpening(hours: BusinessHours | null, at: Time): Time | null {
  if (hours === null) return at;
  const next = openSpans(hours, at, at + LONGEST_ABSENCE_MS).next();
  return next.done ? null : next.value.start;
}

/** When people are there between two times, in order and without overlaps. */
function* openSpans({ timeZone, openings, holidays }: BusinessHours, from: Time, until: Time): Generator<Span, void> {
  if (openings.length === 0) return;
  const week = [7, 1, 2, 3, 4, 5, 6].map((day) => spansOn(openings, day));
  const closed = new Set(holidays);
  for (const { start, end, offset } of evenStretches(timeZone, from, until)) {
    // Wall time as if it were UTC: without a change of the offset every day of it has 24 hours.
    for (let day = Math.floor((start + offset) / DAY_MS) * DAY_MS; day < end + offset; day += DAY_MS) {
      const date = new Date(day);
      if (closed.has(date.toISOString().slice(0, 10))) continue;
      for (const span of week[date.getUTCDay()] ?? []) {
        const open = {
          start: Math.max(start, day + span.start - offset),
          end: Math.min(end, day + span.end - offset),
        };
        if (open.start < open.end) yield open;
      }
    }
  }
}

/** The openings of a day of the week, from midnight, in order; those that touch or overlap are one. */
function spansOn(openings: BusinessHours["openings"], day: number): Span[] {
  const spans = openings
    .filter(({ days }) => days.some((one) => one === day))
    .map(({ from, to }) => ({ start: sinceMidnight(from), end: sinceMidnight(to) }))
    .sort((a, b) => a.start - b.start);
  const merged: Span[] = [];
  for (const { start, end } of spans) {
    const last = merged.at(-1);
    if (last && start <= last.end) merged.splice(-1, 1, { start: last.start, end: Math.max(last.end, end) });
    else merged.push({ start, end });
  }
  return merged;
}

function sinceMidnight(clock: string): number {
  return (Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))) * MINUTE_MS;
}

/** The time between, cut into stretches of a day at most in which the zone keeps its offset from UTC (milliseconds). */
function* evenStretches(timeZone: string, from: Time, until: Time): Generator<Span & { readonly offset: number }> {
  for (let start = from; start < until; ) {
    const offset = offsetAt(timeZone, start);
    const last = Math.min(start + DAY_MS, until);
    const end = offsetAt(timeZone, last) === offset ? last : changeBetween(timeZone, start, last);
    yield { start, end, offset };
    start = end;
  }
}

/** When the offset changes, which is no more than once in a day; to the millisecond. */
function changeBetween(timeZone: string, start: Time, end: Time): Time {
  const before = offsetAt(timeZone, start);
  let [low, high] = [start, end];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(timeZone, middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

function offsetAt(timeZone: string, at: Time): number {
  const minutes = tzOffset(timeZone, new Date(at));
  if (Number.isNaN(minutes)) throw new Error(`the time zone ${timeZone} is not known here: choose another one`);
  return minutes * MINUTE_MS;
}
