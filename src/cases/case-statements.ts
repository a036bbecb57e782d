import type { D1Database, D1PreparedStatement } from "@cloudflare/workers-types";
import type { Time } from "../conversation/events.ts";
import type { CaseId, SessionId } from "../conversation/ids.ts";
import { type Actor, actorText } from "./actor.ts";
import type { Case, CaseFields, HistoryEntry } from "./case.ts";
import type { NewCase } from "./case-book.ts";
import { CASE_COLUMNS, changeableColumns } from "./rows.ts";
import { targetsOf } from "./rules.ts";

/** A case that is to be stored for the first time. */
export type CaseToOpen = Pick<NewCase, "server" | "member" | "continues"> & {
  readonly id: CaseId;
  readonly session: SessionId | null;
  readonly fields: CaseFields;
  readonly due: Pick<Case, "firstResponseDue" | "resolutionDue">;
};

/**
 * Stores a new case under the next number of its server, with its history and who must hear of it; to be run as one batch. The
 * first statement gives the case, or nothing for a session that has a case: then the others have nothing to work on.
 */
export function openingStatements(db: D1Database, asked: CaseToOpen, by: Actor, now: Time): D1PreparedStatement[] {
  const { id, server, member, session, continues, fields, due } = asked;
  const insert = db
    .prepare(
      `INSERT INTO cases (id, server, number, member, opening_session, kind, status, priority, assignee, product, tags,
         fields, title, description, created_by, created_at, updated_at, first_response_due, resolution_due, version)
       SELECT ?1, ?2, coalesce(max(number), 0) + 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15, ?16,
         ?17, 1 FROM cases WHERE server = ?2
       HAVING NOT EXISTS (SELECT 1 FROM case_sessions WHERE session = ?4)
       RETURNING ${CASE_COLUMNS.replaceAll("cases.", "")}`,
    )
    .bind(
      id,
      server ?? "",
      member.id,
      session,
      fields.kind,
      fields.status,
      fields.priority,
      fields.assignee,
      fields.product,
      fields.tags.join("\n"),
      JSON.stringify(fields.fields),
      fields.title,
      fields.description,
      actorText(by),
      now,
      due.firstResponseDue,
      due.resolutionDue,
    );
  const entries: HistoryEntry[] = [
    { what: "opened" },
    ...(session ? [{ what: "session-linked", after: session } as const] : []),
    ...(continues ? [{ what: "case-linked", after: continues } as const] : []),
  ];
  return [insert, ...recorded(db, id, 1, entries, by, now), ...fields.tags.map((tag) => tagged(db, id, tag))];
}

/**
 * Stores a case after a change, with its history and who must hear of it; to be run as one batch. Fails where somebody else's
 * change has the same version.
 */
export function changingStatements(
  db: D1Database,
  before: Case,
  after: Case,
  entries: readonly HistoryEntry[],
  by: Actor,
  now: Time,
): D1PreparedStatement[] {
  const columns = Object.entries(changeableColumns(after));
  const assignments = columns.map(([name], i) => `${name} = ?${i + 2}`).join(", ");
  const values = columns.map(([, value]) => value);
  const gone = before.tags.filter((tag) => !after.tags.includes(tag));
  const come = after.tags.filter((tag) => !before.tags.includes(tag));
  return [
    // First, so that a change of the same version by somebody else ends it all.
    ...recorded(db, after.id, after.version, entries, by, now),
    db.prepare(`UPDATE cases SET ${assignments} WHERE id = ?1`).bind(after.id, ...values),
    ...gone.map((tag) =>
      db
        .prepare("DELETE FROM case_tags WHERE tag = ? AND case_key = (SELECT key FROM cases WHERE id = ?)")
        .bind(tag, after.id),
    ),
    ...come.map((tag) => tagged(db, after.id, tag)),
  ];
}

/** The history's lines of a change, what they link, and who must hear of it. */
function recorded(
  db: D1Database,
  id: CaseId,
  version: number,
  entries: readonly HistoryEntry[],
  by: Actor,
  now: Time,
): D1PreparedStatement[] {
  const lines = entries.map((entry, n) => {
    const { field, before, after } = { field: null, before: undefined, after: undefined, ...entry };
    return db
      .prepare(
        `INSERT INTO case_history (case_key, version, n, at, actor, what, field, before, after)
         SELECT key, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM cases WHERE id = ?1`,
      )
      .bind(id, version, n, now, actorText(by), entry.what, field, jsonOf(before), jsonOf(after));
  });
  const targets = db
    .prepare(
      `INSERT INTO case_outbox (target, case_key, version, at)
       SELECT target.value, cases.key, ?2, ?3 FROM cases, json_each(?4) AS target WHERE cases.id = ?1`,
    )
    .bind(id, version, now, JSON.stringify(targetsOf(entries, by)));
  return [...lines, ...entries.flatMap((entry) => linkedBy(db, id, entry, now)), targets];
}

function linkedBy(db: D1Database, id: CaseId, entry: HistoryEntry, now: Time): D1PreparedStatement[] {
  switch (entry.what) {
    case "session-linked":
      return [
        db
          .prepare(
            `INSERT INTO case_sessions (session, case_key, linked_at) SELECT ?2, key, ?3 FROM cases WHERE id = ?1
             ON CONFLICT (session) DO UPDATE SET case_key = excluded.case_key`,
          )
          .bind(id, entry.after, now),
      ];
    case "case-linked":
      return [
        db
          .prepare(
            `INSERT OR IGNORE INTO case_links (case_key, other)
             SELECT a.key, b.key FROM cases a, cases b
             WHERE (a.id = ?1 AND b.id = ?2) OR (a.id = ?2 AND b.id = ?1)`,
          )
          .bind(id, entry.after),
      ];
    default:
      return [];
  }
}

function tagged(db: D1Database, id: CaseId, tag: string): D1PreparedStatement {
  return db
    .prepare("INSERT OR IGNORE INTO case_tags (tag, case_key) SELECT ?2, key FROM cases WHERE id = ?1")
    .bind(id, tag);
}

function jsonOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
