import { createHash } from "node:crypto";
import type { ArticleSlug } from "../../../src/conversation/ids.ts";
import type { Article } from "../../../src/knowledge/article.ts";
import { readSlug, type SourceArticle } from "../../../src/knowledge/source-article.ts";
import { keyOf } from "../article-changes.ts";
import type { Page } from "./read-page.ts";

const MAX_SLUG = 64;

/**
 * Names pages, so that the same page keeps its name from import to import and no article from elsewhere is overwritten: a
 * page that is stored (by its link and language) keeps its slug, a new one is named by its path, and where that name is
 * taken by a part of its address's digest as well.
 */
export function articlesOfPages(pages: readonly Page[], stored: readonly Article[]): SourceArticle[] {
  const known = new Map(
    stored.flatMap(({ slug, locale, link }) => (link === null ? [] : [[`${link} ${locale}`, slug]])),
  );
  const taken = new Set(stored.map(keyOf));
  return pages.map(({ isCut: _, opening: __, ...page }) => {
    const plain = slugOf(new URL(page.link));
    const isFree = (slug: ArticleSlug) => !taken.has(keyOf({ slug, locale: page.locale }));
    const slug =
      known.get(`${page.link} ${page.locale}`) ??
      (plain !== null && isFree(plain) ? plain : distinct(plain, page.link));
    taken.add(keyOf({ slug, locale: page.locale }));
    return { ...page, slug };
  });
}

/** The last part of the path that can be written in a-z, 0-9 and dashes. */
export function slugOf({ pathname }: URL): ArticleSlug | null {
  const parts = pathname.split("/").reverse();
  for (const part of parts) {
    const slug = readSlug(
      asciiOf(part.replace(/\.(?:html?|php|aspx?|md)$/i, ""))
        .slice(0, MAX_SLUG)
        .replace(/-$/, ""),
    );
    if (slug !== null && slug !== "index") return slug;
  }
  return null;
}

function asciiOf(part: string): string {
  let text = part;
  try {
    text = decodeURIComponent(part);
  } catch {
    // Left as it stands: what is no letter goes anyway.
  }
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll("ß", "ss")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "");
}

function distinct(slug: ArticleSlug | null, link: string): ArticleSlug {
  const digest = createHash("sha256").update(link).digest("hex").slice(0, 8);
  return `${(slug ?? "page").slice(0, MAX_SLUG - 9)}-${digest}` as ArticleSlug;
}
