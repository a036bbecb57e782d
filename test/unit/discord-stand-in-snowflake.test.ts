import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSnowflakes, isAfter, timeOf } from "../../playground/discord/snowflake.ts";

describe("the stand-in's ids", () => {
  test("rise strictly, also within one millisecond and when the clock steps back", () => {
    const times = fc.array(fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2035, 0) }), { minLength: 2 });
    fc.assert(
      fc.property(times, (clock) => {
        const ticks = clock.values();
        const nextId = createSnowflakes(() => Number(ticks.next().value));
        const ids = clock.map(() => nextId());
        expect(ids.every((id, n) => n === 0 || isAfter(id, ids[n - 1] ?? ""))).toBe(true);
        expect(ids.every((id) => /^\d{15,20}$/.test(id))).toBe(true);
      }),
    );
  });

  test("tell when they were given out", () => {
    const at = Date.parse("2026-11-02T12:00:00.123Z");
    expect(timeOf(createSnowflakes(() => at)())).toBe(at);
  });
});
