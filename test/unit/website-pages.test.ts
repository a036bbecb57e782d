import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { markdownOf } from "../../scripts/lib/website/markdown.ts";
import { isPublicAddress } from "../../scripts/lib/website/public-address.ts";
import { readPage } from "../../scripts/lib/website/read-page.ts";
import { readSitemap } from "../../scripts/lib/website/sitemap.ts";
import { articlesOfPages, slugOf } from "../../scripts/lib/website/slugs.ts";
import { parseUrlList } from "../../scripts/lib/website/website-articles.ts";
import { article } from "./article-support.ts";

const HERE = new URL("https://help.example/hc/refunds?page=1");
const TEXT = "You can send things back within thirty days. We pay within a week. ".repeat(6);

function page(body: string, head = "", lang = ' lang="en-us"') {
  return readPage(`<!doctype html><html${lang}><head>${head}</head><body>${body}</body></html>`, HERE);
}
function readablePage(...args: Parameters<typeof page>) {
  const result = page(...args);
  if (!result.ok) throw new Error(result.reason);
  return result.page;
}

describe("a page becomes an article", () => {
  const head =
    "<title>Refunds | The Shop's Help</title>" +
    '<meta name="Description" content="How to get\n your money back.">' +
    '<meta property="article:modified_time" content="2026-10-01T12:00:00Z">' +
    '<link rel="canonical" href="/hc/refunds#top">';
  const body = `<nav><a href="/">Home</a><a href="/all">All articles</a></nav><main><h1>Refunds</h1><p>${TEXT}</p>
    <h2>How long does it take?</h2><p>Ask <a href="../contact">us</a>. <img src="x.png" alt="picture"></p></main>
    <footer>Imprint</footer>`;

  test("with its heading, description, language, time, address and questions", () => {
    expect(readablePage(body, head)).toMatchObject({
      locale: "en-US",
      audience: "members",
      title: "Refunds",
      summary: "How to get your money back.",
      questions: ["How long does it take?"],
      labels: [],
      link: "https://help.example/hc/refunds",
      updatedAt: Date.UTC(2026, 9, 1, 12),
      isCut: false,
    });
  });

  test("with its main text as Markdown, and complete links", () => {
    expect(readablePage(body, head).body).toBe(
      `${TEXT.trim()}\n\n## How long does it take?\n\nAsk [us](https://help.example/contact).`,
    );
  });

  test("also where it says little about itself", () => {
    expect(readablePage(`<main><p>${TEXT}</p></main>`, "<title>Refunds</title>", "")).toMatchObject({
      locale: "en",
      title: "Refunds",
      summary: expect.stringMatching(/^You can send .*thirty days\.$/),
      link: HERE.href,
      updatedAt: null,
    });
  });

  test.each([
    ["de_DE", "de-DE"],
    ["fa", "fa"],
    ["not a language", "en"],
  ])("in the language %s: %s", (lang, locale) => {
    expect(readablePage(body, head, ` lang="${lang}"`).locale).toBe(locale);
  });

  test("with questions that open their answers, which are hidden until then", () => {
    const accordion = `<main><h1>Questions</h1><p>${TEXT}</p>
      <h3><button aria-controls="a">Where is my order?</button></h3><div id="a" hidden><p>It is on its way to you.</p></div>
      <details><summary>چطور پرداخت کنم؟</summary><p>By card or by invoice, as you like.</p></details></main>`;
    const { questions, body: markdown } = readablePage(accordion);
    expect(questions).toEqual(["Where is my order?", "چطور پرداخت کنم؟"]);
    expect(markdown).toContain("It is on its way to you.");
    expect(markdown).toContain("By card or by invoice");
  });

  test("whose title is a question that members ask, and is cut at a word where it is too long", () => {
    const title = `Why ${"must it be that ".repeat(8)}long?`;
    expect(readablePage(`<main><h1>Why?</h1><p>${TEXT}</p></main>`).questions).toEqual(["Why?"]);
    expect(readablePage(`<main><h1>${title}</h1><p>${TEXT}</p></main>`).title).toMatch(/^Why must .{50,70}…$/);
  });

  test("that ends with a paragraph where it would be too long", () => {
    const { body: markdown, isCut } = readablePage(`<main><h1>Long</h1>${`<p>${TEXT}</p>`.repeat(80)}</main>`);
    expect(isCut).toBe(true);
    expect(markdown.length).toBeLessThanOrEqual(20_000);
    expect(markdown).toMatch(/We pay within a week\.$/);
  });
});

test.each([
  ["", "is empty"],
  [
    "<html><body><div id=app></div><script>start()</script></body></html>",
    "has no text that can be read without JavaScript",
  ],
  ["<html><body><main><p>Soon.</p></main></body></html>", "has no text that can be read without JavaScript"],
])("a page without text is none: %s", (html, reason) => {
  const result = readPage(html, HERE);
  expect(result).toMatchObject({ ok: false });
  expect(result.ok ? "" : result.reason).toMatch(new RegExp(`${reason}|has no text`));
});

test("no page makes the reader fail otherwise than with a reason", () => {
  const tags = fc.constantFrom(
    "<p>",
    "</p>",
    "<table>",
    "<tr>",
    "<td>x",
    "<a href='",
    "<h1>",
    "<base href=x>",
    "<!--",
    "&#0;",
    TEXT,
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(tags, fc.string()), { maxLength: 12 }), (parts) => {
      const result = readPage(`<html><body>${parts.join("")}`, HERE);
      expect(result.ok || result.reason !== "").toBe(true);
    }),
    { numRuns: 50 },
  );
});

describe("HTML becomes Markdown:", () => {
  test.each([
    [
      "a table",
      "<table><thead><tr><th>a</th><th>b|c</th></tr></thead><tbody><tr><td>1<br>2</td><td></td></tr></tbody></table>",
      "| a | b\\|c |\n| --- | --- |\n| 1 2 |  |",
    ],
    ["a list", "<ul><li>one</li><li>two</li></ul>", "-   one\n-   two"],
    ["code", "<pre><code>a &lt; b</code></pre>", "```\na < b\n```"],
    ["a link that runs code", '<a href="javascript:alert(1)">here</a>', "here"],
    ["a link around a picture", '<a href="https://help.example/x"><img src="a.png"></a> text', "text"],
    ["a link with brackets", '<a href="https://help.example/a_(b)">b</a>', "[b](https://help.example/a_%28b%29)"],
    ["what is active", "<p>a</p><script>b</script><form><button>c</button></form><iframe></iframe>", "a"],
  ])("%s", (_what, html, markdown) => {
    expect(markdownOf(html)).toBe(markdown);
  });
});

describe("a sitemap", () => {
  const xml = (text: string) => `<?xml version="1.0" encoding="UTF-8"?>${text}`;

  test("lists pages, and when they changed", () => {
    const sitemap = readSitemap(
      xml(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        <url><loc> https://help.example/a?x=1&amp;y=2#part </loc><lastmod>2026-11-01</lastmod></url>
        <url><loc>https://help.example/b</loc><lastmod>yesterday</lastmod></url>
        <url><loc>ftp://help.example/c</loc></url><url></url></urlset>`),
    );
    expect(sitemap?.kind === "pages" && sitemap.pages.map(({ url, updatedAt }) => [url.href, updatedAt])).toEqual([
      ["https://help.example/a?x=1&y=2", Date.UTC(2026, 10, 1)],
      ["https://help.example/b", null],
    ]);
  });

  test("may have one entry, a prefix, or none", () => {
    const one = readSitemap(xml("<s:urlset><s:url><s:loc>https://help.example/a</s:loc></s:url></s:urlset>"));
    expect(one?.kind === "pages" && one.pages).toHaveLength(1);
    expect(readSitemap(xml("<urlset></urlset>"))).toEqual({ kind: "pages", pages: [] });
  });

  test("may be an index of sitemaps", () => {
    const index = readSitemap(
      xml("<sitemapindex><sitemap><loc>https://help.example/1.xml</loc></sitemap></sitemapindex>"),
    );
    expect(index).toEqual({ kind: "index", sitemaps: [new URL("https://help.example/1.xml")] });
  });

  test.each(["", "<html><body></body></html>", "<urlset><url>", "not XML", "{}"])("is not %j", (text) => {
    expect(readSitemap(text)).toBeNull();
  });
});

test("a list of pages has one address a line, each once, and names the lines that have none", () => {
  const text = "\uFEFFhttps://help.example/a\r\n\r\n# more\n  https://help.example/b \nhttps://help.example/a#part\n";
  expect(parseUrlList("urls.txt", text).map(({ url }) => url.pathname)).toEqual(["/a", "/b"]);
  expect(() => parseUrlList("urls.txt", "https://help.example/a\n/b\nmailto:x")).toThrow(
    "urls.txt:2: must be an http(s) URL\nurls.txt:3: must be an http(s) URL",
  );
  expect(() => parseUrlList("urls.txt", "# none")).toThrow("urls.txt has no URLs");
});

describe("a page is named", () => {
  test.each([
    ["/hc/en-us/articles/360012-How-do-I-change", "360012-how-do-i-change"],
    ["/help/refund.html", "refund"],
    ["/help/index.php", "help"],
    ["/hilfe/R%C3%BCckgabe-Gr%C3%B6%C3%9Fe/", "ruckgabe-grosse"],
    ["/help/%D8%A8%D8%A7%D8%B2%DA%AF%D8%B4%D8%AA", "help"],
    [`/${"long-".repeat(30)}`, "long-long-long-long-long-long-long-long-long-long-long-long-long"],
    ["/%E0%A4%A", "e0-a4-a"],
    ["/", null],
  ])("by its path: %s is %s", (path, slug) => {
    expect(slugOf(new URL(path, HERE))).toBe(slug);
  });

  const named = (links: readonly string[], stored: Parameters<typeof articlesOfPages>[1] = []) =>
    articlesOfPages(
      links.map((link) => ({ ...readablePage(`<main><h1>T</h1><p>${TEXT}</p></main>`), link })),
      stored,
    ).map(({ slug }) => slug);

  test("by its address as well where others have the same path", () => {
    const [first, second, third] = named([
      "https://help.example/a/x",
      "https://help.example/b/x",
      "https://help.example/",
    ]);
    expect(first).toBe("x");
    expect(second).toMatch(/^x-[0-9a-f]{8}$/);
    expect(third).toMatch(/^page-[0-9a-f]{8}$/);
  });

  test("as it was before, whatever else has come", () => {
    const before = [article("old-name", { locale: "en-US", link: "https://help.example/b/x" })];
    expect(named(["https://help.example/a/x", "https://help.example/b/x"], before)).toEqual(["x", "old-name"]);
  });

  test("unlike an article from elsewhere in its language, which it would overwrite", () => {
    expect(named(["https://help.example/x"], [article("x", { locale: "en-US" })])[0]).toMatch(/^x-[0-9a-f]{8}$/);
    expect(named(["https://help.example/x"], [article("x", { locale: "de" })])).toEqual(["x"]);
  });
});

describe("an address", () => {
  test.each(["1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"])(
    "%s is public",
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  test.each([
    ..."0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.9.9.9 169.254.169.254 172.16.0.1 172.31.255.255 192.168.1.1".split(
      " ",
    ),
    ..."198.18.0.1 203.0.113.1 224.0.0.1 255.255.255.255 :: ::1 fe80::1 fc00::1 fd12::1 ff02::1 2001:db8::1".split(" "),
    ..."::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 2001:0:1::1 no-address".split(" "),
  ])("%s is not", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
