import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { STARS } from "../../src/cases/case.ts";
import { parseCustomId } from "../../src/conversation/buttons.ts";
import { type CaseButton, customIdOfCase, parseCaseCustomId } from "../../src/conversation/case-buttons.ts";
import type { CaseId } from "../../src/conversation/ids.ts";
import { CASE } from "../support/people.ts";

const buttons: readonly CaseButton[] = [
  { kind: "close" },
  { kind: "still-a-problem" },
  ...STARS.map((stars) => ({ kind: "rate", stars }) as const),
  { kind: "comment" },
];

describe("a button of a case", () => {
  test("comes back as it was made, in at most the 100 characters that Discord takes, and is none of a session", () => {
    fc.assert(
      fc.property(fc.uuid() as fc.Arbitrary<CaseId>, fc.constantFrom(...buttons), (id, button) => {
        const customId = customIdOfCase(id, button);
        expect(customId.length).toBeLessThanOrEqual(100);
        expect(parseCaseCustomId(customId)).toEqual({ case: id, button });
        expect(parseCustomId(customId)).toBeNull();
      }),
    );
  });

  test("keeps its form for good: those in old messages are pressed years later", () => {
    expect(buttons.map((button) => customIdOfCase(CASE, button))).toEqual([
      `cc:${CASE}`,
      `cp:${CASE}`,
      `cs:${CASE}:1`,
      `cs:${CASE}:2`,
      `cs:${CASE}:3`,
      `cs:${CASE}:4`,
      `cs:${CASE}:5`,
      `cm:${CASE}`,
    ]);
  });

  test.each([
    "",
    "cc",
    "cc:",
    "cc:12",
    `cc:${CASE}:`,
    `cc:${CASE}:1`,
    `cs:${CASE}`,
    `cs:${CASE}:0`,
    `cs:${CASE}:6`,
    `cs:${CASE}:05`,
    `cs:${CASE}:5:5`,
    `cx:${CASE}`,
    `cc:${CASE.toUpperCase().replace("0", "A")}`,
    "p:100000000000000001-3",
  ])("that we did not make is none: %j", (customId) => {
    expect(parseCaseCustomId(customId)).toBeNull();
  });
});
