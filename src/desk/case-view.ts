import type { D1Database } from "@cloudflare/workers-types";
import type { Case, CaseStatus, History } from "../cases/case.ts";
import type { CaseBook } from "../cases/case-book.ts";
import { type MemberProfile, memberProfile } from "../cases/members.ts";
import { canReopen, movesFrom } from "../cases/rules.ts";
import { type ListedCase, searchCases } from "../cases/search.ts";
import { type TranscriptLine, transcriptOf } from "../cases/transcripts.ts";
import type { Time } from "../conversation/events.ts";
import type { CaseId, SessionId } from "../conversation/ids.ts";
import type { Settings } from "../settings/settings.ts";
import { settingsOf } from "../settings/store.ts";
import { type CaseInput, inputOf } from "./case-input.ts";
import type { DeskOptions } from "./options.ts";
import { allStaff } from "./people.ts";
import type { Visitor } from "./visitor.ts";
import { type StaffNames, staffName } from "./words.ts";

/** All that the page of a case shows to a visitor. */
export type CaseView = {
  readonly case: Case;
  readonly settings: Settings;
  readonly now: Time;
  readonly staff: StaffNames;
  readonly history: readonly History[];
  readonly moves: readonly CaseStatus[];
  /** Closed too long ago to be opened anew. */
  readonly isFinal: boolean;
  readonly memberName: string;
  readonly chat: Chat;
  /** What is not the case's own: null for whoever came by a link. */
  readonly around: Around | null;
};

/** The sessions of a case, and what was said in the one that is looked at. */
export type Chat = {
  readonly sessions: readonly SessionId[];
  readonly shown: SessionId | null;
  readonly lines: readonly TranscriptLine[];
  /** Whether more may come. */
  readonly isOpen: boolean;
};

export type Around = {
  readonly member: MemberProfile | null;
  /** The member's other cases, the last changed first. */
  readonly others: readonly ListedCase[];
  readonly linked: readonly Case[];
};

/** What was typed into the page's forms, so that it can be shown again; unset: nothing was. */
export type Typed = {
  readonly input?: CaseInput;
  readonly note?: string;
  /** The version of the case that it was typed over; unset: the one that is shown. */
  readonly seen?: number;
  readonly labels?: string;
  readonly memberNotes?: string;
};

/** What the page says at its top about what was last done on it. */
export type Outcome =
  | { readonly kind: "done"; readonly what: string }
  | { readonly kind: "problems"; readonly problems: readonly string[] }
  /** Others have changed the case meanwhile; where both wrote something, `clashes` says what they wrote. */
  | { readonly kind: "conflict"; readonly since: readonly History[]; readonly clashes: CaseInput }
  | { readonly kind: "member-conflict" };

const MAX_OTHERS = 10;

/** Looks up what the page of a case shows. `session`: whose chat; unset for the newest one. */
export async function viewCase(
  { db, now, transcript }: Pick<DeskOptions, "db" | "now" | "transcript">,
  book: CaseBook,
  one: Case,
  visitor: Visitor,
  session: string | undefined,
): Promise<CaseView> {
  const [settings, history, member, staff, chat, around] = await Promise.all([
    settingsOf(db, one.server),
    book.history(one.id),
    memberProfile(db, one.member),
    allStaff(db),
    chatOf(db, book, one.id, session, transcript),
    visitor.kind === "staff" ? aroundCase(db, book, one) : null,
  ]);
  const at = now();
  return {
    case: one,
    settings,
    now: at,
    staff,
    history,
    moves: movesFrom(one, settings, at),
    isFinal: !canReopen(one, settings, at),
    memberName: member?.displayName ?? one.member,
    chat,
    around: around && { ...around, member },
  };
}

async function chatOf(
  db: D1Database,
  book: CaseBook,
  id: CaseId,
  wanted: string | undefined,
  transcript: DeskOptions["transcript"],
): Promise<Chat> {
  const sessions = await book.sessions(id);
  const shown = sessions.find((session) => session === wanted) ?? sessions.at(-1) ?? null;
  if (shown === null) return { sessions, shown, lines: [], isOpen: false };
  const kept = await transcriptOf(db, shown);
  return {
    sessions,
    shown,
    lines: kept ?? (await transcript(shown)),
    isOpen: kept === null && shown === sessions.at(-1),
  };
}

async function aroundCase(db: D1Database, book: CaseBook, one: Case): Promise<Omit<Around, "member">> {
  const [{ cases }, linked] = await Promise.all([
    searchCases(db, { member: one.member }, null, MAX_OTHERS + 1),
    book.linked(one.id),
  ]);
  return { others: cases.filter(({ id }) => id !== one.id).slice(0, MAX_OTHERS), linked };
}

/** Who may be made the assignee: whoever came by a link does not see who else is on the desk. */
export function assignees({ case: { assignee }, around, staff }: CaseView): StaffNames {
  if (around !== null) return staff;
  return new Map(assignee === null ? [] : [[assignee, staffName(assignee, staff)]]);
}

/** The case's fields as the form shows them before anybody types. */
export function storedInput({ case: one, settings }: CaseView): CaseInput {
  return inputOf(one, settings);
}
