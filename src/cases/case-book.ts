import type { D1Database } from "@cloudflare/workers-types";
import type { CaseId, DiscordGuildId, DiscordUserId, SessionId } from "../conversation/ids.ts";
import type { Clock } from "../outside/call.ts";
import { settingsOf } from "../settings/store.ts";
import type { Actor } from "./actor.ts";
import type { Case, CaseFields, History } from "./case.ts";
import { changingStatements, openingStatements } from "./case-statements.ts";
import { problemsWithFields, tidyTags } from "./fields.ts";
import { metMember } from "./members.ts";
import { CASE_COLUMNS, type CaseRow, caseOfRow, type HistoryRow, historyOfRow } from "./rows.ts";
import { type CaseChange, decideChange, type Refusal } from "./rules.ts";
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
    const wish = { ...asked, id, session, fields, due };
    const [, opened] = await this.#db.batch<CaseRow>([
      metMember(this.#db, asked.member, by, now),
      ...openingStatements(this.#db, wish, by, now),
    ]);
    const row = opened?.results[0];
    if (row) {
      this.#changed(id);
      return { kind: "done", case: caseOfRow(row) };
    }
    const present = session && (await this.ofSession(session));
    if (!present) throw new Error("the case was not stored");
    return { kind: "done", case: present };
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

  /** A case's history behind a version, up to and with another one, oldest first. Each version has at least one line. */
  async history(id: CaseId, after = 0, last = Number.MAX_SAFE_INTEGER): Promise<History[]> {
    const { results } = await this.#db
      .prepare(
        `SELECT h.version, h.at, h.actor, h.what, h.field, h.before, h.after
         FROM cases JOIN case_history h ON h.case_key = cases.key
         WHERE cases.id = ? AND h.version > ? AND h.version <= ? ORDER BY h.version, h.n`,
      )
      .bind(id, after, last)
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
        await this.#db.batch(changingStatements(this.#db, current, next, entries, by, now));
      } catch (error) {
        // Somebody else's change took this version's place: what they did may change what becomes of ours.
        if (!isTaken(error) || tries >= MAX_TRIES) throw error;
        continue;
      }
      this.#changed(id);
      return { kind: "done", case: next };
    }
  }

  /** The case at work that was opened to continue this one, for the same member; null when there is none. */
  async continuation({ id, member }: Pick<Case, "id" | "member">): Promise<Case | null> {
    const row = await this.#db
      .prepare(
        `SELECT ${CASE_COLUMNS} FROM cases AS this JOIN case_links l ON l.case_key = this.key
         JOIN cases ON cases.key = l.other
         JOIN case_history h ON h.case_key = cases.key AND h.version = 1 AND h.what = 'case-linked'
         WHERE this.id = ?1 AND h.after ->> '$' = ?1 AND cases.member = ?2 AND cases.status NOT IN ('resolved', 'closed')
         ORDER BY cases.key DESC LIMIT 1`,
      )
      .bind(id, member)
      .first<CaseRow>();
    return row && caseOfRow(row);
  }

  /**
   * Opens a closed or resolved case anew. One that was closed too long ago is continued by a new case that is linked with it, or
   * by the one at work that continues it already. `status`: `elevated` where a person is wanted soon.
   */
  async reopen(
    id: CaseId,
    by: Actor,
    displayName: string,
    status: "open" | "elevated" = "open",
  ): Promise<ChangeResult> {
    const result = await this.change(id, { set: { status } }, by);
    if (result.kind !== "refused" || result.refusal.kind !== "closed-too-long-ago") return result;
    const continuation = await this.continuation(result.case);
    if (continuation) return { kind: "done", case: continuation };
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

function isTaken(error: unknown): boolean {
  return error instanceof Error && /UNIQUE constraint failed: case_history/.test(error.message);
}
