import type { Article } from "../../src/knowledge/article.ts";
import type { SourceArticle } from "../../src/knowledge/source-article.ts";

/** What an article is known by: its slug in one language. */
export type ArticleKey = Pick<Article, "slug" | "locale">;

/** What an import does to the knowledge base. */
export type ArticleChanges = {
  readonly added: readonly Article[];
  readonly changed: readonly Article[];
  readonly removed: readonly ArticleKey[];
  readonly unchanged: number;
};

export function keyOf({ slug, locale }: ArticleKey): string {
  return `${slug} ${locale}`;
}

/**
 * Compares what is stored with what shall be stored. Afterwards the knowledge base holds exactly `wanted`; with
 * `keepOthers` also what else it held. An article that does not say when it was last changed keeps its stored time as
 * long as nothing else of it changes, and was changed `now` (milliseconds since 1970) otherwise.
 */
export function changesBetween(
  stored: readonly Article[],
  wanted: readonly SourceArticle[],
  { now, keepOthers }: { readonly now: number; readonly keepOthers: boolean },
): ArticleChanges {
  const before = new Map(stored.map((article) => [keyOf(article), article]));
  const kept = new Set(wanted.map(keyOf));
  const added: Article[] = [];
  const changed: Article[] = [];
  for (const article of wanted) {
    const old = before.get(keyOf(article));
    if (old === undefined) added.push({ ...article, updatedAt: article.updatedAt ?? now });
    else if (!isSame(old, article)) changed.push({ ...article, updatedAt: article.updatedAt ?? now });
  }
  return {
    added,
    changed,
    removed: keepOthers ? [] : stored.filter((article) => !kept.has(keyOf(article))),
    unchanged: wanted.length - added.length - changed.length,
  };
}

function isSame(stored: Article, wanted: SourceArticle): boolean {
  return (
    // Stored by a version without today's index: it must be stored anew to be found.
    stored.updatedAt !== 0 &&
    stored.audience === wanted.audience &&
    stored.title === wanted.title &&
    stored.summary === wanted.summary &&
    isSameList(stored.questions, wanted.questions) &&
    isSameList(stored.labels, wanted.labels) &&
    stored.link === wanted.link &&
    stored.body === wanted.body &&
    (wanted.updatedAt ?? stored.updatedAt) === stored.updatedAt
  );
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}

/** The changes for people, a line each. */
export function describeChanges({ added, changed, removed, unchanged }: ArticleChanges): string[] {
  const line = (what: string, { slug, locale }: ArticleKey) => `  ${what.padEnd(7)}  ${slug}  ${locale}`;
  return [
    ...added.map((article) => line("added", article)),
    ...changed.map((article) => line("changed", article)),
    ...removed.map((article) => line("removed", article)),
    `${added.length} added, ${changed.length} changed, ${removed.length} removed, ${unchanged} unchanged`,
  ];
}
