import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { smallTalkOf } from "../../src/assistant/small-talk.ts";
import { judge, labelledPhrases } from "./labelled-phrases.ts";

const PHRASES = labelledPhrases("small-talk.tsv");

function judged(keep: (label: string, language: string) => boolean) {
  const phrases = PHRASES.filter(({ label, language }) => keep(label, language));
  return { count: phrases.length, ...judge(phrases, (phrase) => smallTalkOf(phrase) ?? "none") };
}

describe("of the labelled phrases", () => {
  test.each(["greeting", "thanks", "goodbye"])("of %s, at least 98 percent are taken for it", (topic) => {
    const { count, rightPercent, wrong } = judged((label) => label === topic);
    expect(count).toBeGreaterThanOrEqual(40);
    expect(rightPercent, wrong.join("\n")).toBeGreaterThanOrEqual(98);
  });

  test("at least 98 % of those that say more are left to the search", () => {
    const { count, rightPercent, wrong } = judged((label) => label === "none");
    expect(count).toBeGreaterThanOrEqual(100);
    expect(rightPercent, wrong.join("\n")).toBeGreaterThanOrEqual(98);
  });

  test.each(["en", "de", "es", "fr", "pt-BR", "ja", "zh-TW", "fa"])(
    "in %s, at least 96 percent are right",
    (spoken) => {
      const { count, rightPercent, wrong } = judged((_label, language) => language === spoken);
      expect(count).toBeGreaterThanOrEqual(25);
      expect(rightPercent, wrong.join("\n")).toBeGreaterThanOrEqual(96);
    },
  );
});

test.each([
  ["hi, thanks", "thanks"],
  ["thanks and bye", "goodbye"],
  ["hello 👋 bye", "goodbye"],
  ["<@123456789012345678> hi <:wave:123456789012345678>", "greeting"],
  ["سَلام", "greeting"],
  ["**HELLO**\n\nhow are you???", "greeting"],
])("“%s” is %s", (text, topic) => {
  expect(smallTalkOf(text)).toBe(topic);
});

test.each(["", "...", "🔥", "<@123456789012345678>", "bot", "hello ".repeat(50)])("“%s” is no small talk", (text) => {
  expect(smallTalkOf(text)).toBeNull();
});

test("a question after any small talk is no small talk", () => {
  const talk = PHRASES.filter(({ label }) => label !== "none").map(({ phrase }) => phrase);
  fc.assert(
    fc.property(
      fc.constantFrom(...talk),
      fc.constantFrom(
        "my bag is full",
        "wo ist mein Schwert",
        "no puedo entrar",
        "バッグがいっぱい",
        "背包滿了",
        "کیفم پر است",
      ),
      fc.constantFrom(" ", ", ", "! ", "\n"),
      (hello, question, gap) => {
        expect(smallTalkOf(hello + gap + question)).toBeNull();
      },
    ),
  );
});

test("any text is answered", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      expect([null, "greeting", "thanks", "goodbye"]).toContain(smallTalkOf(text));
    }),
  );
});
