import { readFile, writeFile } from "node:fs/promises";
import { searchArticles } from "../src/knowledge/search.ts";
import type { SourceArticle } from "../src/knowledge/source-article.ts";
import { listArticles } from "../src/knowledge/store.ts";
import { describeChanges } from "./lib/article-changes.ts";
import { formatCsv, parseCsv } from "./lib/article-csv.ts";
import { writeArticleFiles } from "./lib/article-files.ts";
import { UsageError } from "./lib/command-line.ts";
import { evaluateCommand } from "./lib/evaluate.ts";
import { type Command, isCsv, readCommand, type Source, USAGE, type Where } from "./lib/knowledge-arguments.ts";
import {
  articlesOfFolder,
  importArticles,
  type KnowledgeBase,
  localKnowledgeBase,
  reindexArticles,
  remoteKnowledgeBase,
  TooManyRemovals,
  validArticles,
} from "./lib/knowledge-base.ts";
import { openLocalDatabase } from "./lib/local-database.ts";
import { Progress } from "./lib/progress.ts";
import { articlesOfPages } from "./lib/website/slugs.ts";
import { internet, readWebsite } from "./lib/website-source.ts";

const progress = new Progress(process.stderr);

function print(lines: readonly string[]): void {
  progress.clear();
  if (lines.length > 0) console.log(lines.join("\n"));
}

async function withKnowledgeBase(where: Where, use: (base: KnowledgeBase) => Promise<void>): Promise<void> {
  if (where.remote) return use(remoteKnowledgeBase());
  const { db, close } = await openLocalDatabase(where.persistTo);
  try {
    await use(localKnowledgeBase(db));
  } finally {
    await close();
  }
}

/** The articles of a source; those of a website take their names from what is stored. */
async function articlesOf(source: Source, base: KnowledgeBase): Promise<readonly SourceArticle[]> {
  switch (source.kind) {
    case "folder":
      return articlesOfFolder(source.path);
    case "csv":
      return validArticles(parseCsv(source.path, await readFile(source.path, "utf8")), source.path);
    case "sitemap":
    case "urls": {
      const { pages, leftOut } = await readWebsite(source, internet, (done, total, url) =>
        progress.show(done, total, url.href),
      );
      print([
        ...leftOut.map(({ url, reason }) => `  left out  ${url} ${reason}`),
        ...pages.filter(({ isCut }) => isCut).map(({ link }) => `  cut       ${link} is longer than an article can be`),
        `${pages.length} pages read, ${leftOut.length} left out`,
      ]);
      if (pages.length === 0) throw new Error("no page of the website can be an article");
      return articlesOfPages(pages, await listArticles(base.db));
    }
  }
}

async function runImport(command: Extract<Command, { kind: "import" }>, base: KnowledgeBase): Promise<void> {
  const { source, dryRun, yes } = command;
  const articles = await articlesOf(source, base);
  const changes = await importArticles(base, articles, {
    now: Date.now(),
    keepOthers: "keepOthers" in source ? source.keepOthers : true,
    mayRemoveMost: yes,
    dryRun,
    onProgress: (done, total) => progress.show(done, total, "articles stored"),
  });
  const unasked = articles.filter(({ questions }) => questions.length === 0).length;
  print([
    ...describeChanges(changes),
    ...(unasked > 0 ? [`${unasked} have no example questions, by which articles are found best.`] : []),
    ...(dryRun ? ["Nothing was stored (--dry-run)."] : []),
  ]);
}

async function run(command: Command): Promise<void> {
  switch (command.kind) {
    case "help":
      return print([USAGE]);
    case "import":
      return withKnowledgeBase(command.where, (base) => runImport(command, base));
    case "export":
      return withKnowledgeBase(command.where, async ({ db }) => {
        const articles = await listArticles(db);
        if (articles.length === 0) throw new Error("there are no articles to export");
        if (isCsv(command.path)) await writeFile(command.path, formatCsv(articles));
        else await writeArticleFiles(command.path, articles);
        print([`${articles.length} articles written to ${command.path}`]);
      });
    case "list":
      return withKnowledgeBase(command.where, async ({ db }) => {
        const articles = await listArticles(db);
        const lines = articles.map(({ slug, locale, audience, title }) => `${slug}  ${locale}  ${audience}  ${title}`);
        print(lines.length > 0 ? lines : ["There are no articles."]);
      });
    case "reindex":
      return withKnowledgeBase(command.where, async (base) => {
        const onProgress = (done: number, total: number) => progress.show(done, total, "articles stored");
        print([`${await reindexArticles(base, { now: Date.now(), onProgress })} articles stored anew`]);
      });
    case "search":
      return withKnowledgeBase(command.where, async ({ db }) => {
        const found = await searchArticles(db, command.question, command.locales);
        const lines = found.map(
          ({ slug, locale, title, coverage }) => `${coverage.toFixed(2)}  ${slug}  ${locale}  ${title}`,
        );
        print(lines.length > 0 ? lines : ["Nothing found."]);
      });
    case "evaluate":
      return evaluateCommand(command, (line) => print([line]));
  }
}

try {
  await run(readCommand(process.argv.slice(2)));
} catch (error) {
  progress.clear();
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
  } else {
    const message = error instanceof Error ? error.message : String(error);
    const advice =
      error instanceof TooManyRemovals ? " Add --yes if that is meant, or --keep-others to keep them." : "";
    console.error(`${message}${advice}`);
    process.exitCode = 1;
  }
}
