import type { Article } from "../knowledge/article.ts";
import type { ArticleCard } from "./port.ts";

/** An article of the knowledge base as it is shown in Discord. `publicUrl` is the Worker's, without a slash at its end. */
export function cardOf({ slug, title, summary, link }: Article, publicUrl: string): ArticleCard {
  return { slug, title, summary, url: link === null ? `${publicUrl}/help/${slug}` : new URL(link, publicUrl).href };
}
