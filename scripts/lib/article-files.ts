import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Article } from "../../src/knowledge/article.ts";
import { type ArticleProblem, parseArticle } from "../../src/knowledge/parse-article.ts";

/** Everything that is in a folder of articles. With any problem nothing of it should be used. */
export type ArticleFiles = { readonly articles: readonly Article[]; readonly problems: readonly ArticleProblem[] };

/** Reads all `.md` files of a folder, in the order of their names; throws when the folder cannot be read. */
export async function readArticleFiles(folder: string): Promise<ArticleFiles> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".md")).sort();
  const parsed = await Promise.all(
    names.map(async (name) => parseArticle(join(folder, name), await readFile(join(folder, name), "utf8"))),
  );
  return {
    articles: parsed.flatMap((result) => (result.ok ? [result.article] : [])),
    problems: parsed.flatMap((result) => (result.ok ? [] : result.problems)),
  };
}

/** A problem as editors and terminals link it. */
export function formatProblem({ file, line, message }: ArticleProblem): string {
  return `${file}:${line}: ${message}`;
}
