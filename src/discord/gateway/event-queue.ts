import type { MemberEdited, MemberWrote } from "../../conversation/events.ts";
import type { DiscordUserId } from "../../conversation/ids.ts";

/** What the Gateway brings for a conversation. */
export type MemberEvent = MemberWrote | MemberEdited;

/** An event on its way to its conversation; `seq` is its number in the Gateway session. */
export type QueuedEvent = { readonly seq: number; readonly event: MemberEvent };

/**
 * The events of one Gateway session on their way to their conversations: one at a time for each member, in order, and
 * side by side across members. Pure bookkeeping: the caller starts what it is handed and reports back.
 *
 * `mark` is the highest number up to which everything received is settled (handed over, parked, or none of our
 * business). It is what counts as seen: a resume asks for everything after it.
 */
export class EventQueue {
  #received: number;
  /** Numbers that are not settled; numbers rise, so the first is the lowest. */
  readonly #open = new Set<number>();
  /** What waits for each member; the first one is being handed over. */
  readonly #lanes = new Map<DiscordUserId, QueuedEvent[]>();

  constructor(mark: number) {
    this.#received = mark;
  }

  get mark(): number {
    for (const lowest of this.#open) return lowest - 1;
    return this.#received;
  }

  /** How many events wait or are being handed over. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Takes in an event, null where the number is all that counts. Returns what is to be handed over now. A resume repeats
   * events that are still on their way here: those are ignored.
   */
  receive(seq: number, event: MemberEvent | null): QueuedEvent | null {
    if (seq <= this.#received) return null;
    this.#received = seq;
    if (event === null) return null;
    this.#open.add(seq);
    const queued = { seq, event };
    const lane = this.#lanes.get(event.profile.member);
    if (lane !== undefined) {
      lane.push(queued);
      return null;
    }
    this.#lanes.set(event.profile.member, [queued]);
    return queued;
  }

  /** The event was handed over. Returns what is to be handed over next in its place. */
  settle(queued: QueuedEvent): QueuedEvent | null {
    const { member } = queued.event.profile;
    const lane = this.#lanes.get(member);
    // An event that was taken away meanwhile is settled already.
    if (lane === undefined || lane[0] !== queued) return null;
    lane.shift();
    this.#open.delete(queued.seq);
    const next = lane[0];
    if (next === undefined) this.#lanes.delete(member);
    return next ?? null;
  }

  /** All that waits in the event's lane, itself first; empty when it was taken away before. */
  laneOf(queued: QueuedEvent): readonly QueuedEvent[] {
    const lane = this.#lanes.get(queued.event.profile.member);
    return lane?.[0] === queued ? lane : [];
  }

  /** Takes away all that waits in the event's lane: it is kept elsewhere. */
  clearLane(queued: QueuedEvent): void {
    for (const { seq } of this.laneOf(queued)) this.#open.delete(seq);
    if (this.laneOf(queued).length > 0) this.#lanes.delete(queued.event.profile.member);
  }

  /** All that waits, in the order of receipt. */
  all(): readonly QueuedEvent[] {
    return [...this.#lanes.values()].flat().sort((a, b) => a.seq - b.seq);
  }

  /** Takes everything away and starts anew for another session. */
  clear(): void {
    this.#lanes.clear();
    this.#open.clear();
    this.#received = 0;
  }
}
