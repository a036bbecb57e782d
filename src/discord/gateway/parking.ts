import * as v from "valibot";
import { keyOf, type Time } from "../../conversation/events.ts";
import type { DiscordUserId } from "../../conversation/ids.ts";
import type { Storage } from "../../storage.ts";
import type { MemberEvent } from "./event-queue.ts";

/** A member's first parked event. */
export type ParkedEvent = { readonly id: number; readonly event: MemberEvent; readonly refusals: number };

const SHORTEST_PAUSE_MS = 20_000;
const LONGEST_PAUSE_MS = 10 * 60_000;

const FIRST_OF_EACH =
  "SELECT id, event, refusals, due_at FROM parked WHERE id IN (SELECT min(id) FROM parked GROUP BY member)";
const ParkedRow = v.object({ id: v.number(), event: v.string(), refusals: v.number() });

/**
 * Events that their conversation would not take, kept on disk until it does. A member's events stay in order: later ones
 * queue up here while an earlier one is parked, and only the first one is tried.
 */
export class Parking {
  readonly #storage: Storage;
  /** What `nextDueAt` found, since it is asked for with each event; undefined after a write. */
  #nextDueAt: Time | null | undefined;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Parks events in the order given; `dueAt` says when the first one may be tried. */
  park(events: readonly MemberEvent[], dueAt: Time): void {
    this.#nextDueAt = undefined;
    this.#storage.transaction(() => {
      for (const event of events) {
        this.#storage.sql(
          "INSERT INTO parked (key, member, event, refusals, due_at) VALUES (?, ?, ?, 0, ?) ON CONFLICT (key) DO NOTHING",
          keyOf(event),
          event.profile.member,
          JSON.stringify(event),
          Math.ceil(dueAt),
        );
      }
    });
  }

  holds(member: DiscordUserId): boolean {
    // Asked for with each event, while nearly always nothing is parked.
    if (this.nextDueAt() === null) return false;
    return this.#storage.sql("SELECT 1 FROM parked WHERE member = ? LIMIT 1", member).length > 0;
  }

  count(): number {
    return Number(this.#storage.sql("SELECT count(*) AS n FROM parked")[0]?.n);
  }

  /** When the next event is due; null when nothing is parked. */
  nextDueAt(): Time | null {
    if (this.#nextDueAt === undefined) {
      const due = this.#storage.sql(`SELECT min(due_at) AS at FROM (${FIRST_OF_EACH})`)[0]?.at;
      this.#nextDueAt = typeof due === "number" ? due : null;
    }
    return this.#nextDueAt;
  }

  /** The events that are due, at most one for each member. */
  due(now: Time): readonly ParkedEvent[] {
    return this.#storage.sql(`${FIRST_OF_EACH} AND due_at <= ?`, now).map(decode);
  }

  /** The member's first event, due or not. */
  first(member: DiscordUserId): ParkedEvent | null {
    const row = this.#storage.sql("SELECT * FROM parked WHERE member = ? ORDER BY id LIMIT 1", member)[0];
    return row === undefined ? null : decode(row);
  }

  /**
   * Notes that the event is being tried, before it is: it is not due again before a pause that doubles each time, from
   * 20 seconds to 10 minutes, less up to half of it by `random`.
   */
  markTried({ id, refusals }: ParkedEvent, now: Time, random: number): void {
    this.#nextDueAt = undefined;
    const pause = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** refusals) * (1 - random / 2);
    this.#storage.sql("UPDATE parked SET refusals = refusals + 1, due_at = ? WHERE id = ?", Math.ceil(now + pause), id);
  }

  /** The conversation has it now. */
  remove({ id }: ParkedEvent): void {
    this.#nextDueAt = undefined;
    this.#storage.sql("DELETE FROM parked WHERE id = ?", id);
  }
}

/** Rows hold what `park` wrote. */
function decode(row: Record<string, unknown>): ParkedEvent {
  const { id, event, refusals } = v.parse(ParkedRow, row);
  return { id, event: JSON.parse(event) as MemberEvent, refusals };
}
