import type { TranscriptLine } from "../cases/transcripts.ts";
import type { Delivery, Lane } from "../conversation/deliveries.ts";
import {
  type ConversationEvent,
  type DeliveryOutcome,
  type Happening,
  type IngestReply,
  type JournaledEvent,
  keyOf,
  type ResendAsked,
} from "../conversation/events.ts";
import type { DeadLetterId, DeliveryId, DiscordMessageId, SessionId } from "../conversation/ids.ts";
import { type ConversationState, nextWakeUp } from "../conversation/state.ts";
import type { Effect } from "../conversation/turn.ts";
import { apologyFor, deadLetterOf, isCarriedOver, outcomeForWaitingPosts } from "../conversation/undelivered.ts";
import { log } from "../log.ts";
import type { Storage } from "../storage.ts";
import { DeliveriesTable, type DeliveryRow, type Postponed } from "./deliveries-table.ts";
import { Journal } from "./journal.ts";
import { ATTEMPTS_BEFORE_NOTICE } from "./policy.ts";
import { isForgotten, Retention } from "./retention.ts";
import { migrate } from "./schema.ts";
import { idsIn, type SessionIds, StateTable } from "./state-table.ts";
import { readTranscript } from "./transcript.ts";
import { decided, Undecidable } from "./undecidable.ts";

/**
 * One conversation on disk: journal, state and deliveries. Each public method that writes is one transaction, so that an
 * event, what was decided about it and the mark of the first attempt are stored together or not at all.
 */
export class ConversationStore {
  /** To read only: whatever writes goes through the methods here. */
  readonly deliveries: DeliveriesTable;
  readonly #storage: Storage;
  readonly #journal: Journal;
  readonly #states: StateTable;
  readonly #retention: Retention;
  readonly #now: () => number;
  readonly #newId: () => DeliveryId;
  /** Called after each change that was stored. */
  readonly #changed: () => void;
  #state: ConversationState;
  /** Deliveries that this instance has marked as tried; a row marked by anyone else is a leftover. */
  #claimed = new Set<DeliveryId>();
  #alarmAt: number | null = null;

  constructor(
    storage: Storage,
    { member, routing }: Pick<ConversationState, "member" | "routing">,
    now: () => number,
    newId: () => DeliveryId,
    changed: () => void = () => undefined,
  ) {
    this.#storage = storage;
    this.#changed = changed;
    this.#now = now;
    this.#newId = newId;
    this.deliveries = new DeliveriesTable(storage);
    this.#journal = new Journal(storage);
    this.#states = new StateTable(storage);
    migrate(storage, now());
    this.#state = this.#states.load(member, routing);
    this.#retention = new Retention({ journal: this.#journal, deliveries: this.deliveries, states: this.#states });
  }

  get state(): ConversationState {
    return this.#state;
  }

  /**
   * Takes an event from outside: once, whatever it brings about included. One that is older than what is remembered cannot be
   * told from a repeated one and counts as such. One that cannot be made sense of is set aside, and its author is told.
   */
  ingest(event: ConversationEvent): IngestReply {
    if (isForgotten(event.at, this.#now())) {
      log("warn", "conversation.event-too-old", { member: this.#state.member, kind: event.kind, key: keyOf(event) });
      return "duplicate";
    }
    try {
      return this.#transaction(() => this.#take(this.#withUndelivered(event), JSON.stringify(event)));
    } catch (error) {
      if (!(error instanceof Undecidable)) throw error;
      return this.#setAside(event, error.message);
    }
  }

  /** Sends again what is known by this id, for the operator; `request` is unique. `stale` when nothing is left of it. */
  retry(id: DeadLetterId, request: string): IngestReply {
    try {
      return this.#transaction(() => {
        const event = this.#journal.takeAside(id);
        // In any case it stands no longer; what fails again is noted again, behind this.
        this.#add(null, { lane: "directory", kind: "note-dead-letter", id, letter: null }, this.#now());
        if (event) return this.#take(event, JSON.stringify(event));
        return this.#take(this.#resendOf(id, `retry/${request}`, null), JSON.stringify({ id }));
      });
    } catch (error) {
      if (!(error instanceof Undecidable)) throw error;
      return "stale";
    }
  }

  /** Lets the state look at the clock, if it asked for that, and forgets what is old. */
  ring(): void {
    const at = this.#now();
    if (this.#retention.dueAt <= at) this.#transaction(() => this.#retention.forget(at));
    const wakeUp = nextWakeUp(this.#state);
    if (wakeUp === null || wakeUp > at) return;
    this.#transaction(() => this.#apply({ kind: "clock-rang", at }));
  }

  /** Whether this instance itself marked the delivery as being tried. */
  isClaimed(row: DeliveryRow): boolean {
    return this.#claimed.has(row.id);
  }

  /** Gives up the claim on a delivery whose outcome could not be stored: it counts as interrupted. */
  disown(row: DeliveryRow): void {
    this.#claimed.delete(row.id);
  }

  /**
   * Ends a delivery as undecided whose outcome cannot be stored. Where even that cannot be made sense of it leaves its lane
   * without consequences, so that the lane goes on.
   */
  giveUp(row: DeliveryRow, reason: string): void {
    try {
      this.settle(row, { kind: "undecided", reason });
    } catch (error) {
      if (!(error instanceof Undecidable)) throw error;
      this.#bury(row, reason);
    }
  }

  /** Marks an attempt, before it is made. */
  claim(row: DeliveryRow): void {
    this.#transaction(() => this.#mark(row));
  }

  /** Puts off a delivery; at {@link ATTEMPTS_BEFORE_NOTICE} calls whoever waits for it is told. */
  postpone(row: DeliveryRow, to: Postponed): void {
    this.#transaction(() => {
      this.#claimed.delete(row.id);
      this.deliveries.postpone(row, to);
      if (to.calls !== ATTEMPTS_BEFORE_NOTICE) return;
      const { id, session, delivery } = row;
      this.#apply({ kind: "delivery-delayed", id, session, delivery, at: this.#now() });
    });
  }

  /** Drops a delivery that is not wanted any more and did not happen. */
  skip(row: DeliveryRow): void {
    this.#transaction(() => {
      this.#claimed.delete(row.id);
      this.deliveries.end(row, "skipped", null);
    });
  }

  /**
   * Records how a delivery ended and what follows. Where a Twilio Conversation turned out to be closed, or could not be
   * created, the posts that wait for it end at once as well: what is written meanwhile must not overtake them. An outcome
   * that cannot be made sense of counts as undecided.
   */
  settle(row: DeliveryRow, outcome: DeliveryOutcome): void {
    try {
      this.#settleAll(row, outcome);
    } catch (error) {
      if (!(error instanceof Undecidable) || outcome.kind === "undecided") throw error;
      this.settle(row, { kind: "undecided", reason: error.message });
    }
  }

  /** The foreign ids of a session. */
  idsOf(session: SessionId): SessionIds {
    const { session: open } = this.#state;
    return open?.id === session ? idsIn(open) : this.#states.idsOf(session);
  }

  /** The last message of the member that was taken in up to this time. */
  lastHeard(until: number): DiscordMessageId | null {
    return this.#journal.lastHeard(until);
  }

  /** What was said in a session, as far as it is still stored. */
  transcript(session: SessionId): TranscriptLine[] {
    return readTranscript(this.#storage, this.#state, session);
  }

  /** Whether a delivery is the assistant's and a person owns the conversation, or did since it was begun. */
  isSilenced(row: DeliveryRow): boolean {
    const { session } = this.#state;
    if (row.assistants !== "yes") return row.assistants === "silenced";
    return session?.id !== row.session || session.owner.kind !== "assistant";
  }

  /** To be called when the alarm has fired: it is gone, and whatever is still due sets it anew, by what stands in the rows. */
  rearm(): void {
    this.#alarmAt = null;
    this.deliveries.readAnew();
    this.#transaction(() => undefined);
  }

  /** With `lane`, the delivery whose turn it is then is marked as tried in the same commit. */
  #transaction<T>(work: () => T, lane?: Lane): T {
    const state = this.#state;
    const claimed = new Set(this.#claimed);
    const alarmAt = this.#alarmAt;
    const forgetAt = this.#retention.dueAt;
    try {
      const result = this.#storage.transaction(() => {
        const result = work();
        const next = lane && this.deliveries.head(lane);
        if (next?.status === "waiting" && next.dueAt <= this.#now() && !this.isSilenced(next)) this.#mark(next);
        this.#arm();
        return result;
      });
      this.#changed();
      return result;
    } catch (error) {
      // Nothing was stored, so nothing may be remembered.
      this.#state = state;
      this.#claimed = claimed;
      this.#alarmAt = alarmAt;
      this.#retention.dueAt = forgetAt;
      this.deliveries.readAnew();
      throw error;
    }
  }

  /** Enters an event into the journal and does what follows from it, unless it is there. */
  #take(event: JournaledEvent, body: string): IngestReply {
    const now = this.#now();
    if (!this.#journal.enter(keyOf(event), now, body)) return "duplicate";
    this.#retention.keptSince(now);
    return this.#apply(event);
  }

  /** Does what follows from something that has happened. */
  #apply(happening: Happening): IngestReply {
    const now = this.#now();
    const before = this.#state;
    const decision = decided(before, happening, now);
    for (const effect of decision.effects) this.#enact(effect, now);
    if (decision.state !== before) {
      this.#state = decision.state;
      this.#states.save(before, decision.state, now);
    }
    return decision.reply;
  }

  /** The button that sends a message again names the message only: its words are here. */
  #withUndelivered(event: ConversationEvent): JournaledEvent {
    if (event.kind !== "member-pressed" || event.button.kind !== "resend") return event;
    return this.#resendOf(event.button.message, keyOf(event), event);
  }

  #resendOf(id: DeadLetterId, key: string, by: { profile: ResendAsked["profile"] } | null): ResendAsked {
    const undelivered = this.deliveries.takeUndelivered(id);
    return { kind: "resend-asked", key, profile: by?.profile ?? null, undelivered, at: this.#now() };
  }

  #setAside(event: ConversationEvent, reason: string): IngestReply {
    const { member, session } = this.#state;
    const key = keyOf(event);
    return this.#transaction(() => {
      if (!this.#journal.setAside(key, this.#now(), event, reason)) return "duplicate";
      log("error", "conversation.event-set-aside", { member, kind: event.kind, key, reason });
      for (const delivery of apologyFor(event, key, reason)) this.#add(session?.id ?? null, delivery, this.#now());
      return "accepted";
    });
  }

  #enact(effect: Effect, now: number): void {
    switch (effect.kind) {
      case "deliver":
        this.#add(effect.session, effect.delivery, now);
        return;
      case "record":
        this.#states.keepLine(effect.session, effect.line);
        return;
      case "replay":
        for (const line of this.#states.takeLines(effect.session)) {
          this.#add(effect.session, { lane: "twilio", kind: "post", line }, now);
        }
        return;
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

  #mark(row: DeliveryRow): void {
    this.#claimed.add(row.id);
    this.deliveries.mark(row, this.#now());
  }

  #settleAll(row: DeliveryRow, outcome: DeliveryOutcome): void {
    this.#transaction(() => {
      this.#settle(row, outcome);
      const forAll = outcomeForWaitingPosts(row.delivery, outcome);
      if (!forAll) return;
      for (const other of this.deliveries.waitingPosts(row.session)) this.#settle(other, forAll);
    }, row.delivery.lane);
  }

  #settle(row: DeliveryRow, outcome: DeliveryOutcome): void {
    this.#claimed.delete(row.id);
    if (!this.#end(row, outcome)) return;
    const { id, session, delivery } = row;
    this.#apply({ kind: "delivery-settled", id, session, delivery, outcome, at: this.#now() });
  }

  #end(row: DeliveryRow, outcome: DeliveryOutcome): boolean {
    if (outcome.kind === "sent") return this.deliveries.end(row, "sent", null, outcome.result);
    const status = isCarriedOver(row.delivery, outcome) ? "skipped" : outcome.kind;
    return this.deliveries.end(row, status, outcome.reason);
  }

  #bury(row: DeliveryRow, reason: string): void {
    this.#transaction(() => {
      this.#claimed.delete(row.id);
      this.deliveries.end(row, "undecided", reason);
      const note = deadLetterOf(row.delivery, { kind: "undecided", reason });
      if (note) this.#add(null, note, this.#now());
    });
  }

  /** Sets the alarm for whatever is due first, unless it rings earlier anyway. */
  #arm(): void {
    const wakeUp = nextWakeUp(this.#state);
    const first = Math.min(this.#retention.dueAt, wakeUp ?? Number.POSITIVE_INFINITY, ...this.deliveries.dueTimes());
    if (!Number.isFinite(first)) return;
    if (this.#alarmAt !== null && this.#alarmAt <= first) return;
    this.#alarmAt = first;
    this.#storage.setAlarm(first);
  }
}
