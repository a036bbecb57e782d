import { vi } from "vitest";

/** One call that the Worker made to the outside. */
export type Call = { readonly method: string; readonly url: string; readonly headers: Headers; readonly body: string };

type Responder = (call: Call) => Response | Promise<Response>;

/**
 * Stands in for the network: every outside call is recorded and answered as Discord or Twilio answer a call that went well,
 * unless `answer` says otherwise.
 */
export class OutsideCalls {
  readonly calls: Call[] = [];
  /** Replaces the answer to the next call whose URL ends so. A responder that never resolves hangs. */
  readonly #special: { readonly end: string; readonly respond: Responder }[] = [];
  #count = 0;

  install(): void {
    vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      const request = new Request(input as RequestInfo, init as RequestInit);
      const call: Call = {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: new TextDecoder().decode(await request.arrayBuffer()),
      };
      this.calls.push(call);
      const special = this.#special.findIndex(({ end }) => call.url.endsWith(end));
      const respond = special === -1 ? undefined : this.#special.splice(special, 1)[0]?.respond;
      return respond ? respond(call) : Response.json(this.answerTo(call));
    });
  }

  next(end: string, respond: Responder): void {
    this.#special.push({ end, respond });
  }

  to(end: string): Call[] {
    return this.calls.filter(({ url }) => url.endsWith(end));
  }

  /** The usual good answer. */
  answerTo({ url }: Call): unknown {
    const n = ++this.#count;
    const sid = (prefix: string) => `${prefix}${String(n).padStart(32, "0")}`;
    const snowflake = String(700_000_000_000_000_000n + BigInt(n));
    if (url.includes("/Workers?")) return { workers: [] };
    if (url.includes("/Messages?")) return { messages: [], meta: { next_page_url: null } };
    if (url.endsWith("/Conversations")) return { sid: sid("CH"), state: "active" };
    if (url.endsWith("/Messages")) return { sid: sid("IM"), index: this.to("/Messages").length - 1 };
    if (url.endsWith("/Interactions")) {
      return { sid: sid("KD"), channel: { sid: sid("UO") }, routing: { properties: { sid: sid("WT") } } };
    }
    return { sid: sid("MB"), id: snowflake, channel_id: snowflake };
  }
}
