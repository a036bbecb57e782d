import type { D1Database } from "@cloudflare/workers-types";
import { CASE_COLUMNS, type CaseRow, caseOfRow } from "../cases/rows.ts";
import type { ListedCase } from "../cases/search.ts";
import type { Time } from "../conversation/events.ts";
import { nextDue } from "./due.ts";

// In the words of the indexes in migrations/0008_cases.sql: SQLite would rather go through all cases.
const DUE = `SELECT key FROM (
    SELECT key FROM cases INDEXED BY cases_at_work_by_first_response_due WHERE first_response_due < ?1
      AND first_response_at IS NULL AND status IN ('open', 'pending', 'elevated') ORDER BY first_response_due LIMIT ?2)
  UNION SELECT key FROM (
    SELECT key FROM cases INDEXED BY cases_at_work_by_resolution_due WHERE resolution_due < ?1
      AND status IN ('open', 'pending', 'elevated') ORDER BY resolution_due LIMIT ?2)`;

/** Cases of which something was missed or is due before `until`, the most pressing first. */
export async function dueCases(db: D1Database, now: Time, until: Time, size: number): Promise<ListedCase[]> {
  const { results } = await db
    .prepare(
      `SELECT ${CASE_COLUMNS}, members.display_name AS member_name FROM cases JOIN members ON members.id = cases.member
       WHERE cases.key IN (${DUE})`,
    )
    .bind(until, size)
    .all<CaseRow & { member_name: string }>();
  const dueAt = (one: ListedCase) => nextDue(one, now)?.at ?? until;
  return results
    .map((row) => ({ ...caseOfRow(row), memberName: row.member_name }))
    .sort((a, b) => dueAt(a) - dueAt(b))
    .slice(0, size);
}
