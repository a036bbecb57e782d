import type * as v from "valibot";

/**
 * What is wrong with an input, each problem with the name of its part: `products.0 must not be empty`. `whole` is what the
 * input itself is called; `first` is the number of the first in a list: programs count from 0, people from 1.
 */
export function problemsOf(issues: readonly v.BaseIssue<unknown>[], whole: string, first: 0 | 1 = 0): string[] {
  return issues.map((issue) => {
    const keys = issue.path?.map(({ key }) => (typeof key === "number" ? key + first : String(key))) ?? [];
    if (issue.type !== "strict_object") return `${keys.join(".") || whole} ${issue.message}`;
    if (keys.length === 0) return `${whole} must be a JSON object`;
    if (issue.expected === "never") return `${keys.join(".")} is not known: check its spelling, or leave it out`;
    return `${keys.join(".")} ${issue.received === "undefined" ? "is missing" : "must be an object"}`;
  });
}
