import { CASE_KINDS, type Case, type CaseFields, type CustomValue, type History, PRIORITIES } from "../cases/case.ts";
import { tidyTags } from "../cases/fields.ts";
import type { StaffIdentity } from "../conversation/ids.ts";
import type { FieldDefinition, Settings } from "../settings/settings.ts";

/** A case's fields as they stand in a form: texts, as they were typed. Custom fields are called `fields.NAME`. */
export type CaseInput = Readonly<Record<string, string>>;

type Editable = Omit<CaseFields, "status">;

/** What a form shows of a case. */
export function inputOf(one: Editable, settings: Settings): CaseInput {
  const { kind, priority, assignee, product, tags, fields, title, description } = one;
  const custom = settings.fields.map(({ name }) => [`fields.${name}`, customText(fields[name])] as const);
  return {
    title,
    description,
    kind,
    priority,
    assignee: assignee ?? "",
    product: product ?? "",
    tags: tags.join(", "),
    ...Object.fromEntries(custom),
  };
}

/** What was typed into a form; fields that it did not have stay as they are in `current`. */
export function readInput(form: FormData, current: CaseInput): CaseInput {
  return Object.fromEntries(
    Object.entries(current).map(([name, before]) => {
      const typed = form.get(name);
      // Browsers send the lines of a text area with CR LF.
      return [name, typeof typed === "string" ? typed.replaceAll("\r\n", "\n") : before];
    }),
  );
}

/** What a form asks for: fields for the case book, which checks them, or what it cannot even be asked. */
export type ReadFields =
  | { readonly kind: "fields"; readonly set: Editable }
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

/** The fields that were typed. `current`: custom fields that the settings do not define any more stay. */
export function fieldsOfInput(input: CaseInput, settings: Settings, current: CaseFields["fields"] = {}): ReadFields {
  const text = (name: string) => input[name] ?? "";
  const kind = CASE_KINDS.find((one) => one === text("kind"));
  const priority = PRIORITIES.find((one) => one === text("priority"));
  if (!kind || !priority) {
    const problems = [
      ...(kind ? [] : [`kind must be one of ${CASE_KINDS.join(", ")}`]),
      ...(priority ? [] : [`priority must be one of ${PRIORITIES.join(", ")}`]),
    ];
    return { kind: "invalid", problems };
  }
  const defined = new Set(settings.fields.map(({ name }) => name));
  const kept = Object.entries(current).filter(([name]) => !defined.has(name));
  const typed = settings.fields.flatMap((definition): [string, CustomValue][] => {
    const value = customValue(definition, text(`fields.${definition.name}`));
    return value === null ? [] : [[definition.name, value]];
  });
  return {
    kind: "fields",
    set: {
      title: text("title"),
      description: text("description"),
      kind,
      priority,
      assignee: text("assignee") === "" ? null : (text("assignee") as StaffIdentity),
      product: text("product") === "" ? null : text("product"),
      tags: tidyTags(text("tags").split(",")),
      fields: Object.fromEntries([...kept, ...typed]),
    },
  };
}

function customText(value: CustomValue | undefined): string {
  if (value === undefined) return "";
  return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
}

/** What cannot be read stays a text: the rules then say what is wrong with it. */
function customValue({ type }: FieldDefinition, text: string): CustomValue | null {
  if (text.trim() === "") return null;
  switch (type) {
    case "number":
      return Number.isFinite(Number(text)) ? Number(text) : text;
    case "yes-no":
      return text === "yes" ? true : text === "no" ? false : text;
    case "text":
    case "date":
    case "choice":
      return text;
  }
}

/** What two people made of the same case. */
export type Merged = {
  /** What to show: what was typed where something was typed, else what the case is now. */
  readonly input: CaseInput;
  /** Where both wrote something different: what the case is now. */
  readonly clashes: CaseInput;
};

/** Brings together what was typed over an older version of a case with what others have done since. */
export function mergeInputs(before: CaseInput, typed: CaseInput, now: CaseInput): Merged {
  const same = (name: string, one: string | undefined, other: string | undefined) =>
    name === "tags" ? tagsOf(one) === tagsOf(other) : one === other;
  const names = Object.keys(now);
  const untouched = new Set(names.filter((name) => same(name, typed[name], before[name])));
  return {
    input: Object.fromEntries(names.map((name) => [name, (untouched.has(name) ? now : typed)[name] ?? ""])),
    clashes: Object.fromEntries(
      names
        .filter(
          (name) => !untouched.has(name) && !same(name, now[name], before[name]) && !same(name, now[name], typed[name]),
        )
        .map((name) => [name, now[name] ?? ""]),
    ),
  };
}

function tagsOf(text: string | undefined): string {
  return tidyTags((text ?? "").split(",")).join(",");
}

/** The case as it was before these entries of its history, as far as forms show it. */
export function caseBefore(current: Case, since: readonly History[]): Case {
  let one = current;
  for (const entry of since.toReversed()) {
    if (entry.what !== "field") continue;
    const { field, before } = entry;
    one = field.startsWith("fields.")
      ? { ...one, fields: withValue(one.fields, field.slice("fields.".length), before as CustomValue | null) }
      : { ...one, [field]: before };
  }
  return one;
}

function withValue(fields: CaseFields["fields"], name: string, value: CustomValue | null): CaseFields["fields"] {
  const { [name]: _, ...others } = fields;
  return value === null ? others : { ...others, [name]: value };
}
