import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { ArticleSlug } from "../conversation/ids.ts";
import type { Article, ArticleLocale } from "../knowledge/article.ts";
import { directionOf, nameOfLanguage } from "./languages.ts";
import { htmlOfMarkdown } from "./markdown.ts";
import type { Shelf } from "./shelves.ts";
import { helpTextsIn } from "./texts.ts";

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** An article's path; with a locale that of one translation. */
export function articlePath(slug: ArticleSlug, locale?: ArticleLocale): string {
  return locale === undefined ? `/help/${slug}` : `/help/${slug}?lang=${encodeURIComponent(locale)}`;
}

/** The page of an article; `locales` are all the languages that it is there in. */
export function articlePage(article: Article, locales: readonly ArticleLocale[], publicUrl: string): Html {
  const { slug, locale, title, summary, link, body } = article;
  const texts = helpTextsIn(locale);
  const others = locales.filter((other) => other !== locale);
  const translated = others.length > 0;
  const canonical = `${publicUrl}${articlePath(slug, translated ? locale : undefined)}`;
  const alternates = translated
    ? html`${locales.map((other) => html`<link rel="alternate" hreflang="${other}" href="${publicUrl}${articlePath(slug, other)}">\n`)}<link rel="alternate" hreflang="x-default" href="${publicUrl}${articlePath(slug)}">`
    : "";
  const original = link && URL.parse(link, publicUrl)?.href;
  const updated = article.updatedAt > 0 ? new Date(article.updatedAt) : null;
  return page({
    locale,
    title,
    description: summary,
    head: html`<link rel="canonical" href="${canonical}">
${alternates}
<meta property="og:type" content="article">
<meta property="og:url" content="${canonical}">
${updated && html`<meta property="article:modified_time" content="${updated.toISOString()}">`}`,
    body: html`<main>
<h1>${title}</h1>
<p class="lead">${summary}</p>
${htmlOfMarkdown(body)}
</main>
<footer>
<p dir="auto">${texts.stillStuck}</p>
${updated && html`<p dir="auto">${updatedOn(updated, locale)}</p>`}
${original && html`<p dir="auto"><a href="${original}">${texts.originalPage}</a></p>`}
${translated ? languageLinks(others, texts.otherLanguages, slug) : ""}
</footer>`,
  });
}

/** The list of all articles. */
export function listPage(locale: ArticleLocale, shelves: readonly Shelf[], publicUrl: string): Html {
  const texts = helpTextsIn(locale);
  const shown = shelves.map(
    ({ label, articles }) => html`<h2>${label ?? texts.more}</h2>
${links(articles)}`,
  );
  return page({
    locale,
    title: texts.help,
    description: texts.about,
    head: html`<link rel="canonical" href="${publicUrl}/help">
<meta property="og:type" content="website">
<meta property="og:url" content="${publicUrl}/help">`,
    body: html`<main>
<h1>${texts.help}</h1>
<p class="lead">${texts.about}</p>
${shelves.length === 0 ? html`<p>${texts.noArticles}</p>` : shown}
</main>
<footer><p dir="auto">${texts.stillStuck}</p></footer>`,
  });
}

/** For an address that leads to no article; `similar` are those that the reader may have meant. */
export function notFoundPage(locale: ArticleLocale, similar: readonly LinkedArticle[]): Html {
  const texts = helpTextsIn(locale);
  return errorPage(
    locale,
    texts.notFound,
    texts.notFoundWhy,
    similar.length > 0 ? html`<p>${texts.perhaps}</p>\n${links(similar)}` : "",
  );
}

/** For when the database does not answer. */
export function unavailablePage(locale: ArticleLocale): Html {
  const texts = helpTextsIn(locale);
  return errorPage(locale, texts.unavailable, texts.unavailableWhy, "");
}

function errorPage(locale: ArticleLocale, title: string, why: string, rest: Html | ""): Html {
  return page({
    locale,
    title,
    description: why,
    head: html`<meta name="robots" content="noindex">`,
    body: html`<main>
<h1>${title}</h1>
<p class="lead">${why}</p>
${rest}
</main>
<footer><p dir="auto">${helpTextsIn(locale).stillStuck}</p></footer>`,
  });
}

type Page = {
  readonly locale: ArticleLocale;
  readonly title: string;
  readonly description: string;
  readonly head: Html;
  readonly body: Html;
};

/** What all pages have in common. There is no script, and the stylesheet is our own: the policy allows nothing else. */
function page({ locale, title, description, head, body }: Page): Html {
  return html`<!doctype html>
<html lang="${locale}" dir="${directionOf(locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<meta name="description" content="${description}">
<meta property="og:title" content="${title}">
<meta property="og:description" content="${description}">
${head}
<link rel="stylesheet" href="/help/style.css">
</head>
<body>
<header><a href="/help?lang=${encodeURIComponent(locale)}" dir="auto">${helpTextsIn(locale).allArticles}</a></header>
${body}
</body>
</html>
`;
}

type LinkedArticle = Pick<Article, "slug" | "locale" | "title">;

function links(articles: readonly LinkedArticle[]): Html {
  return html`<ul class="list">
${articles.map(({ slug, locale, title }) => html`<li><a href="${articlePath(slug, locale)}" lang="${locale}" dir="auto">${title}</a></li>\n`)}</ul>`;
}

function languageLinks(locales: readonly ArticleLocale[], label: string, slug: ArticleSlug): Html {
  const items = locales.map(
    (locale) =>
      html`<a href="${articlePath(slug, locale)}" hreflang="${locale}" lang="${locale}" dir="auto">${nameOfLanguage(locale)}</a>\n`,
  );
  return html`<nav class="languages" aria-label="${label}">${items}</nav>`;
}

/** The day in Greenwich: the Worker does not know the reader's. */
function updatedOn(date: Date, locale: ArticleLocale): string {
  const written = date.toLocaleDateString(locale, { dateStyle: "long", timeZone: "UTC" });
  return helpTextsIn(locale).updatedOn(written);
}
