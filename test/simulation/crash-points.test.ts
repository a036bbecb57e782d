import { beforeAll, describe, expect, test } from "vitest";
import { FLOWS } from "./crash-flows.ts";
import { play, type Report } from "./crash-points.ts";
import { tryAllCrashPoints } from "./crash-pool.ts";

const NAMES = Object.keys(FLOWS);
/** Far fewer than there are, so that flows may change, and far more than are left when counting them goes wrong. */
const FEWEST_POINTS = 1000;
const FEWEST_POINTS_OF_A_FLOW = 15;

describe("A flow without a crash", () => {
  test.each(NAMES)("comes to the same end each time, and breaks no promise: %s", async (name) => {
    const flow = FLOWS[name];
    if (!flow) throw new Error("there is no such flow");
    const [first, second] = [await play(flow, {}), await play(flow, {})];
    expect(first.end.complaints).toEqual([]);
    expect(first.end.unsettled).toEqual([]);
    expect(second.end).toEqual(first.end);
  });
});

describe("An instance that dies, wherever it stores, calls or gets an answer, changes nothing in the end", () => {
  let reports: readonly Report[] = [];

  beforeAll(async () => {
    reports = await tryAllCrashPoints(NAMES);
    for (const { flow, size, points, runs, others, failures } of reports) {
      const { turns, commits, calls } = size;
      const figures = `${turns} turns, ${commits} commits, ${calls} calls: ${points} points, ${runs} runs`;
      console.log(`${flow}: ${figures}, ${others} with another good end, ${failures.length} failed`);
    }
  }, 300_000);

  test.each(NAMES)("in the flow: %s", (name) => {
    const report = reports.find(({ flow }) => flow === name);
    expect(report?.failures.map(told)).toEqual([]);
    expect(report?.points).toBeGreaterThanOrEqual(FEWEST_POINTS_OF_A_FLOW);
    expect(report?.runs).toBe(2 * (report?.points ?? 0));
  });

  test("at more than a thousand points", () => {
    expect(reports.reduce((sum, { points }) => sum + points, 0)).toBeGreaterThanOrEqual(FEWEST_POINTS);
  });
});

function told({ point, differences, trace }: Report["failures"][number]): string {
  return [point, ...differences.map((one) => `  ${one}`), ...trace.map((line) => `    ${line}`)].join("\n");
}
