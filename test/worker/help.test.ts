import { applyD1Migrations } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createApp } from "../../src/app.ts";
import type { ArticleSlug } from "../../src/conversation/ids.ts";
import type { Article } from "../../src/knowledge/article.ts";
import { putArticle, runStatements } from "../../src/knowledge/store.ts";
import { FakeGateway } from "./gateway-fake.ts";

const article = (slug: string, rest: Partial<Article> = {}): Article => ({
  slug: slug as ArticleSlug,
  locale: "en",
  audience: "members",
  title: `About ${slug}`,
  summary: `Everything about ${slug}.`,
  questions: [],
  labels: [],
  link: null,
  body: "Text.",
  updatedAt: Date.UTC(2026, 10, 21, 12),
  ...rest,
});

const store = (...articles: Article[]) => runStatements(env.DB, articles.flatMap(putArticle));

const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  exports.default.fetch(new Request(`${env.PUBLIC_URL}${path}`, { method, headers, redirect: "manual" }));
const textOf = async (path: string, headers?: Record<string, string>) => (await get(path, headers)).text();
const accepting = (languages: string) => ({ "Accept-Language": languages });

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(async () => {
  // The first request has the Gateway connect.
  new FakeGateway().install();
  await store(
    article("refund", { title: "Get a refund", labels: ["purchases"], body: "See [codes](friend-codes)." }),
    article("friend-codes", { title: "Friend codes", labels: ["account"] }),
    article("friend-codes", { locale: "de", title: "Freundescodes", labels: ["Konto"], summary: "Alles über Codes." }),
    article("friend-codes", { locale: "fa", title: "کد دوستی", summary: "همه چیز دربارهٔ کدها." }),
    article("lag", { locale: "fr", title: "Lenteurs" }),
    article("runbook", { title: "How agents handle a refund", audience: "agents" }),
  );
});
afterEach(async () => {
  vi.restoreAllMocks();
  await env.DB.exec("DELETE FROM articles");
});

describe("an article's page", () => {
  test("shows the article to everybody, with what a link preview needs", async () => {
    const response = await get("/help/refund");
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe("text/html; charset=UTF-8");
    for (const part of [
      '<html lang="en" dir="ltr">',
      "<h1>Get a refund</h1>",
      "<title>Get a refund</title>",
      '<meta name="description" content="Everything about refund.">',
      '<meta property="og:title" content="Get a refund">',
      '<meta property="og:description" content="Everything about refund.">',
      `<meta property="og:url" content="${env.PUBLIC_URL}/help/refund">`,
      `<link rel="canonical" href="${env.PUBLIC_URL}/help/refund">`,
      'name="viewport"',
      "Updated on November 21, 2026",
      '<a href="friend-codes">codes</a>',
    ])
      expect(page).toContain(part);
    expect(page).not.toContain("hreflang");
  });

  test("takes nothing from elsewhere but pictures, and runs nothing", async () => {
    const { headers } = await get("/help/refund");
    expect(headers.get("Content-Security-Policy")).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self' https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("X-Frame-Options")).toBe("DENY");
    expect(await textOf("/help/refund")).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=/);
  });

  test.for([
    ["the one asked for", "?lang=de", "fa", "de", "Freundescodes"],
    ["the one asked for, however it is written", "?lang=DE-at", "fa", "de", "Freundescodes"],
    ["the browser's first that is there", "", "ja, fa-IR;q=0.8, de;q=0.4", "fa", "کد دوستی"],
    ["English, where there is none of the browser's", "", "ja", "en", "Friend codes"],
    ["English, where the one asked for is not there", "?lang=ja", "", "en", "Friend codes"],
    ["English, where what is asked for makes no sense", "?lang=%22%3E%3Cb%3E", "*", "en", "Friend codes"],
  ] as const)("is in %s", async ([, query, accepted, locale, title]) => {
    const response = await get(`/help/friend-codes${query}`, accepted ? accepting(accepted) : {});
    const page = await response.text();
    expect(page).toContain(`<html lang="${locale}" dir="${locale === "fa" ? "rtl" : "ltr"}">`);
    expect(page).toContain(`<h1>${title}</h1>`);
    expect(response.headers.get("Vary")).toBe("Accept-Language");
  });

  test("is in any language rather than not at all", async () => {
    expect(await textOf("/help/lag", accepting("de"))).toContain("<h1>Lenteurs</h1>");
  });

  test("names its translations, each under an address of its own", async () => {
    const page = await textOf("/help/friend-codes", accepting("de"));
    const address = `${env.PUBLIC_URL}/help/friend-codes`;
    expect(page).toContain(`<link rel="canonical" href="${address}?lang=de">`);
    for (const locale of ["de", "en", "fa"])
      expect(page).toContain(`<link rel="alternate" hreflang="${locale}" href="${address}?lang=${locale}">`);
    expect(page).toContain(`<link rel="alternate" hreflang="x-default" href="${address}">`);
    expect(page).toContain('hreflang="fa" lang="fa" dir="auto">فارسی</a>');
  });

  test("does not care for what else stands in the address", async () => {
    expect(await textOf("/help/refund?utm_source=x&lang=&a[]=b")).toBe(await textOf("/help/refund"));
  });

  test("escapes what HTML is in it", async () => {
    await store(article("bad", { title: "<b>x</b>", body: "<script>alert(1)</script>\n\n[x](javascript:alert(1))" }));
    const page = await textOf("/help/bad");
    expect(page).not.toMatch(/<script|<b>|javascript:/);
    expect(page).toContain("&lt;script&gt;");
  });

  test("is not sent again to who has it, until it changes", async () => {
    const first = await get("/help/refund");
    const etag = first.headers.get("ETag") ?? "";
    expect(etag).not.toBe("");
    expect(first.headers.get("Cache-Control")).toBe("public, max-age=300");
    const again = await get("/help/refund", { "If-None-Match": etag });
    expect([again.status, await again.text(), again.headers.get("Cache-Control")]).toEqual([
      304,
      "",
      "public, max-age=300",
    ]);
    await store(article("refund", { title: "Another title" }));
    expect((await get("/help/refund", { "If-None-Match": etag })).status).toBe(200);
  });

  test("has a head without the body", async () => {
    const response = await get("/help/refund", {}, "HEAD");
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(response.headers.get("Content-Type")).toContain("text/html");
    expect(response.headers.get("ETag")).toBe((await get("/help/refund")).headers.get("ETag"));
  });

  test("is found under its address with a slash behind it", async () => {
    const response = await get("/help/refund/?lang=en");
    expect([response.status, response.headers.get("Location")]).toEqual([301, `${env.PUBLIC_URL}/help/refund?lang=en`]);
  });

  test.for(["POST", "PUT", "DELETE"])("takes no %s", async (method) => {
    for (const path of ["/help", "/help/refund", "/help/style.css", "/help/a/b"]) {
      const response = await get(path, {}, method);
      expect([path, response.status, response.headers.get("Allow")]).toEqual([path, 405, "GET, HEAD"]);
    }
  });
});

describe("an address without an article", () => {
  test.for([
    ["of an agents' article", "runbook"],
    ["of nothing", "no-such"],
    ["in capitals", "Refund"],
    ["with HTML in it", "%3Cscript%3E"],
    ["with a path in it", "a/b"],
    ["that would lead out", "..%2F..%2Fapi"],
    ["that is no text", "%E0%A4%A"],
    ["without an end", "x".repeat(5_000)],
  ] as const)("%s says so, and leads to the list", async ([, address]) => {
    const response = await get(`/help/${address}`);
    const page = await response.text();
    expect(response.status).toBe(404);
    expect(response.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
    expect(page).toContain("There is no such article");
    expect(page).toContain('<a href="/help?lang=en"');
    expect(page).not.toMatch(/<script|agents handle/);
  });

  test("leads to what may have been meant", async () => {
    expect(await textOf("/help/get-refund")).toContain('href="/help/refund?lang=en"');
    expect(await textOf("/help/runbook")).not.toContain("Perhaps");
  });

  test("says so in the reader's language", async () => {
    expect(await textOf("/help/no-such", accepting("de"))).toContain("Diesen Artikel gibt es nicht");
  });
});

describe("the list of articles", () => {
  test("has members' articles by their labels, each once, in the reader's language where there is one", async () => {
    const page = await textOf("/help", accepting("de"));
    expect(page).toContain('<html lang="de" dir="ltr">');
    expect([...page.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, label]) => label)).toEqual(["Konto", "purchases", "Weitere"]);
    expect([...page.matchAll(/href="\/help\/([^"]+)" lang/g)].map(([, address]) => address)).toEqual([
      "friend-codes?lang=de",
      "refund?lang=en",
      "lag?lang=fr",
    ]);
    expect(page).not.toContain("runbook");
  });

  test("says that there are none yet", async () => {
    await env.DB.exec("DELETE FROM articles");
    expect(await textOf("/help")).toContain("There are no articles yet.");
  });

  test("is found with a slash behind it, and has a head", async () => {
    expect((await get("/help/")).headers.get("Location")).toBe(`${env.PUBLIC_URL}/help`);
    expect((await get("/help", {}, "HEAD")).status).toBe(200);
  });
});

test("the stylesheet is ours, may be kept, and is for light and dark", async () => {
  const response = await get("/help/style.css");
  expect(response.headers.get("Content-Type")).toBe("text/css; charset=utf-8");
  expect(response.headers.get("Cache-Control")).toBe("public, max-age=300");
  expect(response.headers.get("ETag")).not.toBeNull();
  expect(await response.text()).toContain("color-scheme: light dark");
});

test("while the database fails, the reader is told to come again, and nothing of the failure", async () => {
  const failing = new Proxy(env.DB, {
    get() {
      throw new Error("D1 is down");
    },
  });
  const logged = vi.spyOn(console, "error").mockReturnValue();
  const app = createApp({ ...env, DB: failing });
  for (const path of ["/help", "/help/refund"]) {
    const response = await app.request(`${env.PUBLIC_URL}${path}`, { headers: accepting("de") });
    const page = await response.text();
    expect([response.status, response.headers.get("Retry-After")]).toEqual([503, "60"]);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(page).toContain("Diese Seite kann gerade nicht angezeigt werden");
    expect(page).not.toContain("D1");
  }
  expect(logged).toHaveBeenCalledTimes(2);
});
