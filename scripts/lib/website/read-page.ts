import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import type { ArticleLocale } from "../../../src/knowledge/article.ts";
import { DEFAULT_LOCALE, readBody, readFields, type SourceArticle } from "../../../src/knowledge/source-article.ts";
import { canonicalLocale } from "../../../src/locale.ts";
import { markdownOf } from "./markdown.ts";
import { timeOf, webAddress } from "./sitemap.ts";

/** What a page of a website says; it becomes an article with a slug. */
export type Page = Omit<SourceArticle, "slug" | "link"> & {
  /** The address by which the page wants to be known. */
  readonly link: string;
  /** How the text begins: a summary for a page that has none of its own. */
  readonly opening: string;
  /** Whether the text was too long and ends early. */
  readonly isCut: boolean;
};

/** `reason` is a sentence without subject. */
export type PageResult = { readonly ok: true; readonly page: Page } | { readonly ok: false; readonly reason: string };

/** Articles are no longer than this; see the schema. */
const MAX_TITLE = 80;
const MAX_SUMMARY = 400;
const MAX_QUESTION = 200;
const MAX_QUESTIONS = 30;
const MAX_BODY = 20_000;
/** A summary made of the text ends with the sentence that passes this. */
const SUMMARY_FROM_TEXT = 160;
/** A page with less is a list of links or needs JavaScript. */
const MIN_TEXT = 40;

/** Readability's work grows with the cube of the depth: 2,000 levels took 15 seconds. Pages that people make have below 100. */
const MAX_DEPTH = 200;
const MAX_ELEMENTS = 50_000;

const TOO_MUCH: PageResult = { ok: false, reason: "has too many elements, or too deeply nested ones" };

/** What ends in a question mark, in the scripts that have one of their own. */
const QUESTION = /[?？؟]$/;

/** Reads the main text of a page at `url`, and what the page says about itself. */
export function readPage(html: string, url: URL): PageResult {
  if ((html.match(/<[a-z]/gi)?.length ?? 0) > MAX_ELEMENTS) return TOO_MUCH;
  const { document } = parseHTML(html);
  if (document.documentElement === null) return { ok: false, reason: "is empty" };
  if (isTooDeep(document)) return TOO_MUCH;
  const locale = localeOf(document);
  const canonical = webAddress(
    document.querySelector('link[rel~="canonical"]')?.getAttribute("href") ?? undefined,
    url,
  );
  const updatedAt = timeOf(meta(document, "article:modified_time", "og:updated_time", "last-modified"));
  const description = meta(document, "description", "og:description");
  const headings = document.querySelectorAll("h1");
  const heading = headings.length === 1 ? textOf(headings[0]) : "";

  openAccordions(document);
  completeLinks(document, url);
  const main = new Readability(document).parse();
  const text = oneLine(main?.textContent ?? "");
  if (main === null || text.length < MIN_TEXT)
    return { ok: false, reason: "has no text that can be read without JavaScript" };
  const content = parseHTML(`<html><body>${main.content ?? ""}</body></html>`).document;
  const title = shorten(heading || oneLine(main.title ?? "") || oneLine(document.title), MAX_TITLE);

  const opening = shorten(firstSentences(paragraphsOf(content) || text, locale), MAX_SUMMARY);
  const fields = readFields({
    title,
    summary: shorten(description, MAX_SUMMARY) || opening,
    questions: questionsIn(content, title),
    link: (canonical ?? url).href,
  });
  const markdown = markdownOf(main.content ?? "");
  const body = readBody(cut(markdown));
  if (!fields.ok)
    return { ok: false, reason: `is no article: ${fields.problems.map(({ message }) => message).join(", ")}` };
  if (!body.ok) return { ok: false, reason: `is no article: ${body.message}` };
  const isCut = markdown.length > MAX_BODY;
  const { summary, questions, labels, audience, link = url.href } = fields.fields;
  return {
    ok: true,
    page: {
      locale,
      audience,
      title: fields.fields.title,
      summary,
      questions,
      labels,
      link,
      body: body.body,
      updatedAt,
      opening,
      isCut,
    },
  };
}

function isTooDeep(document: Document): boolean {
  let level: Element[] = [document.documentElement];
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    level = level.flatMap((element) => [...element.children]);
  }
  return level.length > 0;
}

function localeOf(document: Document): ArticleLocale {
  const tag = (document.documentElement.getAttribute("lang") ?? "").trim().replaceAll("_", "-");
  return canonicalLocale(tag) ?? DEFAULT_LOCALE;
}

function meta(document: Document, ...names: readonly string[]): string {
  for (const name of names) {
    const element = document.querySelector(`meta[name="${name}" i], meta[property="${name}" i]`);
    const content = oneLine(element?.getAttribute("content") ?? "");
    if (content !== "") return content;
  }
  return "";
}

/**
 * Questions and answers are often headings that are buttons, with hidden panels that they open. What is hidden or a button
 * is no text to Readability.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/accordion/
 */
function openAccordions(document: Document): void {
  for (const control of document.querySelectorAll("[aria-controls]")) {
    const panel = document.getElementById(control.getAttribute("aria-controls") ?? "");
    for (const name of ["hidden", "aria-hidden", "style"]) panel?.removeAttribute(name);
  }
  for (const button of document.querySelectorAll("h2 button, h3 button, h4 button, h5 button, h6 button, dt button")) {
    button.replaceWith(...button.childNodes);
  }
  for (const summary of document.querySelectorAll("summary")) {
    const heading = document.createElement("h3");
    heading.textContent = textOf(summary);
    summary.replaceWith(heading);
  }
}

function completeLinks(document: Document, url: URL): void {
  const base = URL.parse(document.querySelector("base")?.getAttribute("href") ?? "", url) ?? url;
  for (const anchor of document.querySelectorAll("a[href]")) {
    const href = URL.parse(anchor.getAttribute("href") ?? "", base);
    if (href !== null) anchor.setAttribute("href", href.href);
  }
}

/** The title and headings that are questions, as members may ask them. */
function questionsIn(content: Document, title: string): string[] {
  const headings = [...content.querySelectorAll("h1, h2, h3, h4, h5, h6, dt")].map(textOf);
  const questions = [title, ...headings].filter((text) => QUESTION.test(text) && text.length <= MAX_QUESTION);
  return [...new Set(questions)].slice(0, MAX_QUESTIONS);
}

/** Its text without headings, which are no sentences. */
function paragraphsOf(content: Document): string {
  return [...content.querySelectorAll("p, li, td")].map(textOf).join(" ").trim();
}

function firstSentences(text: string, locale: ArticleLocale): string {
  let summary = "";
  for (const { segment } of new Intl.Segmenter(locale, { granularity: "sentence" }).segment(text)) {
    summary += segment;
    if (summary.length >= SUMMARY_FROM_TEXT) break;
  }
  return summary.trim();
}

function textOf(element: Element | undefined): string {
  return oneLine(element?.textContent ?? "");
}

/** On one line, without the control characters that no article may have. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, " ").trim();
}

/** At most `limit` characters, ended at a word where there is one, with a mark that something is missing. */
function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const start = text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, "");
  const space = start.lastIndexOf(" ");
  return `${(space > limit / 2 ? start.slice(0, space) : start).trimEnd()}…`;
}

/** The paragraphs that an article has room for. */
function cut(markdown: string): string {
  const clean = markdown.replaceAll(/[\p{Cc}--[\n\t]]/gv, "");
  if (clean.length <= MAX_BODY) return clean;
  const start = clean.slice(0, MAX_BODY);
  const end = start.lastIndexOf("\n\n");
  return end > 0 ? start.slice(0, end) : start;
}
