import { isDay } from "../settings/day.ts";
import type { FieldDefinition, Settings } from "../settings/settings.ts";
import { type Case, type CaseFields, type CustomValue, isOver } from "./case.ts";

export const MAX_TITLE = 200;
export const MAX_DESCRIPTION = 10_000;
export const MAX_NOTE = 10_000;
export const MAX_TAG = 40;
export const MAX_TAGS = 20;
/** What Discord lets into the text of a modal that we ask for. */
export const MAX_RATING_COMMENT = 1_000;

/** A list of tags as it is kept: lower case, trimmed, each once, in alphabetical order. */
export function tidyTags(tags: readonly string[]): string[] {
  return [...new Set(tags.map((tag) => tag.trim().toLowerCase()).filter((tag) => tag !== ""))].sort();
}

/** What is wrong with fields that are to be set, each with its name; what a case already has is not questioned. */
export function problemsWithFields(set: Partial<CaseFields>, current: Case | null, settings: Settings): string[] {
  const { status, title, description, tags, product, fields } = set;
  return [
    ...(current === null && status !== undefined && isOver(status)
      ? ["status of a new case must be open, pending or elevated"]
      : []),
    ...(title === undefined ? [] : textProblem("title", title.trim(), MAX_TITLE)),
    ...(description === undefined ? [] : lengthProblem("description", description, MAX_DESCRIPTION)),
    ...(tags === undefined ? [] : tagProblems(tags)),
    ...(product == null || product === current?.product || settings.products.includes(product)
      ? []
      : [`product must be one of ${settings.products.join(", ") || "those in the settings, which name none"}`]),
    ...(fields === undefined ? [] : customProblems(fields, current?.fields ?? {}, settings.fields)),
  ];
}

/** What is wrong with a text that must say something: one problem or none. */
export function textProblem(name: string, text: string, max: number): string[] {
  return text.trim() === "" ? [`${name} must not be empty`] : lengthProblem(name, text, max);
}

function lengthProblem(name: string, text: string, max: number): string[] {
  return text.length > max ? [`${name} must have at most ${max} characters`] : [];
}

function tagProblems(tags: readonly string[]): string[] {
  return [
    ...(tags.length > MAX_TAGS ? [`tags must be at most ${MAX_TAGS}`] : []),
    ...(tags.some((tag) => tag.length > MAX_TAG || tag.includes("\n"))
      ? [`tags must have at most ${MAX_TAG} characters each, in one line`]
      : []),
  ];
}

function customProblems(
  fields: CaseFields["fields"],
  current: CaseFields["fields"],
  definitions: readonly FieldDefinition[],
): string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (current[name] === value) return [];
    const definition = definitions.find((one) => one.name === name);
    if (!definition) {
      const known = definitions.map((one) => one.name).join(", ") || "none";
      return [`fields.${name} is not defined in the settings: leave it out, or use one of those that are (${known})`];
    }
    const problem = valueProblem(definition, value);
    return problem === null ? [] : [`fields.${name} ${problem}`];
  });
}

function valueProblem(definition: FieldDefinition, value: CustomValue): string | null {
  switch (definition.type) {
    case "text":
      return typeof value === "string" && value.length <= 1000 ? null : "must be a text of at most 1000 characters";
    case "number":
      return typeof value === "number" && Number.isFinite(value) ? null : "must be a number";
    case "date":
      return typeof value === "string" && isDay(value) ? null : "must be a day such as 2026-12-24";
    case "yes-no":
      return typeof value === "boolean" ? null : "must be yes or no";
    case "choice":
      return typeof value === "string" && definition.choices.includes(value)
        ? null
        : `must be one of ${definition.choices.join(", ")}`;
  }
}
