import type { D1Database, D1PreparedStatement } from "@cloudflare/workers-types";
import type { CaseId, DiscordGuildId, DiscordUserId, SessionId } from "../conversation/ids.ts";
import type { Clock } from "../outside/call.ts";
import { settingsOf } from "../settings/store.ts";
import { type Actor, actorText } from "./actor.ts";
import type { Case, CaseFields, History, HistoryEntry } from "./case.ts";
import { problemsWithFields, tidyTags } from "./fields.ts";
import { metMember } from "./members.ts";
import { CASE_COLUMNS, type CaseRow, caseOfRow, changeableColumns, type HistoryRow, historyOfRow } from "./rows.ts";
import { type CaseChange, decideChange, type Refusal, targetsOf } from "./rules.ts";
import { dueTimes } from "./service-levels.ts";

/** What a case is opened with; all that is not given has its default. */
export type NewCase = Pick<CaseFields, "title"> &
  Partial<CaseFields> & {
    /** Chosen beforehand, so that it can be opened once only; a second one of the same id rejects. */
    readonly id?: CaseId;
    /** The server whose numbering it follows; null for none. */
    readonly server: DiscordGuildId | null;
    readonly member: { readonly id: DiscordUserId; readonly displayName: string };
    /** The session that it is about. */
    readonly session?: SessionId;
    /** The case that it continues. */
    readonly continues?: CaseId;
  };

/** What became of a change. */
export type ChangeResult =
  | { readonly kind: "done"; readonly case: Case }
  /** Somebody else changed the case meanwhile: how it is now, and what was done since the version that was seen. */
  | { readonly kind: "conflict"; readonly case: Case; readonly since: readonly History[] }
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly case: Case }
  | { readonly kind: "no-such-case" };

export type CaseBookOptions = {
  readonly db: D1Database;
  readonly now: Clock;
  /** Called after each change: somebody may have to hear of it (see `outbox.ts`). */
  readonly changed: (id: CaseId) => void;
};

/** Who comes between more often than that does not give up. */
const MAX_TRIES = 10;

/**
 * All cases. Each change is one transaction: the case, its history and who must hear of it are stored together, or not at all.
 * A change names the version that its author saw, or none where it stands whatever the case has become.
 */
export class CaseBook {
  readonly #db: D1Database;
  readonly #now: Clock;
  readonly #changed: (id: CaseId) => void;

  constructor({ db, now, changed }: CaseBookOptions) {
    this.#db = db;
    this.#now = now;
    this.#changed = changed;
  }

  /**
   * Opens a case. A session has one case: for a session that has one this gives that case, whatever else is asked for, also
   * at the same moment. Fields that the settings do not allow are refused.
   */
  async open(
    asked: NewCase,
    by: Actor,
  ): Promise<{ kind: "done"; case: Case } | { kind: "invalid"; problems: string[] }> {
    const settings = await settingsOf(this.#db, asked.server);
    const fields = withDefaults(asked);
    const problems = problemsWithFields(fields, null, settings);
    if (problems.length > 0) return { kind: "invalid", problems };
    const now = this.#now();
    const id = asked.id ?? (crypto.randomUUID() as CaseId);
    const session = asked.session ?? null;
    const due = dueTimes(settings, fields.priority, now);
    const links = [
      ...(session ? [{ what: "session-linked", after: session } as const] : []),
      ...(asked.continues ? [{ what: "case-linked", after: asked.continues } as const] : []),
    ];
    const entries: HistoryEntry[] = [{ what: "opened" }, ...links];
    // Every statement but the first two works on the row that this very call has made, and so on none where there was one.
    const [, opened] = await this.#db.batch<CaseRow>([
      metMember(this.#db, asked.member, now),
      this.#db
        .prepare(
          `INSERT INTO cases (id, server, number, member, opening_session, kind, status, priority, assignee, product, tags,
             fields, title, description, created_by, created_at, updated_at, first_response_due, resolution_due, version)
           SELECT ?1, ?2, coalesce(max(number), 0) + 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15, ?16,
             ?17, 1 FROM cases WHERE server = ?2
           ON CONFLICT (opening_session) DO UPDATE SET opening_session = excluded.opening_session
           RETURNING ${CASE_COLUMNS.replaceAll("cases.", "")}`,
        )
        .bind(
          id,
          asked.server ?? "",
          asked.member.id,
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
        ),
      ...this.#recorded(id, 1, entries, by, now),
      ...fields.tags.map((tag) => this.#tagged(id, tag)),
    ]);
    const row = opened?.results[0];
    if (!row) throw new Error("the case was not stored");
    if (row.id === id) this.#changed(id);
    return { kind: "done", case: caseOfRow(row) };
  }

  /** The case of this id; null when there is none. */
  async get(id: CaseId): Promise<Case | null> {
    const row = await this.#row(id);
    return row && caseOfRow(row);
  }

  /** The case of this number in a server; null when there is none. */
  async byNumber(server: DiscordGuildId | null, number: number): Promise<Case | null> {
    const row = await this.#db
      .prepare(`SELECT ${CASE_COLUMNS} FROM cases WHERE server = ? AND number = ?`)
      .bind(server ?? "", number)
      .first<CaseRow>();
    return row && caseOfRow(row);
  }

  /** The case that a session belongs to; null when there is none. */
  async ofSession(session: SessionId): Promise<Case | null> {
    const row = await this.#db
      .prepare(`SELECT ${CASE_COLUMNS} FROM case_sessions JOIN cases ON cases.key = case_key WHERE session = ?`)
      .bind(session)
      .first<CaseRow>();
    return row && caseOfRow(row);
  }

  /** A case's history behind a version, oldest first. */
  async history(id: CaseId, after = 0): Promise<History[]> {
    const { results } = await this.#db
      .prepare(
        `SELECT h.version, h.at, h.actor, h.what, h.field, h.before, h.after
         FROM cases JOIN case_history h ON h.case_key = cases.key
         WHERE cases.id = ? AND h.version > ? ORDER BY h.version, h.n`,
      )
      .bind(id, after)
      .all<HistoryRow>();
    return results.map(historyOfRow);
  }

  /** The sessions that belong to a case, oldest first. */
  async sessions(id: CaseId): Promise<SessionId[]> {
    const { results } = await this.#db
      .prepare(
        `SELECT session FROM cases JOIN case_sessions s ON s.case_key = cases.key WHERE cases.id = ?
         ORDER BY s.linked_at, session`,
      )
      .bind(id)
      .all<{ session: SessionId }>();
    return results.map(({ session }) => session);
  }

  /** The cases that a case is linked with, oldest first. */
  async linked(id: CaseId): Promise<Case[]> {
    const { results } = await this.#db
      .prepare(
        `SELECT ${CASE_COLUMNS} FROM cases AS this JOIN case_links l ON l.case_key = this.key
         JOIN cases ON cases.key = l.other WHERE this.id = ? ORDER BY cases.key`,
      )
      .bind(id)
      .all<CaseRow>();
    return results.map(caseOfRow);
  }

  /**
   * Changes a case. `seen` is the version that the author of the change saw: when somebody else has changed the case since,
   * nothing is stored and the answer says what they did. Without it the change is made to whatever the case is now.
   */
  async change(id: CaseId, change: CaseChange, by: Actor, seen?: number): Promise<ChangeResult> {
    for (let tries = 1; ; tries++) {
      const row = await this.#row(id);
      if (!row) return { kind: "no-such-case" };
      const current = caseOfRow(row);
      if (seen !== undefined && seen !== current.version) {
        return { kind: "conflict", case: current, since: await this.history(id, seen) };
      }
      const now = this.#now();
      const settings = await settingsOf(this.#db, current.server);
      const decision = decideChange(current, tidy(change), { by, now, settings });
      if (decision.kind !== "changed") return { kind: "refused", refusal: decision, case: current };
      const { next, entries } = decision;
      if (entries.length === 0) return { kind: "done", case: current };
      try {
        await this.#db.batch(this.#stored(current, next, entries, by, now));
      } catch (error) {
        // Somebody else's change took this version's place: what they did may change what becomes of ours.
        if (!isTaken(error) || tries >= MAX_TRIES) throw error;
        continue;
      }
      this.#changed(id);
      return { kind: "done", case: next };
    }
  }

  /**
   * Opens a closed or resolved case anew; one that was closed too long ago is continued by a new case that is linked with it.
   * `status`: `elevated` where a person is wanted soon.
   */
  async reopen(
    id: CaseId,
    by: Actor,
    displayName: string,
    status: "open" | "elevated" = "open",
  ): Promise<ChangeResult> {
    const result = await this.change(id, { set: { status } }, by);
    if (result.kind !== "refused" || result.refusal.kind !== "closed-too-long-ago") return result;
    const { server, member, kind, title, product, tags, fields } = result.case;
    const opened = await this.open(
      { server, member: { id: member, displayName }, kind, title, product, tags, fields, status, continues: id },
      by,
    );
    // What the settings do not know any more is left behind.
    const again =
      opened.kind === "done"
        ? opened
        : await this.open({ server, member: { id: member, displayName }, kind, title, status, continues: id }, by);
    if (again.kind !== "done") throw new Error(`the case could not be continued: ${again.problems.join("; ")}`);
    return { kind: "done", case: again.case };
  }

  async #row(id: CaseId): Promise<CaseRow | null> {
    return this.#db.prepare(`SELECT ${CASE_COLUMNS} FROM cases WHERE id = ?`).bind(id).first<CaseRow>();
  }

  #stored(before: Case, after: Case, entries: readonly HistoryEntry[], by: Actor, now: number): D1PreparedStatement[] {
    const columns = Object.entries(changeableColumns(after));
    const assignments = columns.map(([name], i) => `${name} = ?${i + 2}`).join(", ");
    const values = columns.map(([, value]) => value);
    const gone = before.tags.filter((tag) => !after.tags.includes(tag));
    const come = after.tags.filter((tag) => !before.tags.includes(tag));
    return [
      // First, so that a change of the same version by somebody else ends it all.
      ...this.#recorded(after.id, after.version, entries, by, now),
      this.#db.prepare(`UPDATE cases SET ${assignments} WHERE id = ?1`).bind(after.id, ...values),
      ...gone.map((tag) =>
        this.#db
          .prepare("DELETE FROM case_tags WHERE tag = ? AND case_key = (SELECT key FROM cases WHERE id = ?)")
          .bind(tag, after.id),
      ),
      ...come.map((tag) => this.#tagged(after.id, tag)),
    ];
  }

  /** The history's lines of a change, what they link, and who must hear of it. */
  #recorded(id: CaseId, version: number, entries: readonly HistoryEntry[], by: Actor, now: number) {
    const lines = entries.map((entry, n) => {
      const { field, before, after } = { field: null, before: undefined, after: undefined, ...entry };
      return this.#db
        .prepare(
          `INSERT INTO case_history (case_key, version, n, at, actor, what, field, before, after)
           SELECT key, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM cases WHERE id = ?1`,
        )
        .bind(id, version, n, now, actorText(by), entry.what, field, jsonOf(before), jsonOf(after));
    });
    const targets = this.#db
      .prepare(
        `INSERT INTO case_outbox (target, case_key, version, at)
         SELECT target.value, cases.key, ?2, ?3 FROM cases, json_each(?4) AS target WHERE cases.id = ?1`,
      )
      .bind(id, version, now, JSON.stringify(targetsOf(entries, by)));
    return [...lines, ...entries.flatMap((entry) => this.#linkedBy(id, entry, now)), targets];
  }

  #linkedBy(id: CaseId, entry: HistoryEntry, now: number): D1PreparedStatement[] {
    switch (entry.what) {
      case "session-linked":
        return [
          this.#db
            .prepare(
              `INSERT INTO case_sessions (session, case_key, linked_at) SELECT ?2, key, ?3 FROM cases WHERE id = ?1
               ON CONFLICT (session) DO UPDATE SET case_key = excluded.case_key`,
            )
            .bind(id, entry.after, now),
        ];
      case "case-linked":
        return [
          this.#db
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

  #tagged(id: CaseId, tag: string): D1PreparedStatement {
    return this.#db
      .prepare("INSERT OR IGNORE INTO case_tags (tag, case_key) SELECT ?2, key FROM cases WHERE id = ?1")
      .bind(id, tag);
  }
}

function withDefaults(asked: NewCase): CaseFields {
  return {
    kind: asked.kind ?? "support",
    status: asked.status ?? "open",
    priority: asked.priority ?? "normal",
    assignee: asked.assignee ?? null,
    product: asked.product ?? null,
    tags: tidyTags(asked.tags ?? []),
    fields: asked.fields ?? {},
    title: asked.title.trim(),
    description: asked.description ?? "",
  };
}

function tidy(change: CaseChange): CaseChange {
  const { set } = change;
  if (!set) return change;
  return {
    ...change,
    set: {
      ...set,
      ...(set.tags && { tags: tidyTags(set.tags) }),
      ...(set.title !== undefined && { title: set.title.trim() }),
    },
  };
}

function jsonOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && /UNIQUE constraint failed: case_history/.test(error.message);
}
