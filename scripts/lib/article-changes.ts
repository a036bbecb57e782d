import type { ArticleSlug } from "../../src/conversation/ids.ts";
import { ARTICLE_COLUMNS, type Article, type ArticleRow, rowOfArticle } from "../../src/knowledge/article.ts";

/** What an import does to the knowledge base. */
export type ArticleChanges = {
  readonly added: readonly Article[];
  readonly changed: readonly Article[];
  readonly removed: readonly ArticleSlug[];
  readonly unchanged: number;
};

/** Compares what is stored with what shall be stored: afterwards the knowledge base holds exactly `wanted`. */
export function changesBetween(stored: readonly ArticleRow[], wanted: readonly Article[]): ArticleChanges {
  const rows = new Map(stored.map((row) => [row.slug, row]));
  const slugs = new Set(wanted.map(({ slug }) => slug));
  const added = wanted.filter(({ slug }) => !rows.has(slug));
  const changed = wanted.filter((article) => {
    const row = rows.get(article.slug);
    return row !== undefined && !isSame(row, rowOfArticle(article));
  });
  return {
    added,
    changed,
    removed: stored.map(({ slug }) => slug).filter((slug) => !slugs.has(slug)),
    unchanged: wanted.length - added.length - changed.length,
  };
}

function isSame(a: ArticleRow, b: ArticleRow): boolean {
  return ARTICLE_COLUMNS.every((column) => a[column] === b[column]);
}

/**
 * The changes as SQL statements with their values written out, since a file for `wrangler d1 execute` knows no
 * parameters. An update keeps the row's id, so that the index's triggers see one change.
 */
export function sqlOfChanges({ added, changed, removed }: ArticleChanges): string[] {
  const updates = ARTICLE_COLUMNS.filter((column) => column !== "slug").map(
    (column) => `${column} = excluded.${column}`,
  );
  return [
    ...removed.map((slug) => `DELETE FROM articles WHERE slug = ${literal(slug)}`),
    ...[...added, ...changed].map((article) => {
      const row = rowOfArticle(article);
      const values = ARTICLE_COLUMNS.map((column) => literal(row[column]));
      return (
        `INSERT INTO articles (${ARTICLE_COLUMNS.join(", ")}) VALUES (${values.join(", ")})` +
        ` ON CONFLICT (slug) DO UPDATE SET ${updates.join(", ")}`
      );
    }),
  ];
}

/** A text as an SQL literal. Within quotes only the quote itself means something; the parser of articles refuses NUL. */
function literal(value: string | null): string {
  return value === null ? "NULL" : `'${value.replaceAll("'", "''")}'`;
}

/** The changes for people, a line each. */
export function describeChanges({ added, changed, removed, unchanged }: ArticleChanges): string[] {
  return [
    ...added.map(({ slug }) => `  added    ${slug}`),
    ...changed.map(({ slug }) => `  changed  ${slug}`),
    ...removed.map((slug) => `  removed  ${slug}`),
    `${added.length} added, ${changed.length} changed, ${removed.length} removed, ${unchanged} unchanged`,
  ];
}
