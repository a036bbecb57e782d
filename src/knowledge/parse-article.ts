/**
 * Articles as Markdown files behind YAML front matter: `refund.md`, its translations `refund.de.md`. Only scripts import
 * this module: `yaml` is no part of the Worker.
 */
import { LineCounter, parseDocument, stringify } from "yaml";
import type { ArticleSlug } from "../conversation/ids.ts";
import { canonicalLocale } from "../locale.ts";
import type { Article, ArticleLocale } from "./article.ts";
import {
  type ArticleFields,
  articleOf,
  DEFAULT_LOCALE,
  readBody,
  readFields,
  readSlug,
  type SourceArticle,
} from "./source-article.ts";

/** What is wrong with a file, and where; lines count from 1. */
export type ArticleProblem = { readonly file: string; readonly line: number; readonly message: string };

export type ParsedArticle =
  | { readonly ok: true; readonly article: SourceArticle }
  | { readonly ok: false; readonly problems: readonly ArticleProblem[] };

const FENCE = /^---[ \t]*$/;

/** Reads one article. Its slug is the file's name; its language stands there or in the front matter, else it is English. */
export function parseArticle(file: string, content: string): ParsedArticle {
  const problem = (line: number, message: string): ParsedArticle => ({
    ok: false,
    problems: [{ file, line, message }],
  });

  const name = readName(file.replace(/^.*[\\/]/, ""));
  if (name === null) {
    return problem(
      1,
      "the file's name must be a-z, 0-9 and dashes, at most 64 characters, and end in .md, or in a language and .md: " +
        "refund.md, refund.pt-BR.md",
    );
  }
  const lines = content.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  const end = lines.findIndex((line, index) => index > 0 && FENCE.test(line));
  if (!FENCE.test(lines[0] ?? "") || end < 0)
    return problem(1, "must begin with front matter between two lines of ---");

  const read = readFrontMatter(file, lines.slice(1, end).join("\n"));
  if (!read.ok) return read;
  const { locale = name.locale ?? DEFAULT_LOCALE } = read.fields;
  if (name.locale !== null && name.locale !== locale) {
    return problem(2, `the file's name says ${name.locale}, its front matter ${locale}`);
  }
  const text = readBody(lines.slice(end + 1).join("\n"));
  if (!text.ok) return problem(end + 2, text.message);
  return { ok: true, article: articleOf(name.slug, locale, read.fields, text.body) };
}

/** Writes an article as {@link parseArticle} reads it. */
export function formatArticle({ slug, locale, body, updatedAt, audience, link, ...rest }: Article): {
  readonly name: string;
  readonly text: string;
} {
  const { title, summary, questions, labels } = rest;
  const front = {
    title,
    summary,
    ...(questions.length > 0 && { questions }),
    ...(labels.length > 0 && { labels }),
    ...(link !== null && { link }),
    ...(audience !== "members" && { audience }),
    updated: new Date(updatedAt).toISOString().replace("T00:00:00.000Z", ""),
  };
  return {
    name: locale === DEFAULT_LOCALE ? `${slug}.md` : `${slug}.${locale}.md`,
    text: `---\n${stringify(front, { lineWidth: 0 })}---\n${body}\n`,
  };
}

function readName(name: string): { readonly slug: ArticleSlug; readonly locale: ArticleLocale | null } | null {
  const [, stem = "", tag] = /^([^.]*)(?:\.([^.]*))?\.md$/.exec(name) ?? [];
  const slug = readSlug(stem);
  // BCP 47 also has room for languages of five to eight letters, of which there are none: "draft" is a mistake.
  const locale = tag !== undefined && /^[a-z]{2,3}(?:-|$)/i.test(tag) ? canonicalLocale(tag) : null;
  return slug === null || (tag !== undefined && locale === null) ? null : { slug, locale };
}

type FrontMatterResult =
  | { readonly ok: true; readonly fields: ArticleFields }
  | { readonly ok: false; readonly problems: readonly ArticleProblem[] };

function readFrontMatter(file: string, yaml: string): FrontMatterResult {
  const counter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: counter, prettyErrors: false });
  // The fence is line 1 of the file, so that line n of the YAML is line n + 1.
  const lineAt = (offset: number) => counter.linePos(offset).line + 1;
  if (document.errors.length > 0) {
    return { ok: false, problems: document.errors.map((e) => ({ file, line: lineAt(e.pos[0]), message: e.message })) };
  }
  const read = readFields(document.toJS());
  if (read.ok) return read;
  const problems = read.problems.map(({ path, message }) => ({
    file,
    line: lineAt(offsetOf(document, path)),
    message: path.length === 0 ? `the front matter ${message}` : message,
  }));
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
