import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { Budget, DUE, type LeaseRequest, NEAR_MS, SLOT_MS, type Turn } from "../../src/discord/budget.ts";
import { NO_BRAKE } from "../../src/discord/budget-brake.ts";
import { NO_SHARE, nextStep, type Share, takeAnswer } from "../../src/discord/budget-lease.ts";
import { mostInASecond, serve } from "./discord-budget-support.ts";

const START = 1_700_000_000_000;
const budgetOf = (requestsPerSecond = 50) => new Budget(requestsPerSecond, NO_BRAKE);
const FIRST: LeaseRequest = { turn: null, roundTripMs: 0 };
const punctual = () => 0;

describe("whatever the callers do", () => {
  /** How a caller uses a lease: at once, at the last moment, or when all others do. */
  const aims = {
    first: (from: number) => from,
    last: (_: number, until: number) => until - 1,
    together: (from: number, until: number) => Math.min(Math.max(from, Math.ceil(from / 1500) * 1500), until - 1),
  };
  const visit = fc.record({
    caller: fc.nat(30),
    afterMs: fc.oneof(fc.constant(0), fc.nat(40), fc.nat(4000)),
    askDelayMs: fc.nat(400),
    answerDelayMs: fc.nat(400),
    aim: fc.constantFrom(...(["first", "last", "together"] as const)),
  });

  test("no second sees more than nine tenths of the limit, however long the answers are under way", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 120 }),
        fc.array(visit, { minLength: 60, maxLength: 300, size: "max" }),
        (limit, visits) => {
          const budget = budgetOf(limit);
          const shares = new Map<number, Share>();
          const calls: number[] = [];
          let now = START;
          for (const { caller, afterMs, askDelayMs, answerDelayMs, aim } of visits) {
            now += afterMs;
            const { request } = shares.get(caller) ?? NO_SHARE;
            const share = takeAnswer(budget.lease(request, now), now - askDelayMs, now + answerDelayMs);
            shares.set(caller, share);
            if (!share.lease) continue;
            const { from, until } = share.lease;
            const at = aims[aim](from, until);
            let left = share;
            for (let step = nextStep(left, at); step.kind === "go"; step = nextStep(left, at)) {
              left = step.share;
              calls.push(at);
            }
          }
          expect(mostInASecond(calls)).toBeLessThanOrEqual(Math.max(1, Math.floor(limit * 0.9)));
        },
      ),
      { numRuns: 300 },
    );
  });

  test("a thousand who come at once are served in order, at three quarters of the limit", () => {
    const callers = Array.from({ length: 1000 }, (_, n) => ({
      at: START + n / 100,
      calls: 1,
      everyMs: 0,
      lateMs: punctual,
    }));
    const { served, asked } = serve(budgetOf(), callers);
    expect(served).toHaveLength(1000);
    expect(mostInASecond(served.map(({ time }) => time))).toBeLessThanOrEqual(45);
    const lasted = Math.max(...served.map(({ time }) => time)) - START;
    expect(lasted / 1000).toBeLessThan(3 + 1000 / 36);
    // Once when they come, and once when it is their turn.
    expect(asked).toBeLessThanOrEqual(2 * 1000);
    const order = served.toSorted((a, b) => a.time - b.time).map(({ caller }) => caller);
    const moved = order.map((caller, place) => Math.abs(caller - place));
    expect(Math.max(...moved)).toBeLessThan(5);
  });

  test("those who come late to their turns are served as well, and not behind everybody else", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3000), { minLength: 400, maxLength: 400 }), (lateness) => {
        const callers = lateness.map((late) => ({ at: START, calls: 1, everyMs: 0, lateMs: () => late }));
        const { served, asked } = serve(budgetOf(), callers);
        expect(served).toHaveLength(400);
        expect(mostInASecond(served.map(({ time }) => time))).toBeLessThanOrEqual(45);
        expect(Math.max(...served.map(({ time }) => time)) - START).toBeLessThan(3000 + (400 / 36) * 1000 + 3000);
        expect(asked).toBeLessThan(4 * 400);
      }),
      { numRuns: 20 },
    );
  });
});

describe("a lease", () => {
  test("is for several calls while there is plenty, so that a chat at work asks once", () => {
    const { served, asked } = serve(budgetOf(), [{ at: START, calls: 5, everyMs: 500, lateMs: punctual }]);
    expect(served.map(({ time }) => time - START)).toEqual([0, 500, 1000, 1500, 2000]);
    expect(asked).toBe(1);
  });

  test("is smaller the more others have, down to one call", () => {
    const budget = budgetOf();
    const sizes = Array.from({ length: 12 }, () => budget.lease(FIRST, START)).map((answer) =>
      answer.kind === "lease" ? answer.calls : 0,
    );
    expect(sizes).toEqual([5, 4, 4, 3, 3, 2, 2, 2, 2, 2, 1, 1]);
  });

  test("is for a moment a little later when there is room soon", () => {
    const budget = budgetOf(1);
    expect(budget.lease(FIRST, START)).toMatchObject({ kind: "lease", calls: 1, afterMs: 0, validMs: SLOT_MS });
    expect(budget.lease(FIRST, START + 400)).toMatchObject({ kind: "lease", calls: 1, afterMs: 800 });
  });

  test("ends with the question it answers", () => {
    const answer = { kind: "lease", calls: 1, afterMs: 100, validMs: 200, isProbe: false } as const;
    expect(takeAnswer(answer, START, START + 199)).toMatchObject({ lease: { from: START + 299, until: START + 300 } });
  });

  test("that was over before it was here is asked for again, without queueing and with time for the way", () => {
    const answer = { kind: "lease", calls: 1, afterMs: 100, validMs: 200, isProbe: false } as const;
    const step = nextStep(takeAnswer(answer, START, START + 200), START + 200);
    expect(step).toEqual({ kind: "ask", request: { turn: DUE, roundTripMs: 200 } });
    expect(budgetOf(1).lease({ turn: DUE, roundTripMs: 200 }, START)).toMatchObject({ validMs: SLOT_MS + 200 });
  });

  test("is used within its time only, and not for more calls than it has", () => {
    const answer = { kind: "lease", calls: 1, afterMs: 100, validMs: 200, isProbe: false } as const;
    const share = takeAnswer(answer, START, START);
    expect(nextStep(share, START + 99)).toEqual({ kind: "wait", ms: 1 });
    const step = nextStep(share, START + 100);
    expect(step).toMatchObject({ kind: "go", isProbe: false });
    expect(nextStep(step.kind === "go" ? step.share : NO_SHARE, START + 100)).toEqual({ kind: "ask", request: FIRST });
    expect(nextStep(share, START + 300)).toEqual({ kind: "ask", request: FIRST });
  });

  test("is large where the limit is: a thousand busy chats ask for one call in twenty", () => {
    const callers = Array.from({ length: 1000 }, (_, n) => ({
      at: START + n,
      calls: 50,
      everyMs: 20,
      lateMs: punctual,
    }));
    const { served, asked } = serve(budgetOf(100_000), callers);
    expect(served).toHaveLength(50_000);
    expect(asked).toBeLessThan(2500);
  });
});

describe("a turn", () => {
  /** A budget without room, and its queue. */
  function crowded(queued: number): { budget: Budget; turns: Turn[] } {
    const budget = budgetOf(1);
    const answers = Array.from({ length: queued + 1 }, () => budget.lease(FIRST, START));
    return {
      budget,
      turns: answers.flatMap((answer) => (answer.kind === "wait" && answer.turn !== null ? [answer.turn] : [])),
    };
  }

  test("is later for each who comes, at the rate at which there is room", () => {
    const { turns } = crowded(3);
    expect(turns.map((turn) => turn - START)).toEqual([1200, 2420, 3640]);
  });

  test("is kept for whoever has it, also from those who come just then", () => {
    const { budget, turns } = crowded(3);
    const [first = 0, second = 0] = turns;
    expect(budget.lease(FIRST, first)).toMatchObject({ kind: "wait", afterMs: expect.any(Number) });
    expect(budget.lease({ turn: first, roundTripMs: 0 }, first)).toMatchObject({ kind: "lease", afterMs: 0 });
    expect(budget.lease({ turn: second, roundTripMs: 0 }, first)).toMatchObject({
      kind: "wait",
      turn: second,
      afterMs: Math.ceil(second - first),
    });
  });

  test("does not make anybody stay away for longer than a minute", () => {
    const { budget, turns } = crowded(200);
    const last = turns.at(-1) ?? 0;
    expect(last - START).toBeGreaterThan(200_000);
    expect(budget.lease({ turn: last, roundTripMs: 0 }, START)).toEqual({ kind: "wait", afterMs: 60_000, turn: last });
  });

  test("carries over a block of the whole bot: nobody calls before its end, and not all at once after it", () => {
    const budget = budgetOf();
    budget.report({ kind: "blocked", forMs: 10_000 }, START);
    const callers = Array.from({ length: 300 }, (_, n) => ({
      at: START + n * 20,
      calls: 1,
      everyMs: 0,
      lateMs: punctual,
    }));
    const { served, asked } = serve(budget, callers);
    expect(Math.min(...served.map(({ time }) => time)) - START).toBeGreaterThanOrEqual(10_000);
    expect(mostInASecond(served.map(({ time }) => time))).toBeLessThanOrEqual(45);
    expect(asked).toBeLessThan(3 * 300);
  });

  test("that was given before a block is spread anew after it", () => {
    const budget = budgetOf();
    const callers = Array.from({ length: 300 }, () => ({ at: START, calls: 1, everyMs: 0, lateMs: punctual }));
    budget.lease(FIRST, START);
    const turns = callers
      .map(() => budget.lease(FIRST, START))
      .flatMap((answer) => (answer.kind === "wait" ? [answer.turn] : []));
    expect(turns.length).toBeGreaterThan(200);
    budget.report({ kind: "blocked", forMs: 60_000 }, START + 500);
    const again = turns.map((turn) => budget.lease({ turn: turn, roundTripMs: 0 }, START + 20_000));
    const waits = again.map((answer) => answer.kind === "wait" && answer.afterMs);
    expect(new Set(waits).size).toBe(turns.length);
    expect(Math.min(...waits.map(Number))).toBeGreaterThanOrEqual(40_500 - NEAR_MS);
  });
});

test.each([
  ["50", true],
  ["100000", true],
  ["", true],
  ["0", false],
  ["-1", false],
  ["12.5", false],
  ["many", false],
])("DISCORD_REQUESTS_PER_SECOND may be %j: %s", (value, isValid) => {
  const read = readConfig({ DISCORD_REQUESTS_PER_SECOND: value });
  const named = read.ok ? [] : read.problems.map(({ name }) => name);
  expect(named.includes("DISCORD_REQUESTS_PER_SECOND")).toBe(!isValid);
});
