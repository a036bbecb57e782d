import type { Time } from "../conversation/events.ts";
import type { Settings } from "../settings/settings.ts";
import { afterBusinessMinutes } from "./business-hours.ts";
import { BREACHES, type Breach, type Case, type CaseFields, isOver, type Priority } from "./case.ts";

/** When a case of this priority, opened at this time, should be answered and solved; null where there is no target. */
export function dueTimes(
  { targets, businessHours }: Settings,
  priority: Priority,
  openedAt: Time,
): Pick<Case, "firstResponseDue" | "resolutionDue"> {
  const { firstResponse, resolution } = targets[priority];
  const due = (minutes: number | null) =>
    minutes === null ? null : afterBusinessMinutes(businessHours, openedAt, minutes);
  return { firstResponseDue: due(firstResponse), resolutionDue: due(resolution) };
}

/**
 * The service levels of a case after its fields have changed. Another priority has other targets, counted from when the case
 * was opened. A case that is opened anew has a new time to be solved, counted from then; its first response stays what it was.
 */
export function levelsAfter(
  current: Case,
  next: Pick<CaseFields, "status" | "priority">,
  settings: Settings,
  now: Time,
): Pick<Case, "reopenedAt" | "firstResponseDue" | "resolutionDue" | "breaches"> {
  const isReopened = isOver(current.status) && !isOver(next.status);
  const isRanked = current.priority !== next.priority;
  const reopenedAt = isReopened ? now : current.reopenedAt;
  const firstResponseDue =
    isRanked && current.firstResponseAt === null
      ? dueTimes(settings, next.priority, current.createdAt).firstResponseDue
      : current.firstResponseDue;
  const resolutionDue =
    isRanked || isReopened
      ? dueTimes(settings, next.priority, reopenedAt ?? current.createdAt).resolutionDue
      : current.resolutionDue;
  const due = { firstResponseDue, resolutionDue };
  const stays = (what: Breach) => {
    const at = dueOf(due, what);
    return at === dueOf(current, what) || (at !== null && at <= now);
  };
  return { ...due, reopenedAt, breaches: current.breaches.filter(stays) };
}

/** What of a case says what is due. */
export type DatedCase = Pick<Case, "status" | "firstResponseAt" | "firstResponseDue" | "resolutionDue">;

/** Whether a case misses a target now: what was answered or solved in the end is not missing any more. */
export function misses(current: DatedCase, what: Breach, now: Time): boolean {
  const due = awaited(current, what);
  return due !== null && due <= now;
}

/** What comes next of a case's service levels. */
export type DueState =
  /** Nothing is waited for. */
  | { readonly kind: "none" }
  | { readonly kind: "due"; readonly what: Breach; readonly at: Time }
  | { readonly kind: "missed"; readonly what: Breach; readonly since: Time };

/** The next thing due of a case, or what has been missed for the longest time. */
export function dueState(current: DatedCase, now: Time): DueState {
  const next = BREACHES.flatMap((what) => {
    const at = awaited(current, what);
    return at === null ? [] : [{ what, at }];
  }).sort((a, b) => a.at - b.at)[0];
  if (!next) return { kind: "none" };
  const { what, at } = next;
  return at <= now ? { kind: "missed", what, since: at } : { kind: "due", what, at };
}

/** When this target of a case is due; null where there is none. */
export function dueOf(levels: Pick<Case, "firstResponseDue" | "resolutionDue">, what: Breach): Time | null {
  switch (what) {
    case "first-response":
      return levels.firstResponseDue;
    case "resolution":
      return levels.resolutionDue;
  }
}

/** When this is due; null also when it is not waited for any more. */
function awaited(current: DatedCase, what: Breach): Time | null {
  if (isOver(current.status)) return null;
  return what === "first-response" && current.firstResponseAt !== null ? null : dueOf(current, what);
}
