import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readArticleReply, readMessageReply } from "../../src/assistant/http-reply.ts";
import type { ArticleSlug } from "../../src/conversation/ids.ts";
import { expectShowable } from "./assistant-contract.ts";

const refund = { slug: "refund", title: "Get a refund" };

/** What a reply means; the field that is wrong, where it means nothing. */
function meaning(reply: unknown): unknown {
  const read = readMessageReply(reply);
  return read.ok ? read.value : read.field;
}

describe("a chatbot's reply to a message", () => {
  test.each<[string, unknown, unknown]>([
    ["with nothing in it finds nothing", {}, { kind: "nothing" }],
    ["with nulls finds nothing", { text: null, buttons: null, articles: null, end: null }, { kind: "nothing" }],
    ["of blank space finds nothing", { text: " \n " }, { kind: "nothing" }],
    ["of words is said", { text: " Hello! " }, { kind: "reply", text: "Hello!", buttons: [], articles: [] }],
    [
      "of words, buttons and articles is said with them",
      { text: "Which one?", buttons: ["iOS", "Android", "iOS"], articles: [refund, refund] },
      { kind: "reply", text: "Which one?", buttons: ["iOS", "Android"], articles: [refund] },
    ],
    ["of articles alone suggests them", { articles: [refund] }, { kind: "suggestions", articles: [refund] }],
    ["that hands over fetches a person", { handOver: true }, { kind: "hand-over", text: null }],
    [
      "that hands over may say why",
      { handOver: true, text: "One moment." },
      { kind: "hand-over", text: "One moment." },
    ],
    ["that ends closes the session", { end: true, text: "Bye!" }, { kind: "end", text: "Bye!" }],
    ["that hands over and ends fetches a person", { handOver: true, end: true }, { kind: "hand-over", text: null }],
    ["with buttons and no words is refused", { buttons: ["Yes"] }, "buttons without a text"],
    ["with a misspelt field is refused", { handover: true }, "handover"],
    ["with a text that is none is refused", { text: 5 }, "text"],
    ["with an empty button is refused", { text: "Hi", buttons: ["a", " "] }, "buttons.1"],
    ["with a malformed slug is refused", { articles: [{ slug: "../etc", title: "Up" }] }, "articles.0.slug"],
    ["with an article without a title is refused", { articles: [{ slug: "refund" }] }, "articles.0.title"],
    ["with a hand-over in words is refused", { handOver: "yes" }, "handOver"],
    ["that is no object is refused", "hello", "the whole reply"],
    ["that is nothing is refused", null, "the whole reply"],
    ["with a field named by a sentence does not repeat it", { "what the member wrote": 1 }, "a field with an odd name"],
  ])("%s", (_, reply, expected) => {
    expect(meaning(reply)).toEqual(expected);
  });

  test("that is longer than Discord shows is cut, and says where", () => {
    const articles = ["a", "b", "c", "d"].map((slug) => ({ slug, title: "T".repeat(200) }));
    const read = readMessageReply({ text: "x".repeat(3_000), buttons: ["b".repeat(100), "c"], articles });
    expect(read.ok && read.cut).toEqual(["text", "buttons", "articles"]);
    expect(read.ok && read.value).toEqual({
      kind: "reply",
      text: `${"x".repeat(1_899)}…`,
      buttons: [`${"b".repeat(59)}…`, "c"],
      articles: articles.slice(0, 2).map(({ slug }) => ({ slug, title: `${"T".repeat(79)}…` })),
    });
  });

  test("with buttons that look the same once they are cut has one of them", () => {
    const read = readMessageReply({ text: "Which?", buttons: [`${"b".repeat(70)}1`, `${"b".repeat(70)}2`] });
    expect(read).toMatchObject({ value: { buttons: [`${"b".repeat(59)}…`] }, cut: ["buttons"] });
  });

  test("that fits is not cut", () => {
    const reply = { text: "x".repeat(1_900), buttons: ["b".repeat(60)], articles: [refund] };
    expect(readMessageReply(reply)).toEqual({ ok: true, value: { kind: "reply", ...reply }, cut: [] });
  });

  test("is something that can be shown, or refused", () => {
    const anything = fc.jsonValue();
    const words = fc.oneof(fc.string({ unit: "binary", maxLength: 3_000 }), fc.constant("🙂".repeat(1_000)));
    const slug = fc.constantFrom("refund", "gps-drift", "a", "b", "c", "Not a slug");
    const likely = fc.record(
      {
        text: fc.oneof(words, anything),
        buttons: fc.oneof(fc.array(words, { maxLength: 8 }), anything),
        articles: fc.oneof(fc.array(fc.record({ slug, title: words }), { maxLength: 8 }), anything),
        handOver: fc.oneof(fc.boolean(), anything),
        end: fc.oneof(fc.boolean(), anything),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof({ arbitrary: likely, weight: 4 }, anything), (reply) => {
        const read = readMessageReply(reply);
        if (read.ok) expectShowable(read.value);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("a chatbot's reply to the wish for an article", () => {
  const read = (reply: unknown) => readArticleReply(reply, "refund" as ArticleSlug);

  test("brings it, under the slug that was asked for", () => {
    expect(read({ article: { title: "Refund", summary: "How.", url: "https://shop.example/refund" } })).toEqual({
      ok: true,
      value: { slug: "refund", title: "Refund", summary: "How.", url: "https://shop.example/refund" },
      cut: [],
    });
    expect(read({ article: { title: "Refund" } })).toMatchObject({ value: { summary: "", url: null } });
  });

  test("says that there is none", () => {
    expect(read({ article: null })).toEqual({ ok: true, value: null, cut: [] });
  });

  test("is cut where it is longer than Discord shows", () => {
    const article = { title: "T".repeat(81), summary: "s".repeat(401) };
    expect(read({ article })).toMatchObject({ cut: ["title", "summary"] });
    expect(read({ article: { title: "T".repeat(80), summary: "s".repeat(400) } })).toMatchObject({ cut: [] });
  });

  test.each([
    [{}, "article"],
    [{ article: {} }, "article.title"],
    [{ article: { title: "" } }, "article.title"],
    [{ article: { title: "Refund", url: "javascript:alert(1)" } }, "article.url"],
    [{ article: { title: "Refund", url: "refund" } }, "article.url"],
    [[], "article"],
  ])("is refused where it is wrong: %j", (reply, field) => {
    expect(read(reply)).toEqual({ ok: false, field });
  });
});
