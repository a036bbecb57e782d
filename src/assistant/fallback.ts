import { log } from "../log.ts";
import type { Assistant } from "./port.ts";

/** An engine cannot answer. The message is in our own words, and so fit to be logged. */
export class EngineFailure extends Error {
  override readonly name = "EngineFailure";
}

/**
 * Asks `second` where `first` fails; where both fail the conversation fetches a person. An article that `first` does not
 * know may be one of `second`'s.
 */
export function withFallback(first: Assistant, second: Assistant): Assistant {
  return {
    answer: (question) =>
      first.answer(question).catch((error: unknown) => {
        logFailure("answer", error);
        return second.answer(question);
      }),

    async article(slug, locales) {
      const card = await first.article(slug, locales).catch((error: unknown) => {
        logFailure("article", error);
        return null;
      });
      return card ?? second.article(slug, locales);
    },
  };
}

function logFailure(asked: "answer" | "article", error: unknown): void {
  // What others' errors say may quote the member.
  const reason = error instanceof EngineFailure ? error.message : error instanceof Error ? error.name : "unknown error";
  log("warn", "assistant.fell-back", { asked, reason });
}
