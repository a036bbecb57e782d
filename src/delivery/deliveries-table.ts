import { type Delivery, type DeliveryResult, isAssistants, LANES, type Lane } from "../conversation/deliveries.ts";
import type { DeliveryOutcome } from "../conversation/events.ts";
import type { DeliveryId, DiscordMessageId, SessionId } from "../conversation/ids.ts";
import type { SqlValue, Storage } from "../storage.ts";
import { FORGOTTEN_AFTER_MS } from "./policy.ts";

/** An unsettled delivery as it is stored. Times are milliseconds since 1970. */
export type DeliveryRow = {
  /** Where it stands among all deliveries. */
  readonly seq: number;
  readonly id: DeliveryId;
  readonly session: SessionId | null;
  readonly delivery: Delivery;
  /** What the assistant does or says; `silenced` when a person was asked for while it was under way. */
  readonly assistants: "no" | "yes" | "silenced";
  readonly status: "waiting" | "trying" | "unknown";
  readonly attempts: number;
  readonly createdAt: number;
  readonly dueAt: number;
  readonly triedAt: number | null;
  /** The first attempt that may have happened; null when it is certain that none has. */
  readonly firstTriedAt: number | null;
};

/** How a delivery is put off: to be made again (`waiting`), or to be looked after first (`unknown`). */
export type Postponed = {
  readonly status: "waiting" | "unknown";
  readonly dueAt: number;
  /** Calls made for it so far, looks included. */
  readonly calls: number;
  readonly reason: string;
  readonly mayHaveHappened: boolean;
};

/** A message of a person, or a part of one, that can be sent again. */
export type UndeliveredDelivery = Extract<Delivery, { kind: "say" | "post" }>;

const OPEN = "status IN ('waiting', 'trying', 'unknown')";

/** `isAlone`: nothing waits behind it. */
type Head = { readonly row: DeliveryRow; readonly isAlone: boolean };

/**
 * The deliveries of one conversation as rows. Knows nothing of transactions: whoever writes opens them, and says when what was
 * written has been undone.
 */
export class DeliveriesTable {
  readonly #storage: Pick<Storage, "sql">;
  /** The heads of the lanes, which are asked for all the time; null after a write that may have changed any. */
  #heads: Map<Lane, Head> | null = null;

  constructor(storage: Pick<Storage, "sql">) {
    this.#storage = storage;
  }

  /** The delivery whose turn it is in a lane. */
  head(lane: Lane): DeliveryRow | null {
    return this.#headsNow().get(lane)?.row ?? null;
  }

  #headsNow(): Map<Lane, Head> {
    this.#heads ??= new Map(
      this.#storage
        .sql<StoredRow>(
          `SELECT ${COLUMNS} FROM deliveries WHERE seq IN (SELECT min(seq) FROM deliveries WHERE ${OPEN} GROUP BY lane)`,
        )
        .map(toRow)
        .map((row) => [row.delivery.lane, { row, isAlone: false }]),
    );
    return this.#heads;
  }

  /** Forgets what was read: a transaction was undone, say. */
  readAnew(): void {
    this.#heads = null;
  }

  /**
   * Stores a delivery; one that stands first in its lane is stored as being tried, which saves a second write. Returns whether
   * it was.
   */
  add(id: DeliveryId, session: SessionId | null, delivery: Delivery, now: number): boolean {
    // The directory is written from the state as it is then: one that waits says all that a second could.
    if (delivery.kind === "update-directory" && this.#isWaiting(delivery)) return false;
    const heads = this.#headsNow();
    const head = heads.get(delivery.lane);
    const added = {
      id,
      session,
      delivery,
      assistants: isAssistantsWork(delivery) ? "yes" : "no",
      status: head ? "waiting" : "trying",
      attempts: head ? 0 : 1,
      createdAt: now,
      dueAt: now,
      triedAt: head ? null : now,
      firstTriedAt: head ? null : now,
    } as const;
    const stored = this.#storage.sql<{ seq: number }>(
      `INSERT INTO deliveries
         (id, session, lane, kind, body, assistants, status, attempts, created_at, due_at, tried_at, first_tried_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
      id,
      session,
      delivery.lane,
      delivery.kind,
      JSON.stringify(delivery),
      ASSISTANTS.indexOf(added.assistants),
      added.status,
      added.attempts,
      added.createdAt,
      added.dueAt,
      added.triedAt,
      added.firstTriedAt,
    );
    for (const { seq } of stored) {
      heads.set(delivery.lane, head ? { ...head, isAlone: false } : { row: { seq, ...added }, isAlone: true });
    }
    return head === undefined;
  }

  /** Marks an attempt. */
  mark({ seq }: DeliveryRow, now: number): void {
    this.#write(
      `UPDATE deliveries SET status = 'trying', attempts = attempts + 1, tried_at = ?1,
         first_tried_at = coalesce(first_tried_at, ?1) WHERE seq = ?2`,
      now,
      seq,
    );
  }

  postpone(row: DeliveryRow, { status, dueAt, calls, reason, mayHaveHappened }: Postponed): void {
    this.#write(
      "UPDATE deliveries SET status = ?, due_at = ?, attempts = ?, reason = ?, first_tried_at = ? WHERE seq = ?",
      status,
      dueAt,
      calls,
      reason,
      mayHaveHappened ? row.firstTriedAt : null,
      row.seq,
    );
  }

  /** Ends a delivery; false when it had ended before, which stays as it is. */
  end(
    { seq, delivery: { lane } }: DeliveryRow,
    status: DeliveryOutcome["kind"] | "skipped",
    reason: string | null,
    result?: DeliveryResult,
  ): boolean {
    const remoteId = result?.kind === "say" || result?.kind === "post" ? result.message : null;
    const head = this.#heads?.get(lane);
    const ended = this.#storage.sql(
      `UPDATE deliveries SET status = ?, remote_id = ?, reason = ? WHERE seq = ? AND ${OPEN} RETURNING seq`,
      status,
      remoteId,
      reason,
      seq,
    );
    if (head?.isAlone && head.row.seq === seq) this.#heads?.delete(lane);
    else this.#heads = null;
    return ended.length > 0;
  }

  /** What the assistant has not begun to do or say is not wanted any more; what is under way is not to be repeated. */
  silenceAssistant(session: SessionId): void {
    this.#write(
      "UPDATE deliveries SET status = 'skipped' WHERE session = ? AND status = 'waiting' AND assistants = 1",
      session,
    );
    this.#write(
      "UPDATE deliveries SET assistants = 2 WHERE session = ? AND status IN ('trying', 'unknown') AND assistants = 1",
      session,
    );
  }

  /** An Interaction that was not asked for yet is not wanted any more. */
  withdrawInteraction(session: SessionId): void {
    this.#write(
      "UPDATE deliveries SET status = 'skipped' WHERE session = ? AND status = 'waiting' AND kind = 'create-interaction'",
      session,
    );
  }

  /** The posts of a session that were not tried yet, in order. */
  waitingPosts(session: SessionId | null): DeliveryRow[] {
    return this.#storage
      .sql<StoredRow>(
        `SELECT ${COLUMNS} FROM deliveries
       WHERE lane = 'twilio' AND status = 'waiting' AND kind = 'post' AND session = ? ORDER BY seq`,
        session,
      )
      .map(toRow);
  }

  /** The last message that we know to stand in the DM: a look need not go behind it. */
  lastSaid(): DiscordMessageId | null {
    const row = this.#storage.sql<{ remote_id: DiscordMessageId }>(
      "SELECT remote_id FROM deliveries WHERE kind = 'say' AND remote_id IS NOT NULL ORDER BY seq DESC LIMIT 1",
    )[0];
    return row?.remote_id ?? null;
  }

  /** Takes what has ended without success of a person's message, in order: to be sent again, once. */
  takeUndelivered(source: string): UndeliveredDelivery[] {
    return this.#write<{ seq: number; body: string }>(
      `UPDATE deliveries SET status = 'skipped', reason = 'sent again'
         WHERE status IN ('failed', 'undecided') AND kind IN ('say', 'post')
           AND coalesce(body ->> '$.source', body ->> '$.line.source') = ? RETURNING seq, body`,
      source,
    )
      .sort((a, b) => a.seq - b.seq)
      .map(({ body }) => JSON.parse(body) as UndeliveredDelivery);
  }

  /** When the oldest settled delivery was stored; null when there is none. */
  oldestSettled(): number | null {
    const oldest = `SELECT created_at FROM deliveries WHERE NOT (${OPEN}) ORDER BY seq LIMIT 1`;
    return this.#storage.sql<{ created_at: number }>(oldest)[0]?.created_at ?? null;
  }

  /** Forgets at most `limit` settled deliveries of before `before`. Returns how many. */
  forget(before: number, limit: number): number {
    return this.#write(
      `DELETE FROM deliveries WHERE seq IN
         (SELECT seq FROM deliveries WHERE created_at < ? AND NOT (${OPEN}) ORDER BY seq LIMIT ?) RETURNING seq`,
      before,
      limit,
    ).length;
  }

  /** Whether a message of the other side is the outcome of one of our deliveries. */
  isKnown(remoteId: string): boolean {
    return this.#storage.sql("SELECT 1 AS known FROM deliveries WHERE remote_id = ?", remoteId).length > 0;
  }

  #isWaiting({ lane, kind }: Delivery): boolean {
    const waiting = "SELECT 1 AS there FROM deliveries WHERE lane = ? AND status = 'waiting' AND kind = ? LIMIT 1";
    return this.#storage.sql(waiting, lane, kind).length > 0;
  }

  #write<Row extends Record<string, SqlValue>>(statement: string, ...bindings: SqlValue[]): Row[] {
    this.#heads = null;
    return this.#storage.sql<Row>(statement, ...bindings);
  }

  /** How many deliveries are not settled yet. */
  unsettled(): number {
    return this.#storage.sql<{ n: number }>(`SELECT count(*) AS n FROM deliveries WHERE ${OPEN}`)[0]?.n ?? 0;
  }

  /** When each lane wants to be looked after next; a row that is being tried, when it counts as forgotten. */
  dueTimes(): number[] {
    return LANES.map((lane) => this.head(lane))
      .filter((row) => row !== null)
      .map((row) => (row.status === "trying" ? (row.triedAt ?? row.dueAt) + FORGOTTEN_AFTER_MS : row.dueAt));
  }
}

/** The values of the column `assistants`. */
const ASSISTANTS: readonly DeliveryRow["assistants"][] = ["no", "yes", "silenced"];

/** The greeting after `/helpme` is promised in the server's channel: it is said in any case. */
function isAssistantsWork(delivery: Delivery): boolean {
  switch (delivery.kind) {
    case "ask-assistant":
    case "open-article":
      return true;
    case "say":
      return isAssistants(delivery.say) && delivery.helpme === null;
    default:
      return false;
  }
}

const COLUMNS = "seq, id, session, body, assistants, status, attempts, created_at, due_at, tried_at, first_tried_at";

type StoredRow = {
  seq: number;
  id: DeliveryId;
  session: SessionId | null;
  body: string;
  assistants: number;
  status: DeliveryRow["status"];
  attempts: number;
  created_at: number;
  due_at: number;
  tried_at: number | null;
  first_tried_at: number | null;
};

function toRow(row: StoredRow): DeliveryRow {
  return {
    seq: row.seq,
    id: row.id,
    session: row.session,
    delivery: JSON.parse(row.body) as Delivery,
    assistants: ASSISTANTS[row.assistants] ?? "no",
    status: row.status,
    attempts: row.attempts,
    createdAt: row.created_at,
    dueAt: row.due_at,
    triedAt: row.tried_at,
    firstTriedAt: row.first_tried_at,
  };
}
