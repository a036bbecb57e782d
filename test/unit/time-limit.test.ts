import { describe, expect, test } from "vitest";
import { TimeLimit } from "../../src/outside/time-limit.ts";

/** A time limit of ten seconds, whose timer is moved by hand. */
function create() {
  const timers: { readonly ms: number; readonly pass: () => void }[] = [];
  const limit = new TimeLimit(10_000, (ms) => new Promise((pass) => timers.push({ ms, pass })));
  const ring = async () => {
    timers.shift()?.pass();
    for (let turns = 0; turns < 10; turns++) await Promise.resolve();
  };
  /** What became of a piece of work that is never done. */
  const endless = () => {
    const fate = { is: "under way" };
    limit.on(new Promise(() => undefined)).catch((error: Error) => {
      fate.is = error.message;
    });
    return fate;
  };
  return { limit, timers, ring, endless };
}

describe("work with a time limit", () => {
  test("ends as it ends by itself when that is soon enough", async () => {
    const { limit } = create();
    expect(await limit.on(Promise.resolve("done"))).toBe("done");
    await expect(limit.on(Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  });

  test("is given up after half the limit at the earliest, after the whole at the latest", async () => {
    const { ring, endless } = create();
    const first = endless();
    await ring();
    expect(first.is).toBe("under way");
    const second = endless();
    await ring();
    expect([first.is, second.is]).toEqual(["not done within 10000 ms", "under way"]);
    await ring();
    expect(second.is).toBe("not done within 10000 ms");
  });

  test("shares one timer, which stops when nothing is under way", async () => {
    const { limit, timers, ring, endless } = create();
    for (let n = 0; n < 3; n++) endless();
    await limit.on(Promise.resolve());
    expect(timers.map(({ ms }) => ms)).toEqual([5000]);
    await ring();
    await ring();
    expect(timers).toEqual([]);
    endless();
    expect(timers).toHaveLength(1);
  });
});
