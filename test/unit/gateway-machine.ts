import { step } from "../../src/discord/gateway/connection.ts";
import {
  type ConnectionState,
  type Effect,
  type Input,
  type Lasting,
  nextWake,
  startConnection,
} from "../../src/discord/gateway/connection-state.ts";
import type { Frame } from "../../src/discord/gateway/frames.ts";

export const START = Date.UTC(2026, 2, 1);
export const INTERVAL = 41_250;
export const SESSION = { id: "s1", resumeUrl: "wss://resume.example" };
export const NEW: Lasting = { session: null, gapSince: null, identifies: [], halted: null };
export const FOUND = {
  kind: "gateway-found",
  url: "wss://gateway.example",
  shards: 1,
  remaining: 990,
  resetAfterMs: 0,
} as const;

/** An input as the shell makes it; the epoch is that of the present socket unless it is given. */
export type Unnumbered = Input extends infer One
  ? One extends { epoch: number }
    ? Omit<One, "epoch"> & { epoch?: number }
    : One
  : never;

/** One connection on a clock that the test moves; `random` is fixed at one half. */
export class Machine {
  now = START;
  state: ConnectionState;
  constructor(lasting: Lasting = NEW) {
    this.state = startConnection(lasting, this.now);
  }
  take(input: Unnumbered): readonly Effect[] {
    const { state, effects } = step(this.state, { epoch: this.state.epoch, ...input } as Input, this.now, 0.5);
    this.state = state;
    return effects;
  }
  frame(frame: Frame): readonly Effect[] {
    return this.take({ kind: "frame", frame });
  }
  /** Lets time pass until something is due, and does it. */
  wakeWhenDue(): readonly Effect[] {
    const at = nextWake(this.state);
    if (at === null) throw new Error("nothing is due");
    this.now = Math.max(this.now, at);
    return this.take({ kind: "wake" });
  }
  hello(): readonly Effect[] {
    return this.frame({ kind: "hello", heartbeatIntervalMs: INTERVAL });
  }
  get phase(): string {
    return this.state.phase.kind;
  }
}

export const kinds = (effects: readonly Effect[]) => effects.map(({ kind }) => kind);

/** A machine with a session that has stood for long. */
export function ready(lasting: Lasting = NEW): Machine {
  const machine = new Machine(lasting);
  machine.take({ kind: "wake" });
  machine.take(FOUND);
  machine.hello();
  machine.frame({ kind: "ready", seq: 1, session: SESSION });
  machine.now += 5 * 60_000;
  return machine;
}
