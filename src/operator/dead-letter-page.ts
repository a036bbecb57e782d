import type { D1Database } from "@cloudflare/workers-types";
import { countDeadLetters, type DeadLetterEntry } from "../delivery/dead-letters.ts";

/** A part of the dead letters that stand. */
export type DeadLetterPage = {
  /** How many stand in all. */
  readonly total: number;
  /** Oldest first. */
  readonly letters: readonly DeadLetterEntry[];
  /** Where the next page begins; null after the last one. */
  readonly next: string | null;
};

/** The place of a dead letter among all: its time and its id. */
export type Place = Pick<DeadLetterEntry, "at" | "id">;

const CURSOR = /^([0-9]{1,15})_(.{1,300})$/;

/** Reads what a page gave as `next`; null when it is not that. */
export function readCursor(cursor: string): Place | null {
  const [, at, id] = CURSOR.exec(cursor) ?? [];
  return at !== undefined && id !== undefined ? { at: Number(at), id: id as DeadLetterEntry["id"] } : null;
}

/** The page behind a place, or the first one. */
export async function deadLetterPage(db: D1Database, after: Place | null, size: number): Promise<DeadLetterPage> {
  const { at, id } = after ?? { at: -1, id: "" };
  const [total, { results }] = await Promise.all([
    countDeadLetters(db),
    db
      .prepare(
        `SELECT member, id, direction, outcome, reason, at FROM dead_letters
         WHERE (at, id) > (?, ?) ORDER BY at, id LIMIT ?`,
      )
      .bind(at, id, size + 1)
      .all<DeadLetterEntry>(),
  ]);
  const letters = results.slice(0, size);
  const last = letters.at(-1);
  return { total, letters, next: results.length > size && last ? `${last.at}_${last.id}` : null };
}
