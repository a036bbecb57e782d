import * as v from "valibot";
import { expect, test } from "vitest";
import { nameAsText } from "../../src/discord/names.ts";
import { snowflake, snowflakeAt } from "../../src/discord/snowflake.ts";

test("a snowflake is 15 to 20 digits of text; a number would have lost its last digits", () => {
  const accepts = (value: unknown) => v.is(snowflake(), value);
  for (const id of ["1".repeat(15), "175928847299117063", "1".repeat(20)]) expect(accepts(id)).toBe(true);
  for (const value of ["1".repeat(14), "1".repeat(21), "17592884729911706x", "x75928847299117063", "", null])
    expect(accepts(value)).toBe(false);
  expect(accepts(175_928_847_299_117_060)).toBe(false);
});

test("the lowest id of a moment is the one that Discord's documents work out", () => {
  // 175928847299117063 was made at 2016-04-30 11:18:25.796 UTC, as worker 1, process 0, number 7.
  const made = Date.UTC(2016, 3, 30, 11, 18, 25, 796);
  expect(snowflakeAt(made)).toBe(String((175_928_847_299_117_063n >> 22n) << 22n));
  expect(snowflakeAt(Date.UTC(2015, 0, 1))).toBe("0");
});

test("a name that fits is written whole, one that does not ends with a sign of it", () => {
  expect(nameAsText("x".repeat(80), 80)).toBe("x".repeat(80));
  expect(nameAsText("x".repeat(81), 80)).toBe(`${"x".repeat(79)}…`);
  expect(nameAsText("*".repeat(40), 80)).toBe("\\*".repeat(40));
});
