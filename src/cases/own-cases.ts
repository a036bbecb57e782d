import type { D1Database } from "@cloudflare/workers-types";
import {
  CASE_ID,
  type CaseId,
  type DiscordGuildId,
  type DiscordInteractionId,
  type DiscordUserId,
} from "../conversation/ids.ts";
import type { Clock } from "../outside/call.ts";
import type { Actor } from "./actor.ts";
import { type Case, type CaseStatus, isOver, type Stars } from "./case.ts";
import { CaseBook, type CaseBookOptions, type ChangeResult } from "./case-book.ts";
import { CASE_COLUMNS, type CaseRow, caseOfRow } from "./rows.ts";

/** One use of a command, button or form by a member, about a case that may or may not be theirs. */
export type CaseUse = {
  readonly interaction: DiscordInteractionId;
  readonly member: DiscordUserId;
  readonly displayName: string;
  readonly case: CaseId;
};

/** What became of what a member wanted. */
export type OwnChange =
  | { readonly kind: "done"; readonly case: Case }
  /** The case was closed too long ago: `next` is the one that continues it. */
  | { readonly kind: "continued"; readonly case: Case; readonly next: Case }
  | {
      readonly kind: "not-possible";
      readonly why: "already-closed" | "not-closed" | "not-over" | "rated-already";
      readonly case: Case;
    }
  /** Also where the case is somebody else's. */
  | { readonly kind: "no-such-case" };

/** What is offered to somebody who is typing. */
export type OfferedCase = Pick<Case, "id" | "number" | "title" | "status">;

/** How many of a member's cases are looked through for what is being typed: the newest. */
const LOOKED_THROUGH = 300;
/** Discord waits seconds for an answer; whatever comes a day later is no repetition. */
const REMEMBERED_MS = 24 * 60 * 60_000;

/** What members can see and do of cases: of their own, and of no others. Every query and every change asks whose case it is. */
export class OwnCases {
  readonly #db: D1Database;
  readonly #now: Clock;
  readonly #book: CaseBook;

  constructor(options: CaseBookOptions) {
    this.#db = options.db;
    this.#now = options.now;
    this.#book = new CaseBook(options);
  }

  /** The member's cases, the last changed first. */
  async list(member: DiscordUserId, size: number): Promise<Case[]> {
    const { results } = await this.#db
      .prepare(`SELECT ${CASE_COLUMNS} FROM cases WHERE member = ? ORDER BY updated_at DESC, key DESC LIMIT ?`)
      .bind(member, size)
      .all<CaseRow>();
    return results.map(caseOfRow);
  }

  /** The member's case of this id; null when there is none. */
  async get(member: DiscordUserId, id: CaseId): Promise<Case | null> {
    const found = await this.#book.get(id);
    return found?.member === member ? found : null;
  }

  /**
   * The member's case that `given` names: an id, or a number such as `12` or `#12`. Servers count for themselves: of two cases
   * with one number it is that of this server, else the last changed.
   */
  async find(member: DiscordUserId, given: string, server: DiscordGuildId | null): Promise<Case | null> {
    const text = given.trim();
    if (CASE_ID.test(text)) return this.get(member, text as CaseId);
    const number = /^#?\s*([0-9]{1,15})$/.exec(text)?.[1];
    if (number === undefined) return null;
    const row = await this.#db
      .prepare(
        `SELECT ${CASE_COLUMNS} FROM cases WHERE member = ? AND number = ?
         ORDER BY server = ? DESC, updated_at DESC, key DESC LIMIT 1`,
      )
      .bind(member, Number(number), server ?? "")
      .first<CaseRow>();
    return row && caseOfRow(row);
  }

  /** The member's cases in these statuses whose number begins with what is typed, or whose title has it; the newest first. */
  async offer(
    member: DiscordUserId,
    typed: string,
    statuses: readonly CaseStatus[],
    size: number,
  ): Promise<OfferedCase[]> {
    const { results } = await this.#db
      .prepare(
        `SELECT id, number, title, status FROM cases WHERE member = ? AND status IN (SELECT value FROM json_each(?))
         ORDER BY key DESC LIMIT ?`,
      )
      .bind(member, JSON.stringify(statuses), LOOKED_THROUGH)
      .all<OfferedCase>();
    const text = typed.trim().toLocaleLowerCase();
    const digits = text.replace(/^#\s*/, "");
    const fits = ({ number, title }: OfferedCase) =>
      String(number).startsWith(digits) || title.toLocaleLowerCase().includes(text);
    return results.filter(fits).slice(0, size);
  }

  /** The member closes a case. */
  async close(use: CaseUse): Promise<OwnChange> {
    return this.#onceFor(use, async (found) => {
      if (found.status === "closed") return { kind: "not-possible", why: "already-closed", case: found };
      return ownChange(await this.#book.change(found.id, { set: { status: "closed" } }, by(use)));
    });
  }

  /** The member opens a case anew that is over. */
  async reopen(use: CaseUse): Promise<OwnChange> {
    return this.#onceFor(use, async (found) => {
      if (!isOver(found.status)) return { kind: "not-possible", why: "not-closed", case: found };
      return this.#reopened(use, found, "open");
    });
  }

  /** The member says that a case is not solved: a person is wanted soon. */
  async contradict(use: CaseUse): Promise<OwnChange> {
    return this.#onceFor(use, (found) => this.#reopened(use, found, "elevated"));
  }

  /** The member says how the help was. */
  async rate(use: CaseUse, stars: Stars): Promise<OwnChange> {
    return this.#onceFor(use, async (found) =>
      ownChange(await this.#book.change(found.id, { rating: stars }, by(use))),
    );
  }

  /** The member says more about it. */
  async comment(use: CaseUse, comment: string): Promise<OwnChange> {
    return this.#onceFor(use, async (found) =>
      ownChange(await this.#book.change(found.id, { ratingComment: comment }, by(use))),
    );
  }

  /** Does it where the case is the member's; of an interaction that is delivered again there is only told what came of it. */
  async #onceFor(use: CaseUse, work: (found: Case) => Promise<OwnChange>): Promise<OwnChange> {
    const found = await this.get(use.member, use.case);
    if (!found) return { kind: "no-such-case" };
    if (await this.#isFirst(use.interaction)) return work(found);
    const next = await this.#book.continuation(found);
    return next ? { kind: "continued", case: found, next } : { kind: "done", case: found };
  }

  async #isFirst(interaction: DiscordInteractionId): Promise<boolean> {
    const now = this.#now();
    const [, entered] = await this.#db.batch([
      this.#db.prepare("DELETE FROM case_interactions WHERE at < ?").bind(now - REMEMBERED_MS),
      this.#db
        .prepare("INSERT INTO case_interactions (interaction, at) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .bind(interaction, now),
    ]);
    return (entered?.meta.changes ?? 0) > 0;
  }

  /** What was continued already is not continued once more: there would be two cases at work for one problem. */
  async #reopened(use: CaseUse, found: Case, status: "open" | "elevated"): Promise<OwnChange> {
    const next = isOver(found.status) ? await this.#book.continuation(found) : null;
    if (next && status === "open") return { kind: "continued", case: found, next };
    const change = ownChange(await this.#book.reopen(next?.id ?? found.id, by(use), use.displayName, status));
    if (change.kind !== "done" || change.case.id === found.id) return change;
    return { kind: "continued", case: found, next: change.case };
  }
}

function by({ member }: CaseUse): Actor {
  return { kind: "member", id: member };
}

/** What a change came to. Members name no version that they have seen: what they want holds whatever others have written. */
function ownChange(result: ChangeResult): OwnChange {
  if (result.kind === "done" || result.kind === "no-such-case") return result;
  const why = result.kind === "refused" ? result.refusal.kind : result.kind;
  if (why === "rated-already" || why === "not-over") return { kind: "not-possible", why, case: result.case };
  throw new Error(`a member's change came to nothing: ${why}`);
}
