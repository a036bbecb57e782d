import fc from "fast-check";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import type { ArticleSlug } from "../../src/conversation/ids.ts";
import type { ListedArticle } from "../../src/help/articles.ts";
import { bestLocale, directionOf, nameOfLanguage, wantedLocales } from "../../src/help/languages.ts";
import { htmlOfMarkdown } from "../../src/help/markdown.ts";
import { articlePage, notFoundPage } from "../../src/help/pages.ts";
import { shelvesFor } from "../../src/help/shelves.ts";
import { HELP_TEXTS, helpTextsIn } from "../../src/help/texts.ts";
import type { Article } from "../../src/knowledge/article.ts";

const html = (markdown: string) => String(htmlOfMarkdown(markdown));

describe("an article's Markdown", () => {
  test("becomes headings, lists, tables, links and code", () => {
    const markdown = "## Steps\n\n1. Open **Settings**\n2. See [codes](friend-codes)\n\n| a |\n|---|\n| b |\n\n`x < y`";
    const { document } = parseHTML(`<main>${html(markdown)}</main>`);
    expect(document.querySelector("h2")?.textContent).toBe("Steps");
    expect(document.querySelectorAll("ol > li")).toHaveLength(2);
    expect(document.querySelector("strong")?.textContent).toBe("Settings");
    expect(document.querySelector("a")?.getAttribute("href")).toBe("friend-codes");
    expect(document.querySelector("td")?.textContent).toBe("b");
    expect(document.querySelector("code")?.textContent).toBe("x < y");
  });

  const attacks = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "text <b onmouseover=alert(1)>b</b>",
    '<a href="javascript:alert(1)">x</a>',
    "<iframe src='https://evil.example'></iframe>",
    "<svg/onload=alert(1)>",
    "<style>body{display:none}</style>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example>",
    "<form action=https://evil.example><input name=password></form>",
    "<!-- --><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<details open ontoggle=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\u0000script:alert(1))",
    "[x](  javascript:alert(1)  )",
    "[x](<javascript:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A&#x61;vascript&colon;alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "![x](javascript:alert(1))",
    '![x](https://example.com/"onerror="alert(1))',
    '[x](https://example.com "\\" onclick=\\"alert(1)")',
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "[^1]: <script>alert(1)</script>\n\nx[^1]",
    "x[^<script>]\n\n[^<script>]: y",
    '```"><script>alert(1)</script>\n```',
    "```x onload=alert(1)\ncode\n```",
    "| <script>alert(1)</script> |\n|---|\n| x |",
    "- [ ] <input onfocus=alert(1) autofocus>",
    "www.example.com/<script>",
  ];
  const TAGS = new Set(
    `a blockquote br code del em h1 h2 h3 h4 h5 h6 hr img input li ol p pre section strong sup table tbody td th thead tr
    ul main`.split(/\s+/),
  );
  const ATTRIBUTES = new Set(
    `align alt aria-describedby aria-label checked class data-footnote-backref data-footnote-ref data-footnotes disabled
    href id src start title type`.split(/\s+/),
  );

  /** What is in the HTML although nothing of it may ever be. */
  function dangersIn(text: string): string[] {
    const { document } = parseHTML(`<!doctype html><html><body><main>${text}</main></body></html>`);
    return [...document.querySelectorAll("main *")].flatMap((element) => [
      ...(TAGS.has(element.localName) ? [] : [`<${element.localName}>`]),
      ...[...element.attributes].filter(({ name }) => !ATTRIBUTES.has(name)).map(({ name }) => name),
      ...[...element.attributes]
        .filter(({ name, value }) => (name === "href" || name === "src") && !isHarmless(value))
        .map(({ value }) => value),
    ]);
  }

  /** As a browser reads it: control characters and blanks in front do not count. */
  function isHarmless(address: string): boolean {
    const url = URL.parse(address, "https://flexcord.example/help/x");
    return url === null || ["https:", "http:", "mailto:", "irc:", "ircs:", "xmpp:"].includes(url.protocol);
  }

  test.each(attacks)("is harmless: %j", (attack) => {
    expect(dangersIn(html(attack))).toEqual([]);
  });

  test("is harmless, however attacks are put together", () => {
    const part = fc.oneof(
      fc.constantFrom(...attacks),
      fc.constantFrom("\n", "\n\n", " ", "`", "*", "_", "[", "](", ")", "<", ">", '"', "!", "|", "&", "\\", "[^1]"),
      fc.string({ unit: "binary", maxLength: 10 }),
    );
    const text = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (markdown) => {
        expect(dangersIn(html(markdown))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  test("that is an attack is recognised as one by this test", () => {
    for (const attack of [
      "<script>x</script>",
      "<img src=x onerror=x>",
      '<a href=" javascript:x">',
      "<a href='data:x'>",
    ])
      expect(dangersIn(attack)).not.toEqual([]);
  });
});

describe("the reader's languages", () => {
  test.each([
    [undefined, undefined, ["en"]],
    ["de", undefined, ["de", "en"]],
    ["DE-at", "fr;q=0.5, pt-br", ["de-AT", "pt-BR", "fr", "en"]],
    [undefined, "de;q=0, fr", ["fr", "en"]],
    [undefined, "*", ["en"]],
    ["not a language", "!!, ;q=1, de;q=x", ["de", "en"]],
    ["", "fa-IR,fa;q=0.9,en;q=0.8", ["fa-IR", "fa", "en"]],
    ["x", "en-US-u-ca-buddhist", ["en-US-u-ca-buddhist", "en"]],
  ])("with ?lang=%s and Accept-Language: %s are %j", (chosen, accepted, expected) => {
    expect(wantedLocales(chosen, accepted)).toEqual(expected);
  });

  test("are few, whatever a browser sends", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 500 }), fc.string({ maxLength: 50 }), (accepted, chosen) => {
        expect(wantedLocales(chosen, accepted).length).toBeLessThanOrEqual(7);
      }),
    );
    const many = Array.from({ length: 600 }, (_, n) => `a${String.fromCharCode(97 + (n % 26))}`).join(",");
    expect(wantedLocales(undefined, many)).toHaveLength(6);
  });

  test.each([
    [["de-AT", "en"], ["en", "de"], "de"],
    [["pt-PT", "en"], ["en", "pt-BR"], "pt-BR"],
    [["pt-PT", "en"], ["en", "pt-BR", "pt-PT"], "pt-PT"],
    [["es-419", "en"], ["en", "es"], "es"],
    [["zh-HK", "en"], ["en", "zh-TW"], "zh-TW"],
    [["zh-CN", "en"], ["en", "zh-TW"], "en"],
    [["fr", "en"], ["de", "fa"], "de"],
    [["fr", "en"], [], undefined],
  ])("%j of %j get %s", (wanted, available, locale) => {
    expect(bestLocale(wanted, available)).toBe(locale);
  });

  test.each([
    ["fa", "rtl"],
    ["ar-EG", "rtl"],
    ["he", "rtl"],
    ["ur", "rtl"],
    ["dv", "rtl"],
    ["az-Arab", "rtl"],
    ["az", "ltr"],
    ["en", "ltr"],
    ["ja", "ltr"],
  ])("%s is written %s", (locale, direction) => {
    expect(directionOf(locale)).toBe(direction);
  });

  test("are called by their own names", () => {
    expect(["de", "fa", "ja"].map(nameOfLanguage)).toEqual(["Deutsch", "فارسی", "日本語"]);
  });
});

describe("the list for a reader", () => {
  const listed = (slug: string, locale: string, title: string, labels: string[] = []): ListedArticle => ({
    slug: slug as ArticleSlug,
    locale,
    title,
    labels,
  });

  test("has each article once a label, in the best language, in the order of the alphabet", () => {
    const articles = [
      listed("bag", "en", "Bag full", ["items"]),
      listed("codes", "de", "Zugangscodes", ["konto"]),
      listed("codes", "en", "Codes", ["account"]),
      listed("gems", "en", "Gems", ["purchases", "items"]),
      listed("lag", "en", "Lag"),
    ];
    const shown = shelvesFor(["de", "en"], articles).map(({ label, articles: some }) => [
      label,
      some.map(({ title }) => title),
    ]);
    expect(shown).toEqual([
      ["items", ["Bag full", "Gems"]],
      ["konto", ["Zugangscodes"]],
      ["purchases", ["Gems"]],
      [null, ["Lag"]],
    ]);
  });

  test("is empty without articles", () => {
    expect(shelvesFor(["en"], [])).toEqual([]);
  });
});

describe("the words around the articles", () => {
  test("are there in each language, and not in English", () => {
    const flat = (locale: string) => ({ ...helpTextsIn(locale), updatedOn: helpTextsIn(locale).updatedOn("DATE") });
    for (const locale of Object.keys(HELP_TEXTS)) {
      for (const [name, text] of Object.entries(flat(locale))) {
        expect(text.trim(), `${locale}.${name}`).not.toBe("");
        if (locale !== "en") expect(text, `${locale}.${name}`).not.toBe(flat("en")[name as keyof typeof HELP_TEXTS.en]);
      }
      expect(flat(locale).updatedOn).toContain("DATE");
      expect(helpTextsIn(locale).stillStuck).toContain("/helpme");
    }
  });

  test("are English where we do not speak the language", () => {
    expect(helpTextsIn("ko").help).toBe("Help");
    expect(helpTextsIn("de-CH").help).toBe("Hilfe");
  });
});

describe("a page", () => {
  const article: Article = {
    slug: "x" as ArticleSlug,
    locale: "en",
    audience: "members",
    title: '"><script>alert(1)</script>',
    summary: "'><img src=x onerror=alert(1)> & more",
    questions: ["Not shown"],
    labels: [],
    link: null,
    body: "Text.",
    updatedAt: 0,
  };
  const documentOf = (page: unknown) => parseHTML(String(page)).document;

  test("shows title and summary as text, wherever they stand", () => {
    const document = documentOf(articlePage(article, ["en"], "https://flexcord.example"));
    expect(document.querySelectorAll("script, img")).toHaveLength(0);
    expect(document.querySelector("h1")?.textContent).toBe(article.title);
    expect(document.title).toBe(article.title);
    const content = (selector: string) => document.querySelector(selector)?.getAttribute("content");
    expect(content("meta[property='og:title']")).toBe(article.title);
    expect(content("meta[name=description]")).toBe(article.summary);
    expect(content("meta[property='og:description']")).toBe(article.summary);
    expect(document.documentElement.outerHTML).not.toContain("Not shown");
  });

  test("without a known date shows none", () => {
    expect(String(articlePage(article, ["en"], "https://flexcord.example"))).not.toMatch(/Updated|modified_time|1970/);
  });

  test("leads to where the article comes from, if that is an address", () => {
    const linked = (link: string) =>
      documentOf(articlePage({ ...article, link }, ["en"], "https://flexcord.example"))
        .querySelector("footer a")
        ?.getAttribute("href");
    expect(linked("https://example.com/a?b&c")).toBe("https://example.com/a?b&c");
    expect(linked("/articles/x")).toBe("https://flexcord.example/articles/x");
    expect(linked("//")).toBeUndefined();
  });

  test("for what is not there has its similar articles, each in its own language", () => {
    const document = documentOf(notFoundPage("fa", [{ slug: "x" as ArticleSlug, locale: "en", title: "<Codes>" }]));
    expect(document.documentElement.getAttribute("dir")).toBe("rtl");
    const link = document.querySelector("main a");
    expect([link?.getAttribute("href"), link?.getAttribute("lang"), link?.textContent]).toEqual([
      "/help/x?lang=en",
      "en",
      "<Codes>",
    ]);
    expect(document.querySelector("meta[name=robots]")?.getAttribute("content")).toBe("noindex");
  });
});
