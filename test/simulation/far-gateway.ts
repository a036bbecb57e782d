import type { Connect, Socket, SocketListener } from "../../src/discord/gateway/socket.ts";
import type { Faults } from "./faults.ts";
import type { Random } from "./random.ts";
import type { Due, Life, Timeline } from "./timeline.ts";
import type { Trace } from "./trace.ts";

type Frame = { readonly op: number; readonly d: unknown; readonly s: number | null; readonly t: string | null };

/** A session and what it was sent; it outlives its connection for a while. */
type Session = { readonly id: string; readonly frames: Frame[]; connection: Connection | null; expiry: Due | null };

type Parts = {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly faults: Faults;
  readonly trace: Trace;
  readonly token: string;
};

const HEARTBEAT_MS = 41_250;
const RESUMABLE_MS = 3 * 60_000;
const IDENTIFY_EVERY_MS = 5_000;
const DAY_MS = 24 * 60 * 60_000;
const IDENTIFIES_A_DAY = 1000;
/** After these the session is over. */
const ENDING = [1000, 1001, 4007, 4009];

/** Discord's Gateway by its documented rules: sessions, resuming with replay, heartbeats, and connections that break. */
export class FarGateway {
  readonly sessions = new Map<string, Session>();
  /** When the bot has identified. */
  readonly identifies: number[] = [];
  readonly #parts: Parts;
  readonly #connections = new Set<Connection>();
  #sessions = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  describe(): unknown {
    const { timeline } = this.#parts;
    const remaining = IDENTIFIES_A_DAY - this.identifies.filter((at) => at > timeline.now() - DAY_MS).length;
    const limit = { total: IDENTIFIES_A_DAY, remaining, reset_after: DAY_MS, max_concurrency: 1 };
    return { url: "wss://gateway.invalid", shards: 1, session_start_limit: limit };
  }

  /** Connects an instance of the shard. */
  connectFor(life: Life): Connect {
    return (_url, listener) => {
      const { timeline, random, faults, trace } = this.#parts;
      const connection = new Connection(life, listener, this.#parts);
      timeline.after(random.between(30, 150), () => {
        if (connection.isOver || life.isOver) return;
        if (faults.strikes("gateway: upgrade refused")) {
          trace.add(null, "gateway refuses the upgrade");
          const status = random.chance(0.5) ? 503 : null;
          timeline.after(random.between(5, 50), () => listener.onFailure(status), life);
          return;
        }
        this.#connections.add(connection);
        connection.isOpen = true;
        connection.send({ op: 10, d: { heartbeat_interval: HEARTBEAT_MS }, s: null, t: null });
        this.#awaitHeartbeat(connection);
      });
      return this.#socketOf(connection);
    };
  }

  /** Sends an event to the session that there is; returns its id, null without one. */
  dispatch(name: string, data: unknown): string | null {
    const session = [...this.sessions.values()].at(-1);
    if (!session) return null;
    this.#push(session, name, data);
    return session.id;
  }

  /** All connections break; with a code they are closed in order. */
  drop(code: number | null): void {
    for (const connection of [...this.#connections]) {
      this.#parts.trace.add(null, `gateway drops the connection${code === null ? "" : ` with ${code}`}`);
      this.#close(connection, code ?? 1006);
    }
  }

  /** Op 7. */
  askToReconnect(): void {
    for (const connection of this.#connections) connection.send({ op: 7, d: null, s: null, t: null });
  }

  /** Op 9. */
  invalidate(resumable: boolean): void {
    this.#parts.trace.add(null, `gateway: session invalid, ${resumable ? "resumable" : "over"}`);
    for (const connection of [...this.#connections]) {
      connection.send({ op: 9, d: resumable, s: null, t: null });
      this.#detach(connection, !resumable);
    }
  }

  /** The instance at the other end is gone: sooner or later that is noticed here. */
  clientDied(life: Life): void {
    const { timeline, random, faults } = this.#parts;
    for (const connection of this.#connections) {
      if (connection.life !== life) continue;
      const unnoticed = faults.strikes("gateway: drop goes unnoticed") ? random.between(5_000, 60_000) : 50;
      timeline.after(unnoticed, () => this.#gone(connection, 1006));
    }
  }

  #socketOf(connection: Connection): Socket {
    const { timeline, random } = this.#parts;
    return {
      send: (text) => {
        if (connection.isOver || !connection.isOpen) return;
        timeline.after(random.between(5, 60), () => this.#receive(connection, JSON.parse(text) as Frame));
      },
      close: (code) => {
        timeline.after(random.between(5, 60), () => this.#gone(connection, code));
      },
    };
  }

  #receive(connection: Connection, { op, d }: Frame): void {
    if (!this.#connections.has(connection)) return;
    const { faults } = this.#parts;
    switch (op) {
      case 1:
        this.#awaitHeartbeat(connection);
        if (!faults.strikes("gateway: no acknowledgement")) connection.send({ op: 11, d: null, s: null, t: null });
        return;
      case 2:
        this.#identify(connection, d);
        return;
      case 6:
        this.#resume(connection, d as { session_id: string; seq: number });
        return;
      default:
        this.#close(connection, 4001);
    }
  }

  #identify(connection: Connection, data: unknown): void {
    const { timeline, trace, token } = this.#parts;
    if (!JSON.stringify(data).includes(token)) {
      this.#close(connection, 4004);
      return;
    }
    const last = this.identifies.at(-1);
    this.identifies.push(timeline.now());
    // A session of the same shard that is still there would get the events as well.
    if (last !== undefined && timeline.now() - last < IDENTIFY_EVERY_MS) {
      connection.send({ op: 9, d: false, s: null, t: null });
      return;
    }
    this.sessions.clear();
    const session: Session = { id: `session-${++this.#sessions}`, frames: [], connection, expiry: null };
    this.sessions.set(session.id, session);
    connection.session = session;
    trace.add(null, `gateway begins ${session.id}`);
    this.#push(session, "READY", { session_id: session.id, resume_gateway_url: "wss://resume.invalid" });
  }

  #resume(connection: Connection, { session_id: id, seq }: { session_id: string; seq: number }): void {
    const { faults, trace } = this.#parts;
    const session = this.sessions.get(id);
    if (session && faults.strikes("gateway: no resume")) this.sessions.delete(id);
    if (!session || !this.sessions.has(id)) {
      trace.add(null, `gateway cannot resume ${id}`);
      connection.send({ op: 9, d: false, s: null, t: null });
      return;
    }
    if (seq > session.frames.length) {
      this.sessions.delete(id);
      this.#close(connection, 4007);
      return;
    }
    if (session.connection) this.#gone(session.connection, 1006);
    if (session.expiry) session.expiry.isOff = true;
    session.expiry = null;
    session.connection = connection;
    connection.session = session;
    trace.add(null, `gateway resumes ${id} after ${seq} of ${session.frames.length}`);
    for (const frame of session.frames.slice(seq)) connection.send(frame);
    this.#push(session, "RESUMED", {});
  }

  #push(session: Session, name: string, data: unknown): void {
    const frame: Frame = { op: 0, d: data, s: session.frames.length + 1, t: name };
    session.frames.push(frame);
    session.connection?.send(frame);
    if (this.#parts.faults.strikes("dispatch twice")) session.connection?.send(frame);
  }

  /** The session ends when nothing is heard for too long. */
  #awaitHeartbeat(connection: Connection): void {
    if (connection.patience) connection.patience.isOff = true;
    connection.patience = this.#parts.timeline.after(2 * HEARTBEAT_MS, () => this.#close(connection, 4009));
  }

  #close(connection: Connection, code: number): void {
    if (!this.#connections.has(connection)) return;
    connection.closeWith(code);
    this.#gone(connection, code);
  }

  #gone(connection: Connection, code: number): void {
    if (connection.isOver) return;
    connection.isOver = true;
    if (connection.patience) connection.patience.isOff = true;
    this.#connections.delete(connection);
    this.#detach(connection, ENDING.includes(code));
  }

  #detach(connection: Connection, ends: boolean): void {
    const { session } = connection;
    connection.session = null;
    if (session?.connection !== connection) return;
    session.connection = null;
    if (ends) this.sessions.delete(session.id);
    session.expiry = this.#parts.timeline.after(RESUMABLE_MS, () => this.sessions.delete(session.id));
  }
}

/** One WebSocket, seen from Discord: what is sent arrives in order. */
class Connection {
  readonly life: Life;
  isOpen = false;
  isOver = false;
  session: Session | null = null;
  patience: Due | null = null;
  readonly #listener: SocketListener;
  readonly #parts: Parts;
  #lastArrival = 0;

  constructor(life: Life, listener: SocketListener, parts: Parts) {
    this.life = life;
    this.#listener = listener;
    this.#parts = parts;
  }

  send(frame: Frame): void {
    if (!this.isOver) this.#arrive(() => this.#listener.onText(JSON.stringify(frame)));
  }

  closeWith(code: number): void {
    this.#arrive(() => this.#listener.onClose(code));
  }

  #arrive(run: () => void): void {
    const { timeline, random } = this.#parts;
    const at = Math.max(this.#lastArrival + 0.01, timeline.time + random.between(5, 60));
    this.#lastArrival = at;
    const arrive = () => {
      try {
        run();
      } catch (error) {
        // The runtime logs what a listener throws, and goes on.
        this.#parts.trace.add(
          null,
          `a listener of the socket threw: ${error instanceof Error ? error.message : error}`,
        );
      }
    };
    timeline.after(at - timeline.time, arrive, this.life);
  }
}
