import * as v from "valibot";
import { problemsOf } from "../problems.ts";
import { type Settings, SettingsSchema } from "./settings.ts";

/** Settings that somebody wrote, checked; else what is wrong with them: each problem names the setting and what it must be. */
export type SettingsRead =
  | { readonly kind: "settings"; readonly settings: Settings }
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

/**
 * Checks settings as they come from a form. Nothing has a default here: whoever writes them has seen them all. `first` is the
 * number of the first in a list.
 */
export function readSettings(input: unknown, first: 0 | 1 = 0): SettingsRead {
  const result = v.safeParse(SettingsSchema, input);
  if (result.success) return { kind: "settings", settings: result.output };
  return { kind: "invalid", problems: problemsOf(result.issues, "settings", first) };
}
