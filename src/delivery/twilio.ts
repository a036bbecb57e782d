import type { Config } from "../config.ts";
import type { Delivery, DeliveryResult, Line } from "../conversation/deliveries.ts";
import {
  type CaseId,
  identityOf,
  type SessionId,
  type TwilioConversationSid,
  type TwilioIdentity,
  uniqueNameOf,
} from "../conversation/ids.ts";
import { plainLineOf } from "../discord/render.ts";
import type { CallResult } from "../outside/call.ts";
import { isConversationClosed } from "../twilio/errors.ts";
import type { TwilioRest } from "../twilio/rest.ts";
import { type TaskFacts, taskAttributes } from "../twilio/task-attributes.ts";
import { forwardPath } from "../twilio/webhooks.ts";
import type { DeliveryRow } from "./deliveries-table.ts";
import type { Attempt, Look } from "./drain.ts";
import { attemptOf, impossible } from "./outcome.ts";
import { sayContext } from "./say-context.ts";
import type { SessionIds } from "./state-table.ts";
import type { ConversationStore } from "./store.ts";

/** How the assistant is named in the chat on Flex. */
const ASSISTANT = "Assistant" as TwilioIdentity;
/** Twilio's own name for what no person wrote. */
const SYSTEM = "system" as TwilioIdentity;

type TwilioDelivery = Extract<Delivery, { lane: "twilio" }>;

/** Makes the deliveries of the Twilio lane happen. */
export class TwilioLane {
  readonly #twilio: TwilioRest;
  readonly #config: Config;
  readonly #store: ConversationStore;
  /** The address that opens a case for whoever has its task. */
  readonly #caseLink: (id: CaseId) => Promise<string>;

  constructor(twilio: TwilioRest, config: Config, store: ConversationStore, caseLink: (id: CaseId) => Promise<string>) {
    this.#twilio = twilio;
    this.#config = config;
    this.#store = store;
    this.#caseLink = caseLink;
  }

  async perform(row: DeliveryRow, delivery: TwilioDelivery): Promise<Attempt> {
    const { session } = row;
    if (!session) return impossible("refused", "no session");
    const ids = this.#store.idsOf(session);
    if (delivery.kind === "create-conversation") return this.#createConversation(session);
    const { conversation } = ids;
    if (!conversation) return impossible("no-conversation", "the session has no Twilio Conversation");
    const { member } = this.#store.state;
    switch (delivery.kind) {
      case "add-member":
        return toAttempt(await this.#twilio.addParticipant(conversation, identityOf(member)), () => ({
          kind: "add-member",
        }));
      case "add-webhook": {
        const url = `${this.#config.PUBLIC_URL}${forwardPath(member)}`;
        const added = await this.#twilio.addWebhook(conversation, url, {
          checkFirst: delivery.again || row.attempts > 1,
        });
        return toAttempt(added, () => ({ kind: "add-webhook" }));
      }
      case "add-studio-webhook": {
        const flow = this.#config.TWILIO_STUDIO_FLOW_SID;
        if (flow === undefined) return impossible("refused", "Studio routing is not set up");
        const checkFirst = delivery.again || row.attempts > 1;
        const added = await this.#twilio.addStudioWebhook(conversation, flow, { checkFirst });
        return toAttempt(added, () => ({ kind: "add-studio-webhook" }));
      }
      case "tell-studio": {
        const attributes = {
          ...this.#attributes(session),
          ...taskAttributes({ ...(await this.#facts(session)), interactionAttempt: 1 }),
        };
        const told = await this.#twilio.updateAttributes(conversation, { ...attributes, wants: delivery.wants });
        return toAttempt(told, () => ({ kind: "tell-studio" }));
      }
      case "post": {
        const message = {
          ...this.#words(delivery.line, session),
          at: delivery.line.at,
          mark: row.id,
          wakesStudio: delivery.forStudio !== undefined,
        };
        return toAttempt(await this.#twilio.postMessage(conversation, message), (posted) => ({
          kind: "post",
          ...posted,
        }));
      }
      case "create-interaction":
        return this.#createInteraction(session, conversation, delivery.attempt);
      case "read-messages":
        return toAttempt(await this.#twilio.messagesFrom(conversation, delivery.from), (messages) => ({
          kind: "read-messages",
          messages,
          last: messages.at(-1)?.index ?? delivery.from - 1,
        }));
      case "read-channel":
        return this.#readChannel(session, conversation, ids);
      case "pause-channel":
        if (!ids.interaction || !ids.channel) return impossible("refused", "no Interaction");
        return toAttempt(await this.#twilio.pauseChannel(ids.interaction, ids.channel), () => ({
          kind: "pause-channel",
        }));
      case "close-conversation":
        return toAttempt(await this.#twilio.closeConversation(conversation), () => ({ kind: "close-conversation" }));
    }
  }

  /** A post is found by our mark in its attributes, a task by our attributes; all else may be repeated. */
  async look(row: DeliveryRow, delivery: TwilioDelivery): Promise<Look> {
    const { session } = row;
    const conversation = session && this.#store.idsOf(session).conversation;
    if (!session || !conversation) return { kind: "repeat" };
    switch (delivery.kind) {
      case "post": {
        const found = await this.#twilio.findByMark(conversation, row.id);
        return toLook(found, (message) => ({ kind: "post", ...message }));
      }
      case "create-interaction": {
        const found = await this.#twilio.findTask(session, delivery.attempt);
        return toLook(found, (task) => ({ kind: "create-interaction", ...task }));
      }
      default:
        return { kind: "repeat" };
    }
  }

  async #createConversation(session: SessionId): Promise<Attempt> {
    const { member } = this.#store.state;
    const created = await this.#twilio.createConversation({
      uniqueName: uniqueNameOf(session),
      friendlyName: identityOf(member),
      attributes: this.#attributes(session),
    });
    if (created.kind === "done" && created.value.closed) {
      return impossible("conversation-closed", "the conversation of this name is closed");
    }
    return toAttempt(created, ({ conversation }) => ({ kind: "create-conversation", conversation }));
  }

  async #createInteraction(session: SessionId, conversation: TwilioConversationSid, attempt: number): Promise<Attempt> {
    if (this.#store.state.routing === "studio") {
      // Its flow may have sent the chat to Flex by itself.
      const live = await this.#twilio.findLiveTask(session);
      if (live.kind !== "done") return toAttempt<never>(live, (value) => value);
      if (live.value) return { kind: "done", result: { kind: "create-interaction", ...live.value } };
    }
    const created = await this.#twilio.createInteraction({
      conversation,
      identity: identityOf(this.#store.state.member),
      attributes: await this.#facts(session),
      attempt,
    });
    return toAttempt(created, (value) => ({ kind: "create-interaction", ...value }));
  }

  /** What a Twilio Conversation says of itself from the beginning. */
  #attributes(session: SessionId) {
    const { member, displayName } = this.#store.state;
    return { channelType: "discord", sessionId: session, memberId: member, customerName: displayName };
  }

  /** What agents and routing rules shall know. */
  async #facts(session: SessionId): Promise<TaskFacts> {
    const { member, displayName, session: open } = this.#store.state;
    const sessionCase = open?.id === session && open.case.kind === "open" ? open.case : null;
    const caseNumber = sessionCase?.number ?? null;
    const caseUrl = sessionCase && (await this.#caseLink(sessionCase.id));
    return { customerName: displayName, caseNumber, caseUrl, sessionId: session, memberId: member };
  }

  async #readChannel(session: SessionId, conversation: TwilioConversationSid, ids: SessionIds): Promise<Attempt> {
    const state = await this.#twilio.conversationState(conversation);
    if (state.kind !== "done") return toAttempt<never>(state, (value) => value);
    const task = await this.#twilio.findLastTask(session);
    if (task.kind !== "done") return toAttempt<never>(task, (value) => value);
    const interaction = ids.interaction ?? task.value?.interaction ?? null;
    const channel = ids.channel ?? task.value?.channel ?? null;
    const hasTask = task.value?.isLive ?? false;
    const result = { kind: "read-channel", conversation: state.value, hasTask } as const;
    // Flex names the Interaction in its task a little later than it makes it.
    if (!interaction || !channel) return { kind: "done", result: { ...result, channel: "active", found: null } };
    const found = ids.channel ? null : { interaction, channel };
    const status = await this.#twilio.channelStatus(interaction, channel);
    return toAttempt(status, (value) => ({ ...result, channel: value, found }));
  }

  #words({ author, content }: Line, session: SessionId): { author: TwilioIdentity; body: string } {
    const { member } = this.#store.state;
    const by = { member: identityOf(member), assistant: ASSISTANT, bridge: SYSTEM }[author];
    return { author: by, body: plainLineOf(content, sayContext(this.#store.state, session)) };
  }
}

function toAttempt<T>(call: CallResult<T>, resultOf: (value: T) => DeliveryResult): Attempt {
  return attemptOf(call, resultOf, (refusal) => {
    if (refusal.status === 401) return null;
    return isConversationClosed(refusal) ? "conversation-closed" : "refused";
  });
}

function toLook<T>(call: CallResult<T | null>, resultOf: (value: T) => DeliveryResult): Look {
  if (call.kind !== "done") return toAttempt<never>(call, resultOf);
  return call.value === null ? { kind: "absent" } : { kind: "done", result: resultOf(call.value) };
}
