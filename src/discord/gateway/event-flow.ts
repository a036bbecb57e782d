import type { Time } from "../../conversation/events.ts";
import type { DiscordUserId } from "../../conversation/ids.ts";
import { log } from "../../log.ts";
import type { Clock, Pause } from "../../outside/call.ts";
import { TimeLimit } from "../../outside/time-limit.ts";
import type { Storage } from "../../storage.ts";
import { EventQueue, type MemberEvent, type QueuedEvent } from "./event-queue.ts";
import { classifyRefusal } from "./hand-over-errors.ts";
import { memberEventOf } from "./member-event.ts";
import { Parking } from "./parking.ts";

/** What the flow needs from the world. */
export type EventFlowOutside = {
  readonly storage: Storage;
  readonly now: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Resolves when the event's conversation has stored it. */
  readonly handOver: (event: MemberEvent) => Promise<unknown>;
  readonly pause: Pause;
  /** Keeps work alive that nobody waits for. It never rejects. */
  readonly background: (work: Promise<void>) => void;
};

/** How long a conversation may take to store an event. Longer than that and it counts as stuck. */
export const HAND_OVER_LIMIT_MS = 10_000;
const ATTEMPTS = 3;
const SHORTEST_PAUSE_MS = 100;
const PARKED_PAUSE_MS = 20_000;

/**
 * Brings the events of a Gateway session to their conversations. A conversation that refuses an event three times has
 * its events parked on disk, where they are tried again by the alarm: it holds up nobody else.
 */
export class EventFlow {
  readonly #outside: EventFlowOutside;
  readonly #onProgress: () => void;
  readonly #queue: EventQueue;
  readonly #parking: Parking;
  readonly #timeLimit: TimeLimit;

  /** `seq` is the stored mark; `onProgress` is called whenever the mark or what is parked may have changed. */
  constructor(outside: EventFlowOutside, seq: number, onProgress: () => void) {
    this.#outside = outside;
    this.#onProgress = onProgress;
    this.#queue = new EventQueue(seq);
    this.#parking = new Parking(outside.storage);
    this.#timeLimit = new TimeLimit(HAND_OVER_LIMIT_MS, outside.pause);
  }

  /** The highest number up to which every event received is with its conversation, parked, or none of our business. */
  get mark(): number {
    return this.#queue.mark;
  }

  /** How many events are on their way. */
  get lag(): number {
    return this.#queue.size;
  }

  /** How many events are parked. */
  get parked(): number {
    return this.#parking.count();
  }

  /** When `retryParked` has something to do; null when nothing is parked. */
  nextRetryAt(): Time | null {
    return this.#parking.nextDueAt();
  }

  /** Takes in an event of the session; `name` is null where it is of the protocol itself and only its number counts. */
  receive(seq: number, name: string | null, data: unknown): void {
    const event = name === null ? null : this.#read(seq, name, data);
    const parks = event !== null && this.#parking.holds(event.profile.member);
    if (parks) this.#parking.park([event], this.#outside.now());
    const started = this.#queue.receive(seq, parks ? null : event);
    if (started !== null) this.#outside.background(this.#drainLane(started));
    this.#onProgress();
  }

  /** The session is over and will replay nothing: what is still on its way goes to disk, and numbers begin anew. */
  forgetSession(): void {
    const waiting = this.#queue.all().map(({ event }) => event);
    if (!this.#park(waiting, 0)) this.#outside.background(this.#parkLater(waiting));
    this.#queue.clear();
  }

  /** Tries the parked events that are due. */
  retryParked(): void {
    for (const { event } of this.#parking.due(this.#outside.now())) {
      this.#outside.background(this.#drainParked(event.profile.member).catch((error) => this.#storageFailed(error)));
    }
  }

  #read(seq: number, name: string, data: unknown): MemberEvent | null {
    const event = memberEventOf(name, data);
    if (event !== "unreadable") return event;
    log("error", "gateway.unreadable-event", { name, seq });
    return null;
  }

  /** Hands a member's events over one after the other, until none waits or the conversation will not take one. */
  async #drainLane(first: QueuedEvent): Promise<void> {
    let queued: QueuedEvent | null = first;
    while (queued !== null) {
      if (await this.#handOver(queued.event, ATTEMPTS)) {
        queued = this.#queue.settle(queued);
      } else if (this.#parkLane(queued)) {
        queued = null;
      } else {
        await this.#outside.pause(PARKED_PAUSE_MS);
      }
      this.#onProgress();
    }
  }

  /** False when they could not be stored: then they stay where they are, and the mark stays below them. */
  #parkLane(queued: QueuedEvent): boolean {
    const events = this.#queue.laneOf(queued).map(({ event }) => event);
    if (!this.#park(events, PARKED_PAUSE_MS)) return false;
    this.#queue.clearLane(queued);
    log("warn", "gateway.events-parked", { member: queued.event.profile.member, events: events.length });
    return true;
  }

  #park(events: readonly MemberEvent[], afterMs: number): boolean {
    try {
      this.#parking.park(events, this.#outside.now() + afterMs);
      return true;
    } catch (error) {
      this.#storageFailed(error);
      return false;
    }
  }

  #storageFailed(error: unknown): void {
    log("error", "gateway.parking-failed", { reason: error instanceof Error ? error.message : "unknown" });
  }

  async #parkLater(events: readonly MemberEvent[]): Promise<void> {
    do await this.#outside.pause(SHORTEST_PAUSE_MS);
    while (!this.#park(events, 0));
    this.#onProgress();
  }

  async #drainParked(member: DiscordUserId): Promise<void> {
    for (let parked = this.#parking.first(member); parked !== null; parked = this.#parking.first(member)) {
      this.#parking.markTried(parked, this.#outside.now(), this.#outside.random());
      const taken = await this.#handOver(parked.event, 1);
      if (taken) this.#parking.remove(parked);
      this.#onProgress();
      if (!taken) return;
    }
  }

  /** True when the conversation has the event. Repeating is harmless: it knows what it has. */
  async #handOver(event: MemberEvent, attempts: number): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#timeLimit.on(this.#outside.handOver(event));
        return true;
      } catch (error) {
        const refusal = classifyRefusal(error);
        const name = error instanceof Error ? error.name : typeof error;
        log("warn", "gateway.event-refused", { member: event.profile.member, attempt, refusal, error: name });
        if (attempt >= attempts || refusal === "overloaded") return false;
        await this.#outside.pause(SHORTEST_PAUSE_MS * 3 ** attempt * (1 - this.#outside.random() / 2));
      }
    }
  }
}
