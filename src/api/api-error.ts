import type * as v from "valibot";

export type ErrorStatus = 400 | 401 | 403 | 404 | 409 | 413 | 422;

/** A request that is not granted: what is wrong and what to do, for the program's author. */
export class ApiError extends Error {
  readonly status: ErrorStatus;
  readonly problems: readonly string[] | undefined;

  constructor(status: ErrorStatus, message: string, problems?: readonly string[]) {
    super(message);
    this.status = status;
    this.problems = problems;
  }
}

/** What is wrong with a part of a request, each problem with the name of its field. */
export function problemsWith(part: string, issues: readonly v.BaseIssue<unknown>[]): string[] {
  return issues.map((issue) => {
    const name = issue.path?.map(({ key }) => String(key)).join(".") ?? part;
    if (issue.type !== "strict_object" || !issue.path) return `${name} ${issue.path ? issue.message : MUST_BE_JSON}`;
    return `${name} ${issue.expected === "never" ? "is not known" : "is missing"}`;
  });
}

const MUST_BE_JSON = "must be a JSON object";
