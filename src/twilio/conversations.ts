import * as v from "valibot";
import type { Config } from "../config.ts";
import type { TwilioConversationSid, TwilioIdentity } from "../conversation/ids.ts";
import type { CallResult } from "../outside/call.ts";
import type { TwilioClient } from "./client.ts";
import {
  CONVERSATION_CLOSED,
  isConversationClosed,
  PARTICIPANT_EXISTS,
  TOO_MANY_WEBHOOKS,
  UNIQUE_NAME_EXISTS,
} from "./errors.ts";
import { ConversationSid } from "./sids.ts";

/** What the scoped webhook of a conversation reports: all that `webhooks.ts` understands. */
export const WEBHOOK_FILTERS = [
  "onMessageAdded",
  "onMessageUpdated",
  "onParticipantAdded",
  "onParticipantRemoved",
  "onConversationStateUpdated",
] as const;

const ConversationAnswer = v.object({ sid: ConversationSid, state: v.string() });
const WebhooksAnswer = v.object({
  webhooks: v.array(
    v.object({
      configuration: v.fallback(v.object({ url: v.nullish(v.string()), flow_sid: v.nullish(v.string()) }), {}),
    }),
  ),
});

/** The path of the Flex chat service's conversations. */
export function conversationsPath(config: Config): string {
  return `/v1/Services/${config.TWILIO_CHAT_SERVICE_SID}/Conversations`;
}

/** Makes, changes and closes Twilio Conversations in the Flex chat service. */
export function conversationCalls(call: TwilioClient, config: Config) {
  const conversations = conversationsPath(config);
  const below = (conversation: TwilioConversationSid, resource: string) =>
    ({ service: "conversations", path: `${conversations}/${conversation}/${resource}` }) as const;

  async function fetchConversation(sidOrUniqueName: string) {
    const path = `${conversations}/${encodeURIComponent(sidOrUniqueName)}`;
    return call({ service: "conversations", path, answer: ConversationAnswer });
  }

  /** Finds or creates the conversation with this unique name. It may turn out to be `closed`: then it is of no use any more. */
  async function createConversation(wanted: {
    uniqueName: string;
    friendlyName: string;
    attributes: Readonly<Record<string, unknown>>;
  }): Promise<CallResult<{ conversation: TwilioConversationSid; closed: boolean }>> {
    const created = await call({
      service: "conversations",
      path: conversations,
      form: {
        UniqueName: wanted.uniqueName,
        FriendlyName: wanted.friendlyName,
        Attributes: JSON.stringify(wanted.attributes),
      },
      answer: ConversationAnswer,
    });
    const exists = created.kind === "refused" && created.code === UNIQUE_NAME_EXISTS;
    const result = exists ? await fetchConversation(wanted.uniqueName) : created;
    if (result.kind !== "done") return result;
    return { kind: "done", value: { conversation: result.value.sid, closed: result.value.state === "closed" } };
  }

  /** Adds a chat participant; one that is there already is fine. */
  async function addParticipant(
    conversation: TwilioConversationSid,
    identity: TwilioIdentity,
  ): Promise<CallResult<void>> {
    const added = await call({
      ...below(conversation, "Participants"),
      form: { Identity: identity },
      answer: v.unknown(),
    });
    if (added.kind === "refused" && added.code === PARTICIPANT_EXISTS) return DONE;
    return done(await explainRefusal(conversation, added));
  }

  /**
   * Adds the scoped webhook. Webhooks have no unique name, so that repeating the call would add another one: after an attempt
   * whose outcome nobody knows, `checkFirst` looks for one with the same URL.
   */
  async function addWebhook(
    conversation: TwilioConversationSid,
    url: string,
    options: { checkFirst?: boolean } = {},
  ): Promise<CallResult<void>> {
    if (options.checkFirst) {
      const present = await hasWebhook(conversation, url);
      if (present.kind !== "done") return explainRefusal(conversation, present);
      if (present.value) return DONE;
    }
    const added = await call({
      ...below(conversation, "Webhooks"),
      form: {
        Target: "webhook",
        "Configuration.Url": url,
        "Configuration.Method": "post",
        "Configuration.Filters": WEBHOOK_FILTERS,
      },
      answer: v.unknown(),
    });
    if (added.kind === "refused" && added.code === TOO_MANY_WEBHOOKS) {
      const present = await hasWebhook(conversation, url);
      if (present.kind === "done" && present.value) return DONE;
    }
    return done(await explainRefusal(conversation, added));
  }

  /** The same for the webhook that starts a flow of Studio with each message; see {@link addWebhook}. */
  async function addStudioWebhook(
    conversation: TwilioConversationSid,
    flow: string,
    options: { checkFirst?: boolean } = {},
  ): Promise<CallResult<void>> {
    if (options.checkFirst) {
      const present = await hasWebhook(conversation, flow);
      if (present.kind !== "done") return explainRefusal(conversation, present);
      if (present.value) return DONE;
    }
    const form = { Target: "studio", "Configuration.FlowSid": flow, "Configuration.Filters": ["onMessageAdded"] };
    const added = await call({ ...below(conversation, "Webhooks"), form, answer: v.unknown() });
    return done(await explainRefusal(conversation, added));
  }

  /** Replaces the attributes of the conversation. */
  async function updateAttributes(
    conversation: TwilioConversationSid,
    attributes: Readonly<Record<string, unknown>>,
  ): Promise<CallResult<void>> {
    const path = `${conversations}/${conversation}`;
    const form = { Attributes: JSON.stringify(attributes) };
    const updated = await call({ service: "conversations", path, form, answer: v.unknown() });
    return done(await explainRefusal(conversation, updated));
  }

  async function hasWebhook(conversation: TwilioConversationSid, urlOrFlow: string): Promise<CallResult<boolean>> {
    // A conversation has at most five webhooks, which is also the largest page.
    const listed = await call({
      ...below(conversation, "Webhooks"),
      query: { PageSize: "5" },
      answer: WebhooksAnswer,
    });
    if (listed.kind !== "done") return listed;
    return {
      kind: "done",
      value: listed.value.webhooks.some(({ configuration: { url, flow_sid } }) => [url, flow_sid].includes(urlOrFlow)),
    };
  }

  /** Whether the conversation still takes messages. One that does not exist any more never will again: it counts as closed. */
  async function conversationState(conversation: TwilioConversationSid): Promise<CallResult<"open" | "closed">> {
    const fetched = await fetchConversation(conversation);
    if (fetched.kind === "refused" && fetched.status === 404) return { kind: "done", value: "closed" };
    if (fetched.kind !== "done") return fetched;
    return { kind: "done", value: fetched.value.state === "closed" ? "closed" : "open" };
  }

  /** Closes the conversation for good; one that is closed already is fine. */
  async function closeConversation(conversation: TwilioConversationSid): Promise<CallResult<void>> {
    const path = `${conversations}/${conversation}`;
    const closed = await call({ service: "conversations", path, form: { State: "closed" }, answer: v.unknown() });
    const result = await explainRefusal(conversation, closed);
    return isConversationClosed(result) ? DONE : done(result);
  }

  /**
   * Which code Twilio gives for a closed conversation is documented for updates only. So after any other refusal the state of
   * the conversation is the judge: if it is closed, that is the reason.
   */
  async function explainRefusal<T>(conversation: TwilioConversationSid, result: CallResult<T>): Promise<CallResult<T>> {
    if (result.kind !== "refused" || result.status === 401 || isConversationClosed(result)) return result;
    const state = await conversationState(conversation);
    if (state.kind !== "done" || state.value === "open") return result;
    return { ...result, code: CONVERSATION_CLOSED, reason: `the conversation is closed (${result.reason})` };
  }

  return {
    createConversation,
    addParticipant,
    addWebhook,
    addStudioWebhook,
    updateAttributes,
    conversationState,
    closeConversation,
    explainRefusal,
  };
}

export type ConversationCalls = ReturnType<typeof conversationCalls>;

const DONE: CallResult<void> = { kind: "done", value: undefined };

function done(result: CallResult<unknown>): CallResult<void> {
  return result.kind === "done" ? DONE : result;
}
