import { decide } from "../conversation/decide.ts";
import type { Delivery, Lane, Line } from "../conversation/deliveries.ts";
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
import type { SqlValue, Storage } from "../storage.ts";
import { DeliveriesTable, type DeliveryRow, type Postponed } from "./deliveries-table.ts";
import { ATTEMPTS_BEFORE_NOTICE, TRANSCRIPT_LIMIT } from "./policy.ts";
import { migrate } from "./schema.ts";

/** What the keys of members' messages begin with; see `keyOf`. */
const MESSAGE_KEY = "discord/message/";

/** The foreign ids of a session, open or closed. */
export type SessionIds = {
  readonly conversation: TwilioConversationSid | null;
  readonly interaction: FlexInteractionSid | null;
  readonly channel: FlexChannelSid | null;
};

/**
 * One conversation on disk: journal, state and deliveries. Each public method that writes is one transaction, so that an
 * event, what was decided about it and the mark of the first attempt are stored together or not at all.
 */
export class ConversationStore {
  /** To read only: whatever writes goes through the methods here. */
  readonly deliveries: DeliveriesTable;
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
    this.deliveries = new DeliveriesTable(storage);
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
    this.deliveries.end(row.id, "undecided", reason);
    this.#claimed.delete(row.id);
  }

  /** Marks an attempt, before it is made. */
  claim(row: DeliveryRow): void {
    this.#transaction(() => this.#mark(row.id));
  }

  /** Puts off a delivery; at {@link ATTEMPTS_BEFORE_NOTICE} calls whoever waits for it is told. */
  postpone(row: DeliveryRow, to: Postponed): void {
    this.#transaction(() => {
      this.#claimed.delete(row.id);
      this.deliveries.postpone(row, to);
      if (to.calls !== ATTEMPTS_BEFORE_NOTICE) return;
      const { id, session, delivery } = row;
      this.#apply({ kind: "delivery-delayed", id, session, delivery, at: this.#now() }, "{}");
    });
  }

  /** Drops a delivery that is not wanted any more and did not happen. */
  skip(row: DeliveryRow): void {
    this.#transaction(() => {
      this.#claimed.delete(row.id);
      this.deliveries.end(row.id, "skipped", null);
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
      for (const other of this.deliveries.waitingPosts(row.session)) this.#settle(other, forAll);
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

  /** The last message of the member that was taken in up to this time. */
  lastHeard(until: number): DiscordMessageId | null {
    const row = this.#storage.sql<{ key: string }>(
      `SELECT key FROM journal
       WHERE key GLOB '${MESSAGE_KEY}*' AND key NOT GLOB '${MESSAGE_KEY}*/*' AND at <= ? ORDER BY seq DESC LIMIT 1`,
      until,
    )[0];
    return row ? (row.key.slice(MESSAGE_KEY.length) as DiscordMessageId) : null;
  }

  /** Whether a delivery is the assistant's and a person owns the conversation, or did since it was begun. */
  isSilenced(row: DeliveryRow): boolean {
    const { session } = this.#state;
    if (row.assistants !== "yes") return row.assistants === "silenced";
    return session?.id !== row.session || session.owner.kind !== "assistant";
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
        const next = lane && this.deliveries.head(lane);
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
        const lines = this.#storage.sql<{ seq: number; line: string }>(
          "DELETE FROM transcript WHERE session = ? RETURNING seq, line",
          effect.session,
        );
        for (const { line } of lines.sort((a, b) => a.seq - b.seq)) {
          this.#add(effect.session, { lane: "twilio", kind: "post", line: JSON.parse(line) as Line }, now);
        }
        return;
      }
      case "withdraw-interaction":
        this.deliveries.withdrawInteraction(effect.session);
        return;
      case "silence-assistant":
        this.deliveries.silenceAssistant(effect.session);
        return;
    }
  }

  #add(session: SessionId | null, delivery: Delivery, now: number): void {
    const id = this.#newId();
    if (this.deliveries.add(id, session, delivery, now)) this.#claimed.add(id);
  }

  #mark(id: DeliveryId): void {
    this.#claimed.add(id);
    this.deliveries.mark(id, this.#now());
  }

  #settle(row: DeliveryRow, outcome: DeliveryOutcome): void {
    this.#claimed.delete(row.id);
    if (outcome.kind === "sent") this.deliveries.end(row.id, "sent", null, outcome.result);
    else this.deliveries.end(row.id, outcome.kind, outcome.reason);
    const { id, session, delivery } = row;
    this.#apply({ kind: "delivery-settled", id, session, delivery, outcome, at: this.#now() }, JSON.stringify(outcome));
  }

  /** Sets the alarm for whatever is due first, unless it rings earlier anyway. */
  #arm(): void {
    const due = this.deliveries.dueTimes();
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
