import { XMLParser } from "fast-xml-parser";
import * as v from "valibot";

/** A page that a sitemap lists; `updatedAt` in milliseconds since 1970, null where it is not said. */
export type ListedPage = { readonly url: URL; readonly updatedAt: number | null };

/** @see https://www.sitemaps.org/protocol.html */
export type Sitemap =
  | { readonly kind: "pages"; readonly pages: readonly ListedPage[] }
  | { readonly kind: "index"; readonly sitemaps: readonly URL[] };

/** An empty element is an empty text. */
const Entry = v.union([v.object({ loc: v.optional(v.string()), lastmod: v.optional(v.string()) }), v.string()]);
const listOf = (name: "url" | "sitemap") =>
  v.optional(
    v.pipe(
      v.union([v.object({ [name]: v.optional(v.array(Entry), []) }), v.string()]),
      v.transform((list) => (typeof list === "string" ? [] : (list[name] ?? []))),
      v.transform((entries) => entries.filter((entry) => typeof entry !== "string")),
    ),
  );
const Document = v.object({ urlset: listOf("url"), sitemapindex: listOf("sitemap") });

/** Reads a sitemap or an index of sitemaps; null when it is neither. What is no http(s) URL in it is left out. */
export function readSitemap(xml: string): Sitemap | null {
  const parser = new XMLParser({
    removeNSPrefix: true,
    parseTagValue: false,
    isArray: (name) => name === "url" || name === "sitemap",
  });
  let parsed: unknown;
  try {
    parsed = parser.parse(xml, true);
  } catch {
    return null;
  }
  const read = v.safeParse(Document, parsed);
  if (!read.success) return null;
  const { urlset, sitemapindex } = read.output;
  if (urlset !== undefined) {
    const pages = urlset.flatMap(({ loc, lastmod }) => {
      const url = webAddress(loc);
      return url === null ? [] : [{ url, updatedAt: timeOf(lastmod) }];
    });
    return { kind: "pages", pages };
  }
  return sitemapindex === undefined
    ? null
    : { kind: "index", sitemaps: sitemapindex.flatMap(({ loc }) => webAddress(loc) ?? []) };
}

/** The http(s) URL without its fragment, by which no two pages differ; null for anything else. */
export function webAddress(text: string | undefined, base?: URL): URL | null {
  const url = text === undefined ? null : URL.parse(text.trim(), base);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  url.hash = "";
  return url;
}

/** A date as websites write it (W3C date and time), in milliseconds since 1970; null for anything else. */
export function timeOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{4}-\d\d-\d\d/.test(text.trim())) return null;
  const ms = Date.parse(text.trim());
  return ms >= 0 ? ms : null;
}
