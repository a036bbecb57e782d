import { Agent, request } from "node:http";

/** A request to the Worker, ready to be sent. */
export type Prepared = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** The Worker refused, or failed. */
class BadStatus extends Error {}

/** Sends requests to one Worker over connections that stay open. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 512 });
  readonly #host: string;
  readonly #port: string;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#host = hostname;
    this.#port = port;
  }

  /** Resolves with the answer's body; rejects unless the status is 2xx. */
  post({ path, headers, body }: Prepared): Promise<string> {
    return this.#send("POST", path, headers, body);
  }

  get(path: string): Promise<string> {
    return this.#send("GET", path, {}, "");
  }

  /** Resolves as soon as there is any answer, be it that the page does not exist. */
  async answers(): Promise<void> {
    await this.get("/").catch((error: unknown) => {
      if (!(error instanceof BadStatus)) throw error;
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, given: Readonly<Record<string, string>>, body: string): Promise<string> {
    const headers = { ...given, "content-length": Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const sent = request({ host: this.#host, port: this.#port, agent: this.#agent, method, path, headers });
      sent.on("error", reject);
      sent.on("response", (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("error", reject);
        response.on("end", () => {
          const { statusCode = 0 } = response;
          if (statusCode >= 200 && statusCode < 300) resolve(text);
          else reject(new BadStatus(`${method} ${path} was answered with ${statusCode}: ${text.slice(0, 200)}`));
        });
      });
      sent.end(body);
    });
  }
}
