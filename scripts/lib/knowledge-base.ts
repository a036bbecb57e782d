import type { D1Database } from "@cloudflare/workers-types";
import type { Article } from "../../src/knowledge/article.ts";
import type { ArticleProblem } from "../../src/knowledge/parse-article.ts";
import type { SourceArticle } from "../../src/knowledge/source-article.ts";
import { listArticles, putArticle, removeArticle, runStatements, type Statement } from "../../src/knowledge/store.ts";
import { type ArticleChanges, changesBetween } from "./article-changes.ts";
import { type ArticleFiles, formatProblem, readArticleFiles } from "./article-files.ts";
import { runRemotely, wranglerDatabase } from "./wrangler-database.ts";

/** Where articles are kept. */
export type KnowledgeBase = {
  /** For reading. */
  readonly db: D1Database;
  /** Stores and removes articles, each of them wholly or not at all. `onProgress` counts the articles done. */
  write(articles: readonly (readonly Statement[])[], onProgress: (done: number) => void): Promise<void>;
};

/** Articles written at once: a crash between two such steps leaves an import to be repeated. */
const STEP = 100;

/** The knowledge base in the database of `wrangler dev`. */
export function localKnowledgeBase(db: D1Database): KnowledgeBase {
  return {
    db,
    write: async (articles, onProgress) => {
      for (let done = 0; done < articles.length; done += STEP) {
        if (done > 0) onProgress(done);
        await runStatements(db, articles.slice(done, done + STEP).flat());
      }
    },
  };
}

/** The knowledge base of the deployed Worker, by way of wrangler and the login it has: all articles or none. */
export function remoteKnowledgeBase(): KnowledgeBase {
  return { db: wranglerDatabase(), write: (articles) => runRemotely(articles.flat()) };
}

/** Articles that cannot be imported; the message has a line for each problem. */
export class InvalidArticles extends Error {
  override readonly name = "InvalidArticles";
  readonly problems: readonly ArticleProblem[];

  constructor(problems: readonly ArticleProblem[]) {
    super(problems.map(formatProblem).join("\n"));
    this.problems = problems;
  }
}

/** An import would remove more than half of what is stored. */
export class TooManyRemovals extends Error {
  override readonly name = "TooManyRemovals";

  constructor(removed: number, stored: number) {
    super(`This would remove ${removed} of the ${stored} articles that are stored.`);
  }
}

export type ImportOptions = {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether articles that the source does not have stay. */
  readonly keepOthers?: boolean;
  /** Whether more than half of what is stored may go. */
  readonly mayRemoveMost?: boolean;
  /** Only finds out what would change. */
  readonly dryRun?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
};

/**
 * Makes the knowledge base hold these articles, and returns what that changed. Throws {@link TooManyRemovals} before
 * anything is touched.
 */
export async function importArticles(
  base: KnowledgeBase,
  wanted: readonly SourceArticle[],
  { now, keepOthers = false, mayRemoveMost = false, dryRun = false, onProgress = () => undefined }: ImportOptions,
): Promise<ArticleChanges> {
  const stored = await listArticles(base.db);
  const changes = changesBetween(stored, wanted, { now, keepOthers });
  if (dryRun) return changes;
  const { added, changed, removed } = changes;
  if (!mayRemoveMost && removed.length * 2 > stored.length) throw new TooManyRemovals(removed.length, stored.length);
  const statements = [
    ...removed.map(({ slug, locale }) => removeArticle(slug, locale)),
    ...[...added, ...changed].map(putArticle),
  ];
  await base.write(statements, (done) => onProgress(done, statements.length));
  return changes;
}

/**
 * Stores every article anew as it is: what search keeps of it is made again. One without a time was changed `now`. Returns
 * how many there are.
 */
export async function reindexArticles(
  base: KnowledgeBase,
  { now, onProgress = () => undefined }: Pick<ImportOptions, "now" | "onProgress">,
): Promise<number> {
  const articles = (await listArticles(base.db)).map(
    (article): Article => (article.updatedAt === 0 ? { ...article, updatedAt: now } : article),
  );
  await base.write(articles.map(putArticle), (done) => onProgress(done, articles.length));
  return articles.length;
}

/** The articles of a source that has no problems; throws {@link InvalidArticles} otherwise, or when there are none. */
export function validArticles({ articles, problems }: ArticleFiles, source: string): readonly SourceArticle[] {
  if (problems.length > 0) throw new InvalidArticles(problems);
  // A mistyped folder must not empty the knowledge base.
  if (articles.length === 0) throw new Error(`there are no articles in ${source}`);
  return articles;
}

/** The articles of a folder; throws {@link InvalidArticles}. */
export async function articlesOfFolder(folder: string): Promise<readonly SourceArticle[]> {
  return validArticles(await readArticleFiles(folder), folder);
}
