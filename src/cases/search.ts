import type { D1Database, D1PreparedStatement } from "@cloudflare/workers-types";
import type { Time } from "../conversation/events.ts";
import type { DiscordGuildId, DiscordUserId, StaffIdentity } from "../conversation/ids.ts";
import { CASE_STATUSES, type Case, type CaseKind, type CaseStatus, type Priority, type Stars } from "./case.ts";
import { CASE_COLUMNS, type CaseRow, caseOfRow } from "./rows.ts";
import { termsOf } from "./search-terms.ts";

/**
 * Which cases are looked for; what is not given does not matter, nor does an empty text or list. Of a list, any of its values
 * will do.
 */
export type CaseFilter = {
  /** Words in title, description and notes, the beginning of the last one is enough; `#12` or `12` finds that number. */
  readonly text?: string;
  /** Null: cases without a server. */
  readonly server?: DiscordGuildId | null;
  readonly kinds?: readonly CaseKind[];
  readonly statuses?: readonly CaseStatus[];
  readonly priorities?: readonly Priority[];
  /** All of them. */
  readonly tags?: readonly string[];
  /** Null: nobody's. */
  readonly assignee?: StaffIdentity | null;
  readonly product?: string;
  readonly stars?: readonly Stars[];
  readonly member?: DiscordUserId;
  /** From this time, up to but without that one. */
  readonly createdFrom?: Time;
  readonly createdTo?: Time;
};

/** A case on a list. */
export type ListedCase = Case & { readonly memberName: string };

/** A part of a list. */
export type CasePage = {
  /** The last changed first. */
  readonly cases: readonly ListedCase[];
  /** Where the next page begins; null after the last one. */
  readonly next: string | null;
};

/** A cursor that no page gave. */
export class InvalidCursor extends Error {
  constructor() {
    super("the cursor must be what a page gave as its next one");
  }
}

type ListedRow = CaseRow & { place: number; member_name: string };

/**
 * The cases that meet a filter, the last changed first: the first page, or the one behind a cursor. What is changed between
 * two pages moves to the beginning; apart from that no case is left out, and none comes twice. Throws {@link InvalidCursor}.
 */
export async function searchCases(
  db: D1Database,
  filter: CaseFilter,
  cursor: string | null,
  size: number,
): Promise<CasePage> {
  const before = cursor === null ? null : readCursor(cursor);
  const found = foundBy(filter);
  if (found === null) return { cases: [], next: null };
  const { from, place, where, values } = found;
  // The full text heeds a bound only when it is an integer, and numbers come as floating point.
  const conditions = before === null ? where : [...where, `${place} < CAST(? AS INTEGER)`];
  const { results } = await prepared(
    db,
    `SELECT ${CASE_COLUMNS}, cases.place, members.display_name AS member_name
     FROM ${from} CROSS JOIN members ON members.id = cases.member ${whereOf(conditions)}
     ORDER BY ${place} DESC LIMIT ?`,
    [...values, ...(before === null ? [] : [before]), size + 1],
  ).all<ListedRow>();
  const rows = results.slice(0, size);
  const last = rows.at(-1);
  return {
    cases: rows.map((row) => ({ ...caseOfRow(row), memberName: row.member_name })),
    next: results.length > size && last ? String(last.place) : null,
  };
}

/** How many cases of each status meet a filter. */
export async function countByStatus(
  db: D1Database,
  filter: Omit<CaseFilter, "statuses">,
): Promise<Record<CaseStatus, number>> {
  const counts = await db.batch<{ count: number }>(
    CASE_STATUSES.map((status) => {
      const found = foundBy({ ...filter, statuses: [status] });
      if (found === null) return db.prepare("SELECT 0 AS count");
      const { from, isExact, where, values } = found;
      return prepared(db, `SELECT count(*) AS count FROM ${isExact ? "case_texts" : from} ${whereOf(where)}`, values);
    }),
  );
  const entries = CASE_STATUSES.map((status, n) => [status, counts[n]?.results[0]?.count ?? 0] as const);
  return Object.fromEntries(entries) as Record<CaseStatus, number>;
}

/** The parts of a statement that finds what meets a filter; null when nothing does. */
type Found = {
  readonly from: string;
  /** The column that lists are ordered by. */
  readonly place: string;
  /** Whether the full text alone says it, without a look at the cases. */
  readonly isExact: boolean;
  readonly where: readonly string[];
  readonly values: readonly (string | number)[];
};

function foundBy(filter: CaseFilter): Found | null {
  const terms = termsOf(filter);
  switch (terms.kind) {
    case "nothing":
      return null;
    case "all":
      return { from: "cases", place: "cases.place", isExact: false, where: [], values: [] };
    case "terms": {
      const { createdFrom, createdTo } = filter;
      const bounds = [
        ...(createdFrom === undefined ? [] : [["cases.created_at >= ?", createdFrom] as const]),
        ...(createdTo === undefined ? [] : [["cases.created_at < ?", createdTo] as const]),
      ];
      return {
        // The full text is the outer loop: it gives the cases in order, so that a page ends the search.
        from: "case_texts CROSS JOIN cases ON cases.place = case_texts.rowid",
        place: "case_texts.rowid",
        isExact: bounds.length === 0,
        where: ["case_texts MATCH ?", ...bounds.map(([condition]) => condition)],
        values: [terms.match, ...bounds.map(([, time]) => time)],
      };
    }
  }
}

function whereOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
}

function prepared(db: D1Database, sql: string, values: readonly (string | number)[]): D1PreparedStatement {
  return db.prepare(sql).bind(...values);
}

/** A cursor is the place of the last case on its page. */
function readCursor(cursor: string): number {
  if (!/^[1-9][0-9]{0,14}$/.test(cursor)) throw new InvalidCursor();
  return Number(cursor);
}
