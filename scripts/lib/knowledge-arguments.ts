import type { ArticleLocale } from "../../src/knowledge/article.ts";
import { DEFAULT_LOCALE } from "../../src/knowledge/source-article.ts";
import { canonicalLocale } from "../../src/locale.ts";
import { readCommandLine, UsageError } from "./command-line.ts";
import { KNOWLEDGE } from "./project.ts";
import { webAddress } from "./website/sitemap.ts";

export const USAGE = `Usage: npm run knowledge -- COMMAND [OPTIONS]

  import [DIR]          read the articles of a folder of Markdown (default: knowledge/), subfolders too
  import FILE.csv       read them from a spreadsheet
  import --sitemap URL  read the pages of a website that its sitemap lists
  import --urls FILE    read the pages whose addresses FILE lists, one a line
  export DIR | FILE.csv write all articles to a folder or a spreadsheet
  list                  list the articles
  search WORDS          show what the assistant finds for a question
  reindex               store all articles anew, after an upgrade that searches otherwise
  evaluate --articles A.jsonl --queries Q.jsonl
                        measure the search on questions whose answers are known; needs no database

  --local               work on the database of "npm run dev" (default)
  --remote              work on the database of the deployed Worker, by wrangler
  --persist-to DIR      the folder that "npm run dev" was given by the same option
  --dry-run             import: only show what would change
  --keep-others         import: keep articles that the folder or spreadsheet does not have
  --yes                 import: even if that removes more than half of all articles
  --allow-private       import from a website: also addresses that are not public
  --locale TAG          search: the member's language; repeat it for further ones (default: en)
  --typos SHARE         evaluate: change a letter in this share of the words, such as 0.25
  --seed N              evaluate: which letters
  --help                print this

After the import of a folder or spreadsheet the knowledge base holds exactly its articles, unless --keep-others is given.
The import of a website adds and changes articles, and never removes any.

Exit codes: 0 done, 1 not done, 2 not understood.`;

/** Which database; `persistTo` undefined for the default place of the local one. */
export type Where = { readonly remote: boolean; readonly persistTo: string | undefined };

export type Source =
  | { readonly kind: "folder" | "csv"; readonly path: string; readonly keepOthers: boolean }
  | { readonly kind: "sitemap"; readonly url: URL; readonly allowPrivate: boolean }
  | { readonly kind: "urls"; readonly path: string; readonly allowPrivate: boolean };

export type Command =
  | { readonly kind: "help" }
  | {
      readonly kind: "import";
      readonly where: Where;
      readonly source: Source;
      readonly dryRun: boolean;
      readonly yes: boolean;
    }
  | { readonly kind: "export"; readonly where: Where; readonly path: string }
  | { readonly kind: "list" | "reindex"; readonly where: Where }
  | {
      readonly kind: "search";
      readonly where: Where;
      readonly question: string;
      readonly locales: readonly ArticleLocale[];
    }
  | {
      readonly kind: "evaluate";
      readonly articles: string;
      readonly queries: string;
      readonly typos: number;
      readonly seed: number;
    };

const OPTIONS = {
  local: { type: "boolean" },
  remote: { type: "boolean" },
  "persist-to": { type: "string" },
  "dry-run": { type: "boolean" },
  "keep-others": { type: "boolean" },
  yes: { type: "boolean" },
  sitemap: { type: "string" },
  urls: { type: "string" },
  "allow-private": { type: "boolean" },
  locale: { type: "string", multiple: true },
  articles: { type: "string" },
  queries: { type: "string" },
  typos: { type: "string" },
  seed: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;
type Option = keyof typeof OPTIONS;

const DATABASE: readonly Option[] = ["local", "remote", "persist-to"];
/** The options that each command takes. */
const TAKES: Readonly<Record<string, readonly Option[]>> = {
  import: [...DATABASE, "dry-run", "keep-others", "yes", "sitemap", "urls", "allow-private"],
  export: DATABASE,
  list: DATABASE,
  reindex: DATABASE,
  search: [...DATABASE, "locale"],
  evaluate: ["articles", "queries", "typos", "seed"],
};

type Values = ReturnType<typeof readValues>["values"];

function readValues(args: readonly string[]) {
  return readCommandLine({ args: [...args], allowPositionals: true, options: OPTIONS });
}

/** Understands the command line; throws {@link UsageError}. */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = readValues(args);
  if (values.help === true) return { kind: "help" };
  const [name, ...rest] = positionals;
  if (name === undefined) throw new UsageError("a command is missing");
  const takes = TAKES[name];
  if (takes === undefined) throw new UsageError(`there is no command ${name}`);
  const given: readonly string[] = Object.keys(values);
  const wrong = given.find((option) => !takes.some((taken) => taken === option));
  if (wrong !== undefined) throw new UsageError(`${name} takes no --${wrong}`);

  const where = { remote: values.remote ?? false, persistTo: values["persist-to"] };
  if (where.remote && values.local) throw new UsageError("--local and --remote exclude each other");
  if (where.remote && where.persistTo !== undefined) throw new UsageError("--persist-to is for the local database");
  switch (name) {
    case "import":
      return {
        kind: "import",
        where,
        source: sourceOf(values, rest),
        dryRun: values["dry-run"] ?? false,
        yes: values.yes ?? false,
      };
    case "export":
      return { kind: "export", where, path: only(rest, "export needs a folder or a file that ends in .csv") };
    case "list":
    case "reindex":
      if (rest.length > 0) throw new UsageError(`${name} takes no arguments`);
      return { kind: name, where };
    case "search":
      if (rest.length === 0) throw new UsageError("search needs words to search for");
      return { kind: "search", where, question: rest.join(" "), locales: (values.locale ?? [DEFAULT_LOCALE]).map(tag) };
    default:
      return evaluation(values, rest);
  }
}

/** Whether a path names a spreadsheet rather than a folder. */
export function isCsv(path: string): boolean {
  return /\.csv$/i.test(path);
}

function sourceOf(values: Values, rest: readonly string[]): Source {
  const { sitemap, urls, "keep-others": keepOthers = false, "allow-private": allowPrivate = false } = values;
  const named = [...rest, sitemap, urls].filter((source) => source !== undefined);
  if (named.length > 1) throw new UsageError("import takes one source: a folder, a file, --sitemap or --urls");
  if (sitemap !== undefined) {
    const url = webAddress(sitemap);
    if (url === null) throw new UsageError("--sitemap must be an http(s) URL");
    return { kind: "sitemap", url, allowPrivate };
  }
  if (urls !== undefined) return { kind: "urls", path: urls, allowPrivate };
  if (allowPrivate) throw new UsageError("--allow-private is for --sitemap and --urls");
  const path = rest[0] ?? KNOWLEDGE;
  return { kind: isCsv(path) ? "csv" : "folder", path, keepOthers };
}

function evaluation(values: Values, rest: readonly string[]): Command {
  const { articles, queries, typos = "0", seed = "1" } = values;
  if (rest.length > 0 || articles === undefined || queries === undefined) {
    throw new UsageError("evaluate needs --articles and --queries, and nothing else");
  }
  const share = Number(typos);
  if (!(share >= 0 && share <= 1)) throw new UsageError("--typos must be between 0 and 1");
  if (!/^\d{1,15}$/.test(seed)) throw new UsageError("--seed must be a whole number");
  return { kind: "evaluate", articles, queries, typos: share, seed: Number(seed) };
}

function only(rest: readonly string[], message: string): string {
  const [path, ...more] = rest;
  if (path === undefined || more.length > 0) throw new UsageError(message);
  return path;
}

function tag(text: string): ArticleLocale {
  const locale = canonicalLocale(text);
  if (locale === null) throw new UsageError(`--locale must be a language tag such as en, pt-BR or fa: ${text}`);
  return locale;
}
