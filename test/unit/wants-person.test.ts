import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wantsPerson } from "../../src/conversation/wants-person.ts";
import { judge, labelledPhrases } from "./labelled-phrases.ts";

const PHRASES = labelledPhrases("wants-person.tsv");
const LANGUAGES = ["en", "de", "es", "fr", "pt-BR", "ja", "zh-TW"];

function judged(label: "yes" | "no", language?: string) {
  const phrases = PHRASES.filter((row) => row.label === label && (language === undefined || row.language === language));
  return { count: phrases.length, ...judge(phrases, (phrase) => (wantsPerson(phrase) ? "yes" : "no")) };
}

describe("of the labelled phrases", () => {
  test("at least 98 % of those that ask for a person are understood", () => {
    const { count, rightPercent, wrong } = judged("yes");
    expect(count).toBeGreaterThanOrEqual(300);
    expect(rightPercent, wrong.join("\n")).toBeGreaterThanOrEqual(98);
  });

  test("at least 98 % of those that only speak of people stay with the assistant", () => {
    const { count, rightPercent, wrong } = judged("no");
    expect(count).toBeGreaterThanOrEqual(300);
    expect(rightPercent, wrong.join("\n")).toBeGreaterThanOrEqual(98);
  });

  test.each(LANGUAGES)("in %s, at least 96 percent are right either way", (language) => {
    for (const label of ["yes", "no"] as const) {
      const { count, rightPercent, wrong } = judged(label, language);
      expect(count).toBeGreaterThanOrEqual(40);
      expect(rightPercent, wrong.join("\n")).toBeGreaterThanOrEqual(96);
    }
  });
});

test("`live agent` counts within a longer message, in any case", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("live agent", "Live Agent", "LIVE AGENT"),
      fc.constantFrom("hi", "ok\n", "…"),
      (call, before) => {
        expect(wantsPerson(`${before} ${call} thanks`)).toBe(true);
      },
    ),
  );
});

test.each([
  "quiero hablar con soporte",
  "je voudrais parler au support",
  "ich möchte mit dem Kundendienst sprechen",
  "größe egal, ich will mit einem menschen sprechen",
  "I’d like a real person",
  "what´s wrong , talk  to  an   agent please",
  "I don't need a human -- talk to an agent please",
  "no need for help - talk to a human please",
  "I like bots but talk to an agent please",
  "I don't want a human?! talk to an agent!!",
  "I do not want to talk to support again but connect me to a human",
  "No, agent!",
  "nope. human",
  "agent, please",
  "support please",
  '"live agent"',
  "“talk to a human”",
  "« agent »",
])("however it is written, “%s” asks for a person", (text) => {
  expect(wantsPerson(text)).toBe(true);
});

test.each([
  "sin hablar con un agente",
  "pas besoin d'un agent",
  "je n’ai pas besoin d’un agent",
  "ich will nicht mit jemandem sprechen",
  "how did other players talk to an agent",
  "well-known person-to-person talk",
  "Agent: what does that rank mean?",
  "please help me with my refund",
  'the loading screen says "talk to an agent", what does it mean?',
  "was heißt „live agent“ hier",
  "que veut dire « live agent » ici",
  "what does “live agent” mean",
])("“%s” does not", (text) => {
  expect(wantsPerson(text)).toBe(false);
});

test("any text is answered, also the longest that Discord takes and worse", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 10_000 }), (text) => {
      expect(typeof wantsPerson(text)).toBe("boolean");
    }),
  );
  expect(wantsPerson("talk to a ".repeat(400))).toBe(false);
  expect(wantsPerson(`${" real".repeat(800)} person`)).toBe(false);
});

test("a message made of nothing but the words that ask is answered at once, however long", () => {
  const parts =
    'talk to a real human please mit nem einem menschen con una persona de verdad not no 人 と 真人 不要 " « un'.split(
      " ",
    );
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 6 }),
      fc.constantFrom("", " "),
      (pattern, gap) => {
        expect(typeof wantsPerson(pattern.join(gap).concat(gap).repeat(1_000))).toBe("boolean");
      },
    ),
  );
});
