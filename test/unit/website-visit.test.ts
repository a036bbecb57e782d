/** Reading a website that misbehaves: a real server on loopback, and a clock that stands still but for the pauses made. */
import { once } from "node:events";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { getFrom } from "../../scripts/lib/website/get.ts";
import { isPublicAddress } from "../../scripts/lib/website/public-address.ts";
import { Visitor } from "../../scripts/lib/website/visitor.ts";
import { listedPages, readPages } from "../../scripts/lib/website/website-articles.ts";

type Answer = { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: string | Buffer };
type Route = Answer | readonly Answer[] | ((response: ServerResponse) => void);

let server: Server;
let origin: string;
let routes: Record<string, Route>;
/** What the server was asked for, and the user agents that asked. */
let asked: string[];
let userAgents: Set<string | undefined>;
let now: number;
let pauses: number[];
let visitor: Visitor;

const listener: RequestListener = ({ url = "", headers }, response) => {
  asked.push(url);
  userAgents.add(headers["user-agent"]);
  const route = routes[url] ?? { status: 404 };
  if (typeof route === "function") return route(response);
  // A list is answered in turn, its last entry for good.
  const times = asked.filter((path) => path === url).length;
  const list = Array.isArray(route) ? route : [route];
  const { status = 200, headers: own = {}, body = "" }: Answer = list[Math.min(times, list.length) - 1] ?? {};
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", ...own });
  response.end(body);
};

beforeEach(async () => {
  [routes, asked, pauses, userAgents, now] = [{}, [], [], new Set(), 1_800_000_000_000];
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  // Loopback stands for the public internet here; everything else that is private stays so.
  const isAllowed = (ip: string) => ip === "127.0.0.1" || isPublicAddress(ip);
  visitor = new Visitor({
    get: getFrom({ isAllowed, userAgent: "Tester/1.0", timeLimitMs: 300 }),
    pause: async (ms) => {
      if (ms === 0) return;
      pauses.push(ms);
      now += ms;
    },
    now: () => now,
    userAgent: "Tester/1.0",
  });
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

const TEXT = "You can send things back within thirty days, and we pay within a week. ".repeat(6);
const html = (title: string, head = "") =>
  `<!doctype html><html lang="en"><head>${head}</head><body><main><h1>${title}</h1><p>${title}: ${TEXT}</p></main></body></html>`;
const page = (title: string, head = ""): Answer => ({ body: html(title, head) });
const nothing = () => undefined;

async function read(...paths: readonly string[]) {
  const listed = paths.map((path) => ({ url: new URL(path, origin), updatedAt: null }));
  const { pages, leftOut } = await readPages(visitor, listed, nothing);
  return {
    titles: pages.map(({ title }) => title),
    pages,
    reasons: leftOut.map(({ url, reason }) => `${url} ${reason}`.replaceAll(origin, "")),
  };
}

describe("a website", () => {
  test("is read page by page, by name, with a second between two calls", async () => {
    routes = { "/a": page("A"), "/b": page("B") };
    expect(await read("/a", "/b")).toMatchObject({ titles: ["A", "B"], reasons: [] });
    expect(asked).toEqual(["/robots.txt", "/a", "/b"]);
    expect(userAgents).toEqual(new Set(["Tester/1.0"]));
    expect(pauses).toEqual([1_000, 1_000]);
  });

  test("tells how far the reading is", async () => {
    routes = { "/a": page("A") };
    const told: unknown[] = [];
    const listed = ["/a", "/b"].map((path) => ({ url: new URL(path, origin), updatedAt: null }));
    await readPages(visitor, listed, (done, total, { pathname }) => told.push([done, total, pathname]));
    expect(told).toEqual([
      [0, 2, "/a"],
      [1, 2, "/b"],
    ]);
  });

  test("that forbids pages in its robots.txt is not asked for them, not even by a redirect", async () => {
    routes = {
      "/robots.txt": { body: "User-agent: *\nDisallow: /private\nUser-agent: tester\nDisallow: /no" },
      "/no/a": page("No"),
      "/private": page("Private"),
      "/way": { status: 302, headers: { location: "/no/b" } },
    };
    expect(await read("/no/a", "/private", "/way")).toMatchObject({
      titles: ["Private"],
      reasons: [
        "/no/a is not to be read by /robots.txt",
        "/way was redirected to /no/b, which is not to be read by /robots.txt",
      ],
    });
    expect(asked).toEqual(["/robots.txt", "/private", "/way"]);
  });

  test("that asks for more time between calls gets it, and is left alone where it asks for too much", async () => {
    routes = { "/robots.txt": { body: "User-agent: *\nCrawl-delay: 7" }, "/a": page("A"), "/b": page("B") };
    expect((await read("/a", "/b")).titles).toEqual(["A", "B"]);
    expect(pauses).toEqual([1_000, 7_000]);
  });

  test("is left alone where it asks for too much time", async () => {
    routes = { "/robots.txt": { body: "User-agent: *\nCrawl-delay: 61" }, "/a": page("A") };
    expect((await read("/a")).reasons).toEqual(["/a is not read, since /robots.txt asks for 61 s between two calls"]);
  });

  test.each([
    [403, ["A"], []],
    [404, ["A"], []],
    [500, [], ["/a is not read, since /robots.txt answered HTTP 500"]],
  ])("whose robots.txt answers %i", async (status, titles, reasons) => {
    routes = { "/robots.txt": { status }, "/a": page("A") };
    expect(await read("/a")).toMatchObject({ titles, reasons });
  });

  test("whose robots.txt does not come is not read, and asked for it once only", async () => {
    routes = { "/robots.txt": nothing, "/a": page("A"), "/b": page("B") };
    expect((await read("/a", "/b")).reasons).toEqual([
      "/a is not read, since /robots.txt did not answer within 0.3 s",
      "/b is not read, since /robots.txt did not answer within 0.3 s",
    ]);
    expect(asked).toEqual(["/robots.txt"]);
  });

  test.each([
    ["429 with seconds", { status: 429, headers: { "retry-after": "4" } }, 4_000],
    ["503 with a date", { status: 503, headers: { "retry-after": new Date(1_800_000_010_000).toUTCString() } }, 9_000],
    ["503", { status: 503 }, 5_000],
  ])("that is busy (%s) is asked again when it says, or after a while", async (_what, answer, wait) => {
    routes = { "/a": [answer, page("A")] };
    expect((await read("/a")).titles).toEqual(["A"]);
    expect(pauses).toEqual([1_000, wait]);
  });

  test("that stays busy is given up, as is one that asks to wait for long", async () => {
    routes = { "/a": { status: 429 }, "/b": { status: 503, headers: { "retry-after": "3600" } } };
    expect((await read("/a", "/b")).reasons).toEqual(["/a answered HTTP 429", "/b answered HTTP 503"]);
    expect(asked).toEqual(["/robots.txt", "/a", "/a", "/a", "/b"]);
  });
});

describe("a page is left out, and the others are read, when it", () => {
  test.each<[string, Route, string]>([
    ["is not there", { status: 404 }, "answered HTTP 404"],
    ["does not answer", nothing, "did not answer within 0.3 s"],
    ["never ends", (response) => response.write("<html>"), "did not answer within 0.3 s"],
    ["breaks off", (response) => response.destroy(), "cannot be reached (ECONNRESET)"],
    ["is huge", { body: Buffer.alloc(5_000_001, 32) }, "is larger than 5 MB"],
    ["is huge when unpacked", { body: gzipSync(Buffer.alloc(5_000_001, 32)) }, "is larger than 5 MB"],
    [
      "is no page",
      { headers: { "content-type": "application/pdf" }, body: "%PDF" },
      "is no web page (application/pdf)",
    ],
    [
      "has no text",
      { body: "<html><body><div id=app></div></body></html>" },
      "has no text that can be read without JavaScript",
    ],
    [
      "is nested deeply",
      { body: `<html><body>${"<div>".repeat(5_000)}${TEXT}` },
      "has too many elements, or too deeply nested ones",
    ],
    [
      "is nested without end",
      { body: `<html><body>${"<div>".repeat(100_000)}${TEXT}` },
      "has too many elements, or too deeply nested ones",
    ],
    ["leads in a circle", { status: 301, headers: { location: "/x" } }, "was redirected more than 5 times"],
    ["leads nowhere", { status: 302 }, "answered HTTP 302"],
    [
      "leads to a private address",
      { status: 302, headers: { location: "http://10.0.0.1/admin" } },
      "was redirected to http://10.0.0.1/admin, which is not read, since http://10.0.0.1/robots.txt is no public address (10.0.0.1); --allow-private permits it",
    ],
    [
      "leads to a file",
      { status: 302, headers: { location: "file:///etc/passwd" } },
      expect.stringContaining("is no http(s) address"),
    ],
  ])("%s", async (_what, route, reason) => {
    routes = { "/x": route, "/a": page("A") };
    const { titles, reasons } = await read("/x", "/a");
    expect(titles).toEqual(["A"]);
    expect(reasons.map((text) => text.replace(/^\/x /, ""))).toEqual([reason]);
  });

  test("is the same as one before", async () => {
    routes = { "/a": page("A"), "/b": page("A", '<link rel="canonical" href="/a">') };
    expect(await read("/a", "/b")).toMatchObject({
      titles: ["A"],
      reasons: ["/b says that it is /a, which was read already"],
    });
  });
});

test("a name leads to no private address either", async () => {
  const get = getFrom({ isAllowed: isPublicAddress, userAgent: "Tester/1.0", timeLimitMs: 300 });
  const url = new URL(origin.replace("127.0.0.1", "localhost"));
  await expect(get(url, 1_000)).rejects.toThrow("is no public address (localhost)");
  expect(asked).toEqual([]);
});

describe("a page", () => {
  test("is known by the address to which it was moved", async () => {
    routes = { "/old": { status: 301, headers: { location: "/new" } }, "/new": page("New") };
    expect((await read("/old")).pages.map(({ link }) => link)).toEqual([`${origin}/new`]);
  });

  test("is read in its own character set", async () => {
    const latin = Buffer.from(html("Rückgabe"), "latin1");
    routes = { "/a": { headers: { "content-type": "text/html; charset=iso-8859-1" }, body: latin } };
    expect((await read("/a")).titles).toEqual(["Rückgabe"]);
  });

  test("is summed up by its own words where its website says the same of all", async () => {
    const head = '<meta name="description" content="Welcome to our help.">';
    routes = { "/a": page("A", head), "/b": page("B", head), "/c": page("C", head.replace("our", "C's")) };
    const { pages } = await read("/a", "/b", "/c");
    expect(pages.map(({ summary }) => summary.slice(0, 12))).toEqual(["A: You can s", "B: You can s", "Welcome to C"]);
  });
});

describe("a sitemap", () => {
  const urlset = (...paths: readonly string[]) =>
    `<urlset>${paths.map((path) => `<url><loc>${origin}${path}</loc><lastmod>2026-11-0${paths.length}</lastmod></url>`).join("")}</urlset>`;
  const list = async () =>
    (await listedPages(visitor, new URL("/sitemap.xml", origin), nothing)).map(({ url }) => url.pathname);

  test("lists pages, each once, and when they changed", async () => {
    routes = { "/sitemap.xml": { body: urlset("/a", "/b", "/a") } };
    expect(await list()).toEqual(["/a", "/b"]);
    expect((await listedPages(visitor, new URL("/sitemap.xml", origin), nothing))[0]?.updatedAt).toBe(
      Date.UTC(2026, 10, 3),
    );
  });

  test("may be an index of others, packed ones too, which may name one another", async () => {
    const index = (...paths: readonly string[]) =>
      `<sitemapindex>${paths.map((path) => `<sitemap><loc>${origin}${path}</loc></sitemap>`).join("")}</sitemapindex>`;
    routes = {
      "/sitemap.xml": { body: index("/1.xml.gz", "/2.xml", "/sitemap.xml") },
      "/1.xml.gz": { headers: { "content-type": "application/gzip" }, body: gzipSync(urlset("/a")) },
      "/2.xml": { body: urlset("/b", "/a") },
    };
    expect(await list()).toEqual(["/a", "/b"]);
  });

  test.each<[string, Route, string]>([
    ["is not there", { status: 404 }, "/sitemap.xml answered HTTP 404"],
    ["is a page", page("A"), "/sitemap.xml is no sitemap"],
    ["is empty", { body: "<urlset></urlset>" }, "/sitemap.xml lists no pages"],
    [
      "has too many pages",
      {
        body: `<urlset>${Array.from({ length: 10_001 }, (_, n) => `<url><loc>https://help.example/${n}</loc></url>`).join("")}</urlset>`,
      },
      "lists more than 10000 pages",
    ],
  ])("that %s is an error", async (_what, route, message) => {
    routes = { "/sitemap.xml": route };
    await expect(list()).rejects.toThrow(message);
  });
});
