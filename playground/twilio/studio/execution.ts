import type { Conversation, Message } from "../model.ts";
import type { Definition, Widget, WidgetOf } from "./definition.ts";
import { render } from "./liquid.ts";

/** One widget that an execution went through, and the event by which it left; null while it is there. */
export type Step = { readonly widget: string; event: string | null };

/** One run of a flow for one message. */
export interface Execution {
  readonly sid: string;
  readonly flowSid: string;
  readonly conversation: Conversation;
  readonly message: Message;
  readonly steps: readonly Step[];
  status: "active" | "ended";
}

/** What the widgets do outside; each answers with the event of the transition to take. */
export type Effects = {
  readonly makeHttpRequest: (request: HttpRequest) => Promise<"success" | "failed">;
  readonly sendToFlex: (handOver: HandOver) => "callComplete" | "failedToEnqueue";
};
/** `form` goes into the query of a GET. */
export type HttpRequest = { readonly method: "GET" | "POST"; readonly url: string; readonly form: URLSearchParams };
/** `attributes`: a JSON text; `timeout` in seconds. */
export type HandOver = {
  readonly workflow: string;
  readonly channel: string;
  readonly attributes: string;
  readonly priority: number;
  readonly timeout: number;
};

/** All texts of a widget that may hold Liquid. */
export function templatesOf(widget: Widget): string[] {
  switch (widget.type) {
    case "trigger":
      return [];
    case "split-based-on":
      return widget.transitions.flatMap(({ conditions }) => conditions.flatMap((condition) => condition.arguments));
    case "make-http-request":
      return [widget.properties.url, ...widget.properties.parameters.map(({ value }) => value)];
    case "send-to-flex":
      return [widget.properties.attributes];
  }
}

/** An execution that goes on longer is stopped. https://www.twilio.com/docs/studio/user-guide/studio-faq */
const MAX_STEPS = 1_000;

/** Runs a flow from its trigger to its end. `stepped` is told whenever a widget is entered or left. */
export async function run(
  { initial_state, states }: Definition,
  variables: object,
  effects: Effects,
  steps: Step[],
  stepped: () => void,
): Promise<void> {
  let widget = states.find(({ name }) => name === initial_state);
  while (widget !== undefined && steps.length < MAX_STEPS) {
    const step: Step = { widget: widget.name, event: null };
    steps.push(step);
    stepped();
    const { event, next } = await take(widget, variables, effects);
    step.event = event;
    stepped();
    widget = states.find(({ name }) => name === next);
  }
}

type Exit = { readonly event: string; readonly next?: string | undefined };

async function take(widget: Widget, variables: object, effects: Effects): Promise<Exit> {
  switch (widget.type) {
    case "trigger":
      return exit(widget, "incomingConversationMessage");
    case "split-based-on":
      return matchingExit(widget, variables) ?? exit(widget, "noMatch");
    case "make-http-request": {
      const { method, url, parameters } = widget.properties;
      const form = parameters.map(({ key, value }): [string, string] => [key, render(value, variables)]);
      const request = { method, url: render(url, variables), form: new URLSearchParams(form) };
      return exit(widget, await effects.makeHttpRequest(request));
    }
    case "send-to-flex": {
      const { workflow, channel, attributes, priority, timeout } = widget.properties;
      const handOver = {
        workflow,
        channel,
        attributes: render(attributes, variables),
        priority: Number(priority),
        timeout: Number(timeout),
      };
      return exit(widget, effects.sendToFlex(handOver));
    }
  }
}

function exit({ transitions }: Widget, event: string): Exit {
  return { event, next: transitions.find((one) => one.event === event)?.next };
}

function matchingExit({ transitions }: WidgetOf<"split-based-on">, variables: object): Exit | undefined {
  return transitions.find(
    ({ event, conditions }) =>
      event === "match" &&
      conditions.every((condition) => condition.arguments.some((text) => render(text, variables) === condition.value)),
  );
}
