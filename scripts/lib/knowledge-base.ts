import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { D1Database } from "@cloudflare/workers-types";
import * as v from "valibot";
import type { Locale } from "../../src/conversation/events.ts";
import type { ArticleSlug } from "../../src/conversation/ids.ts";
import { ARTICLE_COLUMNS, type ArticleRow } from "../../src/knowledge/article.ts";
import type { ArticleProblem } from "../../src/knowledge/parse-article.ts";
import { type ArticleChanges, changesBetween, sqlOfChanges } from "./article-changes.ts";
import { formatProblem, readArticleFiles } from "./article-files.ts";
import { runWrangler } from "./wrangler.ts";

/** Where articles are imported to. */
export interface KnowledgeBase {
  /** All articles, in the order of their slugs. */
  stored(): Promise<readonly ArticleRow[]>;
  /** Runs the statements, all or none. */
  run(statements: readonly string[]): Promise<void>;
}

const SELECT = `SELECT ${ARTICLE_COLUMNS.join(", ")} FROM articles ORDER BY slug`;

/** The knowledge base in the database of `wrangler dev`. */
export function localKnowledgeBase(db: D1Database): KnowledgeBase {
  return {
    stored: async () => (await db.prepare(SELECT).all<ArticleRow>()).results,
    run: async (statements) => {
      if (statements.length > 0) await db.batch(statements.map((sql) => db.prepare(sql)));
    },
  };
}

const Row: v.GenericSchema<unknown, ArticleRow> = v.object({
  slug: v.custom<ArticleSlug>((value) => typeof value === "string"),
  locale: v.custom<Locale>((value) => typeof value === "string"),
  audience: v.picklist(["members", "agents"]),
  title: v.string(),
  summary: v.string(),
  questions: v.string(),
  labels: v.string(),
  link: v.nullable(v.string()),
  body: v.string(),
});
const ExecuteOutput = v.tuple([v.object({ results: v.array(Row) })]);

/** The knowledge base of the deployed Worker, by way of `wrangler d1 execute` and the login it uses. */
export function remoteKnowledgeBase(): KnowledgeBase {
  const execute = ["d1", "execute", "DB", "--remote", "--yes"];
  return {
    stored: async () => {
      const output = await runWrangler([...execute, "--json", "--command", SELECT]);
      return v.parse(ExecuteOutput, JSON.parse(output))[0].results;
    },
    run: async (statements) => {
      if (statements.length === 0) return;
      const folder = await mkdtemp(join(tmpdir(), "flexcord-knowledge-"));
      try {
        const file = join(folder, "import.sql");
        await writeFile(file, `${statements.join(";\n")};\n`);
        await runWrangler([...execute, "--file", file]);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
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

/**
 * Makes the knowledge base hold exactly the articles of a folder, and returns what that changed; with `dryRun` what it
 * would change. Throws {@link InvalidArticles} before anything is touched.
 */
export async function importArticles(
  base: KnowledgeBase,
  folder: string,
  { dryRun = false } = {},
): Promise<ArticleChanges> {
  const { articles, problems } = await readArticleFiles(folder);
  if (problems.length > 0) throw new InvalidArticles(problems);
  // A mistyped folder must not empty the knowledge base.
  if (articles.length === 0) throw new Error(`there are no articles (*.md) in ${folder}`);
  const changes = changesBetween(await base.stored(), articles);
  if (!dryRun) await base.run(sqlOfChanges(changes));
  return changes;
}
