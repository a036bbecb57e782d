import { readFile, writeFile } from "node:fs/promises";
import { searchArticles } from "../../src/knowledge/search.ts";
import type { SourceArticle } from "../../src/knowledge/source-article.ts";
import { listArticles } from "../../src/knowledge/store.ts";
import type { Clock } from "../../src/outside/call.ts";
import { describeChanges } from "./article-changes.ts";
import { formatCsv, parseCsv } from "./article-csv.ts";
import { writeArticleFiles } from "./article-files.ts";
import { UsageError } from "./command-line.ts";
import { evaluateCommand } from "./evaluate.ts";
import { type Command, isCsv, readCommand, type Source, USAGE, type Where } from "./knowledge-arguments.ts";
import {
  articlesOfFolder,
  importArticles,
  type KnowledgeBase,
  localKnowledgeBase,
  reindexArticles,
  remoteKnowledgeBase,
  TooManyRemovals,
  validArticles,
} from "./knowledge-base.ts";
import type { LocalDatabase } from "./local-database.ts";
import { Progress, type ProgressStream } from "./progress.ts";
import { articlesOfPages } from "./website/slugs.ts";
import { type Outside, readWebsite } from "./website-source.ts";

/** What the command touches, besides files and wrangler. */
export type Surroundings = {
  readonly openDatabase: (persistTo: string | undefined) => Promise<LocalDatabase>;
  readonly outside: Outside;
  readonly now: Clock;
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
  readonly progress: ProgressStream;
};

/** Does what is asked for by `args`. Returns the exit code. */
export async function knowledge(args: readonly string[], surroundings: Surroundings): Promise<0 | 1 | 2> {
  const run = new Run(surroundings);
  try {
    await run.do(readCommand(args));
    return 0;
  } catch (error) {
    run.fail(error);
    return error instanceof UsageError ? 2 : 1;
  }
}

/** One command under way. */
class Run {
  readonly #io: Surroundings;
  readonly #progress: Progress;

  constructor(surroundings: Surroundings) {
    this.#io = surroundings;
    this.#progress = new Progress(surroundings.progress);
  }

  async do(command: Command): Promise<void> {
    switch (command.kind) {
      case "help":
        return this.#print([USAGE]);
      case "import":
        return this.#withKnowledgeBase(command.where, (base) => this.#import(command, base));
      case "export":
        return this.#withKnowledgeBase(command.where, (base) => this.#export(command.path, base));
      case "list":
        return this.#withKnowledgeBase(command.where, async ({ db }) => {
          const lines = (await listArticles(db)).map(
            ({ slug, locale, audience, title }) => `${slug}  ${locale}  ${audience}  ${title}`,
          );
          this.#print(lines.length > 0 ? lines : ["There are no articles."]);
        });
      case "reindex":
        return this.#withKnowledgeBase(command.where, async (base) => {
          const count = await reindexArticles(base, { now: this.#io.now(), onProgress: this.#onStored });
          this.#print([`${count} articles stored anew`]);
        });
      case "search":
        return this.#withKnowledgeBase(command.where, async ({ db }) => {
          const lines = (await searchArticles(db, command.question, command.locales)).map(
            ({ slug, locale, title, coverage }) => `${coverage.toFixed(2)}  ${slug}  ${locale}  ${title}`,
          );
          this.#print(lines.length > 0 ? lines : ["Nothing found."]);
        });
      case "evaluate":
        return evaluateCommand(command, (line) => this.#print([line]));
    }
  }

  fail(error: unknown): void {
    this.#progress.clear();
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof UsageError) this.#io.complain(`${message}\n\n${USAGE}`);
    else if (error instanceof TooManyRemovals)
      this.#io.complain(`${message} Add --yes if that is meant, or --keep-others to keep them.`);
    else this.#io.complain(message);
  }

  async #import(command: Extract<Command, { kind: "import" }>, base: KnowledgeBase): Promise<void> {
    const { source, dryRun, yes } = command;
    const articles = await this.#articlesOf(source, base);
    const changes = await importArticles(base, articles, {
      now: this.#io.now(),
      keepOthers: "keepOthers" in source ? source.keepOthers : true,
      mayRemoveMost: yes,
      dryRun,
      onProgress: this.#onStored,
    });
    const unasked = articles.filter(({ questions }) => questions.length === 0).length;
    this.#print([
      ...describeChanges(changes),
      ...(unasked > 0 ? [`${unasked} without example questions, by which articles are found best`] : []),
      ...(dryRun ? ["Nothing was stored (--dry-run)."] : []),
    ]);
  }

  /** The articles of a source; those of a website take their names from what is stored. */
  async #articlesOf(source: Source, base: KnowledgeBase): Promise<readonly SourceArticle[]> {
    switch (source.kind) {
      case "folder":
        return articlesOfFolder(source.path);
      case "csv":
        return validArticles(parseCsv(source.path, await readFile(source.path, "utf8")), source.path);
      case "sitemap":
      case "urls": {
        const { pages, leftOut } = await readWebsite(source, this.#io.outside, (done, total, url) =>
          this.#progress.show(done, total, url.href),
        );
        this.#print([
          ...leftOut.map(({ url, reason }) => `  left out  ${url} ${reason}`),
          ...pages
            .filter(({ isCut }) => isCut)
            .map(({ link }) => `  cut       ${link} is longer than an article can be`),
          `${pages.length} pages read, ${leftOut.length} left out`,
        ]);
        if (pages.length === 0) throw new Error("No page of the website can be an article.");
        return articlesOfPages(pages, await listArticles(base.db));
      }
    }
  }

  async #export(path: string, { db }: KnowledgeBase): Promise<void> {
    const articles = await listArticles(db);
    if (articles.length === 0) throw new Error("There are no articles to export.");
    if (isCsv(path)) await writeFile(path, formatCsv(articles));
    else await writeArticleFiles(path, articles);
    this.#print([`${articles.length} articles written to ${path}`]);
  }

  async #withKnowledgeBase(where: Where, use: (base: KnowledgeBase) => Promise<void>): Promise<void> {
    if (where.remote) return use(remoteKnowledgeBase());
    const { db, close } = await this.#io.openDatabase(where.persistTo);
    try {
      await use(localKnowledgeBase(db));
    } finally {
      await close();
    }
  }

  readonly #onStored = (done: number, total: number): void => this.#progress.show(done, total, "articles stored");

  #print(lines: readonly string[]): void {
    this.#progress.clear();
    for (const line of lines) this.#io.print(line);
  }
}
