import { expect, test } from "vitest";
import { languagesFor } from "../../src/knowledge/languages.ts";

test.each([
  [
    "in the order of preference, each once, a region after its own kind",
    "hello",
    ["es-419", "es", "en"],
    ["es-419", "es", "en"],
  ],
  [
    "Persian, although Discord is in English",
    "رمز عبورم را فراموش کرده‌ام",
    ["en-US", "en", "fa"],
    ["fa", "en-US", "en"],
  ],
  ["Japanese by its kana", "パスワードを忘れました", ["en-US", "ja", "zh-TW"], ["ja", "en-US", "en", "zh-TW", "zh"]],
  ["Chinese without kana", "我忘記密碼了", ["en-GB", "zh-TW"], ["zh-TW", "zh", "en-GB", "en"]],
  ["what is no language tag counts for nothing", "hello", ["not a tag!", "de"], ["de"]],
  ["digits alone say nothing about the script", "12345", ["fa", "en"], ["fa", "en"]],
])("%s", (_, question, preferred, languages) => {
  expect(languagesFor(question, preferred)).toEqual(languages);
});
