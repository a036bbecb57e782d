import type { D1Database } from "@cloudflare/workers-types";
import type { Time } from "../conversation/events.ts";
import type { CaseId } from "../conversation/ids.ts";
import { log } from "../log.ts";
import type { Case, History } from "./case.ts";
import { CASE_COLUMNS, type CaseRow, caseOfRow, type HistoryRow, historyOfRow } from "./rows.ts";
import type { Target } from "./rules.ts";

/** A change of a case that somebody must hear of. */
export type CaseNews = {
  /** The case as it is now, which may be newer than the news. */
  readonly case: Case;
  /** Which change it is. */
  readonly version: number;
  /** What the change's lines of the history say. */
  readonly entries: readonly History[];
};

/**
 * Brings the news to its target; rejects when that has to be tried again. It may be given the same news more than once, never
 * an older one after a newer one of the same case.
 */
export type Messenger = (news: CaseNews) => Promise<void>;

export type Messengers = Readonly<Record<Target, Messenger>>;

/** How much one sweep takes on. */
const SWEEP_SIZE = 100;

type OutboxRow = { target: Target; case_key: number; version: number };

/** Tells all who still have to hear of a case's changes, in their order. Never throws: what fails is left to the sweep. */
export async function dispatchCase(db: D1Database, id: CaseId, messengers: Messengers): Promise<void> {
  await dispatch(
    db,
    "SELECT o.target, o.case_key, o.version FROM case_outbox o JOIN cases ON cases.key = o.case_key WHERE cases.id = ?",
    [id],
    messengers,
  );
}

/**
 * The net under {@link dispatchCase}: takes up what was stored before `before` and is not told yet, with all else that its target
 * is to hear of the same case: clocks differ between Workers, versions do not. What fails waits behind all that is as old, so
 * that what can never be told does not keep the rest from being tried.
 */
export async function sweepOutbox(db: D1Database, before: Time, messengers: Messengers): Promise<void> {
  await dispatch(
    db,
    `SELECT target, case_key, version FROM case_outbox JOIN (
       SELECT target, case_key, min(at) AS oldest FROM case_outbox GROUP BY target, case_key
       HAVING oldest < ?1 ORDER BY oldest LIMIT ?2
     ) USING (target, case_key) ORDER BY oldest, target, case_key, version LIMIT ?2`,
    [before, SWEEP_SIZE],
    messengers,
    (row) => putBack(db, row, before),
  );
}

async function dispatch(
  db: D1Database,
  query: string,
  values: (string | number)[],
  messengers: Messengers,
  failed: (row: OutboxRow) => Promise<unknown> = async () => undefined,
): Promise<void> {
  try {
    const { results } = await db
      .prepare(query)
      .bind(...values)
      .all<OutboxRow>();
    const queues = Map.groupBy(results, ({ target, case_key }) => `${target}/${case_key}`);
    const untold = await Promise.all([...queues.values()].map((rows) => tellInOrder(db, rows, messengers)));
    await Promise.all(untold.filter((row) => row !== null).map(failed));
  } catch (error) {
    log("error", "cases.outbox-failed", { reason: reasonOf(error) });
  }
}

/**
 * One target's news of one case. What cannot be told holds up what came later, so that nobody hears of it in the wrong order:
 * returns it, null when all is told.
 */
async function tellInOrder(
  db: D1Database,
  rows: readonly OutboxRow[],
  messengers: Messengers,
): Promise<OutboxRow | null> {
  for (const row of rows.toSorted((a, b) => a.version - b.version)) {
    try {
      const news = await readNews(db, row);
      if (news) await messengers[row.target](news);
      await db
        .prepare("DELETE FROM case_outbox WHERE target = ? AND case_key = ? AND version = ?")
        .bind(row.target, row.case_key, row.version)
        .run();
    } catch (error) {
      log("warn", "cases.not-told", { target: row.target, version: row.version, reason: reasonOf(error) });
      return row;
    }
  }
  return null;
}

/** All of the same target and case together: their order stays. */
async function putBack(db: D1Database, { target, case_key }: OutboxRow, at: Time): Promise<void> {
  await db
    .prepare("UPDATE case_outbox SET at = ?1 WHERE target = ?2 AND case_key = ?3 AND at < ?1")
    .bind(at, target, case_key)
    .run();
}

async function readNews(db: D1Database, { case_key, version }: OutboxRow): Promise<CaseNews | null> {
  const [found, history] = await db.batch<CaseRow | HistoryRow>([
    db.prepare(`SELECT ${CASE_COLUMNS} FROM cases WHERE key = ?`).bind(case_key),
    db
      .prepare(
        `SELECT version, at, actor, what, field, before, after FROM case_history
         WHERE case_key = ? AND version = ? ORDER BY n`,
      )
      .bind(case_key, version),
  ]);
  const row = found?.results[0] as CaseRow | undefined;
  if (!row) return null;
  const entries = (history?.results ?? []) as HistoryRow[];
  return { case: caseOfRow(row), version, entries: entries.map(historyOfRow) };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown error";
}
