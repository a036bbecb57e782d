import type { D1Database } from "@cloudflare/workers-types";
import type { ArticleSlug } from "../conversation/ids.ts";
import { ARTICLE_COLUMNS, type Article, type ArticleRow, articleOfRow } from "../knowledge/article.ts";

/** An article on the list. */
export type ListedArticle = Pick<Article, "slug" | "locale" | "title" | "labels">;

/** A members' article in all its languages, in their order; empty when there is none of this name. */
export async function translationsOf(db: D1Database, slug: ArticleSlug): Promise<Article[]> {
  const { results } = await db
    .prepare(
      `SELECT ${ARTICLE_COLUMNS.join(", ")} FROM articles WHERE slug = ? AND audience = 'members' ORDER BY locale`,
    )
    .bind(slug)
    .all<ArticleRow>();
  return results.map(articleOfRow);
}

/** All members' articles in all languages, without their texts, in the order of slug and locale. */
export async function listedArticles(db: D1Database): Promise<ListedArticle[]> {
  const { results } = await db
    .prepare("SELECT slug, locale, title, labels FROM articles WHERE audience = 'members' ORDER BY slug, locale")
    .all<Pick<ArticleRow, "slug" | "locale" | "title" | "labels">>();
  return results.map(({ labels, ...same }) => ({ ...same, labels: labels === "" ? [] : labels.split("\n") }));
}
