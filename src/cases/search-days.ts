import type { Time } from "../conversation/events.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Cases are of this time; whatever is asked for beside it is not. */
const FIRST = Date.UTC(1970, 0);
const END = Date.UTC(2100, 0);

/** What time is counted in, the longest first: how it is written, and which one comes next. */
const SPANS = [
  { written: 3, next: (year: number) => Date.UTC((Math.floor(year / 10) + 1) * 10, 0) },
  { written: 4, next: (year: number) => Date.UTC(year + 1, 0) },
  { written: 7, next: (year: number, month: number) => Date.UTC(year, month + 1) },
  { written: 10, next: (year: number, month: number, day: number) => Date.UTC(year, month, day + 1) },
] as const;

/**
 * The fewest decades (`202`), years (`2026`), months (`2026-11`) and days (`2026-11-21`) in UTC that cover a time; null bounds
 * are open. Days stand at both ends only, so it is never much more than a hundred.
 */
export function spansOf(from: Time | null, to: Time | null): string[] {
  const last = Math.min(Math.ceil((to ?? END) / DAY_MS) * DAY_MS, END);
  const spans: string[] = [];
  for (let at = Math.max(Math.floor((from ?? FIRST) / DAY_MS) * DAY_MS, FIRST); at < last; ) {
    const date = new Date(at);
    const written = date.toISOString();
    const place = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()] as const;
    const span = SPANS.find(({ written: length, next }) => isFirst(written, length) && next(...place) <= last);
    if (!span) break;
    spans.push(written.slice(0, span.written));
    at = span.next(...place);
  }
  return spans;
}

/** Whether a day is the first one of its decade, year or month, of which so many characters are written. */
function isFirst(written: string, length: number): boolean {
  return "0-01-01".endsWith(written.slice(length, 10));
}
