/** `npm run knowledge` as it is called: one process for each command. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROJECT } from "../../scripts/lib/project.ts";
import { type D1StandIn, startD1StandIn } from "./d1-stand-in.ts";

const LIMIT = 60_000;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "flexcord-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function knowledge(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [join(PROJECT, "scripts", "knowledge.ts"), ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = once(child, "close");
  const [printed, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await closed;
  return { code, printed: printed.trimEnd(), complaints: complaints.trimEnd() };
}

const CSV =
  "slug,locale,title,summary,questions,body\n" +
  'refund,en,Refunds,Money back.,"How do I get a refund?\nCan I have my money back?",Write to us.\n' +
  "refund,de,Erstattung,Geld zurück.,Wie bekomme ich mein Geld zurück?,Schreib uns.\n" +
  'opening,en,Opening hours,"9 to 5, daily.",When are you open?,From nine to five.\n';

describe("on the local database", () => {
  const state = () => join(folder, "state");
  const here = (...args: readonly string[]) => knowledge([...args, "--persist-to", state()]);

  test("articles are imported from a spreadsheet, listed, searched, exported and imported again", {
    timeout: LIMIT,
  }, async () => {
    await writeFile(join(folder, "in.csv"), CSV);
    expect(await here("list")).toMatchObject({ code: 0, printed: "There are no articles." });
    expect((await here("import", "in.csv", "--dry-run")).printed).toBe(
      "  added    refund  en\n  added    refund  de\n  added    opening  en\n" +
        "3 added, 0 changed, 0 removed, 0 unchanged\nNothing was stored (--dry-run).",
    );
    expect((await here("import", "in.csv")).printed).toContain("3 added, 0 changed, 0 removed, 0 unchanged");
    expect(await here("list")).toEqual({
      code: 0,
      printed: "opening  en  members  Opening hours\nrefund  de  members  Erstattung\nrefund  en  members  Refunds",
      complaints: "",
    });
    expect((await here("search", "money", "back")).printed).toMatch(/^\d\.\d\d {2}refund {2}en {2}Refunds$/);
    expect((await here("search", "--locale", "de", "Geld")).printed).toMatch(/refund {2}de {2}Erstattung$/);
    expect((await here("search", "penguins")).printed).toBe("Nothing found.");

    expect(await here("export", "out")).toMatchObject({ code: 0, printed: "3 articles written to out" });
    expect((await readdir(join(folder, "out"))).sort()).toEqual(["opening.md", "refund.de.md", "refund.md"]);
    expect((await here("import", "out")).printed).toBe("0 added, 0 changed, 0 removed, 3 unchanged");
    expect((await here("export", "out.csv")).code).toBe(0);
    expect((await here("import", "out.csv")).printed).toBe("0 added, 0 changed, 0 removed, 3 unchanged");
    expect((await here("reindex")).printed).toBe("3 articles stored anew");

    await rm(join(folder, "out", "refund.md"));
    await rm(join(folder, "out", "refund.de.md"));
    const refused = await here("import", "out");
    expect(refused).toEqual({
      code: 1,
      printed: "",
      complaints:
        "This would remove 2 of the 3 articles that are stored. Add --yes if that is meant, or --keep-others to keep them.",
    });
    expect((await here("import", "out", "--keep-others")).printed).toBe("0 added, 0 changed, 0 removed, 1 unchanged");
    expect((await here("import", "out", "--yes")).printed).toContain("0 added, 0 changed, 2 removed, 1 unchanged");
  });

  test("a website's pages are added to what is there", { timeout: LIMIT }, async () => {
    const page = (title: string) =>
      `<html lang="en"><body><main><h1>${title}?</h1><p>${`${title}: this is how it is done, step by step. `.repeat(9)}</p></main></body></html>`;
    const server = createServer(({ url }, response) => {
      const found = url === "/help/parcels" ? page("Where is my parcel") : null;
      response.writeHead(found === null ? 404 : 200, { "content-type": "text/html" }).end(found);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    await writeFile(join(folder, "urls.txt"), `${origin}/help/parcels\n${origin}/gone\n`);
    try {
      await writeFile(join(folder, "in.csv"), CSV);
      await here("import", "in.csv", "--yes");
      const { code, printed, complaints } = await here("import", "--urls", "urls.txt", "--allow-private");
      expect(printed).toBe(
        `  left out  ${origin}/gone answered HTTP 404\n1 pages read, 1 left out\n` +
          "  added    parcels  en\n1 added, 0 changed, 0 removed, 0 unchanged",
      );
      expect(complaints).toBe(`0/2 ${origin}/help/parcels\n1/2 ${origin}/gone`);
      expect(code).toBe(0);
      expect((await here("list")).printed.split("\n")).toHaveLength(4);
      const refused = await here("import", "--urls", "urls.txt");
      expect([refused.code, refused.complaints]).toEqual([1, expect.stringContaining("no page of the website")]);
      expect(refused.printed).toContain("is no public address (127.0.0.1); --allow-private permits it");
      const noSitemap = await here("import", "--sitemap", `${origin}/sitemap.xml`, "--allow-private");
      expect([noSitemap.code, noSitemap.complaints]).toEqual([
        1,
        expect.stringContaining("/sitemap.xml answered HTTP 404"),
      ]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test("a wrong file is named with its line, and nothing is stored", { timeout: LIMIT }, async () => {
    await writeFile(join(folder, "wrong.csv"), "slug,title,summary,body\nA B,Title,Summary,Text\n");
    expect(await here("import", "wrong.csv", "--yes")).toEqual({
      code: 1,
      printed: "",
      complaints: "wrong.csv:2: slug must be a-z, 0-9 and dashes, at most 64 characters",
    });
  });
});

describe("on the database of the deployed Worker", () => {
  let cloudflare: D1StandIn;
  beforeAll(async () => {
    cloudflare = await startD1StandIn();
  });
  afterAll(() => cloudflare.close());
  const there = (...args: readonly string[]) => knowledge([...args, "--remote"], cloudflare.environment);

  test("articles of any size are imported at once, searched and exported", { timeout: LIMIT }, async () => {
    const long = Array.from({ length: 5_000 }, (_, n) => String.fromCodePoint(0x4e00 + n))
      .join("")
      .repeat(4);
    await writeFile(
      join(folder, "remote.csv"),
      `${CSV}long,ja,長い,"It's long; and
has lines",,${long}\n`,
    );
    const { code, printed } = await there("import", "remote.csv");
    expect([code, printed.split("\n").slice(0, 5)]).toEqual([
      0,
      [
        "  added    refund  en",
        "  added    refund  de",
        "  added    opening  en",
        "  added    long  ja",
        "4 added, 0 changed, 0 removed, 0 unchanged",
      ],
    ]);
    expect(cloudflare.calls.slice(1)).toEqual(["init", "upload", "ingest"]);
    expect((await there("import", "remote.csv")).printed).toContain("0 added, 0 changed, 0 removed, 4 unchanged");
    expect((await there("search", "money", "back")).printed).toMatch(/refund {2}en {2}Refunds$/);
    expect((await there("list")).printed).toContain("long  ja  members  長い");
    expect((await there("export", "remote")).code).toBe(0);
    expect(await readFile(join(folder, "remote", "long.ja.md"), "utf8")).toContain(long);
  });

  test("what wrangler says of a failure is shown", { timeout: LIMIT }, async () => {
    const { code, complaints } = await knowledge(["list", "--remote"], {
      ...cloudflare.environment,
      CLOUDFLARE_API_BASE_URL: "http://127.0.0.1:1",
    });
    expect(code).toBe(1);
    expect(complaints).toContain("wrangler d1 execute failed");
  });
});

test("the search is measured on questions whose answers are known", { timeout: LIMIT }, async () => {
  const article = (id: string, title: string) => JSON.stringify({ id, title, questions: [], body: "" });
  await writeFile(join(folder, "a.jsonl"), `${article("1", "Penguins")}\n${article("2", "Refunds")}\n`);
  await writeFile(join(folder, "q.jsonl"), '{"text":"penguin","relevant":["1"]}\n{"text":"zebra","relevant":[]}\n');
  const { code, printed } = await knowledge(["evaluate", "--articles", "a.jsonl", "--queries", "q.jsonl"]);
  expect(code).toBe(0);
  expect(printed).toMatch(/S@1 +1\.000/);
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
    const { code, complaints } = await knowledge(args);
    expect([code, complaints.split("\n")[0]]).toEqual([2, expect.stringContaining(complaint)]);
    expect(complaints).toContain("Usage: npm run knowledge");
  });

  test("and --help needs nothing", async () => {
    expect(await knowledge(["--help"])).toMatchObject({ code: 0, printed: expect.stringContaining("Usage:") });
  });
});
