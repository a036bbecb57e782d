import { type Breach, type Case, isOver } from "../cases/case.ts";
import type { Time } from "../conversation/events.ts";

const HOUR_MS = 60 * 60 * 1000;

/** What is due within this time is shown as pressing. */
export const SOON_MS = 4 * HOUR_MS;

/** What has to be done next for a case, and until when. */
export type Due = { readonly what: Breach; readonly at: Time; readonly urgency: "missed" | "soon" | "later" };

type DatedCase = Pick<Case, "status" | "firstResponseAt" | "firstResponseDue" | "resolutionDue">;

/** What is due next; null when nothing is. */
export function dueOf(one: DatedCase, now: Time): Due | null {
  if (isOver(one.status)) return null;
  const dues = [
    ...(one.firstResponseAt === null && one.firstResponseDue !== null
      ? [{ what: "first-response" as const, at: one.firstResponseDue }]
      : []),
    ...(one.resolutionDue === null ? [] : [{ what: "resolution" as const, at: one.resolutionDue }]),
  ].sort((a, b) => a.at - b.at);
  const [next] = dues;
  return next ? { ...next, urgency: urgencyOf(next.at, now) } : null;
}

function urgencyOf(at: Time, now: Time): Due["urgency"] {
  if (at <= now) return "missed";
  return at - now <= SOON_MS ? "soon" : "later";
}
