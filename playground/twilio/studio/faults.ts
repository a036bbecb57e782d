/** How a call of the HTTP widget fails: before it leaves, or after the receiver has answered, as when the answer is too late. */
export type CallFault = "before" | "after";

/** Switches for what can go wrong in Studio. Each counts down as it hits; `clear()` takes back what is left. */
export class StudioFaults {
  #outages = 0;
  #holds = 0;
  #calls: CallFault[] = [];

  /** The next `times` messages start no execution. */
  ignoreMessages(times = 1): void {
    this.#outages += times;
  }

  /** The next `times` executions start, but take no step until `release()`. */
  holdExecutions(times = 1): void {
    this.#holds += times;
  }

  /** The next `times` calls of the HTTP widget fail. */
  failCalls(times = 1, when: CallFault = "before"): void {
    this.#calls.push(...new Array<CallFault>(times).fill(when));
  }

  clear(): void {
    this.#outages = 0;
    this.#holds = 0;
    this.#calls = [];
  }

  takeOutage(): boolean {
    if (this.#outages === 0) return false;
    this.#outages -= 1;
    return true;
  }

  takeHold(): boolean {
    if (this.#holds === 0) return false;
    this.#holds -= 1;
    return true;
  }

  takeCall(): CallFault | null {
    return this.#calls.shift() ?? null;
  }
}
