/** What sources of articles have in common: a folder of Markdown, a spreadsheet, a website. Only scripts import this module. */
import * as v from "valibot";
import type { ArticleSlug } from "../conversation/ids.ts";
import type { Article, ArticleLocale } from "./article.ts";
import { ARTICLE_FIELDS } from "./article-schema.ts";

/** An article as its source gives it; `updatedAt` is null where the source does not say when it was last changed. */
export type SourceArticle = Omit<Article, "updatedAt"> & { readonly updatedAt: number | null };

/** The language of an article whose source names none. */
export const DEFAULT_LOCALE: ArticleLocale = "en";

/** A day, or a time with its zone; in milliseconds since 1970. */
const isoTime = v.pipe(
  v.string("must be text"),
  v.trim(),
  v.regex(
    /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/,
    "must be a date such as 2026-11-21",
  ),
  v.transform((text) => Date.parse(text)),
  v.check((ms) => ms >= 0, "must be a date that there is, not before 1970"),
);

/** Everything of an article but its slug and body, by the names that files use. What is not known is refused. */
const Fields = v.strictObject({
  title: ARTICLE_FIELDS.title,
  summary: ARTICLE_FIELDS.summary,
  questions: v.optional(ARTICLE_FIELDS.questions, []),
  // In a spreadsheet commas part them.
  labels: v.optional(
    v.pipe(
      ARTICLE_FIELDS.labels,
      v.checkItems((label) => !label.includes(","), "must not have a comma"),
    ),
    [],
  ),
  link: v.optional(ARTICLE_FIELDS.link),
  locale: v.optional(ARTICLE_FIELDS.locale),
  audience: v.optional(ARTICLE_FIELDS.audience, "members"),
  updated: v.optional(isoTime),
});

export type ArticleFields = v.InferOutput<typeof Fields>;

/** What is wrong with a field: where it stands in the fields ("questions", 0), and a sentence that names it. */
export type FieldProblem = { readonly path: readonly (string | number)[]; readonly message: string };

/** Checks an article's fields. */
export function readFields(
  fields: unknown,
):
  | { readonly ok: true; readonly fields: ArticleFields }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] } {
  const result = v.safeParse(Fields, fields);
  if (result.success) return { ok: true, fields: result.output };
  return { ok: false, problems: result.issues.map(problemOf) };
}

function problemOf(issue: v.BaseIssue<unknown>): FieldProblem {
  const path = (issue.path ?? []).flatMap(({ key }) =>
    typeof key === "string" || typeof key === "number" ? [key] : [],
  );
  if (path.length === 0) return { path, message: "must be a list of names and values" };
  const name = path.map((key) => (typeof key === "number" ? `[${key + 1}]` : key)).join("");
  if (issue.type === "strict_object" && issue.expected === "never") return { path, message: `${name} is not known` };
  if (issue.type === "strict_object") return { path, message: `${name} is missing` };
  return { path, message: `${name} ${issue.message}` };
}

/** The text as a slug; null for what is none. */
export function readSlug(text: string): ArticleSlug | null {
  const result = v.safeParse(ARTICLE_FIELDS.slug, text);
  return result.success ? result.output : null;
}

/** The Markdown as it is stored, with line feeds only and nothing around it; else what is wrong with it. */
export function readBody(
  markdown: string,
): { readonly ok: true; readonly body: string } | { readonly ok: false; readonly message: string } {
  const result = v.safeParse(ARTICLE_FIELDS.body, markdown.replace(/\r\n?/g, "\n"));
  if (result.success) return { ok: true, body: result.output };
  return { ok: false, message: `the text ${result.issues[0].message}` };
}

/** The article of these parts. */
export function articleOf(
  slug: ArticleSlug,
  locale: ArticleLocale,
  fields: ArticleFields,
  body: string,
): SourceArticle {
  const { title, summary, questions, labels, audience, link = null, updated = null } = fields;
  return { slug, locale, audience, title, summary, questions, labels, link, body, updatedAt: updated };
}
