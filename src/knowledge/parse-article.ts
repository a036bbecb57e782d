/**
 * Reads articles from files. Only scripts import this module: `yaml` is no part of the Worker.
 */
import * as v from "valibot";
import { LineCounter, parseDocument } from "yaml";
import { ARTICLE_SLUG, type ArticleSlug } from "../conversation/ids.ts";
import type { Article } from "./article.ts";

/** What is wrong with a file, and where; lines count from 1. */
export type ArticleProblem = { readonly file: string; readonly line: number; readonly message: string };

export type ParsedArticle =
  | { readonly ok: true; readonly article: Article }
  | { readonly ok: false; readonly problems: readonly ArticleProblem[] };

const oneLine = (limit: number) =>
  v.pipe(
    v.string("must be text"),
    v.trim(),
    v.nonEmpty("must not be empty"),
    v.maxLength(limit, `must not be longer than ${limit} characters`),
    v.check((text) => !/\p{Cc}/u.test(text), "must be one line without control characters"),
  );

const FrontMatter = v.strictObject({
  /** Discord cuts the label of a button at 80 characters. */
  title: oneLine(80),
  summary: oneLine(400),
  questions: v.pipe(v.array(oneLine(200), "must be a list of questions"), v.minLength(1, "must have a question")),
  labels: v.optional(v.array(oneLine(40), "must be a list of labels"), []),
  link: v.optional(
    v.pipe(
      oneLine(500),
      v.check(
        (link) => link.startsWith("/") || /^https?:$/.test(URL.parse(link)?.protocol ?? ""),
        "must be an http(s) URL or a path beginning with /",
      ),
    ),
  ),
  locale: v.optional(
    v.picklist(["en", "de", "es", "fr", "pt-BR", "ja", "zh-TW"], "must be en, de, es, fr, pt-BR, ja or zh-TW"),
    "en",
  ),
  audience: v.optional(v.picklist(["members", "agents"], "must be members or agents"), "members"),
});

const MAX_BODY = 20_000;
const FENCE = /^---[ \t]*$/;

/** Reads one article: Markdown behind YAML front matter. Its slug is the file's name. */
export function parseArticle(file: string, text: string): ParsedArticle {
  const problem = (line: number, message: string): ParsedArticle => ({
    ok: false,
    problems: [{ file, line, message }],
  });

  const slug = file.replace(/^.*[\\/]/, "").replace(/\.md$/, "");
  if (!ARTICLE_SLUG.test(slug)) {
    return problem(1, "the file's name must be a-z, 0-9 and dashes, at most 64 characters, and end in .md");
  }
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  const end = lines.findIndex((line, index) => index > 0 && FENCE.test(line));
  if (!FENCE.test(lines[0] ?? "") || end < 0)
    return problem(1, "must begin with front matter between two lines of ---");

  const read = readFrontMatter(file, lines.slice(1, end).join("\n"));
  if (!read.ok) return read;
  const body = lines
    .slice(end + 1)
    .join("\n")
    .trim();
  if (body === "") return problem(end + 2, "the article has no text");
  if (body.length > MAX_BODY) return problem(end + 2, `the text must not be longer than ${MAX_BODY} characters`);
  if (/[\p{Cc}--[\n\t]]/v.test(body)) return problem(end + 2, "the text must not have control characters");

  const { link, ...front } = read.front;
  return { ok: true, article: { slug: slug as ArticleSlug, ...front, link: link ?? null, body } };
}

type FrontMatterResult =
  | { readonly ok: true; readonly front: v.InferOutput<typeof FrontMatter> }
  | { readonly ok: false; readonly problems: readonly ArticleProblem[] };

function readFrontMatter(file: string, yaml: string): FrontMatterResult {
  const counter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: counter, prettyErrors: false });
  // The fence is line 1 of the file, so that line n of the YAML is line n + 1.
  const lineAt = (offset: number) => counter.linePos(offset).line + 1;
  if (document.errors.length > 0) {
    return { ok: false, problems: document.errors.map((e) => ({ file, line: lineAt(e.pos[0]), message: e.message })) };
  }
  const result = v.safeParse(FrontMatter, document.toJS());
  if (result.success) return { ok: true, front: result.output };
  const problems = result.issues.map((issue) => {
    const path = issue.path?.map(({ key }) => key) ?? [];
    return { file, line: lineAt(offsetOf(document, path)), message: describe(issue, path) };
  });
  return { ok: false, problems };
}

/** Where the value at a path begins; where its nearest ancestor does when there is no such value. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly unknown[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)) return node.range[0];
  }
  return 0;
}

function describe(issue: v.BaseIssue<unknown>, path: readonly unknown[]): string {
  if (path.length === 0) return "the front matter must be a list of names and values";
  const name = path.map((key) => (typeof key === "number" ? `[${key + 1}]` : key)).join("");
  if (issue.type === "strict_object" && issue.expected === "never") return `${name} is not known`;
  if (issue.type === "strict_object") return `${name} is missing`;
  return `${name} ${issue.message}`;
}
