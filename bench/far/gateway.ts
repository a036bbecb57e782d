import type { Server } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import { BOT } from "./message.ts";

const HEARTBEAT_INTERVAL_MS = 41_250;

/** Discord's Gateway with one session: it says hello, takes whoever identifies, and dispatches. */
export class FarGateway {
  readonly #server: WebSocketServer;
  readonly #host: string;
  #socket: WebSocket | null = null;
  #seq = 0;
  #onReady: () => void = () => undefined;
  /** Resolves when the Worker has identified. */
  readonly ready = new Promise<void>((resolve) => {
    this.#onReady = resolve;
  });

  constructor(server: Server, host: string) {
    this.#host = host;
    this.#server = new WebSocketServer({ server, perMessageDeflate: false });
    this.#server.on("connection", (socket) => {
      socket.on("message", (data) => this.#read(socket, String(data)));
      const hello = { op: 10, d: { heartbeat_interval: HEARTBEAT_INTERVAL_MS }, s: null, t: null };
      socket.send(JSON.stringify(hello));
    });
  }

  /** Sends an event; `data` is JSON. */
  dispatch(name: string, data: string): void {
    if (this.#socket === null) throw new Error("the Gateway has no connection");
    this.#seq += 1;
    this.#socket.send(`{"t":"${name}","s":${this.#seq},"op":0,"d":${data}}`);
  }

  close(): void {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }

  #read(socket: WebSocket, text: string): void {
    const { op } = JSON.parse(text) as { op: number };
    if (op === 1) socket.send('{"op":11,"d":null,"s":null,"t":null}');
    if (op !== 2 && op !== 6) return;
    this.#socket = socket;
    if (op === 6) {
      this.dispatch("RESUMED", "{}");
      return;
    }
    const session = { session_id: "session-of-the-benchmark", resume_gateway_url: `ws://${this.#host}` };
    this.dispatch("READY", JSON.stringify({ v: 10, user: BOT, guilds: [], application: { id: BOT.id }, ...session }));
    this.#onReady();
  }
}
