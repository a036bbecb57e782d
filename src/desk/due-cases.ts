import type { D1Database } from "@cloudflare/workers-types";
import { CASE_COLUMNS, type CaseRow, caseOfRow } from "../cases/rows.ts";
import type { ListedCase } from "../cases/search.ts";
import type { Time } from "../conversation/events.ts";
import { nextDue } from "./due.ts";

const AT_WORK = "status IN ('open', 'pending', 'elevated')";

/** Cases of which something was missed or is due before `until`, the most pressing first. */
export async function dueCases(db: D1Database, now: Time, until: Time, size: number): Promise<ListedCase[]> {
  const { results } = await db
    .prepare(
      `SELECT ${CASE_COLUMNS}, members.display_name AS member_name FROM cases JOIN members ON members.id = cases.member
       WHERE cases.key IN (
         SELECT key FROM (SELECT key FROM cases WHERE first_response_due IS NOT NULL AND first_response_at IS NULL
           AND ${AT_WORK} AND first_response_due < ?1 ORDER BY first_response_due LIMIT ?2)
         UNION
         SELECT key FROM (SELECT key FROM cases WHERE resolution_due IS NOT NULL AND ${AT_WORK} AND resolution_due < ?1
           ORDER BY resolution_due LIMIT ?2))`,
    )
    .bind(until, size)
    .all<CaseRow & { member_name: string }>();
  const dueAt = (one: ListedCase) => nextDue(one, now)?.at ?? until;
  return results
    .map((row) => ({ ...caseOfRow(row), memberName: row.member_name }))
    .sort((a, b) => dueAt(a) - dueAt(b))
    .slice(0, size);
}
