import type { Random } from "./random.ts";

/** What may go wrong with a call, seen from the caller. `before` and `after`: whether the far side has done its work by then. */
const CALL_FAULTS = [
  "too many requests",
  "refused",
  "5xx before",
  "5xx after",
  "time-out before",
  "time-out after",
  "reset before",
  "reset after",
  "late commit",
  "slow",
  "garbled",
  "caller dies before",
  "caller dies after",
] as const;
export type CallFault = (typeof CALL_FAULTS)[number];
export type Side = "discord" | "twilio";

/** How often a kind of fault happens, where it happens at all: at most this often for each opportunity. */
const OTHERS = {
  "discord: Cloudflare's page": 0.03,
  "discord: all limits at once": 0.05,
  "twilio: a busy conversation": 0.1,
  "twilio: Flex in part": 0.1,
  "twilio: hole in the index": 0.2,
  "twilio: channel fails": 0.3,
  "twilio: task comes late": 0.5,
  "webhook lost": 0.3,
  "webhook twice": 0.3,
  "webhook late": 0.3,
  "dispatch twice": 0.3,
  "gateway: upgrade refused": 0.3,
  "gateway: no acknowledgement": 0.1,
  "gateway: no resume": 0.5,
  "gateway: drop goes unnoticed": 0.5,
  "interaction's answer is slow": 0.2,
  "database fails before": 0.1,
  "database fails after": 0.1,
  "database is slow": 0.1,
  "assistant fails": 0.2,
  "assistant is slow": 0.2,
  "crash: writes lost": 0.02,
  "crash: writes kept": 0.02,
  "crash: writes kept, nothing left": 0.02,
  "disk error": 0.02,
  "call to an object lost": 0.1,
  "call to an object slow": 0.1,
  // These are steps of a history; the figure is their weight among the other steps.
  "step: gateway drops": 2,
  "step: gateway asks to reconnect": 1,
  "step: gateway ends the session": 1,
  "step: a conversation dies": 2,
  "step: the shard dies": 2,
  "step: an object cannot be reached": 1,
  "step: an object is slow and the shard dies": 2,
  "step: Twilio is down": 0.6,
  "step: Discord is down": 0.6,
  "step: the database is down": 0.6,
  "step: the clock jumps": 0.3,
  "step: the clock steps back": 1,
} as const;
/** The same for a flow of Studio: one execution of it, or one of its requests. */
const STUDIO = {
  "studio: does not start": 0.3,
  "studio: takes its time": 0.3,
  "studio: request fails": 0.2,
  "studio: asks twice": 0.3,
} as const;
/** The same for Workers that tell of cases, and for people who use the desk. */
const CASES = {
  "cases: a Worker dies": 0.3,
  "cases: nobody begins to tell": 0.5,
  "cases: two tell at once": 0.5,
  "cases: the staff channel fails": 0.5,
  "cases: an interaction twice": 0.3,
} as const;
type OtherFault = keyof typeof OTHERS | keyof typeof STUDIO | keyof typeof CASES;
export type FaultKind = OtherFault | `${Side}: ${CallFault}`;

const MOST_OFTEN_IN_CALLS = 0.12;
/** A quarter of all kinds takes part in a history; some histories know hardly any, so that what goes wrong is easy to see. */
const ACTIVE = [0.05, 0.25, 0.25, 0.25, 0.4] as const;

/** What goes wrong in one history: a seeded choice of kinds, each with its own frequency. */
export class Faults {
  readonly counts = new Map<FaultKind, number>();
  readonly #rates = new Map<FaultKind, number>();
  readonly #random: Random;
  #isOver = false;

  /** `without`: kinds that are left out, to see what a failure does not need; `*` for all. */
  constructor(random: Random, without: readonly string[] = []) {
    this.#random = random;
    const active = random.pick(ACTIVE) ?? 0;
    const consider = (kind: FaultKind, most: number, from: Random = random) => {
      const rate = from.chance(active) ? most * from.between(0.1, 1) : 0;
      if (!without.includes(kind) && !without.includes("*")) this.#rates.set(kind, rate);
    };
    for (const [kind, most] of Object.entries(OTHERS)) consider(kind as OtherFault, most);
    for (const side of ["discord", "twilio"] as const) {
      for (const kind of CALL_FAULTS) consider(`${side}: ${kind}`, MOST_OFTEN_IN_CALLS);
    }
    for (const [kind, most] of Object.entries(STUDIO)) consider(kind as OtherFault, most);
    const ofCases = random.fork("cases");
    for (const [kind, most] of Object.entries(CASES)) consider(kind as OtherFault, most, ofCases);
  }

  /** Whether it happens now, so many times as often as elsewhere; counted. `chance`: a stream of its own. */
  strikes(kind: FaultKind, times = 1, chance: Random = this.#random): boolean {
    if (this.#isOver || !chance.chance((this.#rates.get(kind) ?? 0) * times)) return false;
    this.count(kind);
    return true;
  }

  /** The fault that meets a call; null for none. */
  ofCall(side: Side): CallFault | null {
    return CALL_FAULTS.find((kind) => this.strikes(`${side}: ${kind}`)) ?? null;
  }

  /** The weight of a step among the others; 0 when it does not take part. */
  weightOf(kind: Extract<FaultKind, `step: ${string}`>): number {
    return this.#rates.get(kind) ?? 0;
  }

  count(kind: FaultKind): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** From now on all goes well. */
  end(): void {
    this.#isOver = true;
  }
}
