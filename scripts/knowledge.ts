import { articleOfRow } from "../src/knowledge/article.ts";
import { searchArticles } from "../src/knowledge/search.ts";
import { describeChanges } from "./lib/article-changes.ts";
import { readCommandLine, UsageError } from "./lib/command-line.ts";
import { importArticles, type KnowledgeBase, localKnowledgeBase, remoteKnowledgeBase } from "./lib/knowledge-base.ts";
import { openLocalDatabase } from "./lib/local-database.ts";
import { KNOWLEDGE } from "./lib/project.ts";

const USAGE = `Usage: npm run knowledge -- COMMAND [OPTIONS]

  import [DIR]     make the knowledge base hold exactly the articles of DIR (default: knowledge/)
  list             list the articles
  search WORDS     show what the assistant finds for a question (local only)

  --local          work on the database of "npm run dev" (default)
  --remote         work on the database of the deployed Worker
  --dry-run        import: only show what would change
  --persist-to DIR the folder that "npm run dev" was given by the same option`;

type Where = { readonly remote: boolean; readonly persistTo: string | undefined };
type Command =
  | { readonly kind: "import"; readonly where: Where; readonly folder: string; readonly dryRun: boolean }
  | { readonly kind: "list"; readonly where: Where }
  | { readonly kind: "search"; readonly where: Where; readonly question: string };

function readCommand(args: readonly string[]): Command {
  const { values, positionals } = readCommandLine({
    args: [...args],
    allowPositionals: true,
    options: {
      local: { type: "boolean" },
      remote: { type: "boolean" },
      "dry-run": { type: "boolean" },
      "persist-to": { type: "string" },
    },
  });
  const { remote = false, local = false, "persist-to": persistTo, "dry-run": dryRun = false } = values;
  const [name, ...rest] = positionals;
  if (remote && local) throw new UsageError("--local and --remote exclude each other");
  if (remote && persistTo !== undefined) throw new UsageError("--persist-to is for the local database");
  if (dryRun && name !== "import") throw new UsageError("--dry-run is for import");
  const where = { remote, persistTo };
  switch (name) {
    case "import":
      if (rest.length > 1) throw new UsageError("import takes one folder");
      return { kind: "import", where, folder: rest[0] ?? KNOWLEDGE, dryRun };
    case "list":
      if (rest.length > 0) throw new UsageError("list takes no arguments");
      return { kind: "list", where };
    case "search":
      if (rest.length === 0) throw new UsageError("search needs words to search for");
      if (remote) throw new UsageError("search works on the local database; import there first");
      return { kind: "search", where, question: rest.join(" ") };
    default:
      throw new UsageError(name === undefined ? "a command is missing" : `there is no command ${name}`);
  }
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

async function run(command: Command): Promise<void> {
  switch (command.kind) {
    case "import":
      return withKnowledgeBase(command.where, async (base) => {
        const changes = await importArticles(base, command.folder, command);
        console.log(describeChanges(changes).join("\n"));
        if (command.dryRun) console.log("Nothing was stored (--dry-run).");
      });
    case "list":
      return withKnowledgeBase(command.where, async (base) => {
        const lines = (await base.stored())
          .map(articleOfRow)
          .map(({ slug, locale, audience, title }) => `${slug}  ${locale}  ${audience}  ${title}`);
        console.log(lines.join("\n") || "There are no articles.");
      });
    case "search": {
      const { db, close } = await openLocalDatabase(command.where.persistTo);
      try {
        const found = await searchArticles(db, command.question, "en");
        const lines = found.map(({ slug, title, coverage }) => `${coverage.toFixed(2)}  ${slug}  ${title}`);
        console.log(lines.join("\n") || "Nothing found.");
      } finally {
        await close();
      }
    }
  }
}

try {
  await run(readCommand(process.argv.slice(2)));
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
  } else {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
