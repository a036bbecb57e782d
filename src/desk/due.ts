import type { Breach } from "../cases/case.ts";
import { type DatedCase, dueState } from "../cases/service-levels.ts";
import type { Time } from "../conversation/events.ts";

const HOUR_MS = 60 * 60 * 1000;

/** What is due within this time is shown as pressing. */
export const SOON_MS = 4 * HOUR_MS;

/** What has to be done next for a case, and until when. */
export type Due = { readonly what: Breach; readonly at: Time; readonly urgency: "missed" | "soon" | "later" };

/** What is due next; null when nothing is. */
export function nextDue(one: DatedCase, now: Time): Due | null {
  const state = dueState(one, now);
  switch (state.kind) {
    case "none":
      return null;
    case "missed":
      return { what: state.what, at: state.since, urgency: "missed" };
    case "due":
      return { what: state.what, at: state.at, urgency: state.at - now <= SOON_MS ? "soon" : "later" };
  }
}
