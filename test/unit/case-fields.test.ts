import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CaseFields, CustomValue } from "../../src/cases/case.ts";
import { problemsWithFields, tidyTags } from "../../src/cases/fields.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/settings/settings.ts";
import { aCase } from "./case-support.ts";

const SETTINGS: Settings = {
  ...DEFAULT_SETTINGS,
  products: ["Gem Quest", "Moon Farm"],
  fields: [
    { name: "receipt", label: "Receipt", type: "text" },
    { name: "level", label: "Level", type: "number" },
    { name: "bought", label: "Bought on", type: "date" },
    { name: "refunded", label: "Refunded", type: "yes-no" },
    { name: "platform", label: "Platform", type: "choice", choices: ["iOS", "Android"] },
  ],
};
const problems = (set: Partial<CaseFields>, settings = SETTINGS) => problemsWithFields(set, aCase(), settings);

describe("fields that are allowed", () => {
  test.each<[string, Partial<CaseFields>]>([
    ["none", {}],
    ["a title of one letter", { title: "x" }],
    ["the longest title, with spaces around it", { title: ` ${"x".repeat(200)} ` }],
    ["no description", { description: "" }],
    ["the longest description", { description: "x".repeat(10_000) }],
    ["20 tags of 40 characters", { tags: Array.from({ length: 20 }, (_, n) => String(n).padStart(40, "x")) }],
    ["a product, or none", { product: "Moon Farm" }],
    ["no product", { product: null }],
    [
      "values of their types",
      { fields: { receipt: "A-1", level: -1.5, bought: "2028-02-29", refunded: false, platform: "iOS" } },
    ],
  ])("%s", (_, set) => {
    expect(problems(set)).toEqual([]);
  });
});

describe("a refusal names the field and what it must be:", () => {
  const choice = "fields.platform must be one of iOS, Android";
  test.each<[string, Partial<CaseFields>, string]>([
    ["an empty title", { title: "  " }, "title must not be empty"],
    ["a long title", { title: "x".repeat(201) }, "title must have at most 200 characters"],
    ["a long description", { description: "x".repeat(10_001) }, "description must have at most 10000 characters"],
    ["many tags", { tags: Array.from({ length: 21 }, String) }, "tags must be at most 20"],
    ["a long tag", { tags: ["x".repeat(41)] }, "tags must have at most 40 characters each, in one line"],
    ["a tag of two lines", { tags: ["a\nb"] }, "tags must have at most 40 characters each, in one line"],
    ["a product of somebody else", { product: "Atlantis" }, "product must be one of Gem Quest, Moon Farm"],
    [
      "a long text",
      { fields: { receipt: "x".repeat(1001) } },
      "fields.receipt must be a text of at most 1000 characters",
    ],
    ["a number as text", { fields: { receipt: 1 } }, "fields.receipt must be a text of at most 1000 characters"],
    ["a text as number", { fields: { level: "1" } }, "fields.level must be a number"],
    ["what is no number", { fields: { level: Number.NaN } }, "fields.level must be a number"],
    ["a day of no calendar", { fields: { bought: "2026-02-30" } }, "fields.bought must be a day such as 2026-12-24"],
    ["a time", { fields: { bought: "2026-02-03T10:00Z" } }, "fields.bought must be a day such as 2026-12-24"],
    ["yes in words", { fields: { refunded: "yes" } }, "fields.refunded must be yes or no"],
    ["another choice", { fields: { platform: "Symbian" } }, choice],
    ["a choice of another type", { fields: { platform: true } }, choice],
    [
      "a field that nobody defined",
      { fields: { colour: "red" } },
      "fields.colour is not defined in the settings: leave it out, or use one of those that are (receipt, level, bought, refunded, platform)",
    ],
  ])("%s", (_, set, problem) => {
    expect(problems(set)).toEqual([problem]);
  });

  test("a product or a field where the settings have none", () => {
    expect(problems({ product: "Gem Quest", fields: { level: 1 } }, DEFAULT_SETTINGS)).toEqual([
      "product must be one of those in the settings, which name none",
      "fields.level is not defined in the settings: leave it out, or use one of those that are (none)",
    ]);
  });

  test("a name that every object has", () => {
    for (const name of ["constructor", "toString", "__proto__"]) {
      const fields = JSON.parse(`{"${name}": "x"}`) as Record<string, CustomValue>;
      expect(problems({ fields })).toEqual([expect.stringContaining(`fields.${name} is not defined`)]);
    }
  });

  test("all that is wrong, at once", () => {
    expect(problems({ title: "", product: "x", fields: { level: "x", refunded: 1 } })).toHaveLength(4);
  });
});

test("what a case already has may stay, although the settings do not know it any more", () => {
  const old = aCase({ product: "Atlantis", fields: { colour: "red", level: 3 } });
  expect(problemsWithFields({ product: "Atlantis", fields: { colour: "red" } }, old, SETTINGS)).toEqual([]);
  expect(problemsWithFields({ product: "Lemuria", fields: { colour: "blue" } }, old, SETTINGS)).toHaveLength(2);
});

test("a new case begins as one to be worked on", () => {
  for (const status of ["open", "pending", "elevated"] as const) {
    expect(problemsWithFields({ status }, null, SETTINGS)).toEqual([]);
  }
  for (const status of ["resolved", "closed"] as const) {
    expect(problemsWithFields({ status }, null, SETTINGS)).toEqual([
      "status of a new case must be open, pending or elevated",
    ]);
    expect(problems({ status })).toEqual([]);
  }
});

describe("tags", () => {
  test("are kept in lower case, each once, in order", () => {
    expect(tidyTags([" Shop", "gems", "SHOP ", "", " "])).toEqual(["gems", "shop"]);
  });

  test("that are tidy stay as they are", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (tags) => {
        expect(tidyTags(tidyTags(tags))).toEqual(tidyTags(tags));
      }),
    );
  });
});
