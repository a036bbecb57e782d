/** Articles as a spreadsheet: CSV as RFC 4180 has it, with a first row of column names and a row for each article. */
import { CsvError, parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import type { Article } from "../../src/knowledge/article.ts";
import type { ArticleProblem } from "../../src/knowledge/parse-article.ts";
import {
  articleOf,
  DEFAULT_LOCALE,
  readBody,
  readFields,
  readSlug,
  type SourceArticle,
} from "../../src/knowledge/source-article.ts";
import { keyOf } from "./article-changes.ts";
import type { ArticleFiles } from "./article-files.ts";

const REQUIRED = ["slug", "title", "summary", "body"] as const;
const COLUMNS = [
  "slug",
  "locale",
  "audience",
  "title",
  "summary",
  "questions",
  "labels",
  "link",
  "updated",
  "body",
] as const;
type Column = (typeof COLUMNS)[number];

/**
 * What makes a spreadsheet take a cell for a formula; behind apostrophes, so that each text has one form of its own.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^'*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/** Writes articles, with the byte order mark by which spreadsheets know UTF-8. */
export function formatCsv(articles: readonly Article[]): string {
  const rows = articles.map((article) => {
    const cells: Readonly<Record<Column, string>> = {
      ...article,
      questions: article.questions.join("\n"),
      labels: article.labels.join(", "),
      link: article.link ?? "",
      // With the time of day, since spreadsheets rewrite plain dates.
      updated: new Date(article.updatedAt).toISOString(),
    };
    return COLUMNS.map((column) => cells[column]).map((cell) => (FORMULA.test(cell) ? `'${cell}` : cell));
  });
  // Quotes everywhere: in half of the world semicolons part the cells.
  return stringify([[...COLUMNS], ...rows], { bom: true, quoted: true, record_delimiter: "\r\n" });
}

/** A row, and the line on which it begins. */
type Row = { readonly line: number; readonly cells: readonly string[] };

/** Reads articles. Cells may be parted by commas, semicolons or tabs, as spreadsheets of all countries save them. */
export function parseCsv(file: string, text: string): ArticleFiles {
  const read = readRows(file, text);
  if (!read.ok) return { articles: [], problems: [read.problem] };
  const [header, ...rows] = read.rows;
  const columns = readHeader(file, header);
  if (!columns.ok) return { articles: [], problems: columns.problems };

  const articles: SourceArticle[] = [];
  const problems: ArticleProblem[] = [];
  const lines = new Map<string, number>();
  for (const row of rows) {
    const complain = (message: string) => problems.push({ file, line: row.line, message });
    if (row.cells.length > columns.names.length && row.cells.slice(columns.names.length).some((cell) => cell !== "")) {
      complain(`has ${row.cells.length} cells, but there are ${columns.names.length} columns`);
      continue;
    }
    const article = readArticle(columns.names, row, complain);
    if (article === null) continue;
    const twin = lines.get(keyOf(article));
    if (twin === undefined) lines.set(keyOf(article), row.line);
    else complain(`slug ${article.slug} (${article.locale}) is there twice, also on line ${twin}`);
    articles.push(article);
  }
  return { articles, problems };
}

function readRows(
  file: string,
  text: string,
): { readonly ok: true; readonly rows: readonly Row[] } | { readonly ok: false; readonly problem: ArticleProblem } {
  const rows: Row[] = [];
  let next = 1;
  try {
    // Within quotes csv-parse counts CR and LF as two lines.
    parse(text.replace(/\r\n?/g, "\n"), {
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      on_record: (cells: string[], { lines }) => {
        if (cells.some((cell) => cell.trim() !== "")) rows.push({ line: next, cells });
        next = lines + 1;
        return null;
      },
    });
    return { ok: true, rows };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { ok: false, problem: { file, line: next, message: `is no CSV from here on: ${error.message}` } };
  }
}

/** What parts the names of the columns, none of which has such a character. */
function delimiterOf(text: string): string {
  const header = /^[^\r\n]*/.exec(text)?.[0] ?? "";
  const count = (delimiter: string) => header.split(delimiter).length;
  return [",", ";", "\t"].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

function readHeader(
  file: string,
  header: Row | undefined,
):
  | { readonly ok: true; readonly names: readonly Column[] }
  | { readonly ok: false; readonly problems: readonly ArticleProblem[] } {
  if (header === undefined) {
    return { ok: false, problems: [{ file, line: 1, message: "the file is empty: its first row names the columns" }] };
  }
  const found = header.cells.map((cell) => cell.trim().toLowerCase());
  const names = found.filter((name) => isColumn(name));
  const messages = [
    ...found
      .filter((name) => !isColumn(name))
      .map((name) => `column "${name}" is not known: ${COLUMNS.join(", ")} are`),
    ...REQUIRED.filter((name) => !found.includes(name)).map((name) => `column ${name} is missing`),
    ...COLUMNS.filter((name) => found.indexOf(name) !== found.lastIndexOf(name)).map(
      (name) => `column ${name} is there twice`,
    ),
  ];
  if (messages.length === 0) return { ok: true, names };
  return { ok: false, problems: messages.map((message) => ({ file, line: header.line, message })) };
}

function isColumn(name: string): name is Column {
  return COLUMNS.some((column) => column === name);
}

/** The article of a row; null when it is none, of which each reason was told. */
function readArticle(names: readonly Column[], row: Row, complain: (message: string) => void): SourceArticle | null {
  const cell = (column: Column): string => {
    const text = row.cells[names.indexOf(column)] ?? "";
    return FORMULA.test(text) && text.startsWith("'") ? text.slice(1) : text;
  };
  // An empty cell says nothing, where that is allowed.
  const given = (column: Column) => (cell(column).trim() === "" ? undefined : cell(column).trim());
  const listed = (column: Column, separator: RegExp) =>
    cell(column)
      .split(separator)
      .map((entry) => entry.trim())
      .filter((entry) => entry !== "");

  const slug = readSlug(cell("slug").trim());
  const body = readBody(cell("body"));
  const read = readFields({
    title: cell("title"),
    summary: cell("summary"),
    questions: listed("questions", /\n/),
    labels: listed("labels", /[\n,]/),
    ...optional("link", given("link")),
    ...optional("locale", given("locale")),
    ...optional("audience", given("audience")),
    ...optional("updated", given("updated")),
  });
  if (slug === null) complain("slug must be a-z, 0-9 and dashes, at most 64 characters");
  if (!read.ok) for (const { message } of read.problems) complain(message);
  if (!body.ok) complain(`body: ${body.message}`);
  if (slug === null || !read.ok || !body.ok) return null;
  return articleOf(slug, read.fields.locale ?? DEFAULT_LOCALE, read.fields, body.body);
}

function optional(name: Column, value: string | undefined): Readonly<Record<string, string>> {
  return value === undefined ? {} : { [name]: value };
}
