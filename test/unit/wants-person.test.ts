import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wantsPerson } from "../../src/conversation/wants-person.ts";
import phrases from "./data/wants-person.json" with { type: "json" };

describe.each(Object.entries(phrases))("in %s", (_locale, { yes, no }) => {
  test.each(yes)("a member who writes “%s” gets a person", (text) => {
    expect(wantsPerson(text)).toBe(true);
  });

  test.each(no)("a member who writes “%s” stays with the assistant", (text) => {
    expect(wantsPerson(text)).toBe(false);
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
