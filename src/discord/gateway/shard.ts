import type { Time } from "../../conversation/events.ts";
import { log } from "../../log.ts";
import type { CallResult } from "../../outside/call.ts";
import { step } from "./connection.ts";
import { type ConnectionState, type Effect, type Input, nextWake, startConnection } from "./connection-state.ts";
import { EventFlow, type EventFlowOutside } from "./event-flow.ts";
import type { MemberEvent } from "./event-queue.ts";
import { decodeFrame, heartbeatFrame, identifyFrame, resumeFrame } from "./frames.ts";
import { recentIdentifies } from "./identify-budget.ts";
import { migrateShard, ShardStore } from "./shard-store.ts";
import type { Connect, Socket } from "./socket.ts";
import type { GatewayStatus } from "./status.ts";

/** What the shard needs from the world. */
export type ShardOutside = EventFlowOutside & {
  readonly botToken: string;
  /** Differs between bot tokens and does not give them away. */
  readonly tokenMark: string;
  /** `GET /gateway/bot`. */
  readonly askGateway: () => Promise<
    CallResult<{ url: string; shards: number; remaining: number; resetAfterMs: number }>
  >;
  readonly connect: Connect;
  /** Has each open conversation read what its member wrote after `since`. Rejects when that must be repeated. */
  readonly fillGap: (since: Time) => Promise<void>;
};

/**
 * An object with nothing but an outgoing socket is evicted unless an alarm keeps waking it, after 70 seconds at the
 * earliest. An alarm that is overdue for this long is taken for lost.
 */
const LONGEST_SLEEP_MS = 20_000;
/** How many events the stored mark may lag behind: a replay of them is harmless, a write for each is not. */
const UNSAVED_EVENTS = 100;
/** How long new events wait for the missed ones before them. */
const GAP_PATIENCE_MS = 15_000;
const LONGEST_FILL_PAUSE_MS = 10 * 60_000;
/** A refusal of `GET /gateway/bot` other than of the token will not heal within seconds. */
const REFUSED_PAUSE_MS = 60_000;

/** One Gateway shard: performs what the protocol asks for, on one alarm as its only clock. */
export class Shard {
  readonly #outside: ShardOutside;
  readonly #store: ShardStore;
  readonly #flow: EventFlow;
  #state: ConnectionState;
  #socket: Socket | null = null;
  #savedMark: number;
  #isSaved = true;
  #alarmAt: Time | null = null;
  /** The reading of what was missed, while it is under way. It never rejects. */
  #filling: Promise<void> | null = null;
  #failedFills = 0;
  #nextFillAt: Time = 0;

  constructor(outside: ShardOutside) {
    this.#outside = outside;
    migrateShard(outside.storage, outside.now());
    this.#store = new ShardStore(outside.storage, outside.tokenMark);
    const { lasting, seq } = this.#store.load();
    this.#state = startConnection(lasting, outside.now());
    this.#savedMark = seq;
    const handOver = (event: MemberEvent) => this.#handOver(event);
    this.#flow = new EventFlow({ ...outside, handOver }, seq, () => this.#onProgress());
  }

  /** Sees to it that the connection stands; quick, and harmless at any time. */
  wake(): void {
    this.#take({ kind: "wake" });
    this.#arm();
  }

  /** The alarm: heartbeats, time limits and retries. It is set again before anything else, as the net under the rest. */
  onAlarm(): void {
    this.#alarmAt = null;
    if (!this.#isAsleep()) this.#setAlarm(this.#outside.now() + LONGEST_SLEEP_MS);
    this.#take({ kind: "wake" });
    if (!this.#isSaved) this.#save();
    this.#saveMark();
    this.#flow.retryParked();
    this.#arm();
  }

  /** Starts again after a hard stop. */
  clearHalt(): void {
    this.#take({ kind: "clear-halt" });
  }

  describe(): GatewayStatus {
    const { phase, since, cause, heart, lasting, remaining } = this.#state;
    return {
      state: phase.kind,
      since,
      cause,
      lastAcknowledgedAt: heart?.acknowledgedAt ?? null,
      identifiesIn24h: recentIdentifies(lasting.identifies, this.#outside.now()).length,
      identifiesRemaining: remaining,
      lag: this.#flow.lag,
      parked: this.#flow.parked,
      halted: lasting.halted,
    };
  }

  #take(input: Input): void {
    const before = this.#state;
    const { state, effects } = step(before, input, this.#outside.now(), this.#outside.random());
    this.#state = state;
    if (state.phase !== before.phase) logPhase(before, state);
    for (const effect of effects) this.#perform(effect);
    if (state !== before) this.#arm();
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case "ask-gateway":
        this.#outside.background(this.#askGateway(effect.epoch));
        break;
      case "connect":
        this.#connect(effect.epoch, effect.url);
        break;
      case "close":
        this.#socket?.close(effect.code);
        this.#socket = null;
        this.#saveMark();
        break;
      case "heartbeat":
        this.#socket?.send(heartbeatFrame(this.#flow.mark));
        break;
      case "identify":
        this.#socket?.send(identifyFrame(this.#outside.botToken, effect.shards));
        break;
      case "resume":
        this.#socket?.send(resumeFrame(this.#outside.botToken, effect.session, this.#flow.mark));
        break;
      case "event":
        this.#flow.receive(effect.seq, effect.name, effect.data);
        break;
      case "forget-session":
        this.#flow.forgetSession();
        break;
      case "fill-gap":
        this.#fillGap(effect.epoch, effect.since);
        break;
      case "save":
        this.#save();
        break;
    }
  }

  /** Reads what came while there was no session. What fails is tried again after a pause, with a later wake-up. */
  #fillGap(epoch: number, since: Time): void {
    if (this.#filling !== null || this.#outside.now() < this.#nextFillAt) return;
    log("warn", "gateway.filling-gap", { since });
    const filling = this.#outside.fillGap(since).then(
      () => {
        this.#failedFills = 0;
        this.#take({ kind: "gap-filled", epoch });
      },
      (error: unknown) => {
        this.#failedFills += 1;
        this.#nextFillAt =
          this.#outside.now() + Math.min(LONGEST_FILL_PAUSE_MS, LONGEST_SLEEP_MS * 2 ** this.#failedFills);
        log("error", "gateway.gap-not-filled", { reason: error instanceof Error ? error.message : "unknown" });
      },
    );
    this.#filling = filling.finally(() => {
      this.#filling = null;
    });
    this.#outside.background(this.#filling);
  }

  /** What is new waits for what was missed, so that each member's words stay in order; but not for ever. */
  async #handOver(event: MemberEvent): Promise<unknown> {
    if (this.#openGap() !== null || this.#filling !== null) {
      await Promise.race([this.#gapFilled(), this.#outside.pause(GAP_PATIENCE_MS)]);
    }
    return this.#outside.handOver(event);
  }

  /** Resolves when nothing is missing any more, or reading it has been put off. A gap may have grown while it was being filled. */
  async #gapFilled(): Promise<void> {
    for (;;) {
      const since = this.#openGap();
      if (since !== null) this.#fillGap(this.#state.epoch, since);
      if (this.#filling === null) return;
      await this.#filling;
    }
  }

  /**
   * Since when something is missing that can be read; null for nothing. A resume repeats what is new before Discord says that it
   * is done; without a session the gap goes on.
   */
  #openGap(): Time | null {
    const { lasting } = this.#state;
    return lasting.session === null ? null : lasting.gapSince;
  }

  async #askGateway(epoch: number): Promise<void> {
    this.#take(inputOf(await this.#outside.askGateway(), epoch));
  }

  #connect(epoch: number, url: string): void {
    this.#socket = this.#outside.connect(url, {
      onText: (text) => this.#read(epoch, text),
      onClose: (code) => this.#take({ kind: "closed", epoch, code }),
      onFailure: (status) =>
        status === 401
          ? this.#take({ kind: "token-refused", epoch })
          : this.#take({ kind: "connect-failed", epoch, reason: status === null ? "no answer" : `HTTP ${status}` }),
    });
  }

  /** A frame that cannot be taken in (the disk failed, say) must not be passed over: the resume brings it again. */
  #read(epoch: number, text: string): void {
    const frame = decodeFrame(text);
    if (frame === null) {
      log("warn", "gateway.unreadable-frame", { length: text.length });
      return;
    }
    try {
      this.#take({ kind: "frame", epoch, frame });
    } catch (error) {
      log("error", "gateway.frame-failed", { reason: error instanceof Error ? error.message : "unknown" });
      this.#take({ kind: "closed", epoch, code: 1006 });
    }
  }

  #onProgress(): void {
    if (this.#flow.mark - this.#savedMark >= UNSAVED_EVENTS) this.#saveMark();
    this.#arm();
  }

  #save(): void {
    this.#isSaved = this.#stored((mark) => this.#store.save(this.#state.lasting, mark));
  }

  #saveMark(): void {
    if (this.#flow.mark !== this.#savedMark) this.#stored((mark) => this.#store.saveSeq(mark));
  }

  /** What cannot be stored now is stored at the next alarm: the connection goes on, since nothing is lost with it. */
  #stored(write: (mark: number) => void): boolean {
    const { mark } = this.#flow;
    try {
      write(mark);
      this.#savedMark = mark;
      return true;
    } catch (error) {
      log("error", "gateway.not-saved", { reason: error instanceof Error ? error.message : "unknown" });
      return false;
    }
  }

  /** Brings the alarm forward where something is due before it. */
  #arm(): void {
    const now = this.#outside.now();
    const net = this.#isAsleep() ? null : now + LONGEST_SLEEP_MS;
    const due = [nextWake(this.#state), this.#flow.nextRetryAt(), net];
    const next = Math.min(...due.filter((at) => at !== null));
    const lost = this.#alarmAt === null || this.#alarmAt < now - LONGEST_SLEEP_MS;
    if (Number.isFinite(next) && (lost || next < (this.#alarmAt ?? 0))) this.#setAlarm(next);
  }

  /** No connection is wanted. */
  #isAsleep(): boolean {
    return this.#state.phase.kind === "idle" || this.#state.phase.kind === "halted";
  }

  #setAlarm(at: Time): void {
    this.#alarmAt = at;
    this.#outside.storage.setAlarm(Math.ceil(at));
  }
}

type GatewayAnswer = Awaited<ReturnType<ShardOutside["askGateway"]>>;

function inputOf(answer: GatewayAnswer, epoch: number): Input {
  switch (answer.kind) {
    case "done":
      return { kind: "gateway-found", epoch, ...answer.value };
    case "refused":
      if (answer.status === 401) return { kind: "token-refused", epoch };
      return { kind: "gateway-not-found", epoch, afterMs: REFUSED_PAUSE_MS, reason: answer.reason };
    case "later":
      return { kind: "gateway-not-found", epoch, afterMs: answer.afterMs ?? 0, reason: answer.reason };
    case "unknown":
      return { kind: "gateway-not-found", epoch, afterMs: 0, reason: answer.reason };
  }
}

function logPhase(before: ConnectionState, after: ConnectionState): void {
  log(after.phase.kind === "halted" ? "error" : "info", "gateway.state", {
    state: after.phase.kind,
    from: before.phase.kind,
    cause: after.cause,
    attempts: after.attempts,
  });
}
