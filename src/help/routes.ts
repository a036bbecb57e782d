import type { D1Database } from "@cloudflare/workers-types";
import { type Context, Hono } from "hono";
import { etag } from "hono/etag";
import { secureHeaders } from "hono/secure-headers";
import { trimTrailingSlash } from "hono/trailing-slash";
import { ARTICLE_SLUG, type ArticleSlug } from "../conversation/ids.ts";
import type { ArticleLocale } from "../knowledge/article.ts";
import { searchArticles } from "../knowledge/search.ts";
import { log } from "../log.ts";
import { listedArticles, translationsOf } from "./articles.ts";
import { bestLocale, wantedLocales } from "./languages.ts";
import { articlePage, listPage, notFoundPage, unavailablePage } from "./pages.ts";
import { shelvesFor } from "./shelves.ts";
import { STYLE } from "./style.ts";
import { HELP_TEXTS } from "./texts.ts";

/** A changed article is there for everybody after five minutes. */
const CACHED = "public, max-age=300";

/**
 * The articles' pages below `/help`, for everybody: of members' articles only, without scripts. Each in the language asked
 * for with `?lang=`, else in one that the browser asks for, else in English, else in any.
 */
export function helpPages({ db, publicUrl }: { readonly db: D1Database; readonly publicUrl: string }): Hono {
  const app = new Hono().basePath("/help");

  app.use(
    "/*",
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "https:"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
      xFrameOptions: "DENY",
    }),
    trimTrailingSlash({ alwaysRedirect: true }),
    etag(),
  );

  app.get("/style.css", (c) =>
    c.body(STYLE, 200, { "Content-Type": "text/css; charset=utf-8", "Cache-Control": CACHED }),
  );

  app.get("/", async (c) => {
    const wanted = wantedBy(c);
    const articles = await listedArticles(db);
    return shown(c).html(listPage(ownLocale(wanted), shelvesFor(wanted, articles), publicUrl));
  });

  app.get("/:slug", async (c) => {
    const slug = c.req.param("slug");
    if (!ARTICLE_SLUG.test(slug)) return notFound(c, slug);
    const wanted = wantedBy(c);
    const translations = await translationsOf(db, slug as ArticleSlug);
    const locales = translations.map(({ locale }) => locale);
    const locale = bestLocale(wanted, locales);
    const article = translations.find((translation) => translation.locale === locale);
    return article ? shown(c).html(articlePage(article, locales, publicUrl)) : notFound(c, slug);
  });

  app.get("/*", (c) => notFound(c, c.req.path.slice("/help/".length)));
  app.all("/*", (c) => c.json({ error: "Method not allowed" }, 405, { Allow: "GET, HEAD" }));

  app.onError((error, c) => {
    log("error", "help.failed", { path: c.req.routePath, reason: error.message });
    return c.html(unavailablePage(ownLocale(wantedBy(c))), 503, { "Retry-After": "60", "Cache-Control": "no-store" });
  });

  /** The words of a wrong address often tell which article was meant. */
  async function notFound(c: Context, address: string): Promise<Response> {
    const wanted = wantedBy(c);
    const similar = await searchArticles(db, address.slice(0, 64).replaceAll(/[-_/.]+/g, " "), wanted);
    // The article may be there a minute from now.
    return c.html(notFoundPage(ownLocale(wanted), similar), 404, { "Cache-Control": "no-cache" });
  }

  return app;
}

function wantedBy(c: Context): ArticleLocale[] {
  return wantedLocales(c.req.query("lang"), c.req.header("accept-language"));
}

/** The language of a page that is no article's. */
function ownLocale(wanted: readonly ArticleLocale[]): ArticleLocale {
  return bestLocale(wanted, Object.keys(HELP_TEXTS)) ?? "en";
}

function shown(c: Context): Context {
  c.header("Cache-Control", CACHED);
  c.header("Vary", "Accept-Language");
  return c;
}
