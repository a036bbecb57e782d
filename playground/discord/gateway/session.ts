import { readable } from "../message-content.ts";
import type { Dispatch } from "../world.ts";
import type { Connection } from "./connection.ts";

/** A dispatch as it goes over the wire. */
export type Frame = { readonly op: 0; readonly t: string; readonly s: number; readonly d: object };

/** How many events a session keeps for a Resume. */
const KEPT = 5000;

/** One identified session of one shard. It outlives its connection for a while and numbers its events without gaps. */
export class Session {
  readonly id: string;
  readonly intents: number;
  readonly shard: readonly [id: number, count: number];
  connection: Connection | null;
  /** Milliseconds since 1970; `null` while connected. */
  disconnectedAt: number | null = null;
  #seq = 0;
  #kept: Frame[] = [];

  constructor(id: string, intents: number, shard: readonly [number, number], connection: Connection) {
    this.id = id;
    this.intents = intents;
    this.shard = shard;
    this.connection = connection;
  }

  get seq(): number {
    return this.#seq;
  }

  /** Whether this session gets the event at all: intents, and the shard of the place (DMs belong to shard 0). */
  wants({ intent, guildId }: Dispatch): boolean {
    const [shard, count] = this.shard;
    const home = guildId === null ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(count));
    return shard === home && (intent === 0 || (this.intents & intent) !== 0);
  }

  /** The event as this session may see it. */
  seen({ data, guildId, type }: Dispatch, botId: string): object {
    return guildId === null || !type.startsWith("MESSAGE_") ? data : readable(data, this.intents, botId);
  }

  /** Numbers and keeps an event, and sends it so many times if there is a connection. */
  push(type: string, data: object, copies = 1): void {
    this.#seq += 1;
    const frame: Frame = { op: 0, t: type, s: this.#seq, d: data };
    this.#kept.push(frame);
    if (this.#kept.length > KEPT) this.#kept = this.#kept.slice(-KEPT);
    for (let n = 0; n < copies; n += 1) this.connection?.send(frame);
  }

  /** What came after a sequence number; `null` when that is no longer known. */
  after(seq: number): readonly Frame[] | null {
    const oldest = this.#kept[0]?.s ?? this.#seq + 1;
    return seq + 1 < oldest ? null : this.#kept.filter(({ s }) => s > seq);
  }
}
