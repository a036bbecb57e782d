import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSearched, termsOfArticle, tokensOf } from "../../src/knowledge/terms.ts";
import { fold } from "../../src/knowledge/words.ts";
import { anArticle } from "./knowledge-support.ts";

const wordsOf = (text: string, locale = "en") => tokensOf(text, locale).map(({ word }) => word);
const searchedOf = (text: string, locale = "en") =>
  tokensOf(text, locale)
    .map(({ term }) => term)
    .filter(isSearched);

describe("the terms of a text", () => {
  test("are the stems of the words that count, in order", () => {
    expect(searchedOf("Hi! I can't find my friends' CODES, where is the code?")).toEqual([
      "find",
      "friend",
      "code",
      "code",
    ]);
  });

  test("keep stop words, numbers and single letters, marked as not worth searching for", () => {
    expect(tokensOf("why is it 12 x", "en").map(({ term }) => term)).toEqual(["~why", "~is", "~it", "~12", "~x"]);
    expect(searchedOf("why is it 12 x 2fa")).toEqual(["2fa"]);
  });

  test("never take a word that matters for a stop word of the same stem", () => {
    expect(tokensOf("us using", "en").map(({ term }) => term)).toEqual(["~us", "us"]);
  });

  test("join the forms of a word in languages that have a stemmer", () => {
    for (const [locale, one, other] of [
      ["en", "transferred", "transfers"],
      ["de", "Rückerstattungen", "Rueckerstattung"],
      ["es", "cuentas", "cuenta"],
      ["fr", "remboursé", "remboursement"],
      ["pt-BR", "reembolsos", "reembolso"],
    ] as const)
      expect(searchedOf(one, locale), one).toEqual(searchedOf(other, locale));
    expect(searchedOf("hesabım", "tr")).toEqual(["hesabim"]);
  });

  test("part contractions and elisions from their word", () => {
    expect(wordsOf("friend's mother’ve rock'n'roll")).toEqual(["friend", "mother", "rock", "n", "roll"]);
    expect(searchedOf("l'amour d’argent", "fr")).toEqual(searchedOf("amour argent", "fr"));
  });

  test("are pairs of neighbouring letters where a script does not part words", () => {
    expect(wordsOf("不具合がある", "ja")).toEqual(["不具", "具合", "があ", "ある"]);
    expect(searchedOf("怎么退款", "zh-TW")).toContain("退款");
    expect(wordsOf("환불", "ko")).toEqual(["환불"]);
    expect(wordsOf("ABC会員", "ja")).toEqual(["abc", "会員"]);
    expect(wordsOf("สมัคร", "th")).toEqual(["สมั", "มัค", "คร"]);
  });

  test("keep long words up to 40 letters", () => {
    expect(wordsOf("x".repeat(41))).toEqual(["x".repeat(40)]);
  });

  test("are letters, digits and marks, whatever comes in: nothing that FTS5 could take for syntax", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 500 }),
      fc.string({ unit: "grapheme", maxLength: 300 }),
      fc
        .array(fc.constantFrom('"', "'", "*", "^", "(", ":", "-", "+", " OR ", "NEAR(", "{", "\\", "\0", "é", "が"))
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(
        text,
        fc.constantFrom("en", "de", "fr", "ar", "fa", "ru", "tr", "ja", "th", "xx"),
        (question, locale) => {
          for (const { term } of tokensOf(question, locale)) expect(term).toMatch(/^~?[\p{L}\p{N}\p{M}]{1,80}$/u);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("folding", () => {
  test("makes one of letters that look alike", () => {
    for (const [one, other] of [
      ["كتابي", "کتابی"],
      ["أإآا", "اااا"],
      ["مدرسة", "مدرسه"],
      ["مُحَمَّد", "محمد"],
      ["ＧＰＳ ｶﾞ", "gps ガ"],
      ["Café Ñandú Größe Łódź Øre", "cafe nandu grosse lodz ore"],
      ["İstanbul ısı", "istanbul isi"],
      ["Ёлка", "елка"],
      ["Σίσυφος", "σισυφοσ"],
      ["۱۲۳ ١٢٣", "123 123"],
      ["zero\u00adwidth", "zerowidth"],
    ] as const)
      expect(fold(one), one).toBe(fold(other));
  });

  test("leaves alone what tells words apart elsewhere", () => {
    for (const [one, other] of [
      ["が", "か"],
      ["мой", "мои"],
      ["कि", "क"],
      ["กา", "ก"],
    ] as const)
      expect(fold(one), one).not.toBe(fold(other));
  });

  test("parts the endings that Persian joins without a blank", () => {
    expect(searchedOf("کتاب‌ها", "fa")).toEqual(["كتاب"]);
  });

  test("changes nothing when it is repeated, and gives a text the same words in capitals", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
        expect(wordsOf(fold(text), "xx")).toEqual(wordsOf(text, "xx"));
      }),
      { numRuns: 2_000 },
    );
  });
});

test("an article's body is a set of searched terms, its questions keep their words and order", () => {
  const { terms, words } = termsOfArticle(
    anArticle("refund", {
      title: "Get a refund",
      questions: ["Why was I charged twice?"],
      summary: "",
      body: "Refunds. A refund!",
    }),
  );
  expect(terms).toEqual({
    title: ["~get", "~a", "refund"],
    questions: [["~why", "~was", "~i", "charg", "twice"]],
    body: ["refund"],
  });
  expect(words.map(({ word }) => word)).toEqual([
    "get",
    "a",
    "refund",
    "why",
    "was",
    "i",
    "charged",
    "twice",
    "refunds",
  ]);
});
