import { type Page, readPage } from "./read-page.ts";
import type { ListedPage } from "./sitemap.ts";
import { readSitemap, webAddress } from "./sitemap.ts";
import type { Visit, Visitor } from "./visitor.ts";

/** A page that did not become an article, and why; `reason` is a sentence without subject. */
export type LeftOut = { readonly url: string; readonly reason: string };

export type Website = { readonly pages: readonly Page[]; readonly leftOut: readonly LeftOut[] };

/** Called before each call; `total` is null while nobody knows it. */
export type OnVisit = (done: number, total: number | null, url: URL) => void;

const MAX_PAGE_BYTES = 5_000_000;
/** The greatest that the protocol allows, unpacked. */
const MAX_SITEMAP_BYTES = 50_000_000;
const MAX_SITEMAPS = 500;
/** At one a second, this takes three hours. */
const MAX_PAGES = 10_000;

/** All pages that a sitemap lists, or the sitemaps of an index; throws when one of them cannot be read. */
export async function listedPages(visitor: Visitor, sitemap: URL, onVisit: OnVisit): Promise<ListedPage[]> {
  const waiting = [sitemap];
  const seen = new Set<string>([sitemap.href]);
  const pages = new Map<string, ListedPage>();
  for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
    onVisit(seen.size - waiting.length - 1, null, url);
    const visit = await visitor.file(url, MAX_SITEMAP_BYTES);
    if (visit.kind === "failed") throw new Error(`${url} ${visit.reason}`);
    const read = readSitemap(visit.body.toString("utf8"));
    if (read === null) throw new Error(`${url} is no sitemap`);
    if (read.kind === "pages") for (const page of read.pages) pages.set(page.url.href, page);
    if (read.kind === "index") {
      for (const next of read.sitemaps) {
        if (seen.has(next.href)) continue;
        seen.add(next.href);
        waiting.push(next);
      }
    }
    if (seen.size > MAX_SITEMAPS) throw new Error(`${sitemap} leads to more than ${MAX_SITEMAPS} sitemaps`);
    if (pages.size > MAX_PAGES)
      throw new Error(`${sitemap} lists more than ${MAX_PAGES} pages: import a part of them by --urls`);
  }
  if (pages.size === 0) throw new Error(`${sitemap} lists no pages`);
  return [...pages.values()];
}

/** The pages of a list, one address a line; blank lines and those that begin with # are comments. */
export function parseUrlList(file: string, text: string): ListedPage[] {
  const pages = new Map<string, ListedPage>();
  const problems: string[] = [];
  text.split(/\r\n|\r|\n/).forEach((line, index) => {
    const entry = line.replace(/^\uFEFF/, "").trim();
    if (entry === "" || entry.startsWith("#")) return;
    const url = webAddress(entry);
    if (url === null) problems.push(`${file}:${index + 1}: must be an http(s) URL`);
    else pages.set(url.href, { url, updatedAt: null });
  });
  if (problems.length > 0) throw new Error(problems.join("\n"));
  if (pages.size === 0) throw new Error(`${file} has no URLs`);
  return [...pages.values()];
}

/** Reads pages one after another. What cannot be read, or is no article, is left out and told. */
export async function readPages(visitor: Visitor, listed: readonly ListedPage[], onVisit: OnVisit): Promise<Website> {
  const pages = new Map<string, Page>();
  const leftOut: LeftOut[] = [];
  for (const [index, { url, updatedAt }] of listed.entries()) {
    onVisit(index, listed.length, url);
    const read = pageOf(await visitor.page(url, MAX_PAGE_BYTES));
    if (!read.ok) {
      leftOut.push({ url: url.href, reason: read.reason });
      continue;
    }
    const key = `${read.page.link} ${read.page.locale}`;
    if (pages.has(key))
      leftOut.push({ url: url.href, reason: `says that it is ${read.page.link}, which was read already` });
    else pages.set(key, { ...read.page, updatedAt: updatedAt ?? read.page.updatedAt });
  }
  return { pages: withOwnSummaries([...pages.values()]), leftOut };
}

/** Many websites describe all of their pages by the same words, which say nothing about any of them. */
function withOwnSummaries(pages: readonly Page[]): Page[] {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { summary } of pages) (seen.has(summary) ? shared : seen).add(summary);
  return pages.map((page) => (shared.has(page.summary) ? { ...page, summary: page.opening } : page));
}

function pageOf(visit: Visit): ReturnType<typeof readPage> {
  if (visit.kind === "failed") return { ok: false, reason: visit.reason };
  const { url, contentType, body } = visit;
  const type = contentType.split(";")[0]?.trim().toLowerCase();
  if (type !== "text/html" && type !== "application/xhtml+xml") {
    return { ok: false, reason: `is no web page (${type || "no content type"})` };
  }
  try {
    return readPage(decode(body, contentType), url);
  } catch (error) {
    // Nothing that somebody put on one page may end the reading of all.
    return { ok: false, reason: `cannot be understood (${error instanceof Error ? error.message : error})` };
  }
}

/** By the header's character set, else by the one that the page names in its first kilobyte, else UTF-8. */
function decode(body: Buffer, contentType: string): string {
  const named = /charset\s*=\s*["']?([\w-]+)/i;
  const charset = (named.exec(contentType) ?? named.exec(body.toString("latin1", 0, 1024)))?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}
