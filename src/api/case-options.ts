import type { D1Database } from "@cloudflare/workers-types";
import type { CaseStatus } from "../cases/case.ts";
import { CaseBook } from "../cases/case-book.ts";
import type { CaseFilter, CasePage } from "../cases/search.ts";
import type { TranscriptLine } from "../cases/transcripts.ts";
import type { CaseId, SessionId } from "../conversation/ids.ts";
import type { Clock } from "../outside/call.ts";

/** What the endpoints of cases work with. */
export type CaseApiOptions = {
  readonly db: D1Database;
  readonly now: Clock;
  /** Tells those who must hear of a case's change; never rejects. */
  readonly dispatch: (id: CaseId) => Promise<void>;
  /** A page of the list; null for a cursor that no page gave. */
  readonly list: (filter: CaseFilter, cursor: string | null, size: number) => Promise<CasePage | null>;
  readonly count: (filter: Omit<CaseFilter, "statuses">) => Promise<Readonly<Record<CaseStatus, number>>>;
  /** What was said in a session so far. */
  readonly transcript: (session: SessionId) => Promise<readonly TranscriptLine[]>;
};

/** The cases, for one request. */
export function bookFor(
  { db, now, dispatch }: CaseApiOptions,
  { waitUntil }: { readonly waitUntil: (work: Promise<unknown>) => void },
): CaseBook {
  return new CaseBook({ db, now, changed: (id) => waitUntil(dispatch(id)) });
}
