import type { Time } from "../conversation/events.ts";
import type { CaseId, SessionId } from "../conversation/ids.ts";
import type { Settings } from "../settings/settings.ts";
import type { Actor } from "./actor.ts";
import {
  type Breach,
  type Case,
  type CaseFields,
  type CaseStatus,
  type HistoryEntry,
  isOver,
  type Stars,
} from "./case.ts";
import { MAX_NOTE, MAX_RATING_COMMENT, problemsWithFields, textProblem } from "./fields.ts";
import { levelsAfter, misses } from "./service-levels.ts";

/** What somebody wants done to a case, all of it or nothing. */
export type CaseChange = {
  readonly set?: Partial<CaseFields>;
  readonly note?: string;
  readonly linkSession?: SessionId;
  readonly linkCase?: CaseId;
  /** Ask the member whether it is solved; the case waits for the answer. */
  readonly checkIn?: true;
  /** A person has answered the member. */
  readonly firstResponse?: { readonly at: Time };
  /** A target is missed; nothing where it is not, or was noticed before. */
  readonly breach?: Breach;
  readonly rating?: Stars;
  /** Belongs to a rating, the same or one before. */
  readonly ratingComment?: string;
};

/** Why a change is not made. */
export type Refusal =
  | { readonly kind: "illegal-move"; readonly from: CaseStatus; readonly to: CaseStatus }
  /** It was closed too long ago: a new case linked to it is the way. */
  | { readonly kind: "closed-too-long-ago" }
  | { readonly kind: "rated-already" }
  /** Only what is over can be rated. */
  | { readonly kind: "not-over" }
  | { readonly kind: "over" }
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

/** A case after a change, and what its history says about it; no entries: nothing was changed. */
export type Changed = { readonly kind: "changed"; readonly next: Case; readonly entries: readonly HistoryEntry[] };

/** From where to where a case may go. Whatever is over can only be opened anew, or elevated by a member it was not solved for. */
const MOVES: Readonly<Record<CaseStatus, readonly CaseStatus[]>> = {
  open: ["pending", "elevated", "resolved", "closed"],
  pending: ["open", "elevated", "resolved", "closed"],
  elevated: ["open", "pending", "resolved", "closed"],
  resolved: ["open", "elevated", "closed"],
  closed: ["open", "elevated"],
};

const DAY_MS = 24 * 60 * 60 * 1000;

/** The statuses that a case may be given, in their order; its own is not among them. */
export function movesFrom(current: Case, settings: Settings, now: Time): readonly CaseStatus[] {
  return canReopen(current, settings, now) ? MOVES[current.status] : [];
}

/** Whether the case is at work, or was closed so recently that it may be opened anew. */
export function canReopen({ closedAt }: Case, { reopenDays }: Settings, now: Time): boolean {
  return closedAt === null || now - closedAt <= reopenDays * DAY_MS;
}

/** What a change makes of a case. Pure: the same case, change and time always give the same. */
export function decideChange(
  current: Case,
  asked: CaseChange,
  { by, now, settings }: { readonly by: Actor; readonly now: Time; readonly settings: Settings },
): Changed | Refusal {
  const change = stillNew(asked, current, now);
  const set = fieldsOf(change, current);
  const refusal = refuse(current, change, set, settings, now);
  if (refusal) return refusal;
  const entries = [...changedFields(current, set), ...otherEntries(change)];
  if (entries.length === 0) return { kind: "changed", next: current, entries };
  const fields = { ...current, ...set };
  const levels = levelsAfter(current, fields, settings, now);
  const next: Case = {
    ...fields,
    ...timesAfter(current, fields, by, now),
    ...levels,
    firstResponseAt: change.firstResponse?.at ?? current.firstResponseAt,
    breaches: change.breach ? [...levels.breaches, change.breach] : levels.breaches,
    satisfaction: satisfactionAfter(current, change),
    version: current.version + 1,
    updatedAt: now,
  };
  return { kind: "changed", entries, next };
}

/**
 * A change without what has been done, or does not hold any more: whoever answers or misses first counts, and what the clock
 * found missed may have been answered since.
 */
function stillNew({ firstResponse, breach, ...rest }: CaseChange, current: Case, now: Time): CaseChange {
  const isMissed = breach !== undefined && misses(current, breach, now) && !current.breaches.includes(breach);
  return {
    ...rest,
    ...(firstResponse && current.firstResponseAt === null && { firstResponse }),
    ...(isMissed && { breach }),
  };
}

/** The fields that a change sets: those it names, and the status that follows from the rest. */
function fieldsOf({ set = {}, checkIn, breach }: CaseChange, { status }: Case): Partial<CaseFields> {
  if (set.status !== undefined) return set;
  if (checkIn && status !== "pending") return { ...set, status: "pending" };
  if (breach && (status === "open" || status === "pending")) return { ...set, status: "elevated" };
  return set;
}

function refuse(
  current: Case,
  change: CaseChange,
  set: Partial<CaseFields>,
  settings: Settings,
  now: Time,
): Refusal | null {
  const { status } = set;
  if (change.checkIn && (isOver(current.status) || isOver(status ?? current.status))) return { kind: "over" };
  if (status !== undefined && status !== current.status) {
    if (!MOVES[current.status].includes(status)) return { kind: "illegal-move", from: current.status, to: status };
    if (!isOver(status) && !canReopen(current, settings, now)) return { kind: "closed-too-long-ago" };
  }
  if (change.rating !== undefined) {
    if (!isOver(current.status)) return { kind: "not-over" };
    if (current.satisfaction) return { kind: "rated-already" };
  }
  if (change.ratingComment !== undefined && change.rating === undefined) {
    if (!isOver(current.status)) return { kind: "not-over" };
    if (current.satisfaction?.comment != null) return { kind: "rated-already" };
  }
  const problems = [...problemsWithFields(set, current, settings), ...problemsWithTexts(current, change)];
  return problems.length > 0 ? { kind: "invalid", problems } : null;
}

function problemsWithTexts({ satisfaction }: Case, { note, rating, ratingComment }: CaseChange): string[] {
  return [
    ...(note === undefined ? [] : textProblem("note", note, MAX_NOTE)),
    ...(ratingComment === undefined ? [] : textProblem("ratingComment", ratingComment, MAX_RATING_COMMENT)),
    ...(ratingComment === undefined || rating !== undefined || satisfaction
      ? []
      : ["ratingComment needs a rating from 1 to 5 first"]),
  ];
}

function changedFields(current: Case, set: Partial<CaseFields>): HistoryEntry[] {
  return (Object.keys(set) as (keyof CaseFields)[]).flatMap((field): HistoryEntry[] => {
    if (field === "fields") return changedCustomFields(current.fields, set.fields ?? {});
    const [before, after] = [current[field], set[field]];
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ what: "field", field, before, after }];
  });
}

function changedCustomFields(before: CaseFields["fields"], after: CaseFields["fields"]): HistoryEntry[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => ({
      what: "field",
      field: `fields.${name}`,
      before: before[name] ?? null,
      after: after[name] ?? null,
    }));
}

function otherEntries(change: CaseChange): HistoryEntry[] {
  const { note, linkSession, linkCase, checkIn, firstResponse, breach, rating, ratingComment } = change;
  return [
    ...(note === undefined ? [] : [{ what: "note", after: note } as const]),
    ...(linkSession === undefined ? [] : [{ what: "session-linked", after: linkSession } as const]),
    ...(linkCase === undefined ? [] : [{ what: "case-linked", after: linkCase } as const]),
    ...(checkIn ? [{ what: "check-in" } as const] : []),
    ...(firstResponse ? [{ what: "first-response" } as const] : []),
    ...(breach === undefined ? [] : [{ what: "breach", after: breach } as const]),
    ...(rating === undefined ? [] : [{ what: "rated", after: rating } as const]),
    ...(ratingComment === undefined ? [] : [{ what: "rating-comment", after: ratingComment } as const]),
  ];
}

/** When a case was resolved and closed, and by whom; opened anew, it is neither. */
function timesAfter(current: Case, next: CaseFields, by: Actor, now: Time) {
  if (current.status === next.status) return {};
  switch (next.status) {
    case "open":
    case "pending":
    case "elevated":
      return { resolvedAt: null, closedAt: null, closedBy: null };
    case "resolved":
      return { resolvedAt: now };
    case "closed":
      return { resolvedAt: current.resolvedAt ?? now, closedAt: now, closedBy: by };
  }
}

function satisfactionAfter({ satisfaction }: Case, { rating, ratingComment }: CaseChange): Case["satisfaction"] {
  if (rating !== undefined) return { stars: rating, comment: ratingComment ?? null };
  if (satisfaction && ratingComment !== undefined) return { ...satisfaction, comment: ratingComment };
  return satisfaction;
}

/** Who must hear of a change: the case's member in the DM, staff in their channel, programs by events. */
export type Target = "member" | "staff" | "events";

/** Who must hear of what the history now says. A member is not told what they did themselves, but asked how it was. */
export function targetsOf(entries: readonly HistoryEntry[], by: Actor): Target[] {
  const status = entries.find((entry) => entry.what === "field" && entry.field === "status");
  const isNewToMember =
    status !== undefined && (by.kind !== "member" || (status.what === "field" && status.after === "closed"));
  const toMember = isNewToMember || entries.some(({ what }) => what === "check-in");
  const toStaff = entries.some(({ what }) => what === "breach");
  return [...(toMember ? (["member"] as const) : []), ...(toStaff ? (["staff"] as const) : []), "events"];
}
