import { isDeepStrictEqual, styleText } from "node:util";

/** What was checked, and what of it was not as it should be. */
export class Checks {
  readonly #passed: string[] = [];
  readonly #failed: string[] = [];

  get ok(): boolean {
    return this.#failed.length === 0;
  }

  /** `what` says in plain words what holds when `actual` equals `expected`. */
  equal(what: string, actual: unknown, expected: unknown): void {
    if (isDeepStrictEqual(actual, expected)) this.#passed.push(what);
    else this.#failed.push(`${what}\n    expected ${JSON.stringify(expected)}\n    found    ${JSON.stringify(actual)}`);
  }

  /** A failure that ended the story before its end. */
  abort(reason: string): void {
    this.#failed.push(reason);
  }

  /** The result for people, a line or more each. */
  report(): string[] {
    return [
      ...this.#passed.map((what) => `  ${styleText("green", "✓")} ${what}`),
      ...this.#failed.map((what) => `  ${styleText("red", "✗")} ${what}`),
      "",
      this.ok
        ? `All ${this.#passed.length} checks passed.`
        : `${this.#failed.length} failed, ${this.#passed.length} passed.`,
    ];
  }
}
