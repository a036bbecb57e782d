import fc from "fast-check";
import type { ArticleSlug } from "../../src/conversation/ids.ts";
import type { Article } from "../../src/knowledge/article.ts";

/** An article that is no more than its name. */
export function article(slug: string, rest: Partial<Article> = {}): Article {
  return {
    slug: slug as ArticleSlug,
    locale: "en",
    audience: "members",
    title: `About ${slug}`,
    summary: "In short.",
    questions: [`What about ${slug}?`],
    labels: [],
    link: null,
    body: "At length.",
    updatedAt: 1_700_000_000_000,
    ...rest,
  };
}

/** Texts with everything that could mean something to YAML, CSV, SQL or a spreadsheet. */
const TRICKY = "=+-@'\"`,;:#|>&*!%?()[]{}<>\\/ \uFF1D\uFF20~^§$ aZ0é中ي🙂";
const characters = fc.oneof(
  fc.constantFrom(...TRICKY),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }).filter((text) => !/\p{Cc}/u.test(text)),
);
const line = (maxLength: number) =>
  fc
    .string({ unit: characters, minLength: 1, maxLength })
    .map((text) => text.trim())
    .filter((text) => text !== "" && text.length <= maxLength);

/** Any article that a source may hold. */
export const anyArticle: fc.Arbitrary<Article> = fc.record({
  slug: fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,20}[a-z0-9])?$/).map((slug) => slug as ArticleSlug),
  locale: fc.constantFrom("en", "de", "pt-BR", "fa", "zh-TW"),
  audience: fc.constantFrom("members", "agents"),
  title: line(80),
  summary: line(400),
  questions: fc.array(line(200), { maxLength: 4 }),
  labels: fc.array(
    line(40).filter((label) => !label.includes(",")),
    { maxLength: 4 },
  ),
  link: fc.option(fc.webUrl().filter((url) => url.length <= 500)),
  body: fc
    .array(fc.oneof(line(60), fc.constantFrom("", "---", "\tcode", "- a", "1. b", "'=1+1")), {
      minLength: 1,
      maxLength: 12,
    })
    .map((lines) => lines.join("\n").trim())
    .filter((body) => body !== ""),
  updatedAt: fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }),
});
