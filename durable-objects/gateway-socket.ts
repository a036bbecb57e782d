import { connectUrl } from "../src/discord/gateway/frames.ts";
import type { Connect, Socket, SocketListener } from "../src/discord/gateway/socket.ts";

/**
 * Connects by a `fetch` that asks for an upgrade, and not by `new WebSocket`: only so is the HTTP status known when the
 * Gateway refuses, and a refused token must stop the shard. `fetch` knows no `ws:` scheme.
 * @see https://developers.cloudflare.com/workers/examples/websockets/#write-a-websocket-client
 */
export const connectGateway: Connect = (url, listener) => {
  const socket = new UpgradedSocket();
  socket.open(url, listener);
  return socket;
};

class UpgradedSocket implements Socket {
  readonly #opening = new AbortController();
  #webSocket: WebSocket | null = null;
  #closeCode: number | null = null;

  open(url: string, listener: SocketListener): void {
    this.#upgrade(url).then(
      (response) => {
        const { status, webSocket } = response;
        if (webSocket) this.#accept(webSocket, listener);
        else listener.onFailure(status);
      },
      () => listener.onFailure(null),
    );
  }

  send(text: string): void {
    if (this.#webSocket?.readyState === WebSocket.OPEN) this.#webSocket.send(text);
  }

  close(code: number): void {
    this.#closeCode = code;
    if (this.#webSocket === null) this.#opening.abort();
    else if (this.#webSocket.readyState === WebSocket.OPEN) this.#webSocket.close(code);
  }

  async #upgrade(url: string): Promise<Response> {
    const address = connectUrl(url).replace(/^ws/, "http");
    const response = await fetch(address, { headers: { Upgrade: "websocket" }, signal: this.#opening.signal });
    if (!response.webSocket) await response.body?.cancel();
    return response;
  }

  #accept(webSocket: WebSocket, listener: SocketListener): void {
    this.#webSocket = webSocket;
    webSocket.addEventListener("message", ({ data }) => {
      if (typeof data === "string") listener.onText(data);
    });
    webSocket.addEventListener("close", ({ code }) => listener.onClose(code));
    // A broken connection: depending on how it broke, no close event follows.
    webSocket.addEventListener("error", () => listener.onClose(1006));
    webSocket.accept();
    if (this.#closeCode !== null) webSocket.close(this.#closeCode);
  }
}
