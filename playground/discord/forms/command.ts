import * as v from "valibot";
import { formError, refusals } from "../api-error.ts";
import { integer, list, parseForm, rule, text } from "./fields.ts";

/** docs: interactions/application-commands, "Application Command Naming"; no capital letters. */
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
/** docs: reference, "Locales", with `ar` and `he` of the OpenAPI document. */
const LOCALES =
  "id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN ja zh-TW ko ar he".split(
    " ",
  );
const COMMAND_TOTAL = 8000;

const slashName = v.pipe(
  text(1, 32),
  v.check(
    (value) => NAME.test(value) && value === value.toLowerCase(),
    rule("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid"),
  ),
);
const locale = v.picklist(LOCALES);
const localizedNames = v.nullish(v.record(locale, v.nullable(slashName)));
const localizedTexts = v.nullish(v.record(locale, v.nullable(text(1, 100))));

const choice = v.object({
  name: text(1, 100),
  name_localizations: v.nullish(v.record(locale, v.nullable(text(1, 100)))),
  value: v.union([text(0, 100), v.number()]),
});
const optionBase = {
  name: slashName,
  name_localizations: localizedNames,
  description: text(1, 100),
  description_localizations: localizedTexts,
};
/** Types 3–11: string, integer, boolean, user, channel, role, mentionable, number, attachment. */
const plainOption = v.object({
  type: v.picklist([3, 4, 5, 6, 7, 8, 9, 10, 11]),
  ...optionBase,
  required: v.nullish(v.boolean()),
  autocomplete: v.nullish(v.boolean()),
  choices: v.nullish(list(choice, 0, 25)),
  channel_types: v.nullish(v.array(v.number())),
  min_value: v.nullish(v.number()),
  max_value: v.nullish(v.number()),
  min_length: v.nullish(integer(0, 6000)),
  max_length: v.nullish(integer(1, 6000)),
});
const subcommand = v.object({ type: v.literal(1), ...optionBase, options: v.nullish(list(plainOption, 0, 25)) });
const subcommandGroup = v.object({ type: v.literal(2), ...optionBase, options: v.nullish(list(subcommand, 0, 25)) });

const command = v.object({
  type: v.nullish(v.picklist([1, 2, 3]), 1),
  name: text(1, 32),
  name_localizations: v.nullish(v.record(locale, v.nullable(text(1, 32)))),
  description: v.nullish(text(0, 100), ""),
  description_localizations: localizedTexts,
  options: v.nullish(list(v.variant("type", [plainOption, subcommand, subcommandGroup]), 0, 25)),
  default_member_permissions: v.nullish(v.string()),
  dm_permission: v.nullish(v.boolean()),
  contexts: v.nullish(list(v.picklist([0, 1, 2]), 1, 3)),
  integration_types: v.nullish(list(v.picklist([0, 1]), 1, 2)),
  nsfw: v.nullish(v.boolean()),
});
export type CommandForm = v.InferOutput<typeof command>;

/** One command as `POST …/commands` takes it. */
export function parseCommand(body: unknown): CommandForm {
  const form = parseForm(command, body);
  checkCommand(form, []);
  return form;
}

/** All commands at once, as `PUT …/commands` takes them. */
export function parseCommands(body: unknown): CommandForm[] {
  const forms = parseForm(v.array(command), body);
  forms.forEach((form, index) => {
    checkCommand(form, [String(index)]);
  });
  const keys = forms.map(({ type, name }) => `${type} ${name}`);
  const twice = keys.findIndex((key, index) => keys.indexOf(key) !== index);
  if (twice >= 0) {
    const message = "Application command names must be unique";
    throw refusals.invalidForm(formError([String(twice), "name"], "APPLICATION_COMMANDS_DUPLICATE_NAME", message));
  }
  const tooMany = (
    [
      [1, 100],
      [2, 15],
      [3, 15],
    ] as const
  ).some(([type, most]) => forms.filter((form) => form.type === type).length > most);
  if (tooMany) {
    throw refusals.invalidForm(
      formError([], "APPLICATION_COMMAND_TOO_MANY", "Maximum number of application commands reached."),
    );
  }
  return forms;
}

function checkCommand(form: CommandForm, path: readonly string[]): void {
  const refuse = (at: string, code: string, message: string) => {
    throw refusals.invalidForm(formError([...path, at], code, message));
  };
  if (form.type === 1) {
    if (!v.is(slashName, form.name)) refuse("name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
    if (!form.description) refuse("description", "BASE_TYPE_REQUIRED", "This field is required");
    const optional = (form.options ?? []).findIndex((option) => !("required" in option && option.required));
    const late = (form.options ?? []).findIndex(
      (option, index) => index > optional && "required" in option && option.required,
    );
    if (optional >= 0 && late >= 0) {
      refuse(
        "options",
        "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        "Required options must be placed before non-required options",
      );
    }
  } else if (form.description) {
    refuse("description", "APPLICATION_COMMAND_INVALID_DESCRIPTION", "Context menu commands cannot have a description");
  }
  if (longest(form) > COMMAND_TOTAL) {
    refuse("name", "APPLICATION_COMMAND_TOO_LARGE", `Command exceeds maximum size (${COMMAND_TOTAL})`);
  }
}

/** Characters of name, description and values of a command and all its options, each in its longest language. */
function longest(node: object): number {
  let sum = 0;
  const of = (value: unknown) => (typeof value === "string" ? value.length : 0);
  const entries: Record<string, unknown> = { ...node };
  for (const key of ["name", "description"]) {
    const others = Object.values(entries[`${key}_localizations`] ?? {});
    sum += Math.max(of(entries[key]), ...others.map(of));
  }
  sum += of(entries.value);
  for (const key of ["options", "choices"]) {
    const inner = entries[key];
    if (Array.isArray(inner)) for (const child of inner) sum += longest(child as object);
  }
  return sum;
}
