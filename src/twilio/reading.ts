import type * as v from "valibot";

/** The fields of a webhook; where one is repeated, its last value. */
export type Form = Readonly<Record<string, string>>;

/** What a webhook's form turned out to be. */
export type Reading<T> =
  | T
  /** Nothing that concerns us. */
  | { readonly kind: "ignored" }
  /** It should concern us but cannot be understood; `problem` names the field. */
  | { readonly kind: "bad"; readonly problem: string };

export const IGNORED = { kind: "ignored" } as const;

/** Says which field of a form is missing or malformed, without repeating what it holds. */
export function badForm(form: Form, issues: readonly v.BaseIssue<unknown>[]): { kind: "bad"; problem: string } {
  const name = String(issues[0]?.path?.[0]?.key);
  return { kind: "bad", problem: `${name} is ${Object.hasOwn(form, name) ? "malformed" : "missing"}` };
}

/** Milliseconds since 1970 of a date in a form; `otherwise` when it is missing or no date. */
export function timeOf(date: string | null | undefined, otherwise: number): number {
  const time = Date.parse(date ?? "");
  return Number.isNaN(time) ? otherwise : time;
}
