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
