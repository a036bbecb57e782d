import type * as v from "valibot";

/** What is wrong with a request's body, each problem with the name of its field. `expected` says what a body is at all. */
export function problemsOf(issues: readonly v.BaseIssue<unknown>[], expected: string): string {
  return issues
    .map(({ path, message }) => (path ? `${path.map(({ key }) => String(key)).join(".")} ${message}` : expected))
    .join("; ");
}
