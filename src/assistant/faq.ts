import type { D1Database } from "@cloudflare/workers-types";
import { getArticle, searchArticles } from "../knowledge/search.ts";
import type { Assistant } from "./port.ts";

/** Discord shows five buttons a row; the last one belongs to `Talk to a person`. */
const MAX_SUGGESTIONS = 4;

/** The assistant that searches the knowledge base. `publicUrl` completes the links of articles that are only a path. */
export function faqAssistant(db: D1Database, publicUrl: string): Assistant {
  return {
    async answer({ text, locale }) {
      const found = await searchArticles(db, text, locale, MAX_SUGGESTIONS);
      if (found.length === 0) return { kind: "nothing" };
      return { kind: "suggestions", articles: found.map(({ slug, title }) => ({ slug, title })) };
    },

    async article(slug) {
      const article = await getArticle(db, slug);
      if (article === null) return null;
      const { title, summary, link } = article;
      return { slug, title, summary, url: link && new URL(link, publicUrl).href };
    },
  };
}
