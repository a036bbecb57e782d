import type { WebSocket } from "ws";
import type { Session } from "./session.ts";

/** docs: events/gateway, "Sending Events" and "Rate Limiting". */
const MOST_BYTES = 4096;
const MOST_EVENTS = 120;
const EVENTS_WINDOW_MS = 60_000;
/** Opcodes that a bot may send once it is identified and that have no effect here: presence, voice, members, sounds. */
const WITHOUT_EFFECT = new Set([3, 4, 8, 31]);

export type Payload = { readonly op: number; readonly d: unknown };

/** Why a connection is closed. */
export type Close = readonly [code: number, reason: string];

/** What a connection asks of the Gateway. */
export type ConnectionOwner = {
  readonly heartbeatIntervalMs: number;
  now(): number;
  acksHeartbeats(): boolean;
  identify(connection: Connection, data: unknown): Close | null;
  resume(connection: Connection, data: unknown): Close | null;
  /** `ends`: whether the session is over with the connection. */
  closed(connection: Connection, ends: boolean, code: number): void;
  framePassed(connection: Connection, direction: "in" | "out", frame: unknown): void;
};

/** After these codes a session cannot be resumed (docs: topics/opcodes-and-status-codes; facts of 1000 and 1001: events/gateway). */
const ENDING = new Set([1000, 1001, 4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014]);

/** One WebSocket: Hello, heartbeats, the limits on what the bot sends, and how it ends. */
export class Connection {
  readonly number: number;
  session: Session | null = null;
  readonly #socket: WebSocket;
  readonly #owner: ConnectionOwner;
  readonly #patience: NodeJS.Timeout;
  readonly #received: number[] = [];
  /** The code we closed with; `null` while open or when the bot closed. */
  #closedWith: number | null = null;
  #cut = false;

  constructor(number: number, socket: WebSocket, owner: ConnectionOwner) {
    this.number = number;
    this.#socket = socket;
    this.#owner = owner;
    this.#patience = setTimeout(() => this.close(4009, "Session timed out."), owner.heartbeatIntervalMs * 2);
    socket.on("message", (data) => this.#receive(String(data)));
    socket.on("close", (code) => this.#ended(code));
    socket.on("error", () => socket.terminate());
    this.send({ op: 10, d: { heartbeat_interval: owner.heartbeatIntervalMs, _trace: ["stand-in"] }, s: null, t: null });
  }

  get isOpen(): boolean {
    return this.#closedWith === null && !this.#cut && this.#socket.readyState === this.#socket.OPEN;
  }

  send(frame: object): void {
    if (!this.isOpen) return;
    this.#owner.framePassed(this, "out", frame);
    this.#socket.send(JSON.stringify(frame));
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.#closedWith = code;
    this.#socket.close(code, reason);
  }

  /** Ends the connection without a Close frame: the other side sees 1006. */
  cut(): void {
    this.#cut = true;
    this.#socket.terminate();
  }

  #receive(text: string): void {
    if (!this.isOpen) return;
    const close = this.#handle(text);
    if (close) this.close(...close);
  }

  #handle(text: string): Close | null {
    const now = this.#owner.now();
    this.#received.push(now);
    while ((this.#received[0] ?? now) <= now - EVENTS_WINDOW_MS) this.#received.shift();
    if (this.#received.length > MOST_EVENTS) return [4008, "You are being rate limited."];
    const payload = Buffer.byteLength(text) > MOST_BYTES ? null : parsePayload(text);
    if (!payload) return [4002, "Error while decoding payload."];
    this.#owner.framePassed(this, "in", payload);
    switch (payload.op) {
      case 1:
        this.#patience.refresh();
        if (this.#owner.acksHeartbeats()) this.send({ op: 11, d: null, s: null, t: null });
        return null;
      case 2:
        return this.session ? [4005, "Already authenticated."] : this.#owner.identify(this, payload.d);
      case 6:
        return this.session ? [4005, "Already authenticated."] : this.#owner.resume(this, payload.d);
      default:
        if (!WITHOUT_EFFECT.has(payload.op)) return [4001, "Unknown opcode."];
        return this.session ? null : [4003, "Not authenticated."];
    }
  }

  #ended(code: number): void {
    clearTimeout(this.#patience);
    const seen = this.#closedWith ?? (this.#cut ? 1006 : code);
    this.#owner.closed(this, ENDING.has(seen), seen);
  }
}

function parsePayload(text: string): Payload | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("op" in value) || typeof value.op !== "number") return null;
    return { op: value.op, d: "d" in value ? value.d : null };
  } catch {
    return null;
  }
}
