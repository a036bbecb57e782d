import { describe, expect, test } from "vitest";
import { CASE_STATUSES, PRIORITIES } from "../../src/cases/case.ts";
import { caseTextsIn } from "../../src/conversation/case-texts.ts";
import type { Locale } from "../../src/conversation/events.ts";

const OTHERS = ["de", "es", "fr", "pt-BR", "ja", "zh-TW"] as const satisfies readonly Locale[];

/** Every text of a language, by name, with the same numbers put in. */
function allTexts(locale: Locale): Record<string, string> {
  const { statuses, priorities, isNow, ...texts } = caseTextsIn(locale);
  return {
    ...Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, typeof text === "function" ? text(12, 14) : text]),
    ),
    ...Object.fromEntries(CASE_STATUSES.map((status) => [`status ${status}`, statuses[status]])),
    ...Object.fromEntries(CASE_STATUSES.map((status) => [`is now ${status}`, isNow[status](12)])),
    ...Object.fromEntries(PRIORITIES.map((priority) => [`priority ${priority}`, priorities[priority]])),
  };
}

test("English reads as agreed", () => {
  const en = caseTextsIn("en");
  expect(en.isNow.resolved(12)).toBe("Your case #12 is now resolved.");
  expect(en.checkIn(12)).toBe("Is this solved? (Case #12)");
  expect([en.close, en.stillAProblem, en.addComment]).toEqual(["Close", "Still a problem", "Add a comment"]);
});

describe.each(["en", ...OTHERS] as const)("in %s", (locale) => {
  const texts = allTexts(locale);
  const { close, stillAProblem, addComment, commentTitle, commentField } = caseTextsIn(locale);

  test("every text says something, and texts about a case name it", () => {
    for (const text of Object.values(texts)) expect(text.trim()).not.toBe("");
    const about = [...CASE_STATUSES.map((status) => `is now ${status}`), "checkIn", "howWasIt", "continued"];
    const impossible = ["alreadyClosed", "notClosed", "notOver", "ratedAlready"];
    for (const name of [...about, ...impossible]) expect(texts[name], name).toContain("#12");
    expect(texts.continued).toContain("#14");
  });

  test("labels fit on buttons and forms, other texts into a message", () => {
    for (const label of [close, stillAProblem, addComment]) expect(label.length).toBeLessThanOrEqual(80);
    for (const label of [commentTitle, commentField]) expect(label.length).toBeLessThanOrEqual(45);
    for (const text of Object.values(texts)) expect(text.length).toBeLessThanOrEqual(300);
  });
});

test.each(OTHERS)("no text of %s is left in English", (locale) => {
  const english = allTexts("en");
  // Single words may be the same in two languages.
  const texts = Object.entries(allTexts(locale)).filter(([, text]) => /\S\s\S|[。？！]/.test(text));
  expect(texts.length).toBeGreaterThan(10);
  for (const [name, text] of texts) expect(text, name).not.toBe(english[name]);
});
