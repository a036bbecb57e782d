import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BREACHES, type Case } from "../../src/cases/case.ts";
import { dueState, dueTimes, misses } from "../../src/cases/service-levels.ts";
import { aCase, MINUTE, OPENED, SETTINGS } from "./case-support.ts";

const FIRST = OPENED + 60 * MINUTE;
const SOLVED = OPENED + 2880 * MINUTE;

describe("due times", () => {
  test("are those of the priority, and none where it has no target", () => {
    expect(dueTimes(SETTINGS, "urgent", OPENED)).toEqual({
      firstResponseDue: OPENED + 10 * MINUTE,
      resolutionDue: OPENED + 120 * MINUTE,
    });
    expect(dueTimes(SETTINGS, "low", OPENED)).toEqual({ firstResponseDue: null, resolutionDue: null });
  });

  test("are none where people are never there", () => {
    const never = { ...SETTINGS, businessHours: { timeZone: "UTC", openings: [], holidays: [] } };
    expect(dueTimes(never, "urgent", OPENED)).toEqual({ firstResponseDue: null, resolutionDue: null });
  });
});

describe("what comes next", () => {
  test.each<[string, Partial<Case>, number, ReturnType<typeof dueState>]>([
    ["is the first response", {}, OPENED, { kind: "due", what: "first-response", at: FIRST }],
    [
      "is missed from the moment on that it was due",
      {},
      FIRST,
      { kind: "missed", what: "first-response", since: FIRST },
    ],
    [
      "is the solution after an answer",
      { firstResponseAt: OPENED },
      FIRST,
      { kind: "due", what: "resolution", at: SOLVED },
    ],
    ["is what was missed first", {}, SOLVED, { kind: "missed", what: "first-response", since: FIRST }],
    [
      "is the solution that is late",
      { firstResponseAt: OPENED },
      SOLVED,
      { kind: "missed", what: "resolution", since: SOLVED },
    ],
    ["is what is due first", { resolutionDue: FIRST - 1 }, OPENED, { kind: "due", what: "resolution", at: FIRST - 1 }],
    ["is nothing without targets", { firstResponseDue: null, resolutionDue: null }, SOLVED, { kind: "none" }],
    ["is nothing when it is resolved", { status: "resolved" }, SOLVED, { kind: "none" }],
    ["is nothing when it is closed", { status: "closed" }, SOLVED, { kind: "none" }],
    [
      "is still waited for from a member",
      { status: "pending" },
      OPENED,
      { kind: "due", what: "first-response", at: FIRST },
    ],
  ])("%s", (_, change, now, state) => {
    expect(dueState(aCase(change), now)).toEqual(state);
  });

  test("is missed exactly when a target is", () => {
    const due = fc.option(fc.nat(100), { nil: null });
    const changes = fc.record({
      firstResponseDue: due,
      resolutionDue: due,
      firstResponseAt: fc.option(fc.nat(100), { nil: null }),
    });
    fc.assert(
      fc.property(
        changes,
        fc.constantFrom("open", "pending", "elevated", "closed"),
        fc.nat(100),
        (change, status, now) => {
          const current = aCase({ ...change, status });
          const state = dueState(current, now);
          expect(state.kind === "missed").toBe(BREACHES.some((what) => misses(current, what, now)));
          if (state.kind === "missed") expect(misses(current, state.what, now)).toBe(true);
        },
      ),
    );
  });
});
