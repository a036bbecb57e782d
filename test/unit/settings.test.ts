import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/settings/read-settings.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/settings/settings.ts";

const FULL: Settings = {
  businessHours: {
    timeZone: "Europe/Berlin",
    openings: [
      { days: [1, 2, 3, 4, 5], from: "09:00", to: "17:30" },
      { days: [6], from: "00:00", to: "24:00" },
    ],
    holidays: ["2026-12-24", "2028-02-29"],
  },
  targets: { ...DEFAULT_SETTINGS.targets, urgent: { firstResponse: 15, resolution: 240 } },
  staffChannel: "323456789012345678" as Settings["staffChannel"],
  reopenDays: 0,
  products: ["Gem Quest"],
  fields: [
    { name: "order_number", label: "Order number", type: "text" },
    { name: "platform", label: "Platform", type: "choice", choices: ["iOS", "Android"] },
  ],
  cannedReplies: [{ title: "Hello", text: "How can we help?" }],
};

const problemsOf = (input: unknown) => {
  const read = readSettings(input);
  return read.kind === "invalid" ? read.problems : [];
};

test("the defaults and full settings are read as they are", () => {
  for (const settings of [DEFAULT_SETTINGS, FULL]) {
    expect(readSettings(structuredClone(settings))).toEqual({ kind: "settings", settings });
  }
});

test("texts lose the spaces around them", () => {
  expect(readSettings({ ...FULL, products: ["  Gem Quest "] })).toEqual({ kind: "settings", settings: FULL });
});

describe("a refusal names the setting and what it must be:", () => {
  const opening = { days: [1], from: "09:00", to: "17:00" };
  const hours = (change: object) => ({
    businessHours: { timeZone: "UTC", openings: [opening], holidays: [], ...change },
  });
  const target = (change: object) => ({
    targets: { ...DEFAULT_SETTINGS.targets, low: { firstResponse: null, resolution: null, ...change } },
  });
  const field = (change: object) => ({ fields: [{ name: "order", label: "Order", type: "text", ...change }] });

  test.each<[string, object, string]>([
    ["a misspelt name", { reopendays: 3 }, "reopendays is not known: check its spelling, or leave it out"],
    ["hours that are none", { businessHours: 9 }, "businessHours must be an object"],
    [
      "a zone of no clock",
      hours({ timeZone: "Mars" }),
      "businessHours.timeZone must be a time zone such as Europe/Berlin",
    ],
    ["a missing part", hours({ holidays: undefined }), "businessHours.holidays must be a list of days"],
    [
      "a time of no clock",
      hours({ openings: [{ ...opening, from: "09:0" }] }),
      "businessHours.openings.0.from must be a time such as 09:00",
    ],
    [
      "a time after midnight",
      hours({ openings: [{ ...opening, to: "24:30" }] }),
      "businessHours.openings.0.to must be a time such as 09:00",
    ],
    [
      "a time that is none",
      hours({ openings: [{ ...opening, to: 17 }] }),
      "businessHours.openings.0.to must be a time such as 09:00",
    ],
    [
      "an end before the beginning",
      hours({ openings: [opening, { ...opening, to: "08:00" }] }),
      "businessHours.openings.1 must have a from that is before its to",
    ],
    [
      "an end at the beginning",
      hours({ openings: [{ ...opening, to: "09:00" }] }),
      "businessHours.openings.0 must have a from that is before its to",
    ],
    [
      "an eighth day",
      hours({ openings: [{ ...opening, days: [8] }] }),
      "businessHours.openings.0.days.0 must be 1 (Monday) to 7 (Sunday)",
    ],
    [
      "an opening on no day",
      hours({ openings: [{ ...opening, days: [] }] }),
      "businessHours.openings.0.days must name a day",
    ],
    [
      "a day of no calendar",
      hours({ holidays: ["2026-02-30"] }),
      "businessHours.holidays.0 must be a day such as 2026-12-24",
    ],
    [
      "a day written otherwise",
      hours({ holidays: ["24.12.2026"] }),
      "businessHours.holidays.0 must be a day such as 2026-12-24",
    ],
    ["a target of nothing", target({ resolution: 0 }), "targets.low.resolution must be at least 1 minute"],
    ["half a minute", target({ resolution: 1.5 }), "targets.low.resolution must be whole minutes"],
    ["more than a year", target({ firstResponse: 527_041 }), "targets.low.firstResponse must be at most a year"],
    ["a target in words", target({ firstResponse: "1 h" }), "targets.low.firstResponse must be minutes"],
    [
      "another priority",
      { targets: { ...DEFAULT_SETTINGS.targets, top: {} } },
      "targets.top is not known: check its spelling, or leave it out",
    ],
    ["a channel's name", { staffChannel: "#staff" }, "staffChannel must be the id of a channel"],
    ["days below 0", { reopenDays: -1 }, "reopenDays must be 0 days or more"],
    ["days beyond a year", { reopenDays: 366 }, "reopenDays must be at most 365 days"],
    ["half a day", { reopenDays: 0.5 }, "reopenDays must be whole days"],
    ["no list", { products: "Gem Quest" }, "products must be a list"],
    ["an empty name", { products: [" "] }, "products.0 must not be empty"],
    ["a long name", { products: ["x".repeat(61)] }, "products.0 must have at most 60 characters"],
    [
      "a field's name with spaces",
      field({ name: "Order number" }),
      "fields.0.name must be a name such as order_number",
    ],
    ["a field without a label", field({ label: "" }), "fields.0.label must not be empty"],
    ["a field of no type", field({ type: "colour" }), "fields.0.type must be text, number, date, yes-no or choice"],
    ["a choice without choices", field({ type: "choice", choices: [] }), "fields.0.choices must have a choice"],
    ["a choice with its choices left out", field({ type: "choice" }), "fields.0.choices is missing"],
    [
      "two fields of a name",
      { fields: [...field({}).fields, ...field({}).fields] },
      "fields must have different names",
    ],
    [
      "a reply without a text",
      { cannedReplies: [{ title: "Hello", text: "" }] },
      "cannedReplies.0.text must not be empty",
    ],
  ])("%s", (_, change, problem) => {
    expect(problemsOf({ ...DEFAULT_SETTINGS, ...change })).toEqual([problem]);
  });

  test("all that is wrong, at once", () => {
    const input = { ...DEFAULT_SETTINGS, reopenDays: -1, staffChannel: "x", surprise: true };
    expect(problemsOf(input)).toHaveLength(3);
  });

  test("what is missing", () => {
    const { targets: _, ...rest } = DEFAULT_SETTINGS;
    expect(problemsOf(rest)).toEqual(["targets is missing"]);
    expect(problemsOf(null)).toEqual(["settings must be a JSON object"]);
  });
});
