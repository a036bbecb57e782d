import * as v from "valibot";
import { formError, refusals } from "../api-error.ts";
import { integer, list, rule, snowflake, text, webUrl } from "./fields.ts";

/** Limits of docs: components/reference. Numbers in `type` are Discord's component types. */
const customId = text(1, 100);
const id = v.nullish(integer(0, 2 ** 31 - 1));
const emoji = v.nullish(
  v.object({ id: v.nullish(snowflake), name: v.nullish(text(0, 32)), animated: v.nullish(v.boolean()) }),
);

/** Styles 1–4 carry a custom_id, 5 a link, 6 a SKU. */
const button = v.pipe(
  v.object({
    type: v.literal(2),
    id,
    style: v.picklist([1, 2, 3, 4, 5, 6]),
    custom_id: v.nullish(customId),
    label: v.nullish(text(0, 80)),
    url: v.nullish(v.pipe(webUrl, v.maxLength(512, rule("BASE_TYPE_MAX_LENGTH", "Must be 512 or fewer in length.")))),
    sku_id: v.nullish(snowflake),
    emoji,
    disabled: v.nullish(v.boolean()),
  }),
  v.check(
    ({ style, custom_id }) => style >= 5 || Boolean(custom_id),
    rule("BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required for buttons of this style"),
  ),
  v.check(
    ({ style, url }) => (style === 5) === Boolean(url),
    rule("BUTTON_COMPONENT_INVALID_URL", "A url is required for link buttons, and for them alone"),
  ),
  v.check(
    ({ style, custom_id }) => style < 5 || !custom_id,
    rule("BUTTON_COMPONENT_CUSTOM_ID_INVALID", "A custom id and url cannot both be specified"),
  ),
  v.check(
    ({ style, label, emoji: icon }) => style === 6 || Boolean(label) || Boolean(icon),
    rule("BUTTON_COMPONENT_INVALID_LABEL", "A button must have a label or an emoji"),
  ),
);

const selectOption = v.object({
  label: text(1, 100),
  value: text(1, 100),
  description: v.nullish(text(0, 100)),
  emoji,
  default: v.nullish(v.boolean()),
});

const selectBase = {
  id,
  custom_id: customId,
  placeholder: v.nullish(text(0, 150)),
  min_values: v.nullish(integer(0, 25)),
  max_values: v.nullish(integer(1, 25)),
  disabled: v.nullish(v.boolean()),
  required: v.nullish(v.boolean()),
};

const stringSelect = v.object({ type: v.literal(3), ...selectBase, options: list(selectOption, 1, 25) });
/** 5 users, 6 roles, 7 mentionables, 8 channels. */
const entitySelect = v.object({
  type: v.picklist([5, 6, 7, 8]),
  ...selectBase,
  channel_types: v.nullish(v.array(v.number())),
});

export const textDisplay = v.object({ type: v.literal(10), id, content: text(1, 4000) });
const actionRow = v.object({
  type: v.literal(1),
  id,
  components: list(v.variant("type", [button, stringSelect, entitySelect]), 1, 5),
});
const thumbnail = v.object({
  type: v.literal(11),
  id,
  media: v.object({ url: webUrl }),
  description: v.nullish(text(0, 1024)),
  spoiler: v.nullish(v.boolean()),
});
const section = v.object({
  type: v.literal(9),
  id,
  components: list(textDisplay, 1, 3),
  accessory: v.variant("type", [button, thumbnail]),
});
const separator = v.object({
  type: v.literal(14),
  id,
  divider: v.nullish(v.boolean()),
  spacing: v.nullish(v.picklist([1, 2])),
});
const container = v.object({
  type: v.literal(17),
  id,
  accent_color: v.nullish(integer(0, 0xffffff)),
  spoiler: v.nullish(v.boolean()),
  components: list(v.variant("type", [actionRow, section, textDisplay, separator]), 1, 40),
});

/** What a message may carry at its top level. Media galleries and files (12, 13) are not played by the stand-in. */
export const messageComponents = v.array(v.variant("type", [actionRow, section, textDisplay, separator, container]));
export type MessageComponents = v.InferOutput<typeof messageComponents>;

const textInput = v.object({
  type: v.literal(4),
  id,
  custom_id: customId,
  style: v.picklist([1, 2]),
  label: v.nullish(text(1, 45)),
  value: v.nullish(text(0, 4000)),
  placeholder: v.nullish(text(0, 100)),
  required: v.nullish(v.boolean()),
  min_length: v.nullish(integer(0, 4000)),
  max_length: v.nullish(integer(1, 4000)),
});
const fileUpload = v.object({
  type: v.literal(19),
  id,
  custom_id: customId,
  min_values: v.nullish(integer(0, 10)),
  max_values: v.nullish(integer(1, 10)),
  required: v.nullish(v.boolean()),
  file_types: v.nullish(v.array(v.string())),
});
/** 21 one of several, 22 any of several. */
const choiceGroup = v.object({
  type: v.picklist([21, 22]),
  id,
  custom_id: customId,
  required: v.nullish(v.boolean()),
  min_values: v.nullish(integer(0, 10)),
  max_values: v.nullish(integer(1, 10)),
  options: list(v.omit(selectOption, ["emoji"]), 1, 10),
});
const checkbox = v.object({ type: v.literal(23), id, custom_id: customId, default: v.nullish(v.boolean()) });

const label = v.object({
  type: v.literal(18),
  id,
  label: text(1, 45),
  description: v.nullish(text(0, 100)),
  component: v.variant("type", [textInput, stringSelect, entitySelect, fileUpload, choiceGroup, checkbox]),
});
/** The older form of a text field; deprecated but still taken. */
const textInputRow = v.object({ type: v.literal(1), id, components: list(textInput, 1, 1) });

/** A form that pops up (response type 9). */
export const modal = v.object({
  custom_id: customId,
  title: text(1, 45),
  components: list(v.variant("type", [label, textDisplay, textInputRow]), 1, 5),
});
export type Modal = v.InferOutput<typeof modal>;

/** Rules that look across components: rows, mixtures, number of all, and no custom_id twice. */
export function checkComponents(components: MessageComponents, v2: boolean, path: readonly string[]): void {
  const refuse = (at: readonly string[], code: string, message: string) => {
    throw refusals.invalidForm(formError([...path, ...at], code, message));
  };
  const all = flatten(components);
  if (!v2 && components.length > 5) refuse([], "BASE_TYPE_BAD_LENGTH", "Must be between 0 and 5 in length.");
  if (all.length > 40)
    refuse([], "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The total number of components is over 40.");
  const seen = new Set<string>();
  components.forEach((component, index) => {
    if (!v2 && component.type !== 1) {
      refuse([String(index), "type"], "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1,).');
    }
    if (
      component.type === 1 &&
      component.components.length > 1 &&
      component.components.some(({ type }) => type !== 2)
    ) {
      refuse(
        [String(index), "components"],
        "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
        "The specified component exceeds the maximum width",
      );
    }
    for (const inner of flatten([component])) {
      const ownId = "custom_id" in inner ? inner.custom_id : null;
      if (ownId && seen.has(ownId)) {
        refuse([String(index)], "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
      }
      if (ownId) seen.add(ownId);
    }
  });
}

type Top = MessageComponents[number];
type AnyComponent =
  | Top
  | Extract<Top, { type: 1 }>["components"][number]
  | Extract<Top, { type: 9 }>["accessory"]
  | Extract<Top, { type: 17 }>["components"][number];

/** A component list with everything inside it, depth first. */
export function flatten(components: readonly AnyComponent[]): AnyComponent[] {
  return components.flatMap((component): AnyComponent[] => {
    const inner = "components" in component ? flatten(component.components) : [];
    return [component, ...inner, ...("accessory" in component ? [component.accessory] : [])];
  });
}
