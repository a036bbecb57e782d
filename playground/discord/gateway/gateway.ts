import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import * as v from "valibot";
import { WebSocketServer } from "ws";
import type { Credentials } from "../credentials.ts";
import type { GatewayControl, GatewayFaults } from "../faults.ts";
import { guildObject } from "../objects.ts";
import { type Dispatch, INTENTS, type World } from "../world.ts";
import { type Close, Connection } from "./connection.ts";
import { Session } from "./session.ts";
import type { StartLimit } from "./start-limit.ts";

const API_VERSION = 10;
/** GUILD_MEMBERS, GUILD_PRESENCES and MESSAGE_CONTENT must be switched on for the application. */
const PRIVILEGED = (1 << 1) | (1 << 8) | INTENTS.MESSAGE_CONTENT;
/** All intents that exist (docs: events/gateway, "List of Intents"): 0–16, 20, 21, 24, 25. */
const KNOWN = ((1 << 17) - 1) | (1 << 20) | (1 << 21) | (1 << 24) | (1 << 25);

const identifyData = v.object({
  token: v.string(),
  intents: v.optional(v.number(), -1),
  properties: v.object({ os: v.optional(v.string()) }),
  shard: v.nullish(v.array(v.number())),
});
const resumeData = v.object({ token: v.string(), session_id: v.string(), seq: v.number() });

export type GatewayOptions = {
  readonly world: World;
  readonly credentials: Credentials;
  readonly startLimit: StartLimit;
  readonly faults: () => GatewayFaults;
  /** `ws://127.0.0.1:PORT` */
  readonly baseUrl: () => string;
  readonly heartbeatIntervalMs: number;
  /** How long a session without a connection can be resumed. */
  readonly resumeWindowMs: number;
  /** Recommended, and told by `/gateway/bot`. */
  readonly shards: number;
  /** Privileged intents that the application has. */
  readonly privilegedIntents: number;
};

/** The Gateway: sessions, and the connections they come over. */
export class Gateway implements GatewayControl {
  readonly startLimit: StartLimit;
  readonly shards: number;
  readonly heartbeatIntervalMs: number;
  readonly #options: GatewayOptions;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #connections = new Set<Connection>();
  readonly #sessions = new Map<string, Session>();
  #opened = 0;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.startLimit = options.startLimit;
    this.shards = options.shards;
    this.heartbeatIntervalMs = options.heartbeatIntervalMs;
  }

  get url(): string {
    return `${this.#options.baseUrl()}/gateway`;
  }

  /** Sessions that events are kept for, with or without a connection. */
  get sessions(): readonly Session[] {
    const { world, resumeWindowMs } = this.#options;
    for (const session of this.#sessions.values()) {
      const expired = session.disconnectedAt !== null && session.disconnectedAt + resumeWindowMs < world.now();
      if (expired) this.#sessions.delete(session.id);
    }
    return [...this.#sessions.values()];
  }

  dispatch(event: Dispatch): void {
    const takers = this.sessions.filter((session) => session.wants(event));
    if (takers.length === 0) return;
    const copies = this.#options.faults().copiesOf(event);
    for (const session of takers) {
      session.push(event.type, session.seen(event, this.#options.world.bot.id), copies);
    }
  }

  /** Takes a WebSocket request of the HTTP server. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const path = request.url ?? "/";
    const url = new URL(path, "http://stand-in");
    const refusal = ["/gateway", "/resume"].includes(url.pathname) ? this.#options.faults().takeRefusal() : 404;
    this.#opened += 1;
    const number = this.#opened;
    if (refusal !== null) {
      socket.end(`HTTP/1.1 ${refusal} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      this.#note(number, "refused", refusal, path);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#note(number, "opened", null, path);
      const connection = new Connection(number, webSocket, {
        heartbeatIntervalMs: this.heartbeatIntervalMs,
        now: () => this.#options.world.now(),
        acksHeartbeats: () => !this.#options.faults().muteAcks,
        identify: (from, data) => this.#identify(from, data),
        resume: (from, data) => this.#resume(from, data),
        closed: (from, ends, code) => this.#closed(from, ends, code, path),
        framePassed: ({ number }, direction, frame) => {
          const { world } = this.#options;
          world.feed.record({ kind: "gateway", at: world.now(), direction, connection: number, frame });
        },
      });
      this.#connections.add(connection);
      if (Number(url.searchParams.get("v") ?? API_VERSION) !== API_VERSION)
        connection.close(4012, "Invalid API version.");
    });
  }

  drop(code?: number): void {
    for (const connection of this.#connections) {
      if (code === undefined) connection.cut();
      else connection.close(code, "");
    }
  }

  reconnect(): void {
    this.#sendAll({ op: 7, d: null, s: null, t: null });
  }

  askForHeartbeat(): void {
    this.#sendAll({ op: 1, d: null, s: null, t: null });
  }

  invalidate(resumable: boolean): void {
    if (resumable) this.#detachSessions();
    else this.#forgetSessions();
    this.#sendAll({ op: 9, d: resumable, s: null, t: null });
  }

  endSessions(): void {
    this.#forgetSessions();
    this.drop();
  }

  close(): void {
    this.drop();
    this.#server.close();
  }

  #identify(connection: Connection, data: unknown): Close | null {
    const { credentials, privilegedIntents, world } = this.#options;
    const parsed = v.safeParse(identifyData, data);
    if (!parsed.success) return [4002, "Error while decoding payload."];
    const { token, intents } = parsed.output;
    if (token !== credentials.botToken) return [4004, "Authentication failed."];
    const shard = shardOf(parsed.output.shard);
    if (!shard) return [4010, "Invalid shard."];
    if (intents < 0 || (intents & ~KNOWN) !== 0) return [4013, "Invalid intent(s)."];
    if ((intents & PRIVILEGED & ~privilegedIntents) !== 0) return [4014, "Disallowed intent(s)."];
    switch (this.startLimit.take(shard[0])) {
      case "exhausted":
        credentials.resetToken();
        this.#forgetSessions();
        this.drop(4004);
        return null;
      case "too fast":
        return this.#refuseSession(connection);
      case "granted":
        break;
    }
    const session = new Session(randomBytes(16).toString("hex"), intents, shard, connection);
    this.#sessions.set(session.id, session);
    connection.session = session;
    const inGuild = session.wants({ type: "", data: {}, guildId: world.guild.id, intent: 0 });
    session.push("READY", {
      v: API_VERSION,
      user: world.bot,
      guilds: inGuild ? [{ id: world.guild.id, unavailable: true }] : [],
      session_id: session.id,
      session_type: "normal",
      resume_gateway_url: `${this.#options.baseUrl()}/resume`,
      shard,
      application: { id: credentials.applicationId, flags: 0 },
    });
    if (inGuild && (intents & INTENTS.GUILDS) !== 0) session.push("GUILD_CREATE", guildObject(world));
    return null;
  }

  #resume(connection: Connection, data: unknown): Close | null {
    const parsed = v.safeParse(resumeData, data);
    if (!parsed.success) return [4002, "Error while decoding payload."];
    const { token, session_id, seq } = parsed.output;
    if (token !== this.#options.credentials.botToken) return [4004, "Authentication failed."];
    const session = this.sessions.find(({ id }) => id === session_id);
    const missed = session?.after(seq);
    if (session && seq > session.seq) {
      this.#sessions.delete(session.id);
      return [4007, "Invalid seq."];
    }
    if (!session || !missed) return this.#refuseSession(connection);
    const old = session.connection;
    session.connection = connection;
    session.disconnectedAt = null;
    connection.session = session;
    if (old) {
      old.session = null;
      old.cut();
    }
    for (const frame of missed) connection.send(frame);
    session.push("RESUMED", { _trace: ["stand-in"] });
    return null;
  }

  /** Op 9: the bot has to identify, later and on a new connection. */
  #refuseSession(connection: Connection): null {
    connection.send({ op: 9, d: false, s: null, t: null });
    return null;
  }

  #closed(connection: Connection, ends: boolean, code: number, path: string): void {
    this.#connections.delete(connection);
    const { session } = connection;
    if (session && ends) this.#sessions.delete(session.id);
    this.#detach(connection);
    this.#note(connection.number, "closed", code, path);
  }

  #forgetSessions(): void {
    this.#detachSessions();
    this.#sessions.clear();
  }

  /** The connections stay, but nobody is authenticated on them any more. */
  #detachSessions(): void {
    for (const connection of this.#connections) this.#detach(connection);
  }

  #detach(connection: Connection): void {
    const { session } = connection;
    connection.session = null;
    if (!session) return;
    session.connection = null;
    session.disconnectedAt = this.#options.world.now();
  }

  #sendAll(frame: object): void {
    for (const connection of this.#connections) connection.send(frame);
  }

  #note(connection: number, what: "opened" | "closed" | "refused", code: number | null, path: string): void {
    const { world } = this.#options;
    world.feed.record({ kind: "connection", at: world.now(), connection, what, code, path });
  }
}

/** `[0, 1]` where none is given; `null` when it is nonsense. */
function shardOf(given: readonly number[] | null | undefined): [number, number] | null {
  if (!given) return [0, 1];
  const [id = -1, count = 0] = given;
  const valid = given.length === 2 && Number.isInteger(id) && Number.isInteger(count) && id >= 0 && id < count;
  return valid ? [id, count] : null;
}
