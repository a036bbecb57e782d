import { type BusinessHours, DEFAULT_SETTINGS, type Settings } from "../../src/settings/settings.ts";
import type { Random } from "./random.ts";

/** In so many of the histories with a desk people are there at some hours only. */
const WITH_HOURS = 0.5;
const WITH_TARGETS = 0.3;
const [OPENS, CLOSES] = [8 * 60, 20 * 60];
/** Histories last some hours: people come and go often enough that both are met. */
const SPAN_MINUTES = [10, 90] as const;

/** The settings of one history: when people are there, what service is aimed at, and for how long a case may be opened anew. */
export function settingsFor(random: Random): Settings {
  const target = random.chance(WITH_TARGETS)
    ? { firstResponse: random.whole(5, 30), resolution: random.whole(30, 120) }
    : DEFAULT_SETTINGS.targets.normal;
  return {
    ...DEFAULT_SETTINGS,
    businessHours: random.chance(WITH_HOURS) ? hoursFor(random) : null,
    targets: { ...DEFAULT_SETTINGS.targets, normal: target, urgent: target },
    reopenDays: random.pick([0, 14, 14]) ?? 14,
  };
}

function hoursFor(random: Random): BusinessHours {
  const openings: BusinessHours["openings"] = [];
  for (let minute = OPENS; minute < CLOSES; ) {
    const from = minute + random.whole(...SPAN_MINUTES);
    const to = Math.min(from + random.whole(...SPAN_MINUTES), CLOSES);
    if (from < to) openings.push({ days: [1, 2, 3, 4, 5, 6, 7], from: clockOf(from), to: clockOf(to) });
    minute = to;
  }
  return { timeZone: "Etc/UTC", openings, holidays: [] };
}

function clockOf(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((n) => String(n).padStart(2, "0")).join(":");
}
