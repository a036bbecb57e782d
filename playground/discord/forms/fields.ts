import * as v from "valibot";
import { type FormErrors, refusals } from "../api-error.ts";

/**
 * Parses what the bot sent. Throws "Invalid Form Body" (50035) with the tree of `errors` that Discord gives.
 * Unknown keys are dropped, as Discord ignores them.
 */
export function parseForm<S extends v.GenericSchema>(schema: S, body: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  const errors: FormErrors = {};
  for (const issue of result.issues) {
    let node = errors;
    for (const step of issue.path ?? []) {
      const key = String(step.key);
      const next = node[key];
      node = next && !Array.isArray(next) ? next : addTo(node, key);
    }
    node._errors = [...(node._errors ?? []), complaint(issue)];
  }
  throw refusals.invalidForm(errors);
}

function addTo(node: FormErrors, key: string): FormErrors {
  const fresh: FormErrors = {};
  node[key] = fresh;
  return fresh;
}

/** A rule of our own: its message holds the code Discord gives and the text, with a bar between. */
export function rule(code: string, text: string): string {
  return `${code}|${text}`;
}

function complaint(issue: v.BaseIssue<unknown>): { code: string; message: string } {
  const [, code, ownText] = /^([A-Z_]+)\|(.+)$/.exec(issue.message) ?? [];
  if (code && ownText) return { code, message: ownText };
  if (issue.received === "undefined") return { code: "BASE_TYPE_REQUIRED", message: "This field is required" };
  switch (issue.type) {
    case "string":
      return { code: "STRING_TYPE_CONVERT", message: "Could not interpret value as string." };
    case "number":
    case "integer":
      return { code: "NUMBER_TYPE_COERCE", message: `Value ${issue.received} is not int.` };
    case "boolean":
      return { code: "BOOLEAN_TYPE_CONVERT", message: "Must be either true or false." };
    case "array":
      return { code: "LIST_TYPE_CONVERT", message: "Only iterables may be used in a ListType" };
    case "object":
    case "record":
      return { code: "DICT_TYPE_CONVERT", message: "Only dictionaries may be used in a DictType" };
    case "variant":
      return { code: "UNION_TYPE_CHOICES", message: `Value of field "type" must be one of (${issue.expected}).` };
    default:
      return { code: "BASE_TYPE_CHOICES", message: `Value must be one of ${issue.expected}.` };
  }
}

function lengthRule(min: number, max: number): string {
  return min === 0
    ? rule("BASE_TYPE_MAX_LENGTH", `Must be ${max} or fewer in length.`)
    : rule("BASE_TYPE_BAD_LENGTH", `Must be between ${min} and ${max} in length.`);
}

/**
 * A string of `min` to `max` characters. Counted in UTF-16 units, the strictest of the ways Discord might count: what
 * passes here passes there.
 */
export function text(min: number, max: number) {
  return v.pipe(
    v.string(),
    v.check((value) => value.length >= min && value.length <= max, lengthRule(min, max)),
  );
}

/** A list of `min` to `max` items. */
export function list<S extends v.GenericSchema>(item: S, min: number, max: number) {
  return v.pipe(
    v.array(item),
    v.check((value) => value.length >= min && value.length <= max, lengthRule(min, max)),
  );
}

/** A whole number from `min` to `max`. */
export function integer(min: number, max: number) {
  return v.pipe(
    v.number(),
    v.integer(),
    v.minValue(min, rule("NUMBER_TYPE_MIN", `int value should be greater than or equal to ${min}.`)),
    v.maxValue(max, rule("NUMBER_TYPE_MAX", `int value should be less than or equal to ${max}.`)),
  );
}

export const snowflake = v.pipe(
  v.string(),
  v.regex(/^\d{1,20}$/, rule("NUMBER_TYPE_COERCE", "Value is not snowflake.")),
);

export const webUrl = v.pipe(
  text(1, 2048),
  v.check(
    (value) => URL.canParse(value) && /^(https?|discord|attachment):$/.test(new URL(value).protocol),
    rule("URL_TYPE_INVALID_URL", "Not a well formed URL."),
  ),
);

/** The same value with all `null` and `undefined` properties left out: how Discord stores what it was given. */
export function withoutNulls<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_key, inner: unknown) => (inner === null ? undefined : inner))) as T;
}
