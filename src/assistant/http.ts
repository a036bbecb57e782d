import { Webhook } from "standardwebhooks";
import type { ArticleSlug } from "../conversation/ids.ts";
import type { ArticleLocale } from "../knowledge/article.ts";
import { log } from "../log.ts";
import { type Clock, type Fetch, parseJson } from "../outside/call.ts";
import { EngineFailure } from "./fallback.ts";
import { type ReadReply, readArticleReply, readMessageReply } from "./http-reply.ts";
import { readLimited } from "./limited-body.ts";
import type { Assistant, Question } from "./port.ts";

/** A reply of a full message with all that belongs to it is below a tenth of this. */
const REPLY_BYTES = 64 * 1024;

/** What is POSTed to the chatbot; see `docs/assistant.md`. */
export type ChatbotRequest =
  | ({ readonly version: 1; readonly kind: "message" } & Question)
  | {
      readonly version: 1;
      readonly kind: "article";
      readonly slug: ArticleSlug;
      readonly locales: readonly ArticleLocale[];
    };

export type HttpEngine = {
  readonly url: string;
  /** `whsec_…`, of Standard Webhooks. */
  readonly secret: string;
  /** For the whole reply, in milliseconds. */
  readonly timeLimitMs: number;
  readonly fetch: Fetch;
  readonly now: Clock;
  /** Names a request that has no message to be named by. */
  readonly newId: () => string;
};

/**
 * The engine that asks any chatbot over HTTP. Requests are signed as in https://www.standardwebhooks.com (version 1.0.0):
 * `webhook-id` is the id of the member's message, the same again when it is asked again. Throws an {@link EngineFailure}
 * for every reply that is late, too long, or not as documented.
 */
export function httpAssistant(engine: HttpEngine): Assistant {
  const webhook = new Webhook(engine.secret);

  async function ask<T>(id: string, request: ChatbotRequest, read: (json: unknown) => ReadReply<T>): Promise<T> {
    const body = JSON.stringify(request);
    const at = new Date(engine.now());
    const headers = {
      "content-type": "application/json",
      accept: "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": webhook.sign(id, at, body),
    };
    const reply = read(await call(engine, { method: "POST", redirect: "manual", headers, body }));
    if (!reply.ok) throw new EngineFailure(`the chatbot's reply is not as documented: ${reply.field}`);
    if (reply.cut.length > 0) log("warn", "assistant.reply-cut", { fields: reply.cut.join(" ") });
    return reply.value;
  }

  return {
    answer: ({ session, message, text, locales, displayName }) =>
      ask(
        message ?? engine.newId(),
        { version: 1, kind: "message", session, message, text, locales, displayName },
        readMessageReply,
      ),
    article: (slug, locales) =>
      ask(engine.newId(), { version: 1, kind: "article", slug, locales }, (json) => readArticleReply(json, slug)),
  };
}

async function call({ fetch, url, timeLimitMs }: HttpEngine, init: RequestInit): Promise<unknown> {
  try {
    const response = await fetch(url, init, timeLimitMs);
    if (response.status === 200) return await readJson(response);
    await response.body?.cancel();
    if (response.status === 204) return {};
    throw new EngineFailure(`the chatbot answered ${response.status}`);
  } catch (error) {
    if (error instanceof EngineFailure) throw error;
    const isLate = error instanceof Error && error.name === "TimeoutError";
    throw new EngineFailure(isLate ? `no reply within ${timeLimitMs} ms` : "the chatbot cannot be reached");
  }
}

async function readJson(response: Response): Promise<unknown> {
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(response.headers.get("content-type") ?? "")) {
    await response.body?.cancel();
    throw new EngineFailure("the chatbot's reply is not application/json");
  }
  const text = await readLimited(response, REPLY_BYTES);
  if (text === null) throw new EngineFailure(`the chatbot's reply is longer than ${REPLY_BYTES} bytes`);
  const json = parseJson(text);
  if (json === undefined) throw new EngineFailure("the chatbot's reply is not valid JSON");
  return json;
}
