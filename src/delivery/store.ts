import { decide } from "../conversation/decide.ts";
import { type Delivery, isAssistants, type Lane, type Line } from "../conversation/deliveries.ts";
import {
  type ConversationEvent,
  type DeliveryOutcome,
  type Happening,
  type IngestReply,
  keyOf,
} from "../conversation/events.ts";
import type {
  DeliveryId,
  DiscordMessageId,
  DiscordUserId,
  FlexChannelSid,
  FlexInteractionSid,
  SessionId,
  TwilioConversationSid,
} from "../conversation/ids.ts";
import { type ConversationState, newConversation, nextWakeUp } from "../conversation/state.ts";
import type { Effect } from "../conversation/turn.ts";
import { ATTEMPTS_BEFORE_NOTICE, FORGOTTEN_AFTER_MS, TRANSCRIPT_LIMIT } from "./policy.ts";
import { migrate } from "./schema.ts";
import type { SqlValue, Storage } from "./storage.ts";

/** An unsettled delivery as it is stored. Times are milliseconds since 1970. */
export type DeliveryRow = {
  readonly id: DeliveryId;
  readonly session: SessionId | null;
  readonly delivery: Delivery;
  readonly assistants: boolean;
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

/** The foreign ids of a session, open or closed. */
export type SessionIds = {
  readonly conversation: TwilioConversationSid | null;
  readonly interaction: FlexInteractionSid | null;
  readonly channel: FlexChannelSid | null;
};

const OPEN = "status IN ('waiting', 'trying', 'unknown')";

/**
 * One conversation on disk: journal, state and deliveries. Each public method that writes is one transaction, so that an
 * event, what was decided about it and the mark of the first attempt are stored together or not at all.
 */
export class ConversationStore {
  readonly #storage: Storage;
  readonly #now: () => number;
  readonly #newId: () => DeliveryId;
  #state: ConversationState;
  /** Deliveries that this instance has marked as tried; a row marked by anyone else is a leftover. */
  #claimed = new Set<DeliveryId>();
  #alarmAt: number | null = null;

  constructor(storage: Storage, member: DiscordUserId, now: () => number, newId: () => DeliveryId) {
    this.#storage = storage;
    this.#now = now;
    this.#newId = newId;
    migrate(storage, now());
    const stored = storage.sql<{ body: string }>("SELECT body FROM state")[0];
    this.#state = { ...newConversation(member), ...(stored ? (JSON.parse(stored.body) as ConversationState) : {}) };
  }

  get state(): ConversationState {
    return this.#state;
  }

  /** Takes an event from outside: once, whatever it brings about included. */
  ingest(event: ConversationEvent): IngestReply {
    return this.#transaction(() => this.#apply(event, JSON.stringify(event)));
  }

  /** Lets the state look at the clock, if it asked for that. */
  ring(): void {
    const wakeUp = nextWakeUp(this.#state);
    const at = this.#now();
    if (wakeUp === null || wakeUp > at) return;
    this.#transaction(() => this.#apply({ kind: "clock-rang", at }, "{}"));
  }

  /** The delivery whose turn it is in a lane. */
  head(lane: Lane): DeliveryRow | null {
    const row = this.#storage.sql<StoredRow>(
      `SELECT ${COLUMNS} FROM deliveries WHERE lane = ? AND ${OPEN} ORDER BY seq LIMIT 1`,
      lane,
    )[0];
    return row ? toRow(row) : null;
  }

  /** Whether this instance itself marked the delivery as being tried. */
  isClaimed(row: DeliveryRow): boolean {
    return this.#claimed.has(row.id);
  }

  /** Gives up the claim on a delivery whose outcome could not be stored: it counts as interrupted. */
  disown(row: DeliveryRow): void {
    this.#claimed.delete(row.id);
  }

  /** Takes a delivery out of its lane whose outcome cannot be stored in the usual way, so that the lane goes on. */
  bury(row: DeliveryRow, reason: string): void {
    this.#storage.sql("UPDATE deliveries SET status = 'undecided', reason = ? WHERE id = ?", reason, row.id);
    this.#claimed.delete(row.id);
  }

  /** Marks an attempt, before it is made. */
  claim(row: DeliveryRow): void {
    this.#transaction(() => this.#mark(row.id));
  }

  /** Puts off a delivery; at {@link ATTEMPTS_BEFORE_NOTICE} calls whoever waits for it is told. */
  postpone(row: DeliveryRow, to: Postponed): void {
    const { status, dueAt, calls, reason, mayHaveHappened } = to;
    this.#transaction(() => {
      this.#claimed.delete(row.id);
      this.#storage.sql(
        "UPDATE deliveries SET status = ?, due_at = ?, attempts = ?, reason = ?, first_tried_at = ? WHERE id = ?",
        status,
        dueAt,
        calls,
        reason,
        mayHaveHappened ? row.firstTriedAt : null,
        row.id,
      );
      if (calls !== ATTEMPTS_BEFORE_NOTICE) return;
      const { id, session, delivery } = row;
      this.#apply({ kind: "delivery-delayed", id, session, delivery, at: this.#now() }, "{}");
    });
  }

  /** Drops a delivery that is not wanted any more and did not happen. */
  skip(row: DeliveryRow): void {
    this.#transaction(() => {
      this.#claimed.delete(row.id);
      this.#storage.sql("UPDATE deliveries SET status = 'skipped' WHERE id = ?", row.id);
    });
  }

  /**
   * Records how a delivery ended and what follows. Where a Twilio Conversation turned out to be closed, or could not be
   * created, the posts that wait for it end at once as well: what is written meanwhile must not overtake them.
   */
  settle(row: DeliveryRow, outcome: DeliveryOutcome): void {
    this.#transaction(() => {
      this.#settle(row, outcome);
      const forAll = outcomeForWaitingPosts(row.delivery, outcome);
      if (!forAll) return;
      const waiting = this.#storage.sql<StoredRow>(
        `SELECT ${COLUMNS} FROM deliveries WHERE lane = 'twilio' AND status = 'waiting' AND kind = 'post' AND session = ? ORDER BY seq`,
        row.session,
      );
      for (const other of waiting) this.#settle(toRow(other), forAll);
    }, row.delivery.lane);
  }

  /** The foreign ids of a session. */
  idsOf(session: SessionId): SessionIds {
    const row = this.#storage.sql<{
      twilio_conversation: TwilioConversationSid | null;
      flex_interaction: FlexInteractionSid | null;
      flex_channel: FlexChannelSid | null;
    }>("SELECT twilio_conversation, flex_interaction, flex_channel FROM sessions WHERE id = ?", session)[0];
    return {
      conversation: row?.twilio_conversation ?? null,
      interaction: row?.flex_interaction ?? null,
      channel: row?.flex_channel ?? null,
    };
  }

  /** The last message that we know to stand in the DM: a look need not go behind it. */
  lastSaid(): DiscordMessageId | null {
    const row = this.#storage.sql<{ remote_id: DiscordMessageId }>(
      "SELECT remote_id FROM deliveries WHERE kind = 'say' AND remote_id IS NOT NULL ORDER BY seq DESC LIMIT 1",
    )[0];
    return row?.remote_id ?? null;
  }

  /** Whether a message of the other side is the outcome of one of our deliveries. */
  isKnown(remoteId: string): boolean {
    return this.#storage.sql("SELECT 1 AS known FROM deliveries WHERE remote_id = ?", remoteId).length > 0;
  }

  /** Whether a delivery is the assistant's while somebody else owns the conversation. */
  isSilenced(row: DeliveryRow): boolean {
    const { session } = this.#state;
    return row.assistants && !(session?.id === row.session && session.owner.kind === "assistant");
  }

  /** How many deliveries are not settled yet. */
  unsettled(): number {
    return this.#storage.sql<{ n: number }>(`SELECT count(*) AS n FROM deliveries WHERE ${OPEN}`)[0]?.n ?? 0;
  }

  /** To be called when the alarm has fired: it is gone, and whatever is still due sets it anew. */
  rearm(): void {
    this.#alarmAt = null;
    this.#transaction(() => undefined);
  }

  /** With `lane`, the delivery whose turn it is then is marked as tried in the same commit. */
  #transaction<T>(work: () => T, lane?: Lane): T {
    const state = this.#state;
    const claimed = new Set(this.#claimed);
    const alarmAt = this.#alarmAt;
    try {
      return this.#storage.transaction(() => {
        const result = work();
        const next = lane && this.head(lane);
        if (next?.status === "waiting" && next.dueAt <= this.#now() && !this.isSilenced(next)) this.#mark(next.id);
        this.#arm();
        return result;
      });
    } catch (error) {
      // Nothing was stored, so nothing may be remembered.
      this.#state = state;
      this.#claimed = claimed;
      this.#alarmAt = alarmAt;
      throw error;
    }
  }

  #apply(happening: Happening, body: string): IngestReply {
    const now = this.#now();
    const fresh = this.#storage.sql(
      "INSERT INTO journal (key, at, body) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING RETURNING seq",
      keyOf(happening),
      now,
      body,
    );
    if (fresh.length === 0) return "duplicate";
    const before = this.#state;
    const decision = decide(before, happening, now);
    for (const effect of decision.effects) this.#enact(effect, now);
    if (decision.state !== before) this.#save(before, decision.state, now);
    return decision.reply;
  }

  #save(before: ConversationState, after: ConversationState, now: number): void {
    this.#state = after;
    this.#storage.sql(
      "INSERT INTO state (only, body) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET body = excluded.body",
      JSON.stringify(after),
    );
    if (before.session && before.session.id !== after.session?.id) {
      this.#storage.sql("UPDATE sessions SET closed_at = ? WHERE id = ?", now, before.session.id);
    }
    const ids = after.session && foreignIds(after);
    if (
      !after.session ||
      !ids ||
      (before.session?.id === after.session.id && ids.join() === foreignIds(before)?.join())
    ) {
      return;
    }
    this.#storage.sql(
      `INSERT INTO sessions (id, twilio_conversation, flex_interaction, flex_channel, opened_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET twilio_conversation = excluded.twilio_conversation,
         flex_interaction = excluded.flex_interaction, flex_channel = excluded.flex_channel`,
      after.session.id,
      ...ids,
      after.session.openedAt,
    );
  }

  #enact(effect: Effect, now: number): void {
    switch (effect.kind) {
      case "deliver":
        this.#add(effect.session, effect.delivery, now);
        return;
      case "record":
        this.#storage.sql(
          "INSERT INTO transcript (session, line) VALUES (?, ?)",
          effect.session,
          JSON.stringify(effect.line),
        );
        this.#storage.sql(
          `DELETE FROM transcript WHERE session = ?1 AND seq <=
             (SELECT seq FROM transcript WHERE session = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)`,
          effect.session,
          TRANSCRIPT_LIMIT,
        );
        return;
      case "replay": {
        const lines = this.#storage.sql<{ line: string }>(
          "DELETE FROM transcript WHERE session = ? RETURNING seq, line",
          effect.session,
        ) as { seq: number; line: string }[];
        for (const { line } of lines.sort((a, b) => a.seq - b.seq)) {
          this.#add(effect.session, { lane: "twilio", kind: "post", line: JSON.parse(line) as Line }, now);
        }
        return;
      }
      case "withdraw-interaction":
        this.#storage.sql(
          "UPDATE deliveries SET status = 'skipped' WHERE session = ? AND status = 'waiting' AND kind = 'create-interaction'",
          effect.session,
        );
        return;
      case "silence-assistant":
        this.#storage.sql(
          "UPDATE deliveries SET status = 'skipped' WHERE session = ? AND status = 'waiting' AND assistants = 1",
          effect.session,
        );
        return;
    }
  }

  /** Stores a delivery; one that stands first in its lane is stored as being tried, which saves a second write. */
  #add(session: SessionId | null, delivery: Delivery, now: number): void {
    const open = this.#storage.sql<{ status: string; kind: string }>(
      `SELECT status, kind FROM deliveries WHERE lane = ? AND ${OPEN} ORDER BY seq LIMIT 2`,
      delivery.lane,
    );
    // The directory is written from the state as it is then: one that waits says all that a second could.
    if (delivery.kind === "update-directory" && open.some(({ status }) => status === "waiting")) return;
    const isHead = open.length === 0;
    const id = this.#newId();
    this.#storage.sql(
      `INSERT INTO deliveries
         (id, session, lane, kind, body, assistants, status, attempts, created_at, due_at, tried_at, first_tried_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      session,
      delivery.lane,
      delivery.kind,
      JSON.stringify(delivery),
      isAssistantsWork(delivery) ? 1 : 0,
      isHead ? "trying" : "waiting",
      isHead ? 1 : 0,
      now,
      now,
      isHead ? now : null,
      isHead ? now : null,
    );
    if (isHead) this.#claimed.add(id);
  }

  #mark(id: DeliveryId): void {
    this.#claimed.add(id);
    const now = this.#now();
    this.#storage.sql(
      `UPDATE deliveries SET status = 'trying', attempts = attempts + 1, tried_at = ?1,
         first_tried_at = coalesce(first_tried_at, ?1) WHERE id = ?2`,
      now,
      id,
    );
  }

  #settle(row: DeliveryRow, outcome: DeliveryOutcome): void {
    this.#claimed.delete(row.id);
    const result = outcome.kind === "sent" ? outcome.result : null;
    const remoteId = result?.kind === "say" || result?.kind === "post" ? result.message : null;
    this.#storage.sql(
      "UPDATE deliveries SET status = ?, remote_id = ?, reason = ? WHERE id = ?",
      outcome.kind,
      remoteId,
      outcome.kind === "sent" ? null : outcome.reason,
      row.id,
    );
    const { id, session, delivery } = row;
    this.#apply({ kind: "delivery-settled", id, session, delivery, outcome, at: this.#now() }, JSON.stringify(outcome));
  }

  /** Sets the alarm for whatever is due first, unless it rings earlier anyway. */
  #arm(): void {
    const due = this.#storage
      .sql<Pick<StoredRow, "status" | "due_at" | "tried_at">>(
        `SELECT status, due_at, tried_at FROM deliveries
         WHERE seq IN (SELECT min(seq) FROM deliveries WHERE ${OPEN} GROUP BY lane)`,
      )
      .map((row) => (row.status === "trying" ? (row.tried_at ?? row.due_at) + FORGOTTEN_AFTER_MS : row.due_at));
    const wakeUp = nextWakeUp(this.#state);
    if (wakeUp !== null) due.push(wakeUp);
    if (due.length === 0) return;
    const first = Math.min(...due);
    if (this.#alarmAt !== null && this.#alarmAt <= first) return;
    this.#alarmAt = first;
    this.#storage.setAlarm(first);
  }
}

function outcomeForWaitingPosts(delivery: Delivery, outcome: DeliveryOutcome): DeliveryOutcome | null {
  if (outcome.kind === "failed" && outcome.cause === "conversation-closed") return outcome;
  if (delivery.kind !== "create-conversation" || outcome.kind === "sent") return null;
  return { kind: "failed", cause: "no-conversation", reason: outcome.reason };
}

function foreignIds(state: ConversationState): SqlValue[] | null {
  if (!state.session) return null;
  const { twilio } = state.session;
  return [twilio?.conversation ?? null, twilio?.flex?.interaction ?? null, twilio?.flex?.channel ?? null];
}

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

const COLUMNS = "id, session, body, assistants, status, attempts, created_at, due_at, tried_at, first_tried_at";

type StoredRow = {
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
    id: row.id,
    session: row.session,
    delivery: JSON.parse(row.body) as Delivery,
    assistants: row.assistants === 1,
    status: row.status,
    attempts: row.attempts,
    createdAt: row.created_at,
    dueAt: row.due_at,
    triedAt: row.tried_at,
    firstTriedAt: row.first_tried_at,
  };
}
