import type { D1Database } from "@cloudflare/workers-types";
import { searchArticles } from "../knowledge/search.ts";
import { getArticle } from "../knowledge/store.ts";
import { cardOf } from "./articles.ts";
import { type Assistant, CHOICE_LIMIT } from "./port.ts";
import { smallTalkOf } from "./small-talk.ts";

/** The engine that searches the knowledge base. `publicUrl` is where the articles' own pages are. */
export function faqAssistant(db: D1Database, publicUrl: string): Assistant {
  return {
    async answer({ text, locales }) {
      const topic = smallTalkOf(text);
      if (topic !== null) return { kind: "small-talk", topic };
      const found = await searchArticles(db, text, locales, CHOICE_LIMIT);
      if (found.length === 0) return { kind: "nothing" };
      return { kind: "suggestions", articles: found.map(({ slug, title }) => ({ slug, title })) };
    },

    async article(slug, locales) {
      const article = await getArticle(db, slug, locales);
      return article && cardOf(article, publicUrl);
    },
  };
}
