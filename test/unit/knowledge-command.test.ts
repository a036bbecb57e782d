/** `npm run knowledge`: its commands in this process on one database, and the whole as a process on the databases it opens itself. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { knowledge } from "../../scripts/lib/knowledge-command.ts";
import { type LocalDatabase, openLocalDatabase } from "../../scripts/lib/local-database.ts";
import { PROJECT } from "../../scripts/lib/project.ts";
import { getFrom } from "../../scripts/lib/website/get.ts";
import { startD1StandIn } from "./d1-stand-in.ts";

const LIMIT = 60_000;
let folder: string;
let local: LocalDatabase;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "flexcord-test-"));
  local = await openLocalDatabase(join(folder, "shared"));
}, LIMIT);
afterAll(async () => {
  await local.close();
  await rm(folder, { recursive: true });
});

type Outcome = { readonly code: number | null; readonly printed: string; readonly complaints: string };

/** The command in this process. */
async function run(...args: readonly string[]): Promise<Outcome> {
  const [printed, complaints]: [string[], string[]] = [[], []];
  const code = await knowledge(args, {
    openDatabase: async () => ({ db: local.db, close: async () => undefined }),
    outside: {
      get: (isAllowed) => getFrom({ isAllowed, userAgent: "Tester/1.0", timeLimitMs: 5_000 }),
      pause: async () => undefined,
      now: Date.now,
    },
    now: Date.now,
    print: (line) => printed.push(line),
    complain: (line) => complaints.push(line),
    progress: { write: (line) => complaints.push(line.trimEnd()) },
  });
  return { code, printed: printed.join("\n"), complaints: complaints.join("\n") };
}

/** The command as a process of its own. */
async function runProcess(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [join(PROJECT, "scripts", "knowledge.ts"), ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = once(child, "close");
  const [printed, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await closed;
  return { code: child.exitCode, printed: printed.trimEnd(), complaints: complaints.trimEnd() };
}

const at = (name: string) => join(folder, name);

const CSV =
  "slug,locale,title,summary,questions,body\n" +
  'refund,en,Refunds,Money back.,"How do I get a refund?\nCan I have my money back?",Write to us.\n' +
  "refund,de,Erstattung,Geld zurück.,Wie bekomme ich mein Geld zurück?,Schreib uns.\n" +
  'opening,en,Opening hours,"9 to 5, daily.",When are you open?,From nine to five.\n';

describe("articles", () => {
  test("are imported from a spreadsheet, listed, searched, exported and imported again", async () => {
    await writeFile(at("in.csv"), CSV);
    expect(await run("list")).toEqual({ code: 0, printed: "There are no articles.", complaints: "" });
    expect(await run("export", at("out"))).toMatchObject({ code: 1, complaints: "There are no articles to export." });
    expect((await run("import", at("in.csv"), "--dry-run")).printed.split("\n")).toEqual([
      "  added    refund  en",
      "  added    refund  de",
      "  added    opening  en",
      "3 added, 0 changed, 0 removed, 0 unchanged",
      "Nothing was stored (--dry-run).",
    ]);
    expect((await run("import", at("in.csv"))).printed).toContain("3 added, 0 changed, 0 removed, 0 unchanged");
    expect((await run("list")).printed.split("\n")).toEqual([
      "opening  en  members  Opening hours",
      "refund  de  members  Erstattung",
      "refund  en  members  Refunds",
    ]);
    expect((await run("search", "money", "back")).printed).toMatch(/^\d\.\d\d {2}refund {2}en {2}Refunds$/);
    expect((await run("search", "--locale", "DE", "Geld")).printed).toMatch(/refund {2}de {2}Erstattung$/);
    expect((await run("search", "penguins")).printed).toBe("Nothing found.");

    expect(await run("export", at("out"))).toMatchObject({ code: 0, printed: `3 articles written to ${at("out")}` });
    expect((await readdir(at("out"))).sort()).toEqual(["opening.md", "refund.de.md", "refund.md"]);
    expect((await run("import", at("out"))).printed).toBe("0 added, 0 changed, 0 removed, 3 unchanged");
    expect((await run("export", at("out.csv"))).code).toBe(0);
    expect((await run("import", at("out.csv"))).printed).toBe("0 added, 0 changed, 0 removed, 3 unchanged");
    expect((await run("reindex")).printed).toBe("3 articles stored anew");
  });

  test("are not removed for the most part by mistake", async () => {
    await writeFile(at("in.csv"), CSV);
    await writeFile(
      at("few.csv"),
      CSV.split("\n")
        .filter((line) => !/refund|Can I/.test(line))
        .join("\n"),
    );
    await run("import", at("in.csv"), "--yes");
    expect(await run("import", at("few.csv"))).toEqual({
      code: 1,
      printed: "",
      complaints:
        "This would remove 2 of the 3 articles that are stored. Add --yes if that is meant, or --keep-others to keep them.",
    });
    expect((await run("import", at("few.csv"), "--keep-others")).printed).toBe(
      "0 added, 0 changed, 0 removed, 1 unchanged",
    );
    expect((await run("import", at("few.csv"), "--yes")).printed).toContain(
      "0 added, 0 changed, 2 removed, 1 unchanged",
    );
  });

  test("are not stored where one is wrong: its file and line are named", async () => {
    await writeFile(at("wrong.csv"), "slug,title,summary,body\nA B,Title,Summary,Text\n");
    expect(await run("import", at("wrong.csv"), "--yes")).toEqual({
      code: 1,
      printed: "",
      complaints: `${at("wrong.csv")}:2: slug must be a-z, 0-9 and dashes, at most 64 characters`,
    });
  });

  test("without example questions are counted", async () => {
    await writeFile(at("bare.csv"), "slug,title,summary,body\nbare,Title,Summary,Text\n");
    expect((await run("import", at("bare.csv"), "--keep-others")).printed).toContain(
      "1 without example questions, by which articles are found best",
    );
  });
});

describe("a website", () => {
  const page = (title: string) =>
    `<html lang="en"><body><main><h1>${title}?</h1><p>${`${title}: this is how it is done, step by step. `.repeat(9)}</p></main></body></html>`;
  let pages: Record<string, string>;
  const server = createServer(({ url = "" }, response) => {
    const found = pages[url];
    const type = url.endsWith(".xml") ? "text/xml" : "text/html";
    response.writeHead(found === undefined ? 404 : 200, { "content-type": type }).end(found);
  });
  let origin: string;
  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    await writeFile(at("in.csv"), CSV);
    await run("import", at("in.csv"), "--yes");
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test("adds its pages, tells which it left out, and changes only what changed when it is read again", async () => {
    const loc = (path: string) => `<url><loc>${origin}${path}</loc></url>`;
    pages = {
      "/sitemap.xml": `<urlset>${loc("/help/parcels")}${loc("/help/gone")}${loc("/help/refund")}</urlset>`,
      "/help/parcels": page("Where is my parcel"),
      "/help/refund": page("Who pays"),
    };
    const from = ["import", "--sitemap", `${origin}/sitemap.xml`, "--allow-private"];
    const first = await run(...from);
    expect(first.code).toBe(0);
    expect(first.printed.replace(/refund-[0-9a-f]{8}/, "refund-DIGEST").split("\n")).toEqual([
      `  left out  ${origin}/help/gone answered HTTP 404`,
      "2 pages read, 1 left out",
      "  added    parcels  en",
      "  added    refund-DIGEST  en",
      "2 added, 0 changed, 0 removed, 0 unchanged",
    ]);
    expect(first.complaints.split("\n")).toEqual([
      `${origin}/sitemap.xml`,
      `0/3 ${origin}/help/parcels`,
      `1/3 ${origin}/help/gone`,
      `2/3 ${origin}/help/refund`,
    ]);
    expect((await run("list")).printed).toContain("refund  en  members  Refunds");

    pages["/help/parcels"] = page("Where is my letter");
    expect((await run(...from)).printed.split("\n").slice(2)).toEqual([
      "  changed  parcels  en",
      "0 added, 1 changed, 0 removed, 1 unchanged",
    ]);
  });

  test("is not read at an address that is not public, unless that is meant", async () => {
    pages = { "/help/parcels": page("Where is my parcel") };
    await writeFile(at("urls.txt"), `# pages\n${origin}/help/parcels\n`);
    const refused = await run("import", "--urls", at("urls.txt"));
    expect(refused).toMatchObject({ code: 1, complaints: expect.stringContaining("No page of the website can be") });
    expect(refused.printed).toContain("is no public address (127.0.0.1); --allow-private permits it");
    expect((await run("import", "--urls", at("urls.txt"), "--allow-private")).code).toBe(0);
  });

  test("without a sitemap is an error", async () => {
    pages = {};
    const { code, complaints } = await run("import", "--sitemap", `${origin}/sitemap.xml`, "--allow-private");
    expect([code, complaints]).toEqual([1, expect.stringContaining("/sitemap.xml answered HTTP 404")]);
  });
});

describe("as a process,", () => {
  test("it works on the local database", { timeout: LIMIT }, async () => {
    await writeFile(at("in.csv"), CSV);
    const here = (...args: readonly string[]) => runProcess([...args, "--persist-to", at("own")]);
    expect((await here("import", "in.csv")).printed).toContain("3 added, 0 changed, 0 removed, 0 unchanged");
    expect(await here("search", "money", "back")).toMatchObject({
      code: 0,
      printed: expect.stringMatching(/refund {2}en {2}Refunds$/),
    });
  });

  test("it works on the database of the deployed Worker, with articles of any size", { timeout: LIMIT }, async () => {
    const cloudflare = await startD1StandIn();
    const there = (...args: readonly string[]) => runProcess([...args, "--remote"], cloudflare.environment);
    const long = Array.from({ length: 20_000 }, (_, n) => String.fromCodePoint(0x4e00 + (n % 5_000))).join("");
    await writeFile(at("remote.csv"), `${CSV}long,ja,長い,"It's long; very",,${long}\n`);
    try {
      expect((await there("import", "remote.csv")).printed).toContain("4 added, 0 changed, 0 removed, 0 unchanged");
      expect(cloudflare.calls.slice(1)).toEqual(["init", "upload", "ingest"]);
      expect((await there("search", "money", "back")).printed).toMatch(/refund {2}en {2}Refunds$/);
      expect((await there("export", "remote")).printed).toBe("4 articles written to remote");
      expect(await readFile(at("remote/long.ja.md"), "utf8")).toContain(long);
      expect((await there("import", "remote")).printed).toContain("0 added, 0 changed, 0 removed, 4 unchanged");
    } finally {
      await cloudflare.close();
    }
  });

  test("it shows what wrangler says of a failure", { timeout: LIMIT }, async () => {
    const environment = { CLOUDFLARE_API_BASE_URL: "http://127.0.0.1:1", CLOUDFLARE_API_TOKEN: "token-of-the-tests" };
    const { code, complaints } = await runProcess(["list", "--remote"], {
      ...environment,
      CLOUDFLARE_ACCOUNT_ID: "0".repeat(32),
    });
    expect([code, complaints]).toEqual([1, expect.stringContaining("wrangler d1 execute failed")]);
  });
});

test("the search is measured on questions whose answers are known", { timeout: LIMIT }, async () => {
  const line = (id: string, title: string) => JSON.stringify({ id, title, questions: [], body: "" });
  await writeFile(at("a.jsonl"), `${line("1", "Penguins")}\n${line("2", "Refunds")}\n`);
  await writeFile(at("q.jsonl"), '{"text":"penguin","relevant":["1"]}\n{"text":"zebra","relevant":[]}\n');
  const { code, printed } = await run("evaluate", "--articles", at("a.jsonl"), "--queries", at("q.jsonl"));
  expect([code, printed]).toEqual([0, expect.stringMatching(/S@1 +1\.000/)]);
});

describe("words that it does not know:", () => {
  test.each([
    [[], "a command is missing"],
    [["forget"], "there is no command forget"],
    [["import", "a", "b"], "import takes one source"],
    [["import", "--sitemap", "help.example"], "--sitemap must be an http(s) URL"],
    [["list", "--yes"], "list takes no --yes"],
    [["list", "--remote", "--local"], "--local and --remote exclude each other"],
    [["search"], "search needs words to search for"],
    [["evaluate", "--articles", "a"], "evaluate needs --articles and --queries"],
  ])("%j", async (args, complaint) => {
    const { code, complaints } = await run(...args);
    expect([code, complaints.split("\n")[0]]).toEqual([2, expect.stringContaining(complaint)]);
    expect(complaints).toContain("Usage: npm run knowledge");
  });

  test("and --help needs nothing", async () => {
    expect(await run("--help")).toMatchObject({ code: 0, printed: expect.stringContaining("Usage:") });
  });
});
