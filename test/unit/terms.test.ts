import fc from "fast-check";
import { expect, test } from "vitest";
import { termsOf } from "../../src/knowledge/terms.ts";

test("the words that count are left, in order and once each", () => {
  expect(termsOf("Hi! I can't find my friend's CODE, where is the code?")).toEqual(["find", "friend", "code"]);
});

test("words of any script are words, full-width letters are letters", () => {
  expect(termsOf("Größe ＧＰＳ 不具合 ошибка")).toEqual(["größe", "gps", "不具合", "ошибка"]);
});

test("numbers, single letters, punctuation and emoji are no words", () => {
  expect(termsOf('500 x " * ( ) - : ^ 🙂 \u0000 2fa')).toEqual(["2fa"]);
});

test("contractions lose their end, other apostrophes part words", () => {
  expect(termsOf("friend's mother’ve l'amour rock'n'roll")).toEqual(["friend", "mother", "amour", "rock", "roll"]);
  expect(termsOf("jack'sword mill'dam")).toEqual(["jack", "sword", "mill", "dam"]);
});

test("what is too long is read up to a limit: the question, and each word", () => {
  expect(termsOf(`${" ".repeat(1995)}apple banana`)).toEqual(["apple"]);
  expect(termsOf("x".repeat(41))).toEqual(["x".repeat(40)]);
});

test("whatever comes in, a few plain words come out", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 10_000 }), (text) => {
      const terms = termsOf(text);
      expect(terms.length).toBeLessThanOrEqual(24);
      for (const term of terms) expect(term).toMatch(/^[\p{L}\p{N}\p{M}]{1,40}$/u);
    }),
  );
  expect(termsOf(Array.from({ length: 2_000 }, (_, n) => `word${n}`).join(" "))).toHaveLength(24);
});
