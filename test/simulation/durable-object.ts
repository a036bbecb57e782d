import type { Storage } from "../../src/storage.ts";
import type { Faults } from "./faults.ts";
import type { Random } from "./random.ts";
import type { Due, Life, Timeline } from "./timeline.ts";
import type { Trace } from "./trace.ts";
import { TurnStorage } from "./turn-storage.ts";

/** What remains of the turn in which an instance dies: nothing; what it wrote; what it wrote and what it sent. */
export type Death = "writes lost" | "writes kept, nothing left" | "writes kept";

/** An instance: what is alive of an object until it is evicted or dies. */
export interface ObjectLife extends Life {
  readonly name: string;
  /** Milliseconds since 1970, as this machine's clock shows them: machines differ by some milliseconds. */
  now(): number;
  /** Dies at the end of this turn. */
  doom(death: Death): void;
}

/** What every kind of object has. */
type Instance = { onAlarm(): Promise<void> | void };

type Parts = { readonly timeline: Timeline; readonly faults: Faults; readonly random: Random; readonly trace: Trace };
type Options<T extends Instance> = Parts & {
  readonly name: string;
  /** Whom its lines in the trace are about. */
  readonly about: string | null;
  /** How much more often than others it dies while it writes. */
  readonly fragility?: number;
  readonly create: (life: ObjectLife, storage: Storage) => T;
  readonly onDeath?: (life: ObjectLife) => void;
};

type Call = { readonly fail: (error: Error) => void; isAnswered: boolean };

/** What a write throws that the disk did not take. */
export const DISK_ERROR = "disk I/O error";
/** The runtime tries a failed alarm six times more; then it is gone for good. */
const ALARM_RETRIES = 6;
const FIRST_ALARM_RETRY_MS = 2000;

/**
 * A Durable Object: storage that outlives its instances, one alarm, calls from outside. An instance may die at the end of any
 * turn. What a turn has written is on disk before anything that it sent leaves (the output gate), so both are lost together,
 * or only what was sent, or nothing.
 */
export class SimulatedObject<T extends Instance> {
  readonly storage = new TurnStorage();
  deaths = 0;
  lostAlarms = 0;
  readonly #options: Options<T>;
  #current: { readonly life: RunningLife; readonly instance: T } | null = null;
  #unreachableUntil = 0;
  #slowUntil = 0;
  #alarmDue: Due | null = null;
  #alarmFor: number | null = null;
  #isRinging = false;
  #retries = 0;

  constructor(options: Options<T>) {
    this.#options = options;
  }

  /** Whether nobody will ever look after it: no alarm is set, none rings, and that is not the runtime's doing. */
  get isForgotten(): boolean {
    return this.storage.alarm === null && !this.#isRinging && this.lostAlarms === 0;
  }

  /** A call from another object (`caller`) or from a Worker (null). It rejects when the object cannot be reached, or dies. */
  call<R>(caller: Life | null, work: (instance: T) => R | Promise<R>): Promise<R> {
    const { timeline, random, faults } = this.#options;
    return new Promise<R>((resolve, reject) => {
      const fail = (error: Error) => void timeline.after(random.between(1, 20), () => reject(error), caller);
      if (faults.strikes("call to an object lost")) return fail(new Error("Network connection lost."));
      const isSlow = timeline.time < this.#slowUntil || faults.strikes("call to an object slow");
      const there = isSlow ? random.between(500, 12_000) : random.between(1, 10);
      timeline.after(there, () => {
        if (this.#isUnreachable()) return fail(new Error("Network connection lost."));
        const running = this.#enter();
        if (running instanceof Error) return fail(running);
        const call: Call = { fail, isAnswered: false };
        running.life.calls.add(call);
        const answer = (give: () => void) => {
          call.isAnswered = true;
          timeline.after(random.between(1, 10), give, caller);
        };
        // A function that throws rejects as one that is asynchronous does.
        void (async () => work(running.instance))().then(
          (value) => answer(() => resolve(value)),
          (error: Error) => answer(() => reject(error)),
        );
      });
    });
  }

  /** The instance dies between two turns. */
  kill(why: string): void {
    if (!this.#current) return;
    this.#options.trace.add(this.#options.about, `✝ ${this.#options.name}: ${why}`);
    this.#die(this.#current.life);
    this.#arm();
  }

  /** For some time nobody reaches it: not those who call, nor its alarm. */
  cutOff(ms: number): void {
    this.kill(`cannot be reached for ${Math.round(ms / 1000)} s`);
    this.#unreachableUntil = this.#options.timeline.time + ms;
  }

  /** For some time each call takes seconds to arrive. */
  slowDown(ms: number): void {
    this.#slowUntil = this.#options.timeline.time + ms;
  }

  /** To be called when clocks have moved. */
  clockMoved(): void {
    this.#alarmFor = null;
    this.#arm();
  }

  #isUnreachable(): boolean {
    return this.#options.timeline.time < this.#unreachableUntil && !this.#options.faults.isOver;
  }

  /** The running instance, or a new one, or why there is none. */
  #enter(): { readonly life: RunningLife; readonly instance: T } | Error {
    const { timeline, create, name, random } = this.#options;
    if (this.#current) {
      timeline.enter(this.#current.life);
      return this.#current;
    }
    const skew = random.whole(0, 5);
    const life: RunningLife = new RunningLife(
      name,
      () => timeline.now() + skew,
      () => this.#endTurn(life),
    );
    timeline.enter(life);
    const storage = this.storage.seenBy((isWrite) => this.#mayUse(life, isWrite));
    try {
      const instance = create(life, storage);
      this.#current = { life, instance };
      return this.#current;
    } catch (error) {
      this.storage.rollBack();
      life.isOver = true;
      return error instanceof Error ? error : new Error("it could not be started");
    }
  }

  #mayUse(life: RunningLife, isWrite: boolean): void {
    if (life.isOver) throw new Error("this instance is gone");
    if (isWrite && this.#options.faults.strikes("disk error")) throw new Error(DISK_ERROR);
  }

  #endTurn(life: RunningLife): void {
    if (life.isOver) return;
    const death = life.doomed ?? (this.storage.hasUncommitted ? this.#fate() : null);
    if (death === "writes lost") this.storage.rollBack();
    else this.storage.commit();
    if (death === "writes lost" || death === "writes kept, nothing left") this.#options.timeline.takeBackTurn();
    else for (const call of life.calls) if (call.isAnswered) life.calls.delete(call);
    if (death) {
      this.#options.trace.add(this.#options.about, `✝ ${this.#options.name} dies, ${death}`);
      this.#die(life);
    }
    this.#arm();
  }

  #fate(): Death | null {
    const { faults, fragility = 1 } = this.#options;
    if (faults.strikes("crash: writes lost", fragility)) return "writes lost";
    if (faults.strikes("crash: writes kept, nothing left", fragility)) return "writes kept, nothing left";
    if (faults.strikes("crash: writes kept", fragility)) return "writes kept";
    return null;
  }

  #die(life: RunningLife): void {
    this.deaths += 1;
    life.isOver = true;
    this.#current = null;
    for (const { fail } of life.calls) fail(new Error("Network connection lost."));
    this.#options.onDeath?.(life);
    if (this.#isRinging) this.#alarmFailed();
  }

  /** Puts the alarm into the queue, as it stands on disk. One that is ringing ends before the next one rings. */
  #arm(): void {
    const { alarm } = this.storage;
    if (this.#isRinging || alarm === this.#alarmFor) return;
    if (this.#alarmDue) this.#alarmDue.isOff = true;
    this.#alarmFor = alarm;
    if (alarm === null) return;
    const { timeline } = this.#options;
    this.#alarmDue = timeline.after(alarm - timeline.now(), () => this.#ring(alarm));
  }

  #ring(alarm: number): void {
    if (alarm !== this.storage.alarm) return;
    if (alarm > this.#options.timeline.now()) {
      this.clockMoved();
      return;
    }
    this.#isRinging = true;
    if (this.#isUnreachable()) {
      this.#alarmFailed();
      return;
    }
    this.storage.alarm = null;
    const running = this.#enter();
    if (running instanceof Error) {
      this.#alarmFailed();
      return;
    }
    const { life } = running;
    const end = (finish: () => void) => {
      if (life.isOver) return;
      finish();
    };
    void (async () => running.instance.onAlarm())().then(
      () =>
        end(() => {
          this.#isRinging = false;
          this.#retries = 0;
          this.#alarmFor = null;
        }),
      () => end(() => this.#alarmFailed()),
    );
  }

  /** The runtime tries again, unless the instance had set another alarm before it failed. */
  #alarmFailed(): void {
    this.#isRinging = false;
    this.#alarmFor = null;
    const { timeline } = this.#options;
    this.#retries += 1;
    if (this.#retries > ALARM_RETRIES) {
      this.lostAlarms += 1;
      this.#options.trace.add(this.#options.about, `${this.#options.name} has lost its alarm`);
      this.#retries = 0;
      this.storage.alarm = null;
    } else {
      const retryAt = timeline.now() + FIRST_ALARM_RETRY_MS * 2 ** (this.#retries - 1);
      if (this.storage.alarm === null || this.storage.alarm <= timeline.now()) this.storage.alarm = retryAt;
    }
    this.storage.commit();
    this.#arm();
  }
}

class RunningLife implements ObjectLife {
  readonly name: string;
  readonly now: () => number;
  readonly endTurn: () => void;
  readonly calls = new Set<Call>();
  isOver = false;
  doomed: Death | null = null;

  constructor(name: string, now: () => number, endTurn: () => void) {
    this.name = name;
    this.now = now;
    this.endTurn = endTurn;
  }

  doom(death: Death): void {
    this.doomed ??= death;
  }
}
