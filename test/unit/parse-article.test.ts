import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatArticle, parseArticle } from "../../src/knowledge/parse-article.ts";
import { anyArticle } from "./article-support.ts";

const FRONT = ["title: Friend codes", "summary: Where codes are.", "questions:", "  - Where is my code?"];
const file = (front: readonly string[], body = "Look at your profile.") => ["---", ...front, "---", body].join("\n");

function problemsOf(name: string, text: string): string[] {
  const result = parseArticle(name, text);
  return result.ok ? [] : result.problems.map(({ file, line, message }) => `${file}:${line}: ${message}`);
}

test("an article is its front matter, its text, and its file's name", () => {
  const text = file([
    ...FRONT,
    "labels: [friends]",
    "link: https://example.com/codes",
    "locale: de",
    "audience: agents",
    "updated: 2026-11-21",
  ]);
  expect(parseArticle("knowledge/friend-codes.md", text)).toEqual({
    ok: true,
    article: {
      slug: "friend-codes",
      locale: "de",
      audience: "agents",
      title: "Friend codes",
      summary: "Where codes are.",
      questions: ["Where is my code?"],
      labels: ["friends"],
      link: "https://example.com/codes",
      body: "Look at your profile.",
      updatedAt: Date.UTC(2026, 10, 21),
    },
  });
});

test("questions, labels, link, language, audience and time may be left out", () => {
  const result = parseArticle("a.md", file(FRONT.slice(0, 2)));
  expect(result.ok && result.article).toMatchObject({
    questions: [],
    labels: [],
    link: null,
    locale: "en",
    audience: "members",
    updatedAt: null,
  });
});

test.each([
  ["a.md", [], "en"],
  ["a.de.md", [], "de"],
  ["a.pt-br.md", [], "pt-BR"],
  ["a.zh-Hant-TW.md", [], "zh-Hant-TW"],
  ["a.md", ["locale: FA"], "fa"],
  ["a.de.md", ["locale: de"], "de"],
])("%s with %j is the article a, in the language %s", (name, front, locale) => {
  const result = parseArticle(name, file([...FRONT, ...front]));
  expect(result.ok && result.article).toMatchObject({ slug: "a", locale });
});

test.each([
  ["2026-11-21", Date.UTC(2026, 10, 21)],
  ["2026-11-21T08:29Z", Date.UTC(2026, 10, 21, 8, 29)],
  ["2026-11-21T08:29:15.250+01:00", Date.UTC(2026, 10, 21, 7, 29, 15, 250)],
])("was updated %s", (text, time) => {
  const result = parseArticle("a.md", file([...FRONT, `updated: ${text}`]));
  expect(result.ok && result.article.updatedAt).toBe(time);
});

test("Windows line ends, a byte order mark and rulers within the text are fine", () => {
  const result = parseArticle("a.md", `\uFEFF${file(FRONT, "One\n\n---\n\nTwo").replaceAll("\n", "\r\n")}\r\n`);
  expect(result.ok && result.article.body).toBe("One\n\n---\n\nTwo");
});

test("a link may lead to another page, or to one of the Worker's own", () => {
  const linkOf = (link: string) => {
    const result = parseArticle("a.md", file([...FRONT, `link: ${link}`]));
    return result.ok ? result.article.link : null;
  };
  for (const link of ["http://example.com/a", "https://example.com/a", "/desk/a"]) expect(linkOf(link)).toBe(link);
  for (const link of ["desk/", "nowhere", "httpx://example.com", "xhttps://example.com", "file:///etc/hosts"])
    expect(linkOf(link)).toBeNull();
});

test("a byte order mark is dropped at the start only", () => {
  const result = parseArticle("a.md", file(FRONT, "One\uFEFFtwo"));
  expect(result.ok && result.article.body).toBe("One\uFEFFtwo");
});

test("the text may have 20,000 characters", () => {
  expect(problemsOf("a.md", file(FRONT, "x".repeat(20_000)))).toEqual([]);
  expect(problemsOf("a.md", file(FRONT, "x".repeat(20_001)))).toEqual([
    "a.md:7: the text must not be longer than 20000 characters",
  ]);
});

test("an article that was written as a file is the same when it is read", () => {
  fc.assert(
    fc.property(anyArticle, (article) => {
      const { name, text } = formatArticle(article);
      expect(parseArticle(name, text)).toEqual({ ok: true, article });
    }),
  );
});

describe("a problem names the file and the line:", () => {
  test.each([
    ["no front matter", "Just text", "a.md:1: must begin with front matter between two lines of ---"],
    ["front matter without an end", "---\ntitle: A\n", "a.md:1: must begin with front matter between two lines of ---"],
    ["broken YAML", file(["title: A", "summary: [x"]), "a.md:3: Flow sequence"],
    ["a missing title", file(FRONT.slice(1)), "a.md:2: title is missing"],
    ["an unknown name", file([...FRONT, "colour: red"]), "a.md:6: colour is not known"],
    ["an empty question", file([...FRONT, '  - ""']), "a.md:6: questions[2] must not be empty"],
    [
      "questions that are no list",
      file(["title: A", "summary: B", "questions: C"]),
      "a.md:4: questions must be a list of questions",
    ],
    [
      "a title too long for a button",
      file([`title: ${"x".repeat(81)}`, ...FRONT.slice(1)]),
      "a.md:2: title must not be longer than 80 characters",
    ],
    [
      "an unknown language",
      file([...FRONT, "locale: in English"]),
      "a.md:6: locale must be a language tag such as en, pt-BR or fa",
    ],
    [
      "a day that does not exist",
      file([...FRONT, "updated: 2026-13-01"]),
      "a.md:6: updated must be a date that there is",
    ],
    [
      "a date in another form",
      file([...FRONT, "updated: 21.11.2026"]),
      "a.md:6: updated must be a date such as 2026-11-21",
    ],
    ["a label with a comma", file([...FRONT, 'labels: [a, "b, c"]']), "a.md:6: labels[2] must not have a comma"],
    [
      "a link that runs code",
      file([...FRONT, "link: javascript:alert(1)"]),
      "a.md:6: link must be an http(s) URL or a path beginning with /",
    ],
    ["no text", file(FRONT, "  "), "a.md:7: the text must not be empty"],
    ["a NUL in the text", file(FRONT, "a\u0000b"), "a.md:7: the text must not have control characters"],
    [
      "front matter that is no list of names",
      file(["just words"]),
      "a.md:2: the front matter must be a list of names and values",
    ],
  ])("%s", (_what, text, problem) => {
    expect(problemsOf("a.md", text)).toEqual([expect.stringContaining(problem)]);
  });

  test("a file's name that is no slug", () => {
    expect(problemsOf("My Article.md", file(FRONT))[0]).toContain("My Article.md:1: the file's name must be");
    for (const name of [`${"a".repeat(65)}.md`, "a.mdx", "a.draft.md", "a.de.fr.md", "a.md/b c.md", ".de.md", "a..md"])
      expect(problemsOf(name, file(FRONT))).toHaveLength(1);
    for (const name of ["dir/sub/a.md", "dir\\a.md", "/a.md"]) expect(problemsOf(name, file(FRONT))).toEqual([]);
  });

  test("a language in its name and another one inside", () => {
    expect(problemsOf("a.de.md", file([...FRONT, "locale: fr"]))).toEqual([
      "a.de.md:2: the file's name says de, its front matter fr",
    ]);
  });

  test("without the lines around it", () => {
    const [problem = ""] = problemsOf("a.md", file(["title: A", "summary: [x"]));
    expect(problem).toMatch(/^a\.md:3: Flow sequence/);
    expect(problem).not.toContain("\n");
    expect(problem).not.toContain("at line");
  });

  test("several problems at once", () => {
    expect(problemsOf("a.md", file([...FRONT.slice(1), "locale: x", "colour: red"]))).toHaveLength(3);
  });
});

test("no text makes the parser fail otherwise than with a problem", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), (front, body) => {
      const result = parseArticle("a.md", file([front], body));
      expect(result.ok || result.problems.length > 0).toBe(true);
    }),
  );
});
