import type { APIApplicationCommand, APIApplicationCommandOption } from "discord-api-types/v10";
import type { Modal } from "../forms/components.ts";
import type { Message } from "../world.ts";

type Values = Readonly<Record<string, unknown>>;
export type GivenOption = { readonly name: string; readonly type: number; readonly value: unknown };
export type UsableComponent = { readonly type: number; readonly custom_id: string };

/** String, integer, boolean, number: the options whose value is all that Discord sends. */
const SCALAR_OPTIONS = [3, 4, 5, 10];

/** What takes options: a command, or a subcommand of it. */
export type TakingOptions = { readonly name: string; readonly options?: readonly APIApplicationCommandOption[] };

const [SUBCOMMAND, SUBCOMMAND_GROUP] = [1, 2];

/**
 * The subcommand that `path` leads to, the command itself for an empty one. A command with subcommands cannot be used without
 * (docs: interactions/application-commands, "Subcommands and Subcommand Groups").
 */
export function takingOptions(command: APIApplicationCommand, path: readonly string[]): TakingOptions {
  let found: TakingOptions = command;
  for (const name of path) {
    const next = subcommandsOf(found).find((one) => one.name === name);
    if (!next) throw new Error(`/${command.name} has no subcommand ${path.join(" ")}`);
    found = next;
  }
  const offered = subcommandsOf(found).map(({ name }) => name);
  if (offered.length > 0) throw new Error(`/${command.name} needs one of: ${offered.join(", ")}`);
  return found;
}

/** What a use of a command carries: its options stand inside the subcommand. */
export function commandData(
  { id, name }: APIApplicationCommand,
  path: readonly string[],
  given: GivenOption[],
): object {
  const options = path.reduceRight<object[]>((inner, step, index) => {
    const type = path.length - index === 1 ? SUBCOMMAND : SUBCOMMAND_GROUP;
    return [{ type, name: step, ...(inner.length > 0 && { options: inner }) }];
  }, given);
  return { id, name, type: 1, ...(options.length > 0 && { options }) };
}

function subcommandsOf({ options = [] }: TakingOptions): TakingOptions[] {
  return options.filter(({ type }) => Number(type) === SUBCOMMAND || Number(type) === SUBCOMMAND_GROUP);
}

/** The options of a command as the member gave them, in the command's order; `partial` while the member still types. */
export function optionsOf(command: TakingOptions, values: Values, partial = false): GivenOption[] {
  const known = command.options ?? [];
  for (const name of Object.keys(values)) {
    if (!known.some((option) => option.name === name)) throw new Error(`/${command.name} has no option ${name}`);
  }
  return known.flatMap((option): GivenOption[] => {
    const value = values[option.name];
    if (value === undefined) {
      if (!partial && option.required) throw new Error(`/${command.name} needs ${option.name}`);
      return [];
    }
    if (!SCALAR_OPTIONS.includes(option.type))
      throw new Error(`the stand-in cannot fill in options of type ${option.type}`);
    return [{ name: option.name, type: option.type, value }];
  });
}

/** The button with this label or custom_id, or the select menu with this custom_id, that can be used now. */
export function findComponent(message: Message, kind: "button" | "select", name: string): UsableComponent {
  const all = (message.components ?? []).flatMap((component) => inside(component));
  const found = all.find((one) => {
    if ((kind === "button") !== (one.type === 2)) return false;
    return one.custom_id === name || (kind === "button" && one.label === name);
  });
  if (!found) {
    const offered = all.map((one) => one.label ?? one.custom_id).filter(Boolean);
    throw new Error(`message ${message.id} has no ${kind} ${name}; it offers: ${offered.join(", ") || "nothing"}`);
  }
  if (found.disabled || found.custom_id === undefined) throw new Error(`the ${kind} ${name} cannot be used`);
  return { type: found.type, custom_id: found.custom_id };
}

type Shown = { type: number; custom_id?: string; label?: string; disabled?: boolean };

function inside(component: object): Shown[] {
  const { components = [], accessory } = component as { components?: object[]; accessory?: object };
  return [component as Shown, ...components.flatMap(inside), ...(accessory ? inside(accessory) : [])];
}

/** What a filled-in form sends: values by custom_id, in the form's shape. Refuses what Discord's client would not send. */
export function submittedValues(modal: Modal, values: Values): object[] {
  return modal.components.map((top) => {
    if (top.type === 1) return { type: 1, id: 1, components: top.components.map((field) => submitted(field, values)) };
    if (top.type === 10) return { type: 10, id: 1 };
    return { type: 18, id: 1, component: submitted(top.component, values) };
  });
}

type Field =
  | Extract<Modal["components"][number], { type: 18 }>["component"]
  | Extract<Modal["components"][number], { type: 1 }>["components"][number];

function submitted(field: Field, values: Values): object {
  const value = values[field.custom_id];
  const common = { type: field.type, id: 1, custom_id: field.custom_id };
  switch (field.type) {
    case 4: {
      const text = value === undefined ? (field.value ?? "") : String(value);
      if (text === "" && field.required !== false) throw new Error(`the form needs ${field.custom_id}`);
      const [min, max] = [field.min_length ?? 0, field.max_length ?? 4000];
      if (text !== "" && (text.length < min || text.length > max)) {
        throw new Error(`${field.custom_id} takes ${min} to ${max} characters`);
      }
      return { ...common, value: text };
    }
    case 21:
      return { ...common, value: value ?? null };
    case 23:
      return { ...common, value: value ?? field.default ?? false };
    case 19:
      throw new Error("the stand-in cannot fill in file uploads");
    case 3:
    case 5:
    case 6:
    case 7:
    case 8:
    case 22:
      if (value === undefined && field.required !== false) throw new Error(`the form needs ${field.custom_id}`);
      return { ...common, values: value ?? [] };
  }
}
