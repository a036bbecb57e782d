import { expect, test } from "vitest";
import { areaUnderRoc, discountedGain, meanReciprocalRank, successAt } from "../../scripts/lib/retrieval-metrics.ts";

const ranking = (relevant: string, found: string) => ({ relevant: [...relevant], found: [...found], confidence: 0 });
const rankings = [ranking("a", "abc"), ranking("a", "bca"), ranking("a", "bcdefghijka"), ranking("ab", "cab")];

test("success at n is the share with a right article among the first n", () => {
  expect(successAt(1, rankings)).toBe(1 / 4);
  expect(successAt(3, rankings)).toBe(3 / 4);
  expect(successAt(1, [])).toBe(0);
});

test("the reciprocal rank is 1 for the first place, 1/2 for the second, 0 below the tenth", () => {
  expect(meanReciprocalRank(rankings)).toBeCloseTo((1 + 1 / 3 + 0 + 1 / 2) / 4, 10);
});

test("the discounted gain is 1 when all right articles come first", () => {
  expect(discountedGain([ranking("ab", "bac")])).toBe(1);
  expect(discountedGain([ranking("a", "ba")])).toBeCloseTo(1 / Math.log2(3), 10);
  const gain = 1 / Math.log2(3) + 1 / Math.log2(4);
  expect(discountedGain([ranking("ab", "cab")])).toBeCloseTo(gain / (1 + 1 / Math.log2(3)), 10);
});

test("the area under the ROC curve is how often a query with an answer is the surer one", () => {
  expect(areaUnderRoc([0.9, 0.8], [0.1, 0.2])).toBe(1);
  expect(areaUnderRoc([0.1, 0.2], [0.9, 0.8])).toBe(0);
  expect(areaUnderRoc([0.5], [0.5])).toBe(0.5);
  expect(areaUnderRoc([0.3, 0.9], [0.1, 0.5])).toBe(0.75);
  expect(areaUnderRoc([], [0.5])).toBeNull();
  expect(areaUnderRoc([0.5], [])).toBeNull();
});
