import * as v from "valibot";
import { expect, test } from "vitest";
import { ARTICLE_FIELDS } from "../../src/knowledge/article-schema.ts";
import { exampleOf } from "../../src/knowledge/question-outcomes.ts";
import { canonicalLocale } from "../../src/locale.ts";

const problemWith = (field: keyof typeof ARTICLE_FIELDS, value: unknown) =>
  v.safeParse(ARTICLE_FIELDS[field], value).issues?.[0].message;

test.for([
  ["pt-br", "pt-BR"],
  ["ZH-hant-tw", "zh-Hant-TW"],
  ["iw", "he"],
  ["fa", "fa"],
  ["", null],
  ["english language", null],
  ["en_US", null],
  ["x-own", null],
] as const)("the language tag %j is written %j", ([tag, canonical]) => {
  expect(canonicalLocale(tag)).toBe(canonical);
});

test.for([
  ["https://example.com/x", undefined],
  ["/articles/x", undefined],
  ["//example.com/x", "must be an http(s) URL or a path beginning with /"],
  ["javascript:alert(1)", "must be an http(s) URL or a path beginning with /"],
  ["articles/x", "must be an http(s) URL or a path beginning with /"],
] as const)("a link to %s: %s", ([link, problem]) => {
  expect(problemWith("link", link)).toBe(problem);
});

test.for([
  ["title", "x".repeat(81), "must not be longer than 80 characters"],
  ["title", "a\nb", "must be one line without control characters"],
  ["summary", " ", "must not be empty"],
  ["questions", ["x".repeat(201)], "must not be longer than 200 characters"],
  ["labels", "one", "must be a list of labels"],
  ["slug", "A b", "must be a-z, 0-9 and dashes, at most 64 characters"],
  ["audience", "everybody", "must be members or agents"],
  ["body", "\n \n", "must not be empty"],
  ["body", "a\u0000b", "must not have control characters"],
  ["body", "x".repeat(20_001), "must not be longer than 20000 characters"],
] as const)("%s: what is not sound is refused in words", ([field, value, problem]) => {
  expect(problemWith(field, value)).toBe(problem);
});

test.for([
  ["  Where\n\nare my\tgems? ", "Where are my gems?"],
  ["a\u0000b", "a b"],
  [" \n ", ""],
  ["gem ".repeat(60), `${"gem ".repeat(49)}gem`],
  [`${"x".repeat(200)} y`, "x".repeat(200)],
  [`x${"🙂".repeat(120)}`, `x${"🙂".repeat(99)}`],
] as const)("as an example question %j is %j", ([text, example]) => {
  expect(exampleOf(text)).toBe(example);
});
