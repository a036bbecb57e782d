import { setImmediate } from "node:timers/promises";
import type { Random } from "./random.ts";

/** Something that runs code and can die: what is due to a dead one does not happen. */
export interface Life {
  readonly isOver: boolean;
  /** Ends a turn in which its code ran: what it wrote is made lasting, and what it asked for may leave. */
  endTurn(): void;
}

/** Something that happens at its time. */
export type Due = {
  readonly at: number;
  readonly tie: number;
  readonly run: () => void;
  readonly life: Life | null;
  isOff: boolean;
  /** Called when the turn that asked for it is taken back. */
  onTakenBack?: () => void;
};

/** When every history begins. */
const EPOCH = Date.UTC(2026, 2, 1, 9);
/** More events than any history has: something goes round in circles. */
const MOST_EVENTS = 2_000_000;

/**
 * The only clock and the only queue: everything that takes time is an event here. One event at a time is run, with all that
 * follows from it without time passing; so the same seed gives the same history.
 */
export class Timeline {
  /** Milliseconds since the beginning. */
  time = 0;
  events = 0;
  /** Called at the end of each turn in which code of a life ran, with how many things that turn has asked for. */
  onTurnEnd: (life: Life, leaving: number) => void = () => undefined;
  readonly #random: Random;
  readonly #queue: Due[] = [];
  /** How much the clocks on the wall are ahead of `time`. */
  #ahead = 0;
  #active: Life | null = null;
  #ofThisTurn: Due[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** What clocks show: milliseconds since 1970. */
  now(): number {
    return Math.floor(EPOCH + this.time + this.#ahead);
  }

  /** Moves the clocks of everybody. Whoever waits for a time by the clock must be asked again. */
  shiftClocks(ms: number): void {
    this.#ahead += ms;
  }

  /** Lets `run` happen after so many milliseconds; with a life, only while that lasts. */
  after(ms: number, run: () => void, life: Life | null = null): Due {
    const due: Due = { at: this.time + Math.max(0, ms), tie: this.#random.next(), run, life, isOff: false };
    if (this.#active) this.#ofThisTurn.push(due);
    this.#push(due);
    return due;
  }

  /** Says that code of this life runs in the present turn. */
  enter(life: Life): void {
    this.#active = life;
  }

  /** Takes back all that the present turn has asked for. */
  takeBackTurn(): void {
    for (const due of this.#ofThisTurn) {
      due.isOff = true;
      due.onTakenBack?.();
    }
    this.#ofThisTurn = [];
  }

  /** Runs what is due until the time has come; stays there. */
  async runUntil(end: number): Promise<void> {
    for (let next = this.#queue[0]; next !== undefined && next.at <= end; next = this.#queue[0]) {
      this.#pop();
      this.time = Math.max(this.time, next.at);
      if (next.isOff || next.life?.isOver) continue;
      this.events += 1;
      if (this.events > MOST_EVENTS) throw new Error("the history does not come to an end");
      this.#active = next.life;
      next.run();
      // All microtasks, and what they bring about, are done when this comes.
      await setImmediate();
      if (this.#active) this.onTurnEnd(this.#active, this.#ofThisTurn.length);
      this.#active?.endTurn();
      this.#active = null;
      this.#ofThisTurn = [];
    }
    this.time = end;
  }

  #push(due: Due): void {
    const queue = this.#queue;
    let at = queue.length;
    queue.push(due);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = queue[parent];
      if (above === undefined || !isBefore(due, above)) break;
      queue[at] = above;
      at = parent;
    }
    queue[at] = due;
  }

  #pop(): void {
    const queue = this.#queue;
    const last = queue.pop();
    if (last === undefined || queue.length === 0) return;
    let at = 0;
    for (;;) {
      const [left, right] = [queue[2 * at + 1], queue[2 * at + 2]];
      const isRight = right !== undefined && left !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (child === undefined || !isBefore(child, last)) break;
      queue[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    queue[at] = last;
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.tie < b.tie);
}
