import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { History } from "../../src/cases/case.ts";
import type { CaseId, DiscordUserId } from "../../src/conversation/ids.ts";
import {
  type CaseInput,
  caseBefore,
  fieldsOfInput,
  inputOf,
  mergeInputs,
  readInput,
} from "../../src/desk/case-input.ts";
import { addressOfQuery, filterOfQuery, readCaseQuery } from "../../src/desk/case-query.ts";
import { csvLine } from "../../src/desk/csv.ts";
import { nextDue } from "../../src/desk/due.ts";
import { lengthOfTime, relativeTime } from "../../src/desk/times.tsx";
import { DEFAULT_SETTINGS, type Settings } from "../../src/settings/settings.ts";

const SETTINGS: Settings = {
  ...DEFAULT_SETTINGS,
  fields: [
    { name: "order", label: "Order", type: "number" },
    { name: "paid", label: "Paid", type: "yes-no" },
  ],
};

const NAMES = ["title", "description", "tags"];
const input = fc.record({
  title: fc.constantFrom("a", "b", "c"),
  description: fc.constantFrom("", "x", "y"),
  tags: fc.constantFrom("", "one", "one, two", "two, one"),
});

describe("two people who change the same case", () => {
  test("lose nothing: each field is what was typed, else what it is now; where both wrote, both are shown", () => {
    fc.assert(
      fc.property(input, input, input, (before: CaseInput, typed: CaseInput, now: CaseInput) => {
        const merged = mergeInputs(before, typed, now);
        for (const name of NAMES) {
          const shown = [merged.input[name], merged.clashes[name]];
          const tidy = (text: string | undefined) => (name === "tags" ? text?.split(", ").sort().join(", ") : text);
          const changed = (one: CaseInput) => tidy(one[name]) !== tidy(before[name]);
          if (changed(typed)) expect(shown).toContain(typed[name]);
          else expect(merged.input[name]).toBe(now[name]);
          if (changed(now)) expect(shown.map(tidy)).toContain(tidy(now[name]));
        }
      }),
    );
  });

  test("began with the case that the history leads back to", () => {
    const now = {
      ...fieldsNow,
      title: "c",
      tags: ["new"],
      fields: { order: 2 },
    };
    const since = [
      { what: "field", field: "title", before: "a", after: "b" },
      { what: "note", after: "nothing to undo" },
      { what: "field", field: "title", before: "b", after: "c" },
      { what: "field", field: "tags", before: [], after: ["new"] },
      { what: "field", field: "fields.order", before: null, after: 2 },
    ].map((entry) => ({ ...entry, version: 2, at: 0, actor: { kind: "bridge" } })) as unknown as History[];
    expect(caseBefore(now, since)).toMatchObject({ title: "a", tags: [], fields: {} });
  });
});

const fieldsNow = {
  id: "1" as CaseId,
  server: null,
  number: 1,
  member: "100000000000000001" as DiscordUserId,
  kind: "support",
  status: "open",
  priority: "normal",
  assignee: null,
  product: null,
  tags: [],
  fields: {},
  title: "a",
  description: "",
  createdBy: { kind: "bridge" },
  createdAt: 0,
  updatedAt: 0,
  resolvedAt: null,
  reopenedAt: null,
  closedBy: null,
  closedAt: null,
  firstResponseAt: null,
  firstResponseDue: null,
  resolutionDue: null,
  breaches: [],
  satisfaction: null,
  version: 3,
} as const;

describe("a form that nobody typed into", () => {
  test("changes nothing, custom fields and those of older settings included", () => {
    const one = { ...fieldsNow, description: "one\ntwo", fields: { order: 0, paid: false, forgotten: "x" } };
    const form = new FormData();
    for (const [name, value] of Object.entries(inputOf(one, SETTINGS))) form.set(name, value.replaceAll("\n", "\r\n"));
    const read = fieldsOfInput(readInput(form, inputOf(one, SETTINGS)), SETTINGS, one.fields);
    expect(read).toMatchObject({ kind: "fields", set: { description: "one\ntwo", fields: one.fields } });
  });

  test("that names no kind there is, is refused", () => {
    const typed = { ...inputOf(fieldsNow, SETTINGS), kind: "party" };
    expect(fieldsOfInput(typed, SETTINGS)).toEqual({
      kind: "invalid",
      problems: ["kind must be one of support, bug, feature"],
    });
  });
});

describe("a search's address", () => {
  test("leads back to the same search", () => {
    const address =
      "?text=gems&status=open&status=closed&tags=a%2Cb&assignee=none&stars=1&from=2026-11-01&to=2026-11-02";
    const query = readCaseQuery(new URLSearchParams(address));
    expect(readCaseQuery(new URLSearchParams(addressOfQuery(query)))).toEqual(query);
    expect(filterOfQuery(query)).toEqual({
      text: "gems",
      statuses: ["open", "closed"],
      priorities: [],
      kinds: [],
      stars: [1],
      tags: ["a", "b"],
      assignee: null,
      createdFrom: Date.UTC(2026, 10, 1),
      createdTo: Date.UTC(2026, 10, 3),
    });
  });

  test("says nothing by what is not known", () => {
    const query = readCaseQuery(new URLSearchParams("?status=party&stars=9&from=yesterday&member=me&server=x&other=1"));
    expect(addressOfQuery(query)).toBe("");
  });
});

test("a line of CSV is quoted where needed, and no text of it is a formula", () => {
  expect(csvLine(["=1+1", "+1", "-1", "@x", "\tx", 'a "b"', "a,b", "a\nb", -1, null])).toBe(
    `'=1+1,'+1,'-1,'@x,'\tx,"a ""b""","a,b","a\nb",-1,\r\n`,
  );
});

test("what is due next is the earlier one of what was not done", () => {
  const one = { status: "open", firstResponseAt: null, firstResponseDue: 100, resolutionDue: 200 } as const;
  expect(nextDue(one, 100)).toEqual({ what: "first-response", at: 100, urgency: "missed" });
  expect(nextDue({ ...one, firstResponseAt: 50 }, 100)).toEqual({ what: "resolution", at: 200, urgency: "soon" });
  expect(nextDue({ ...one, firstResponseAt: 50, resolutionDue: 1e9 }, 100)?.urgency).toBe("later");
  expect(nextDue({ ...one, status: "closed" }, 100)).toBeNull();
});

test("times are told in few letters", () => {
  const now = Date.UTC(2026, 10, 21);
  expect([0, -90_000, 7_200_000, -100 * 3_600_000].map((off) => relativeTime(now + off, now))).toEqual([
    "now",
    "1 min ago",
    "in 2 h",
    "4 d ago",
  ]);
  expect(relativeTime(Date.UTC(2026, 8, 1), now)).toBe("1 Sept 2026");
  expect(lengthOfTime(5_400_000)).toBe("1.5 h");
});
