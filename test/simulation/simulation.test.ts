import { describe, expect, test } from "vitest";
import { Random } from "./random.ts";
import { REGRESSIONS } from "./regressions.ts";
import { complaintLines } from "./report.ts";
import { type Outcome, run } from "./run.ts";

describe("A history", () => {
  test("is the same, line by line, whenever its seed is the same", async () => {
    const [first, second] = [await run(7, 80), await run(7, 80)];
    expect(first.trace.length).toBeGreaterThan(500);
    expect(second).toEqual(first);
  });

  test("is another one with another seed", async () => {
    const [one, other] = [await run(7, 20), await run(8, 20)];
    expect(other.trace).not.toEqual(one.trace);
  });

  test("in which nothing goes wrong keeps every promise, without a single notice of a failure", async () => {
    const outcome = await run(3, 150, ["*"]);
    expect(complaintsOf(outcome)).toEqual([]);
    expect([...outcome.faults.keys()]).toEqual([]);
    expect(outcome.notices).toBe(0);
  });

  test.each([101, 102, 103, 104, 105, 106, 107, 108])("with seed %i keeps every promise", async (seed) => {
    expect(complaintsOf(await run(seed, 200))).toEqual([]);
  });
});

describe("A history that once broke a promise keeps it now:", () => {
  test.each(REGRESSIONS)("$why (seed $seed, $steps steps)", async ({ seed, steps }) => {
    expect(complaintsOf(await run(seed, steps))).toEqual([]);
  });
});

describe("Seeded numbers", () => {
  test("are the same for the same seed, and forks do not disturb each other", () => {
    const [a, b] = [new Random("seed"), new Random("seed")];
    const fork = b.fork("other");
    for (let n = 0; n < 10; n++) fork.next();
    expect(Array.from({ length: 20 }, () => a.next())).toEqual(Array.from({ length: 20 }, () => b.next()));
  });

  test("are spread evenly", () => {
    const random = new Random("spread");
    const counts = Array.from({ length: 10 }, () => 0);
    for (let n = 0; n < 10_000; n++) {
      const at = random.whole(0, 9);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

function complaintsOf(outcome: Outcome): readonly string[] {
  return complaintLines(outcome, []);
}
