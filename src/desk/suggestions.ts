import type { D1Database } from "@cloudflare/workers-types";
import type { LiveMessage } from "../cases/transcripts.ts";
import { articlePath } from "../help/pages.ts";
import type { ArticleLocale } from "../knowledge/article.ts";
import { searchArticles } from "../knowledge/search.ts";
import { getArticle } from "../knowledge/store.ts";

/** Articles for whoever follows a chat. */
export type Suggestions = Extract<LiveMessage, { kind: "suggestions" }>["articles"];

/** The members' articles that fit what a member wrote, best first, with their pages. */
export async function suggestArticles(
  db: D1Database,
  publicUrl: string,
  text: string,
  locales: readonly ArticleLocale[],
): Promise<Suggestions> {
  const found = await searchArticles(db, text, locales);
  const articles = await Promise.all(found.map(({ slug, locale }) => getArticle(db, slug, [locale])));
  return articles
    .filter((article) => article !== null)
    .map(({ slug, locale, title, summary }) => {
      return { slug, locale, title, summary, url: new URL(articlePath(slug, locale), publicUrl).href };
    });
}
