import type { D1Database } from "@cloudflare/workers-types";
import * as v from "valibot";
import { shortenText } from "../conversation/split.ts";
import type { Article, ArticleLocale } from "../knowledge/article.ts";
import { searchArticles } from "../knowledge/search.ts";
import { getArticle } from "../knowledge/store.ts";
import { type Pause, parseJson, within } from "../outside/call.ts";
import { addressesIn, withoutForeignAddresses } from "./addresses.ts";
import { cardOf } from "./articles.ts";
import { EngineFailure } from "./fallback.ts";
import type { LanguageModel } from "./language-model.ts";
import { type Answer, type Assistant, CHOICE_LIMIT, REPLY_LIMIT } from "./port.ts";
import { promptOf } from "./prompt.ts";
import { smallTalkOf } from "./small-talk.ts";

export type WorkersAiEngine = {
  readonly db: D1Database;
  /** The Worker's address, without a slash at its end. */
  readonly publicUrl: string;
  readonly ai: LanguageModel;
  /** A model with Chat Completions and JSON mode, such as `@cf/google/gemma-4-26b-a4b-it`. */
  readonly model: string;
  /** For the model, in milliseconds. */
  readonly timeLimitMs: number;
  readonly pause: Pause;
};

/** What the model is to answer with. */
const ModelReply = v.object({
  /** Whether the articles answer the question. */
  sufficient: v.boolean(),
  text: v.string(),
  /** The slugs of the articles that the text is taken from. */
  articles: v.array(v.string()),
});

/** Chat Completions; older models of the catalogue answer `{response}`. */
const ModelOutput = v.union([
  v.object({ choices: v.tupleWithRest([v.object({ message: v.object({ content: v.string() }) })], v.unknown()) }),
  v.object({ response: v.union([v.string(), v.record(v.string(), v.unknown())]) }),
]);

/**
 * The engine that has a language model write answers from the articles that fit. The model can do nothing but word an
 * answer: it is shown with the articles it was taken from, or, where it names none or others, not at all.
 */
export function workersAiAssistant(engine: WorkersAiEngine): Assistant {
  const { db, publicUrl } = engine;
  return {
    async answer({ text, locales }) {
      const topic = smallTalkOf(text);
      if (topic !== null) return { kind: "small-talk", topic };
      const articles = await retrieve(db, text, locales);
      if (articles.length === 0) return { kind: "nothing" };
      const reply = readModelReply(await askModel(engine, text, locales, articles));
      return answerOf(reply, articles, publicUrl);
    },

    async article(slug, locales) {
      const article = await getArticle(db, slug, locales);
      return article && cardOf(article, publicUrl);
    },
  };
}

async function retrieve(db: D1Database, text: string, locales: readonly ArticleLocale[]): Promise<Article[]> {
  const found = await searchArticles(db, text, locales, CHOICE_LIMIT);
  const articles = await Promise.all(found.map(({ slug, locale }) => getArticle(db, slug, [locale])));
  return articles.filter((article) => article !== null);
}

async function askModel(
  { ai, model, timeLimitMs, pause }: WorkersAiEngine,
  question: string,
  locales: readonly ArticleLocale[],
  articles: readonly Article[],
): Promise<unknown> {
  const given = new AbortController();
  let failure = `no answer of the model within ${timeLimitMs} ms`;
  const asked = ai
    // Whoever asked sits before the screen: better the search's answer now than the model's after a queue.
    .run(model, promptOf(question, locales, articles), { rejectIfBusy: true, signal: given.signal })
    .catch((error: unknown) => {
      // `3040: Capacity temporarily exceeded`: https://developers.cloudflare.com/workers-ai/platform/errors/
      const code = error instanceof Error ? /\b[3-9]\d{3}(?=:)/.exec(error.message)?.[0] : undefined;
      failure = code === undefined ? "the model failed" : `the model failed with ${code}`;
      throw error;
    });
  try {
    return await within(pause, timeLimitMs, asked);
  } catch {
    throw new EngineFailure(failure);
  } finally {
    given.abort();
  }
}

function readModelReply(output: unknown): v.InferOutput<typeof ModelReply> {
  const read = v.safeParse(ModelOutput, output);
  if (!read.success) throw new EngineFailure("the model's output has no content");
  const content = "choices" in read.output ? read.output.choices[0].message.content : read.output.response;
  const reply = v.safeParse(ModelReply, typeof content === "string" ? parseJson(content) : content);
  if (!reply.success) throw new EngineFailure("the model's answer is not as asked for");
  return reply.output;
}

/** What is shown of a model's reply: its words stand only with articles that it was given. */
function answerOf(reply: v.InferOutput<typeof ModelReply>, articles: readonly Article[], publicUrl: string): Answer {
  const cited = articles.filter(({ slug }) => reply.articles.includes(slug));
  const inventsNone = reply.articles.every((slug) => articles.some((article) => article.slug === slug));
  const allowed = addressesIn(
    cited.flatMap((article) => [article.title, article.summary, article.body, cardOf(article, publicUrl).url ?? ""]),
  );
  const text = shortenText(withoutForeignAddresses(reply.text.slice(0, 2 * REPLY_LIMIT), allowed), REPLY_LIMIT);
  const titles = (some: readonly Article[]) => some.map(({ slug, title }) => ({ slug, title }));
  if (!reply.sufficient || cited.length === 0 || !inventsNone || text === "") {
    return { kind: "suggestions", articles: titles(articles) };
  }
  return { kind: "reply", text, buttons: [], articles: titles(cited) };
}
