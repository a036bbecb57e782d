import { vi } from "vitest";

type Payload = { readonly op: number; readonly d: unknown };

/** One connection as Discord sees it. */
class Connection {
  readonly received: Payload[] = [];
  readonly url: string;
  readonly #server: WebSocket;

  constructor(url: string, server: WebSocket, onPayload: (connection: Connection, payload: Payload) => void) {
    this.url = url;
    this.#server = server;
    server.accept();
    server.addEventListener("message", ({ data }) => {
      const payload: Payload = JSON.parse(String(data));
      this.received.push(payload);
      onPayload(this, payload);
    });
  }

  /** To be called inside the object that connected: a socket belongs to it alone. */
  send(payload: unknown): void {
    this.#server.send(JSON.stringify(payload));
  }

  close(code: number): void {
    this.#server.close(code, "");
  }
}

/**
 * Discord's Gateway behind the runtime's `fetch`, over a real pair of WebSockets: greets, answers Identify and Resume, and
 * replays what the resuming side has not seen. All other calls get an empty object.
 */
export class FakeGateway {
  readonly connections: Connection[] = [];
  /** HTTP status for the next upgrades; 101 connects. */
  upgradeStatus = 101;
  asked = 0;
  #sent: { readonly s: number; readonly t: string; readonly d: unknown }[] = [];

  install(): void {
    vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      const request = new Request(input as RequestInfo, init as RequestInit);
      if (request.url.endsWith("/gateway/bot")) {
        this.asked++;
        const session_start_limit = { total: 1000, remaining: 900, reset_after: 0, max_concurrency: 1 };
        return Response.json({ url: "wss://gateway.example", shards: 1, session_start_limit });
      }
      return request.headers.get("Upgrade") === "websocket" ? this.#upgrade(request.url) : Response.json({});
    });
  }

  #upgrade(url: string): Response {
    if (this.upgradeStatus !== 101) return new Response(null, { status: this.upgradeStatus });
    const [client, server] = Object.values(new WebSocketPair());
    if (client === undefined || server === undefined) throw new Error("no pair");
    const connection = new Connection(url, server, (from, payload) => this.#answer(from, payload));
    this.connections.push(connection);
    connection.send({ op: 10, d: { heartbeat_interval: 41_250 } });
    return new Response(null, { status: 101, webSocket: client });
  }

  #answer(connection: Connection, { op, d }: Payload): void {
    if (op === 1) connection.send({ op: 11 });
    if (op === 2) {
      this.#sent = [];
      this.dispatch("READY", { session_id: "session", resume_gateway_url: "wss://resume.example" });
    }
    if (op === 6) {
      const { seq } = d as { seq: number };
      for (const event of this.#sent) if (event.s > seq) connection.send({ op: 0, ...event });
      this.dispatch("RESUMED", {});
    }
  }

  /** An event of the session, sent to the present connection. */
  dispatch(t: string, d: unknown): void {
    const event = { s: this.#sent.length + 1, t, d };
    this.#sent.push(event);
    this.connections.at(-1)?.send({ op: 0, ...event });
  }

  /** A member writes a DM. */
  dm(member: string, message: string, content: string): void {
    this.dispatch("MESSAGE_CREATE", messageOf(member, message, content));
  }

  /** A member writes a DM while nobody is connected. */
  missed(member: string, message: string, content: string): void {
    this.#sent.push({ s: this.#sent.length + 1, t: "MESSAGE_CREATE", d: messageOf(member, message, content) });
  }

  get connection(): Connection {
    const last = this.connections.at(-1);
    if (last === undefined) throw new Error("never connected");
    return last;
  }

  /** What all connections were sent of this opcode. */
  payloads(op: number): unknown[] {
    return this.connections.flatMap(({ received }) => received.filter((one) => one.op === op).map(({ d }) => d));
  }
}

function messageOf(member: string, message: string, content: string): unknown {
  return {
    id: message,
    channel_id: "1200000000000000002",
    channel_type: 1,
    type: 0,
    author: { id: member, username: "member", global_name: null },
    content,
    timestamp: new Date().toISOString(),
    edited_timestamp: null,
    attachments: [],
  };
}
