import type { JSX } from "hono/jsx/jsx-runtime";
import type { Time } from "../conversation/events.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, or until when, in few letters: `5 min ago`, `in 2 h`, `12 Oct 2026`. */
export function relativeTime(at: Time, now: Time): string {
  const distance = Math.abs(at - now);
  if (distance < MINUTE) return "now";
  if (distance >= 14 * DAY) return dayOf(at);
  return at < now ? `${lengthOfTime(distance)} ago` : `in ${lengthOfTime(distance)}`;
}

/** A length of time in few letters: `45 s`, `5 min`, `2 h`, `2.5 h`, `3 d`. */
export function lengthOfTime(ms: number): string {
  if (ms < MINUTE) return `${Math.round(ms / 1000)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 10 * HOUR) return `${Math.floor(ms / (HOUR / 2)) / 2} h`;
  return ms < 2 * DAY ? `${Math.floor(ms / HOUR)} h` : `${Math.floor(ms / DAY)} d`;
}

function dayOf(at: Time): string {
  return new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}

/** A time as people say it; the whole of it where the pointer rests. The script puts it into the reader's time zone. */
export function When({ at, now }: { readonly at: Time; readonly now: Time }): JSX.Element {
  const iso = new Date(at).toISOString();
  return (
    <time datetime={iso} title={`${iso.slice(0, 16).replace("T", " ")} UTC`}>
      {relativeTime(at, now)}
    </time>
  );
}

/** The time of day; the script puts it into the reader's time zone. */
export function ClockTime({ at }: { readonly at: Time }): JSX.Element {
  const iso = new Date(at).toISOString();
  return (
    <time datetime={iso} data-clock="" title={`${iso.slice(0, 16).replace("T", " ")} UTC`}>
      {iso.slice(11, 16)}
    </time>
  );
}
