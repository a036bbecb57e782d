import { describe, expect, test } from "vitest";
import type { Actor } from "../../src/cases/actor.ts";
import { CASE_STATUSES, type Case, type CaseStatus } from "../../src/cases/case.ts";
import { type CaseChange, decideChange, movesFrom, targetsOf } from "../../src/cases/rules.ts";
import { AGENT, aCase, DAY, MEMBER, MINUTE, OPENED, SETTINGS } from "./case-support.ts";

const BRIDGE: Actor = { kind: "bridge" };
const NOW = OPENED + MINUTE;
const decide = (current: Case, change: CaseChange, now = NOW, by: Actor = AGENT) =>
  decideChange(current, change, { by, now, settings: SETTINGS });

/** What an allowed change makes of a case. */
function changed(current: Case, change: CaseChange, now = NOW, by: Actor = AGENT): Case {
  const decision = decide(current, change, now, by);
  if (decision.kind !== "changed") throw new Error(JSON.stringify(decision));
  return decision.next;
}

/** A case of this status, as it came to be so. */
const inStatus = (status: CaseStatus): Case => (status === "open" ? aCase() : changed(aCase(), { set: { status } }));

describe("a status", () => {
  const LEGAL: Record<CaseStatus, CaseStatus[]> = {
    open: ["pending", "elevated", "resolved", "closed"],
    pending: ["open", "elevated", "resolved", "closed"],
    elevated: ["open", "pending", "resolved", "closed"],
    resolved: ["open", "elevated", "closed"],
    closed: ["open", "elevated"],
  };

  test.each(CASE_STATUSES.flatMap((from) => CASE_STATUSES.map((to) => [from, to] as const)))(
    "%s may become %s, or may not",
    (from, to) => {
      const decision = decide(inStatus(from), { set: { status: to } });
      if (from === to) expect(decision).toMatchObject({ kind: "changed", entries: [] });
      else if (LEGAL[from].includes(to)) expect(decision).toMatchObject({ kind: "changed", next: { status: to } });
      else expect(decision).toEqual({ kind: "illegal-move", from, to });
    },
  );

  test("is offered where it may be given", () => {
    for (const from of CASE_STATUSES) expect(movesFrom(inStatus(from), SETTINGS, NOW)).toEqual(LEGAL[from]);
  });

  test("of a case that is over for good can not be changed any more", () => {
    const closed = inStatus("closed");
    const last = NOW + SETTINGS.reopenDays * DAY;
    expect(decide(closed, { set: { status: "open" } }, last)).toMatchObject({ kind: "changed" });
    expect(decide(closed, { set: { status: "open" } }, last + 1)).toEqual({ kind: "closed-too-long-ago" });
    expect(movesFrom(closed, SETTINGS, last)).toEqual(["open", "elevated"]);
    expect(movesFrom(closed, SETTINGS, last + 1)).toEqual([]);
  });

  test("resolved can be contradicted at any time", () => {
    expect(decide(inStatus("resolved"), { set: { status: "open" } }, NOW + 400 * DAY)).toMatchObject({
      kind: "changed",
    });
  });

  test("says when the case was resolved and closed, and by whom", () => {
    const resolved = changed(aCase(), { set: { status: "resolved" } }, NOW);
    expect(resolved).toMatchObject({ resolvedAt: NOW, closedAt: null, closedBy: null });
    const closed = changed(resolved, { set: { status: "closed" } }, NOW + 5, MEMBER);
    expect(closed).toMatchObject({ resolvedAt: NOW, closedAt: NOW + 5, closedBy: MEMBER });
    expect(changed(closed, { set: { status: "open" } }, NOW + 9)).toMatchObject({
      resolvedAt: null,
      closedAt: null,
      closedBy: null,
      reopenedAt: NOW + 9,
    });
    expect(changed(aCase(), { set: { status: "closed" } }, NOW)).toMatchObject({ resolvedAt: NOW, closedAt: NOW });
  });
});

describe("a check-in", () => {
  test("lets the case wait for the member's answer", () => {
    for (const status of ["open", "elevated"] as const) {
      expect(decide(inStatus(status), { checkIn: true })).toMatchObject({
        next: { status: "pending" },
        entries: [{ field: "status", after: "pending" }, { what: "check-in" }],
      });
    }
    expect(decide(inStatus("pending"), { checkIn: true })).toMatchObject({ entries: [{ what: "check-in" }] });
  });

  test("has no place in a case that is over, or is being closed", () => {
    for (const status of ["resolved", "closed"] as const) {
      expect(decide(inStatus(status), { checkIn: true })).toEqual({ kind: "over" });
      expect(decide(aCase(), { checkIn: true, set: { status } })).toEqual({ kind: "over" });
    }
  });
});

describe("a rating", () => {
  test("is given once, when the case is over, with or without a comment", () => {
    for (const status of ["resolved", "closed"] as const) {
      const rated = changed(inStatus(status), { rating: 4 });
      expect(rated.satisfaction).toEqual({ stars: 4, comment: null });
      expect(decide(rated, { rating: 5 })).toEqual({ kind: "rated-already" });
      const commented = changed(rated, { ratingComment: "Quick" });
      expect(commented.satisfaction).toEqual({ stars: 4, comment: "Quick" });
      expect(decide(commented, { ratingComment: "Slow" })).toEqual({ kind: "rated-already" });
      expect(changed(inStatus(status), { rating: 1, ratingComment: "Slow" }).satisfaction).toEqual({
        stars: 1,
        comment: "Slow",
      });
    }
  });

  test("is not taken while somebody is at work", () => {
    for (const change of [{ rating: 5 }, { ratingComment: "Quick" }] as const) {
      expect(decide(aCase(), change)).toEqual({ kind: "not-over" });
    }
  });

  test("goes before its comment", () => {
    expect(decide(inStatus("closed"), { ratingComment: "Quick" })).toEqual({
      kind: "invalid",
      problems: ["ratingComment needs a rating from 1 to 5 first"],
    });
  });

  test("outlives another opening", () => {
    const rated = changed(inStatus("closed"), { rating: 2 });
    const again = changed(changed(rated, { set: { status: "open" } }), { set: { status: "closed" } });
    expect(decide(again, { rating: 5 })).toEqual({ kind: "rated-already" });
  });
});

test("texts that say nothing, or too much, are refused by their names", () => {
  const rated = changed(inStatus("closed"), { rating: 5 });
  expect(decide(rated, { note: " ", ratingComment: "x".repeat(1001) })).toEqual({
    kind: "invalid",
    problems: ["note must not be empty", "ratingComment must have at most 1000 characters"],
  });
  expect(decide(aCase(), { note: "x".repeat(10_001) })).toMatchObject({
    problems: ["note must have at most 10000 characters"],
  });
});

describe("the first response", () => {
  test("is the first one, and no second", () => {
    const answered = changed(aCase(), { firstResponse: { at: NOW - 1 } });
    expect(answered.firstResponseAt).toBe(NOW - 1);
    expect(decide(answered, { firstResponse: { at: NOW } })).toMatchObject({ entries: [], next: answered });
  });
});

describe("a target of the service levels", () => {
  const late = OPENED + 60 * MINUTE;

  test("that is missed elevates a case that is open or waits for the member, once", () => {
    for (const status of ["open", "pending"] as const) {
      const elevated = decide(inStatus(status), { breach: "first-response" }, late, BRIDGE);
      expect(elevated).toMatchObject({
        next: { status: "elevated", breaches: ["first-response"] },
        entries: [
          { field: "status", after: "elevated" },
          { what: "breach", after: "first-response" },
        ],
      });
      expect(elevated.kind === "changed" && targetsOf(elevated.entries, BRIDGE)).toContain("staff");
    }
    const noticed = changed(inStatus("elevated"), { breach: "first-response" }, late, BRIDGE);
    expect(decide(noticed, { breach: "first-response" }, late, BRIDGE)).toMatchObject({ entries: [] });
  });

  test("that is not missed, or not any more, changes nothing", () => {
    const answered = changed(aCase(), { firstResponse: { at: NOW } });
    const without = aCase({ firstResponseDue: null });
    for (const current of [answered, without, inStatus("resolved"), inStatus("closed")]) {
      expect(decide(current, { breach: "first-response" }, late, BRIDGE)).toMatchObject({ entries: [], next: current });
    }
    expect(decide(aCase(), { breach: "first-response" }, late - 1, BRIDGE)).toMatchObject({ entries: [] });
  });

  test("is another one for another priority, counted from the opening", () => {
    const urgent = changed(aCase(), { set: { priority: "urgent" } }, NOW);
    expect(urgent).toMatchObject({
      firstResponseDue: OPENED + 10 * MINUTE,
      resolutionDue: OPENED + 120 * MINUTE,
    });
    expect(changed(urgent, { set: { priority: "low" } })).toMatchObject({
      firstResponseDue: null,
      resolutionDue: null,
    });
  });

  test("for the first response stays when there was one", () => {
    const answered = changed(aCase(), { firstResponse: { at: NOW } });
    expect(changed(answered, { set: { priority: "urgent" } })).toMatchObject({
      firstResponseDue: late,
      resolutionDue: OPENED + 120 * MINUTE,
    });
  });

  test("for the solution is counted anew from another opening, also when the priority changes then", () => {
    const closed = changed(changed(aCase(), { firstResponse: { at: NOW } }), { set: { status: "closed" } });
    const reopenedAt = OPENED + 5 * DAY;
    const reopened = changed(closed, { set: { status: "open" } }, reopenedAt);
    expect(reopened).toMatchObject({
      reopenedAt,
      firstResponseAt: NOW,
      firstResponseDue: late,
      resolutionDue: reopenedAt + 2880 * MINUTE,
    });
    expect(changed(reopened, { set: { priority: "high" } }, reopenedAt + DAY)).toMatchObject({
      firstResponseDue: late,
      resolutionDue: reopenedAt + 480 * MINUTE,
    });
  });

  test("that was missed can be missed anew when it was set anew, and only then", () => {
    const tooLate = OPENED + 3 * DAY;
    const missed = ["first-response", "resolution"] as const;
    const both = missed.reduce((one, breach) => changed(one, { breach }, tooLate, BRIDGE), aCase());
    expect(both.breaches).toEqual(missed);
    // Still as late.
    expect(changed(both, { set: { priority: "urgent" } }, tooLate).breaches).toEqual(missed);
    expect(changed(both, { note: "Sorry" }, tooLate).breaches).toEqual(missed);
    // Nothing is due any more.
    expect(changed(both, { set: { priority: "low" } }, tooLate).breaches).toEqual([]);
    const reopened = changed(
      changed(both, { set: { status: "closed" } }, tooLate),
      { set: { status: "open" } },
      tooLate,
    );
    expect(reopened.breaches).toEqual(["first-response"]);
    expect(changed(reopened, { breach: "resolution" }, tooLate + 2 * DAY, BRIDGE)).toMatchObject({
      status: "elevated",
      breaches: missed,
    });
  });

  test("is not touched by changes of anything else", () => {
    for (const change of [{ set: { status: "elevated" } }, { set: { title: "Gems" } }, { note: "x" }] as const) {
      const { firstResponseDue, resolutionDue } = aCase();
      expect(changed(aCase(), change)).toMatchObject({ firstResponseDue, resolutionDue });
    }
  });
});

describe("who hears of it:", () => {
  const heard = (current: Case, change: CaseChange, by: Actor = AGENT, now = NOW) => {
    const decision = decide(current, change, now, by);
    return decision.kind === "changed" ? targetsOf(decision.entries, by) : null;
  };

  test("programs of all, members of a new status that they have not set, and of what they are asked", () => {
    expect(heard(aCase(), { note: "x" })).toEqual(["events"]);
    expect(heard(aCase(), { set: { status: "resolved" } })).toEqual(["member", "events"]);
    expect(heard(aCase(), { set: { status: "elevated" } }, MEMBER)).toEqual(["events"]);
    expect(heard(aCase(), { set: { status: "closed" } }, MEMBER)).toEqual(["member", "events"]);
    expect(heard(inStatus("pending"), { checkIn: true })).toEqual(["member", "events"]);
  });

  test("staff of what was missed", () => {
    expect(heard(aCase(), { breach: "first-response" }, BRIDGE, OPENED + DAY)).toContain("staff");
  });
});
