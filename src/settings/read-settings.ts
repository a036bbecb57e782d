import * as v from "valibot";
import { type Settings, SettingsSchema } from "./settings.ts";

/** Settings that somebody wrote, checked; else what is wrong with them: each problem names the setting and what it must be. */
export type SettingsRead =
  | { readonly kind: "settings"; readonly settings: Settings }
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

/** Checks settings as they come from a form or a program. Nothing has a default here: whoever writes them has seen them all. */
export function readSettings(input: unknown): SettingsRead {
  const result = v.safeParse(SettingsSchema, input);
  if (result.success) return { kind: "settings", settings: result.output };
  return { kind: "invalid", problems: result.issues.map(problemOf) };
}

/** Places in lists are counted from 0, as programs do: `products.0`. */
function problemOf(issue: v.BaseIssue<unknown>): string {
  const name = v.getDotPath(issue) ?? "settings";
  if (issue.type !== "strict_object") return `${name} ${issue.message}`;
  if (issue.expected === "never") return `${name} is no setting: check its spelling, or leave it out`;
  if (issue.received === "undefined") return `${name} is missing: give it, null where that is allowed`;
  return `${name} must be an object`;
}
