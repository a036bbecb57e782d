import { tooManyActions } from "./errors.ts";

/** Twilio's limit of actions per second on one thing (a conversation, or the service for creating and deleting them). */
export class ActionLimit {
  readonly #perSecond: number;
  readonly #now: () => number;
  readonly #taken = new Map<string, number[]>();

  constructor(perSecond: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#now = now;
  }

  /** Counts one action; throws 429/50063 when too many fell into the last second. */
  take(sid: string): void {
    const now = this.#now();
    const recent = (this.#taken.get(sid) ?? []).filter((at) => at > now - 1_000);
    if (recent.length >= this.#perSecond) throw tooManyActions();
    recent.push(now);
    this.#taken.set(sid, recent);
  }
}
