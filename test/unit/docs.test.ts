import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

/** All files of a pattern as one text, with every run of blank space as one space. */
function textOf(...patterns: string[]): string {
  const files = patterns.flatMap((pattern) => globSync(pattern)).filter((file) => file !== "test/unit/docs.test.ts");
  return files
    .map((file) => readFileSync(file, "utf8"))
    .join("\n")
    .replace(/\\'/g, "'")
    .replace(/\s+/g, " ");
}

test("every test that docs/guarantees.md quotes exists", () => {
  const tests = textOf("test/**/*.ts", "scripts/demo.ts");
  const quoted = [...textOf("docs/guarantees.md").matchAll(/"([^"]{8,})"/g)].map(([, title]) => title ?? "");
  expect(quoted.length).toBeGreaterThan(30);
  expect(quoted.filter((title) => !tests.includes(title))).toEqual([]);
});

test("docs/operations.md explains every event that is logged", () => {
  const explained = textOf("docs/operations.md");
  const logged = [...textOf("src/**/*.ts", "durable-objects/*.ts").matchAll(/\blog\( ?[^,()]+, "([\w.-]+)"/g)];
  expect(logged.length).toBeGreaterThan(15);
  expect(logged.map(([, event]) => event ?? "").filter((event) => !explained.includes(`\`${event}\``))).toEqual([]);
});

test("every relative link between the documents leads somewhere", () => {
  const documents = [...globSync("*.md"), ...globSync("docs/*.md")];
  const broken = documents.flatMap((document) => {
    const links = [...readFileSync(document, "utf8").matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)];
    return links.map(([, link]) => join(dirname(document), link ?? "")).filter((path) => !existsSync(path));
  });
  expect(broken).toEqual([]);
});
