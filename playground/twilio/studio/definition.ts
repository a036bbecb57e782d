import * as v from "valibot";

/**
 * The definition of a Studio flow, as far as the stand-in runs it: widgets of other types are refused, so that no flow seems to
 * work that was never run. https://www.twilio.com/docs/studio/rest-api/v2/flow-definition
 */

const Condition = v.object({ arguments: v.array(v.string()), type: v.literal("equal_to"), value: v.string() });
const Transition = v.object({
  event: v.string(),
  next: v.optional(v.string()),
  conditions: v.optional(v.array(Condition), []),
});

const widget = <T extends string, P extends v.ObjectEntries>(type: T, properties: P) =>
  v.object({
    name: v.string(),
    type: v.literal(type),
    transitions: v.array(Transition),
    properties: v.object(properties),
  });

const Trigger = widget("trigger", {});
const SplitBasedOn = widget("split-based-on", { input: v.string() });
const MakeHttpRequest = widget("make-http-request", {
  method: v.picklist(["GET", "POST"]),
  url: v.string(),
  content_type: v.pipe(v.string(), v.startsWith("application/x-www-form-urlencoded")),
  parameters: v.optional(v.array(v.object({ key: v.string(), value: v.string() })), []),
});
const SendToFlex = widget("send-to-flex", {
  workflow: v.string(),
  channel: v.string(),
  attributes: v.optional(v.string(), "{}"),
  priority: v.optional(v.string(), "0"),
  timeout: v.optional(v.string(), "3600"),
});

const Definition = v.pipe(
  v.object({
    description: v.optional(v.string(), ""),
    initial_state: v.string(),
    states: v.array(v.variant("type", [Trigger, SplitBasedOn, MakeHttpRequest, SendToFlex])),
  }),
  v.check(
    ({ initial_state, states }) => states.some(({ name, type }) => name === initial_state && type === "trigger"),
    "initial_state names no trigger",
  ),
  v.check(({ states }) => {
    const names = states.map(({ name }) => name);
    const targets = states.flatMap(({ transitions }) => transitions.flatMap(({ next }) => next ?? []));
    return new Set(names).size === names.length && targets.every((next) => names.includes(next));
  }, "names of widgets must be unique, and transitions must lead to one of them"),
);

export type Definition = v.InferOutput<typeof Definition>;
export type Widget = Definition["states"][number];
export type WidgetOf<T extends Widget["type"]> = Extract<Widget, { type: T }>;

/** Reads the definition of a flow; throws with the first problem. */
export function readDefinition(definition: unknown): Definition {
  const { success, output, issues } = v.safeParse(Definition, definition);
  if (success) return output;
  const [issue] = issues;
  throw new Error(`The stand-in cannot run this flow: ${v.getDotPath(issue) ?? "the flow"}: ${issue.message}`);
}
