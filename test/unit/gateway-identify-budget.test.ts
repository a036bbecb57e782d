import fc from "fast-check";
import { expect, test } from "vitest";
import { IDENTIFY_CEILING, nextIdentifyAt, recentIdentifies } from "../../src/discord/gateway/identify-budget.ts";

const NOW = Date.UTC(2026, 2, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Identifies at the earliest allowed time, over and over, until `until`. */
function identifyGreedily(until: number): number[] {
  let identifies: readonly number[] = [];
  const all: number[] = [];
  for (let at = NOW; at < until; ) {
    identifies = [...recentIdentifies(identifies, at), at];
    all.push(at);
    at = nextIdentifyAt(identifies, at);
  }
  return all;
}

test("the first Identify is free", () => {
  expect(nextIdentifyAt([], NOW)).toBe(NOW);
});

test("pauses double from five seconds to fifteen minutes", () => {
  const pauses = identifyGreedily(NOW + 50 * MINUTE).map((at, index, all) => at - (all[index - 1] ?? at));
  expect(pauses.slice(1)).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 900].map((seconds) => seconds * 1000));
});

test("an hour without trouble forgives", () => {
  const identifies = [NOW - 2 * HOUR, NOW - 2 * HOUR + 5000, NOW - 2 * HOUR + 15_000];
  expect(nextIdentifyAt(identifies, NOW)).toBe(NOW);
});

test("only the Identifies of the last hour lengthen the pause", () => {
  const old = [NOW - HOUR, NOW - HOUR - 1, NOW - 2 * HOUR].sort((a, b) => a - b);
  expect(nextIdentifyAt([...old, NOW - 1000], NOW)).toBe(NOW - 1000 + 5000);
  expect(nextIdentifyAt([...old, NOW - HOUR + 1, NOW - 1000], NOW)).toBe(NOW - 1000 + 10_000);
});

test("an Identify counts for 24 hours, to the millisecond", () => {
  expect(recentIdentifies([NOW - 24 * HOUR, NOW - 24 * HOUR + 1, NOW], NOW)).toEqual([NOW - 24 * HOUR + 1, NOW]);
});

test("at the ceiling the oldest of 24 hours must expire first", () => {
  const spread = Array.from({ length: IDENTIFY_CEILING }, (_, index) => NOW - 23 * HOUR + index * 8 * MINUTE);
  expect(nextIdentifyAt(spread, NOW)).toBe(NOW + HOUR);
});

test("a shard that fails for three days stays far below Discord's 1,000 Identifies in any 24 hours", () => {
  const all = identifyGreedily(NOW + 72 * HOUR);
  for (const end of all)
    expect(
      recentIdentifies(
        all.filter((at) => at <= end),
        end,
      ).length,
    ).toBeLessThanOrEqual(IDENTIFY_CEILING);
  expect(all.length).toBeGreaterThan(72);
});

test("whatever happened before, one who waits until the time given never exceeds the ceiling", () => {
  const history = fc
    .array(fc.integer({ min: 0, max: 24 * HOUR }), { maxLength: 2 * IDENTIFY_CEILING })
    .map((ages) => ages.map((age) => NOW - age).sort((a, b) => a - b));
  fc.assert(
    fc.property(history, (identifies) => {
      const at = nextIdentifyAt(identifies, NOW);
      expect(at).toBeGreaterThanOrEqual(NOW);
      expect(recentIdentifies(identifies, at).length).toBeLessThan(IDENTIFY_CEILING);
      expect(nextIdentifyAt(identifies, at)).toBe(at);
    }),
  );
});
