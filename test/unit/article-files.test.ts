import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { formatProblem, readArticleFiles, writeArticleFiles } from "../../scripts/lib/article-files.ts";
import { article } from "./article-support.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "flexcord-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

const TEXT = "---\ntitle: T\nsummary: S\n---\nBody\n";
async function write(name: string, text = TEXT): Promise<void> {
  await mkdir(join(folder, name, ".."), { recursive: true });
  await writeFile(join(folder, name), text);
}

describe("a folder", () => {
  test("is read with its subfolders and translations, and without what is no Markdown", async () => {
    for (const name of ["b.md", "a.md", "a.de.md", "deep/down/c.md", "notes.txt"]) await write(name);
    const { articles, problems } = await readArticleFiles(folder);
    expect(problems).toEqual([]);
    expect(articles.map(({ slug, locale }) => `${slug} ${locale}`)).toEqual(["a de", "a en", "b en", "c en"]);
  });

  test("must not have an article twice in one language: both files are named", async () => {
    await write("a.md", TEXT.replace("summary", "locale: de\nsummary"));
    await write("more/a.de.md");
    const { problems } = await readArticleFiles(folder);
    expect(problems.map(formatProblem)).toEqual([
      `${join(folder, "more/a.de.md")}:1: a (de) is there twice, also in ${join(folder, "a.md")}`,
    ]);
  });

  test("tells all problems of all files", async () => {
    await write("a.md", TEXT.replace("title", "titel"));
    await write("sub/b.md", "no front matter");
    const { problems } = await readArticleFiles(folder);
    expect(problems.map(formatProblem)).toEqual([
      expect.stringContaining("a.md:2: title is missing"),
      expect.stringContaining("a.md:2: titel is not known"),
      expect.stringContaining(`${join("sub", "b.md")}:1: must begin with front matter`),
    ]);
  });
});

describe("articles written to a folder", () => {
  const articles = [article("a"), article("a", { locale: "pt-BR" }), article("b", { audience: "agents" })];

  test("are the same when it is read, also when they are written again", async () => {
    const inner = join(folder, "new", "knowledge");
    await writeArticleFiles(inner, articles);
    await writeArticleFiles(inner, articles);
    expect((await readdir(inner)).sort()).toEqual(["a.md", "a.pt-BR.md", "b.md"]);
    const read = await readArticleFiles(inner);
    expect(read.problems).toEqual([]);
    expect(read.articles).toEqual(expect.arrayContaining(articles));
  });

  test("are not written where an import would bring other files back with them", async () => {
    await write("a.md", "as it was");
    await write("sub/old.md");
    await expect(writeArticleFiles(folder, articles)).rejects.toThrow(
      `${folder} has files that are not in the knowledge base (${join("sub", "old.md")}): delete them, or name another folder`,
    );
    expect(await readFile(join(folder, "a.md"), "utf8")).toBe("as it was");
  });
});
