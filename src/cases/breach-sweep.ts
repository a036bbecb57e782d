import type { D1Database } from "@cloudflare/workers-types";
import type { Time } from "../conversation/events.ts";
import type { CaseId } from "../conversation/ids.ts";
import { log } from "../log.ts";
import type { Clock } from "../outside/call.ts";
import { BRIDGE } from "./actor.ts";
import type { Breach } from "./case.ts";
import { CaseBook } from "./case-book.ts";

/** A target that a case misses, and that nobody has noticed yet. */
export type MissedTarget = { readonly id: CaseId; readonly what: Breach };

/** How many one sweep takes on, since a Worker may make so many calls only; the next one goes on. */
export const BREACHES_PER_SWEEP = 25;

// In the words of the indexes in migrations/0008_cases.sql, so that a look costs no more than what it finds. SQLite would
// rather go through all cases that are at work.
const MISSED = `
  SELECT id, 'first-response' AS what, first_response_due AS due FROM cases INDEXED BY cases_first_response_due
    WHERE first_response_due <= ?1 AND first_response_at IS NULL AND status IN ('open', 'pending', 'elevated')
      AND instr(breaches, 'first-response') = 0
  UNION ALL
  SELECT id, 'resolution', resolution_due FROM cases INDEXED BY cases_resolution_due
    WHERE resolution_due <= ?1 AND status IN ('open', 'pending', 'elevated') AND instr(breaches, 'resolution') = 0
  ORDER BY due LIMIT ?2`;

/** The targets that are missed by now and not noticed yet, at most `limit`, those first that have been missed for longest. */
export async function findBreaches(db: D1Database, now: Time, limit: number): Promise<MissedTarget[]> {
  const { results } = await db.prepare(MISSED).bind(now, limit).all<MissedTarget>();
  return results.map(({ id, what }) => ({ id, what }));
}

export type BreachSweepOptions = {
  readonly db: D1Database;
  readonly now: Clock;
  /** Tells of a case's changes whoever must hear of them. Never rejects. */
  readonly tell: (id: CaseId) => Promise<void>;
};

/**
 * Notes each missed target in its case, once, which elevates it; then tells of it, case by case, since a channel takes no more
 * than a few messages at once. Never throws: what fails is found by the next sweep.
 */
export async function elevateBreached({ db, now, tell }: BreachSweepOptions): Promise<void> {
  const changed = new Set<CaseId>();
  const cases = new CaseBook({ db, now, changed: (id) => changed.add(id) });
  try {
    for (const { id, what } of await findBreaches(db, now(), BREACHES_PER_SWEEP)) await note(cases, id, what);
  } catch (error) {
    log("error", "cases.breaches-not-found", { reason: reasonOf(error) });
  }
  if (changed.size > 0) log("info", "cases.breaches-noted", { cases: changed.size });
  for (const id of changed) await tell(id);
}

async function note(cases: CaseBook, id: CaseId, what: Breach): Promise<void> {
  try {
    const { kind } = await cases.change(id, { breach: what }, BRIDGE);
    if (kind !== "done") log("error", "cases.breach-not-noted", { case: id, what, reason: kind });
  } catch (error) {
    log("error", "cases.breach-not-noted", { case: id, what, reason: reasonOf(error) });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown error";
}
