import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Article } from "../../src/knowledge/article.ts";
import { type ArticleProblem, formatArticle, parseArticle } from "../../src/knowledge/parse-article.ts";
import type { SourceArticle } from "../../src/knowledge/source-article.ts";
import { keyOf } from "./article-changes.ts";

/** Everything that a source of articles holds. With any problem nothing of it should be used. */
export type ArticleFiles = {
  readonly articles: readonly SourceArticle[];
  readonly problems: readonly ArticleProblem[];
};

/** Reads all `.md` files of a folder and its subfolders, in the order of their names; throws when it cannot be read. */
export async function readArticleFiles(folder: string): Promise<ArticleFiles> {
  const articles: SourceArticle[] = [];
  const problems: ArticleProblem[] = [];
  const files = new Map<string, string>();
  for (const name of await markdownFiles(folder)) {
    const file = join(folder, name);
    const parsed = parseArticle(file, await readFile(file, "utf8"));
    if (!parsed.ok) {
      problems.push(...parsed.problems);
      continue;
    }
    const { article } = parsed;
    const twin = files.get(keyOf(article));
    if (twin === undefined) files.set(keyOf(article), file);
    else
      problems.push({ file, line: 1, message: `${article.slug} (${article.locale}) is there twice, also in ${twin}` });
    articles.push(article);
  }
  return { articles, problems };
}

/**
 * Writes articles as files of a folder, which is made where it is missing. Throws before anything is written when other
 * articles lie there: an import of the folder would bring them back.
 */
export async function writeArticleFiles(folder: string, articles: readonly Article[]): Promise<void> {
  const files = articles.map(formatArticle);
  await mkdir(folder, { recursive: true });
  const names = new Set(files.map(({ name }) => name));
  const others = (await markdownFiles(folder)).filter((name) => !names.has(name));
  if (others.length > 0) {
    const more = others.length > 3 ? ` and ${others.length - 3} more` : "";
    throw new Error(
      `${folder} has files that are not in the knowledge base (${others.slice(0, 3).join(", ")}${more}): ` +
        "delete them, or name another folder",
    );
  }
  for (const { name, text } of files) await writeFile(join(folder, name), text);
}

async function markdownFiles(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".md")).sort();
}

/** A problem as editors and terminals link it. */
export function formatProblem({ file, line, message }: ArticleProblem): string {
  return `${file}:${line}: ${message}`;
}
