import type { Time } from "../conversation/events.ts";
import type { CaseId, DiscordGuildId, DiscordUserId, SessionId, StaffIdentity } from "../conversation/ids.ts";
import type { Actor } from "./actor.ts";

export const CASE_KINDS = ["support", "bug", "feature"] as const;
export type CaseKind = (typeof CASE_KINDS)[number];

/** `pending` waits for the member, `elevated` needs a person soon, `resolved` may still be contradicted, `closed` is over. */
export const CASE_STATUSES = ["open", "pending", "elevated", "resolved", "closed"] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];

/** From the least to the most pressing. */
export const PRIORITIES = ["low", "normal", "high", "urgent"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** The value of a custom field; which type it has is defined in the settings. */
export type CustomValue = string | number | boolean;

/** A target of the service levels that was missed. */
export const BREACHES = ["first-response", "resolution"] as const;
export type Breach = (typeof BREACHES)[number];

export const STARS = [1, 2, 3, 4, 5] as const;
/** 5 is the best. */
export type Stars = (typeof STARS)[number];

/** What people change of a case by writing something else in its place. */
export type CaseFields = {
  readonly kind: CaseKind;
  readonly status: CaseStatus;
  readonly priority: Priority;
  readonly assignee: StaffIdentity | null;
  readonly product: string | null;
  /** Lower case, each once, in alphabetical order. */
  readonly tags: readonly string[];
  /** By the names in the settings; a field without a value is not there. */
  readonly fields: Readonly<Record<string, CustomValue>>;
  readonly title: string;
  readonly description: string;
};

/** A numbered record of a problem. */
export type Case = CaseFields & {
  readonly id: CaseId;
  /** The server whose numbering it follows. */
  readonly server: DiscordGuildId | null;
  /** Counted from 1 for each server. */
  readonly number: number;
  readonly member: DiscordUserId;
  readonly createdBy: Actor;
  readonly createdAt: Time;
  readonly updatedAt: Time;
  /** When it was last opened anew; null when it never was. */
  readonly reopenedAt: Time | null;
  readonly resolvedAt: Time | null;
  readonly closedBy: Actor | null;
  readonly closedAt: Time | null;
  /** When a person first answered the member. */
  readonly firstResponseAt: Time | null;
  readonly firstResponseDue: Time | null;
  readonly resolutionDue: Time | null;
  /** Which targets were missed, each noticed once; a target that is set anew can be missed anew. */
  readonly breaches: readonly Breach[];
  readonly satisfaction: { readonly stars: Stars; readonly comment: string | null } | null;
  /** Counts the changes from 1. */
  readonly version: number;
};

/** One line of a case's history. Several may belong to one change, which is one version. */
export type HistoryEntry =
  | { readonly what: "opened" }
  /** A field got another value. Times and actors that follow from a status are not entries of their own. */
  | {
      readonly what: "field";
      readonly field: keyof CaseFields | `fields.${string}`;
      readonly before: unknown;
      readonly after: unknown;
    }
  | { readonly what: "note"; readonly after: string }
  | { readonly what: "session-linked"; readonly after: SessionId }
  | { readonly what: "case-linked"; readonly after: CaseId }
  /** The member was asked whether it is solved. */
  | { readonly what: "check-in" }
  | { readonly what: "first-response" }
  | { readonly what: "breach"; readonly after: Breach }
  | { readonly what: "rated"; readonly after: Stars }
  | { readonly what: "rating-comment"; readonly after: string };

/** A line of the history, with who and when. */
export type History = HistoryEntry & {
  readonly version: number;
  readonly at: Time;
  readonly actor: Actor;
};

/** Whether nobody is at work on it any more. */
export function isOver(status: CaseStatus): boolean {
  return status === "resolved" || status === "closed";
}
