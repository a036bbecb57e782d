import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { httpAssistant } from "../../src/assistant/http.ts";
import type { Assistant } from "../../src/assistant/port.ts";
import { fetchWithin } from "../../src/outside/call.ts";
import { ARTICLES, PUBLIC_URL } from "./assistant-contract.ts";

/** Shared by the bridge and the chatbot: `whsec_` and 32 bytes in base64. */
export const SECRET = `whsec_${btoa("a secret of the tests, 32 bytes.")}`;

export type Received = { readonly path: string; readonly headers: IncomingMessage["headers"]; readonly body: string };
type Behaviour = (received: Received, response: ServerResponse) => void;

/** A chatbot behind real HTTP on the loopback interface. */
export class Chatbot {
  readonly received: Received[] = [];
  behave: Behaviour = (received, response) => sendJson(response, replyTo(JSON.parse(received.body)));
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, "close");
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/flexcord`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = { path: request.url ?? "", headers: request.headers, body: await text(request) };
    this.received.push(received);
    this.behave(received, response);
  }
}

/** The engine that asks a chatbot at this address. */
export function engineFor(url: string, timeLimitMs = 4_000): Assistant {
  let ids = 0;
  return httpAssistant({
    url,
    secret: SECRET,
    timeLimitMs,
    fetch: fetchWithin,
    now: () => Date.now(),
    newId: () => `request-${++ids}`,
  });
}

export function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}

/** What a chatbot that knows the articles replies. */
function replyTo(request: { kind: string; text: string; slug: string; locales: readonly string[] }): unknown {
  if (request.kind === "article") {
    const all = ARTICLES.filter(({ slug }) => slug === request.slug);
    const found = request.locales.flatMap((locale) => all.filter((one) => one.locale === locale))[0] ?? all[0];
    if (!found) return { article: null };
    const { title, summary, link, slug } = found;
    return { article: { title, summary, url: link ?? `${PUBLIC_URL}/help/${slug}` } };
  }
  const english = ARTICLES.filter(({ locale }) => locale === "en");
  const found = english.filter(({ slug }) => request.text.includes(slug === "refund" ? "refund" : "location"));
  return { articles: found.map(({ slug, title }) => ({ slug, title })) };
}
