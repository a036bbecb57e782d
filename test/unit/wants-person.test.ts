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

test("any text is answered, also the longest that Discord takes and worse", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 10_000 }), (text) => {
      expect(typeof wantsPerson(text)).toBe("boolean");
    }),
  );
  expect(wantsPerson("talk to a ".repeat(400))).toBe(false);
  expect(wantsPerson(`${" real".repeat(800)} person`)).toBe(false);
});
