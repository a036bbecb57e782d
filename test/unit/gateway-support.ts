import { afterEach, beforeEach, vi } from "vitest";
import { HAND_OVER_LIMIT_MS } from "../../src/discord/gateway/event-flow.ts";
import type { MemberEvent } from "../../src/discord/gateway/event-queue.ts";
import { Shard, type ShardOutside } from "../../src/discord/gateway/shard.ts";
import type { SocketListener } from "../../src/discord/gateway/socket.ts";
import { SqliteStorage } from "../support/sqlite-storage.ts";

export const START = Date.UTC(2026, 2, 1);
export const INTERVAL = 41_250;
export const BOT_TOKEN = "bot-token";

/** One attempt to hand an event over; the test says how it ends. */
export type Attempt = {
  readonly event: MemberEvent;
  readonly accept: () => void;
  readonly refuse: (error?: Error) => void;
};

type Sent = { op: number; d: unknown };
type Connection = {
  readonly url: string;
  readonly listener: SocketListener;
  readonly sent: Sent[];
  closed: number | null;
};
type GatewayAnswer = Awaited<ReturnType<ShardOutside["askGateway"]>>;

/** A shard in a world of the test's own: its disk outlives it, its clock and its Gateway are moved by hand. */
export class World {
  now = START;
  readonly storage = new SqliteStorage();
  gateway: GatewayAnswer = {
    kind: "done",
    value: { url: "wss://gateway.example", shards: 1, remaining: 990, resetAfterMs: 0 },
  };
  asked = 0;
  gapsAsked = 0;
  /** How the next reading of what was missed ends. */
  gapFilling: Promise<void> = Promise.resolve();
  /** All pauses; over at once unless a test says otherwise. */
  pausing: Promise<void> = Promise.resolve();
  readonly #limitTimers: (() => void)[] = [];
  /** What the instance started next takes its token for. */
  tokenMark = "mark of the token";
  readonly connections: Connection[] = [];
  readonly attempts: Attempt[] = [];
  readonly #work = new Set<Promise<void>>();
  shard: Shard;

  constructor() {
    this.shard = this.#start();
  }

  /** The instance dies without a word and another one takes its place; only the disk and the alarm remain. */
  restart(): void {
    this.attempts.length = 0;
    this.shard = this.#start();
  }

  #start(): Shard {
    return new Shard({
      storage: this.storage,
      now: () => this.now,
      random: () => 0.5,
      botToken: BOT_TOKEN,
      tokenMark: this.tokenMark,
      askGateway: async () => {
        this.asked++;
        return this.gateway;
      },
      connect: (url, listener) => {
        const connection: Connection = { url, listener, sent: [], closed: null };
        this.connections.push(connection);
        return {
          send: (text) => connection.sent.push(JSON.parse(text)),
          close: (code) => {
            connection.closed = code;
          },
        };
      },
      handOver: (event) =>
        new Promise<void>((resolve, reject) => {
          this.attempts.push({ event, accept: resolve, refuse: (error = new Error("no")) => reject(error) });
        }),
      fillGap: () => {
        this.gapsAsked++;
        return this.gapFilling;
      },
      pause: (ms) => (ms === HAND_OVER_LIMIT_MS / 2 ? this.#untilHalfTheLimit() : this.pausing),
      background: (work) => {
        this.#work.add(work);
        work.finally(() => this.#work.delete(work));
      },
    });
  }

  /** Lets pass what a conversation may take to store an event. */
  async exceedTimeLimit(): Promise<void> {
    for (let halves = 0; halves < 2; halves++) {
      for (const pass of this.#limitTimers.splice(0)) pass();
      await this.settle();
    }
  }

  #untilHalfTheLimit(): Promise<void> {
    return new Promise((resolve) => this.#limitTimers.push(resolve));
  }

  /** Lets everything happen that needs no time to pass. */
  async settle(): Promise<void> {
    for (let turns = 0; turns < 50; turns++) await Promise.resolve();
  }

  /** Lets time pass until the alarm rings. */
  async ring(): Promise<void> {
    if (this.storage.alarm === null) throw new Error("no alarm is set");
    this.now = Math.max(this.now, this.storage.alarm);
    this.storage.alarm = null;
    this.shard.onAlarm();
    await this.settle();
  }

  /** Lets alarms ring until `probe` holds. */
  async ringUntil(probe: () => boolean): Promise<void> {
    for (let rings = 0; !probe(); rings++) {
      if (rings === 100) throw new Error("it did not come to that");
      await this.ring();
    }
  }

  get connection(): Connection {
    const last = this.connections.at(-1);
    if (last === undefined) throw new Error("never connected");
    return last;
  }

  receive(payload: unknown): void {
    this.connection.listener.onText(JSON.stringify(payload));
  }

  hello(): void {
    this.receive({ op: 10, d: { heartbeat_interval: INTERVAL } });
  }

  /** Connects and begins a session; its numbers go on with 2. */
  async beReady(session = "s1"): Promise<void> {
    this.shard.wake();
    await this.settle();
    this.hello();
    this.receive({ op: 0, s: 1, t: "READY", d: { session_id: session, resume_gateway_url: "wss://resume.example" } });
    // What was written before the first session is read first.
    await this.settle();
  }

  /** A member writes a DM. */
  dm(seq: number, member: number, text = "hello"): void {
    this.receive({
      op: 0,
      s: seq,
      t: "MESSAGE_CREATE",
      d: {
        id: String(1_300_000_000_000_000_000n + BigInt(seq)),
        channel_id: "1200000000000000002",
        channel_type: 1,
        type: 0,
        author: { id: memberId(member), username: "member", global_name: null },
        content: text,
        timestamp: "2026-03-01T10:00:00.000000+00:00",
        edited_timestamp: null,
        attachments: [],
      },
    });
  }

  /** The attempt that has been made for this text, latest first. */
  attempt(text: string): Attempt {
    const found = this.attempts.findLast(({ event }) => event.text === text);
    if (found === undefined) throw new Error(`nobody tried to hand over "${text}"`);
    return found;
  }

  /** Texts of all attempts so far, in order. */
  get tried(): string[] {
    return this.attempts.map(({ event }) => event.text);
  }
}

export function memberId(member: number): string {
  return String(1_200_000_000_000_000_000n + BigInt(member));
}

/** What a shard sends to resume session `s1` after this number. */
export const RESUME = (seq: number) => ({ op: 6, d: { token: "bot-token", session_id: "s1", seq } });

/** The connection breaks; the shard connects again and Discord greets it. */
export async function reconnect(world: World): Promise<void> {
  world.connection.listener.onClose(1006);
  await world.ring();
  world.hello();
}

/** The first event of member 1 is refused until it is parked. */
export async function parkFirst(world: World): Promise<void> {
  await world.beReady();
  world.dm(2, 1, "one");
  for (let attempt = 0; attempt < 3; attempt++) {
    world.attempt("one").refuse();
    await world.settle();
  }
}

/** Keeps the log of each test off the screen and returns its lines, parsed. */
export function captureLog(): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  beforeEach(() => {
    lines.length = 0;
    for (const level of ["info", "warn", "error"] as const) {
      vi.spyOn(console, level).mockImplementation((line) => {
        lines.push(JSON.parse(line));
      });
    }
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return lines;
}
