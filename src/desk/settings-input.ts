import { PRIORITIES, type Priority } from "../cases/case.ts";
import { readSettings, type SettingsRead } from "../settings/read-settings.ts";
import type { FieldDefinition, Settings } from "../settings/settings.ts";

/** Settings as they stand in a form: texts, as they were typed. */
export type SettingsInput = {
  readonly hasHours: boolean;
  readonly timeZone: string;
  readonly openings: readonly { readonly days: readonly string[]; readonly from: string; readonly to: string }[];
  /** A day a line. */
  readonly holidays: string;
  readonly targets: Readonly<Record<Priority, { readonly firstResponse: Span; readonly resolution: Span }>>;
  readonly staffChannel: string;
  readonly reopenDays: string;
  readonly products: readonly string[];
  readonly fields: readonly {
    readonly name: string;
    readonly label: string;
    readonly type: string;
    /** One a line. */
    readonly choices: string;
  }[];
  readonly cannedReplies: readonly { readonly title: string; readonly text: string }[];
};

/** A length of time with its unit. */
export type Span = { readonly amount: string; readonly unit: string };

/** Minutes in each unit that a target may be given in. */
export const UNIT_MINUTES: Readonly<Record<string, number>> = { minutes: 1, hours: 60 };

/** What a form shows of settings. */
export function inputOfSettings(settings: Settings): SettingsInput {
  const { businessHours: hours, targets, staffChannel, reopenDays, products, fields, cannedReplies } = settings;
  return {
    hasHours: hours !== null,
    timeZone: hours?.timeZone ?? "UTC",
    openings: (hours?.openings ?? [{ days: [1, 2, 3, 4, 5], from: "09:00", to: "17:00" }]).map((one) => ({
      ...one,
      days: one.days.map(String),
    })),
    holidays: hours?.holidays.join("\n") ?? "",
    targets: forEachPriority((priority) => ({
      firstResponse: spanOf(targets[priority].firstResponse),
      resolution: spanOf(targets[priority].resolution),
    })),
    staffChannel: staffChannel ?? "",
    reopenDays: String(reopenDays),
    products,
    fields: fields.map((one) => ({ ...one, choices: one.type === "choice" ? one.choices.join("\n") : "" })),
    cannedReplies,
  };
}

/** What was typed into the form. Rows are numbered in the names of their fields: `openings.0.from`; empty ones count for nothing. */
export function readSettingsInput(form: FormData): SettingsInput {
  const text = (name: string) => textOf(form.get(name));
  const rows = (list: string) => rowNumbers(form, list).map((number) => `${list}.${number}`);
  return {
    hasHours: form.get("hasHours") === "yes",
    timeZone: text("timeZone").trim(),
    openings: rows("openings")
      .map((row) => ({
        days: form.getAll(`${row}.days`).map(textOf),
        from: text(`${row}.from`),
        to: text(`${row}.to`),
      }))
      .filter(({ days, from, to }) => days.length > 0 || from !== "" || to !== ""),
    holidays: text("holidays"),
    targets: forEachPriority((priority) => ({
      firstResponse: readSpan(text, `targets.${priority}.firstResponse`),
      resolution: readSpan(text, `targets.${priority}.resolution`),
    })),
    staffChannel: text("staffChannel").trim(),
    reopenDays: text("reopenDays").trim(),
    products: form
      .getAll("products")
      .map((product) => textOf(product).trim())
      .filter((product) => product !== ""),
    fields: rows("fields")
      .map((row) => ({
        name: text(`${row}.name`).trim(),
        label: text(`${row}.label`).trim(),
        type: text(`${row}.type`),
        choices: text(`${row}.choices`),
      }))
      .filter(({ name, label, choices }) => `${name}${label}${choices}` !== ""),
    cannedReplies: rows("cannedReplies")
      .map((row) => ({ title: text(`${row}.title`).trim(), text: text(`${row}.text`).trim() }))
      .filter(({ title, text }) => `${title}${text}` !== ""),
  };
}

/** The settings that were typed, or what is wrong with them: rows as people count them, from 1. */
export function settingsOfInput(input: SettingsInput): SettingsRead {
  const typed = {
    businessHours: input.hasHours
      ? {
          timeZone: input.timeZone,
          openings: input.openings.map((one) => ({ ...one, days: one.days.map(Number) })),
          holidays: linesOf(input.holidays),
        }
      : null,
    targets: forEachPriority((priority) => ({
      firstResponse: minutesOf(input.targets[priority].firstResponse),
      resolution: minutesOf(input.targets[priority].resolution),
    })),
    staffChannel: input.staffChannel === "" ? null : input.staffChannel,
    reopenDays: input.reopenDays === "" ? Number.NaN : Number(input.reopenDays),
    products: input.products,
    fields: input.fields.map(({ name, label, type, choices }) =>
      type === "choice" ? { name, label, type, choices: linesOf(choices) } : { name, label, type },
    ),
    cannedReplies: input.cannedReplies,
  };
  return readSettings(typed, 1);
}

/** The types that a custom field may have, with their names. */
export const FIELD_TYPES: readonly (readonly [FieldDefinition["type"], string])[] = [
  ["text", "Text"],
  ["number", "Number"],
  ["date", "Date"],
  ["yes-no", "Yes or no"],
  ["choice", "Choice"],
];

function spanOf(minutes: number | null): Span {
  if (minutes === null) return { amount: "", unit: "hours" };
  return minutes % 60 === 0
    ? { amount: String(minutes / 60), unit: "hours" }
    : { amount: String(minutes), unit: "minutes" };
}

function readSpan(text: (name: string) => string, name: string): Span {
  return { amount: text(`${name}.amount`).trim(), unit: text(`${name}.unit`) };
}

function minutesOf({ amount, unit }: Span): number | null {
  return amount === "" ? null : Number(amount) * (UNIT_MINUTES[unit] ?? Number.NaN);
}

function forEachPriority<T>(make: (priority: Priority) => T): Record<Priority, T> {
  return Object.fromEntries(PRIORITIES.map((priority) => [priority, make(priority)])) as Record<Priority, T>;
}

/** The numbers of a list's rows, in the order of the form. */
function rowNumbers(form: FormData, list: string): string[] {
  const names = [...form.keys()].flatMap((name) => {
    const [head, number] = name.split(".");
    return head === list && number !== undefined ? [number] : [];
  });
  return [...new Set(names)];
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Browsers send the lines of a text area with CR LF. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value.replaceAll("\r\n", "\n") : "";
}
