import type { D1Database } from "@cloudflare/workers-types";
import type { ArticleSlug } from "../conversation/ids.ts";
import {
  ARTICLE_COLUMNS,
  type Article,
  type ArticleLocale,
  type ArticleRow,
  articleOfRow,
} from "../knowledge/article.ts";

const COLUMNS = ARTICLE_COLUMNS.join(", ");

/** The place of an article on the list. */
export type ArticlePlace = Pick<Article, "slug" | "locale">;

/** A part of the list of articles: those of members and of agents. */
export type ArticlePage = { readonly articles: readonly Article[]; readonly next: string | null };

/** The articles behind a place, in the order of slug and locale; null begins. */
export async function articlePage(db: D1Database, after: ArticlePlace | null, size: number): Promise<ArticlePage> {
  const { results } = await db
    .prepare(`SELECT ${COLUMNS} FROM articles WHERE (slug, locale) > (?, ?) ORDER BY slug, locale LIMIT ?`)
    .bind(after?.slug ?? "", after?.locale ?? "", size + 1)
    .all<ArticleRow>();
  const articles = results.slice(0, size).map(articleOfRow);
  const last = articles.at(-1);
  return { articles, next: results.length > size && last ? `${last.slug}.${last.locale}` : null };
}

/** Reads what a page gave as `next`; null when it is not that. */
export function readArticleCursor(cursor: string): ArticlePlace | null {
  const [, slug, locale] = /^([a-z0-9-]{1,64})\.([A-Za-z0-9-]{2,35})$/.exec(cursor) ?? [];
  return slug !== undefined && locale !== undefined ? { slug: slug as ArticleSlug, locale } : null;
}

/** An article in this very language, whoever may read it; null when there is none. */
export async function articleIn(db: D1Database, slug: ArticleSlug, locale: ArticleLocale): Promise<Article | null> {
  const row = await db
    .prepare(`SELECT ${COLUMNS} FROM articles WHERE slug = ? AND locale = ?`)
    .bind(slug, locale)
    .first<ArticleRow>();
  return row && articleOfRow(row);
}
