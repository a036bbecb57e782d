import type { D1Database } from "@cloudflare/workers-types";
import type { Config } from "../config.ts";
import type { Clock, Fetch, Pause } from "../outside/call.ts";
import { withFallback } from "./fallback.ts";
import { faqAssistant } from "./faq.ts";
import { httpAssistant } from "./http.ts";
import type { Assistant } from "./port.ts";
import { workersAiAssistant } from "./workers-ai.ts";

/** What engines need of the world around them. */
export type Surroundings = {
  readonly db: D1Database;
  readonly fetch: Fetch;
  readonly now: Clock;
  readonly pause: Pause;
  readonly newId: () => string;
};

/** The assistant that the configuration names. Where it fails the search of the knowledge base stands in. */
export function assistantOf(config: Config, { db, fetch, now, pause, newId }: Surroundings): Assistant {
  const faq = faqAssistant(db, config.PUBLIC_URL);
  switch (config.ASSISTANT) {
    case "faq":
      return faq;
    case "http": {
      const { ASSISTANT_URL: url, ASSISTANT_SECRET: secret, ASSISTANT_TIMEOUT_MS: timeLimitMs } = config;
      return withFallback(httpAssistant({ url, secret, timeLimitMs, fetch, now, newId }), faq);
    }
    case "workers-ai": {
      const { PUBLIC_URL: publicUrl, AI: ai, ASSISTANT_MODEL: model, ASSISTANT_TIMEOUT_MS: timeLimitMs } = config;
      return withFallback(workersAiAssistant({ db, publicUrl, ai, model, timeLimitMs, pause }), faq);
    }
  }
}
