import type { Time } from "../conversation/events.ts";
import type { BusinessHours } from "../settings/settings.ts";

const MINUTE_MS = 60_000;

/** The time when so many minutes of business hours have passed since `from`; null hours: people are there at any time. */
export function afterBusinessMinutes(hours: BusinessHours | null, from: Time, minutes: number): Time | null {
  if (hours === null) return from + minutes * MINUTE_MS;
  throw new Error("not built yet");
}
