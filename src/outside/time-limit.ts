import type { Pause } from "./call.ts";

/**
 * One time limit for much work, with one timer in all: a timer for each piece would cost a good part of the work itself.
 * Nothing is given up before half the limit has passed, and nothing goes on after the whole of it.
 */
export class TimeLimit {
  readonly #limitMs: number;
  readonly #pause: Pause;
  /** How to give up what was begun in the present half of the limit, and in the half before. */
  #recent = new Set<() => void>();
  #older = new Set<() => void>();
  #isRunning = false;

  /** `limitMs` is in milliseconds. */
  constructor(limitMs: number, pause: Pause) {
    this.#limitMs = limitMs;
    this.#pause = pause;
  }

  /** Does `work`, or rejects when it has taken too long; what becomes of it then is nobody's concern. */
  async on<T>(work: Promise<T>): Promise<T> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const giveUp = () => reject(new Error(`not done within ${this.#limitMs} ms`));
    this.#recent.add(giveUp);
    if (!this.#isRunning) void this.#run();
    try {
      return await Promise.race([work, late]);
    } finally {
      this.#recent.delete(giveUp);
      this.#older.delete(giveUp);
    }
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#recent.size + this.#older.size > 0) {
      await this.#pause(this.#limitMs / 2);
      for (const giveUp of this.#older) giveUp();
      this.#older = this.#recent;
      this.#recent = new Set();
    }
    this.#isRunning = false;
  }
}
