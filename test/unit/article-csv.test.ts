import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatCsv, parseCsv } from "../../scripts/lib/article-csv.ts";
import { anyArticle, article } from "./article-support.ts";

const HEADER = "slug,title,summary,body";
const problemsOf = (...lines: readonly string[]) =>
  parseCsv("a.csv", lines.join("\r\n")).problems.map(({ file, line, message }) => `${file}:${line}: ${message}`);

describe("articles that were written as a spreadsheet", () => {
  test("are the same when they are read", () => {
    const unique = fc.uniqueArray(anyArticle, { selector: ({ slug, locale }) => `${slug} ${locale}`, maxLength: 5 });
    fc.assert(
      fc.property(unique, (articles) => {
        expect(parseCsv("a.csv", formatCsv(articles))).toEqual({ articles, problems: [] });
      }),
    );
  });

  test("are known by a spreadsheet as UTF-8, have a row each, and no cell that it takes for a formula", () => {
    const text = formatCsv([
      article("a", { title: "=1+1", summary: "@all", body: "- one\n- two", questions: ["+1?"] }),
    ]);
    expect(text).toBe(
      '\uFEFF"slug","locale","audience","title","summary","questions","labels","link","updated","body"\r\n' +
        '"a","en","members","\'=1+1","\'@all","\'+1?",,,"2023-11-14T22:13:20.000Z","\'- one\n- two"\r\n',
    );
  });
});

describe("a spreadsheet", () => {
  test("needs four columns, in any order; empty cells say nothing", () => {
    const { articles, problems } = parseCsv("a.csv", "Body,slug,SUMMARY,title,locale,updated\nText,a,Short,Title,,\n");
    expect(problems).toEqual([]);
    expect(articles).toEqual([
      {
        slug: "a",
        locale: "en",
        audience: "members",
        title: "Title",
        summary: "Short",
        questions: [],
        labels: [],
        link: null,
        body: "Text",
        updatedAt: null,
      },
    ]);
  });

  test.each([";", "\t"])("may part its cells by %j, as they are saved in many countries", (separator) => {
    const text = [HEADER, "a,Title,Short,Text"].join("\n").replaceAll(",", separator);
    expect(parseCsv("a.csv", text).articles).toMatchObject([{ slug: "a", title: "Title", body: "Text" }]);
  });

  test("has questions one a line, and labels between commas or one a line", () => {
    const text = `${HEADER},questions,labels\na,T,S,B,"One?\r\n\r\n Two? ","x, y\nz"`;
    expect(parseCsv("a.csv", text).articles).toMatchObject([{ questions: ["One?", "Two?"], labels: ["x", "y", "z"] }]);
  });

  test("may have blank rows, and empty cells behind the last column", () => {
    expect(problemsOf(HEADER, "", ",,,", "a,T,S,B,,", "")).toEqual([]);
  });

  test("may have one article in several languages", () => {
    expect(problemsOf(`${HEADER},locale`, "a,T,S,B,en", "a,T,S,B,de")).toEqual([]);
  });
});

describe("a problem names the file, the line and the column:", () => {
  test.each([
    ["an empty file", [""], ["a.csv:1: the file is empty: its first row names the columns"]],
    [
      "columns that are missing or unknown",
      ["slug,titel,summary,body,summary"],
      [
        'a.csv:1: column "titel" is not known: slug, locale, audience, title, summary, questions, labels, link, updated, body are',
        "a.csv:1: column title is missing",
        "a.csv:1: column summary is there twice",
      ],
    ],
    [
      "cells that are wrong, on the line where their row begins",
      [HEADER, 'a,T,S,"one', 'two"', "B C,,S,"],
      [
        "a.csv:4: slug must be a-z, 0-9 and dashes, at most 64 characters",
        "a.csv:4: title must not be empty",
        "a.csv:4: body: the text must not be empty",
      ],
    ],
    [
      "a question that is too long",
      [`${HEADER},questions`, `a,T,S,B,"ok?\n${"x".repeat(201)}"`],
      ["a.csv:2: questions[2] must not be longer than 200 characters"],
    ],
    [
      "other wrong values",
      [`${HEADER},locale,audience,link,updated`, "a,T,S,B,English please,everybody,nowhere,21.11.2026"],
      [
        "a.csv:2: link must be an http(s) URL or a path beginning with /",
        "a.csv:2: locale must be a language tag such as en, pt-BR or fa",
        "a.csv:2: audience must be members or agents",
        "a.csv:2: updated must be a date such as 2026-11-21",
      ],
    ],
    [
      "an article that is there twice",
      [HEADER, "a,T,S,B", "", "a,T,S,B"],
      ["a.csv:4: slug a (en) is there twice, also on line 2"],
    ],
    ["a cell too many", [HEADER, "a,T,S,B,more"], ["a.csv:2: has 5 cells, but there are 4 columns"]],
    [
      "a quote that does not end",
      [HEADER, "a,T,S,B", 'b,T,S,"B'],
      [expect.stringContaining("a.csv:3: is no CSV from here on: Quote Not Closed")],
    ],
  ])("%s", (_what, lines, problems) => {
    expect(problemsOf(...lines)).toEqual(problems);
  });

  test("no text makes the reader fail otherwise than with a problem", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { articles } = parseCsv("a.csv", `${HEADER}\n${text}`);
        expect(Array.isArray(articles)).toBe(true);
      }),
    );
  });
});
