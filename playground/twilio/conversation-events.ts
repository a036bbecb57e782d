import type { Account } from "./account.ts";
import type { Conversation, Media, Message, Participant, ScopedWebhook, Source } from "./model.ts";
import { webhookDate } from "./sids.ts";
import type { Webhooks } from "./webhooks.ts";

/** Twilio gives up on a Conversations webhook after this time. */
const TIME_LIMIT_MS = 5_000;

/** A post-event of the Conversations API. https://www.twilio.com/docs/conversations-classic/conversations-webhooks */
export type ConversationEvent =
  | { readonly type: "onMessageAdded" | "onMessageUpdated" | "onMessageRemoved"; readonly message: Message }
  | {
      readonly type: "onParticipantAdded" | "onParticipantUpdated" | "onParticipantRemoved";
      readonly participant: Participant;
    }
  | { readonly type: "onConversationStateUpdated"; readonly from: string; readonly reason: "API" | "TIMER" | "EVENT" }
  | { readonly type: "onConversationAdded" | "onConversationUpdated" | "onConversationRemoved" };

export const SCOPED_EVENTS: readonly string[] = [
  "onMessageAdded",
  "onMessageUpdated",
  "onMessageRemoved",
  "onParticipantAdded",
  "onParticipantUpdated",
  "onParticipantRemoved",
  "onConversationStateUpdated",
  "onConversationUpdated",
  "onConversationRemoved",
  "onDeliveryUpdated",
];

/** Sends the event to those of the conversation's webhooks that ask for it. */
export function sendConversationEvent(
  account: Account,
  webhooks: Webhooks,
  conversation: Conversation,
  event: ConversationEvent,
  source: Source,
): void {
  for (const hook of conversation.webhooks.filter((hook) => asksFor(hook, event))) {
    sendToWebhook(account, webhooks, hook, conversation, event, source);
  }
}

export function sendToWebhook(
  account: Account,
  webhooks: Webhooks,
  hook: ScopedWebhook,
  conversation: Conversation,
  event: ConversationEvent,
  source: Source,
): void {
  if (hook.url === null) return;
  webhooks.send({
    to: "conversations",
    eventType: event.type,
    url: hook.url,
    method: hook.method,
    params: fields(account, conversation, event, source),
    timeLimitMs: TIME_LIMIT_MS,
    overrides: false,
  });
}

function asksFor(hook: ScopedWebhook, event: ConversationEvent): boolean {
  switch (hook.target) {
    case "webhook":
      return hook.filters.includes(event.type);
    case "trigger": {
      if (event.type !== "onMessageAdded") return false;
      const body = event.message.body ?? "";
      return hook.triggers.some((word) => body.includes(word));
    }
    case "studio":
      return false; // not a request: a flow starts
  }
}

/** The form fields of one event, as documented for each type. */
function fields(
  account: Account,
  conversation: Conversation,
  event: ConversationEvent,
  source: Source,
): Record<string, string> {
  const all: Record<string, string | null> = {
    AccountSid: account.accountSid,
    ChatServiceSid: account.chatServiceSid,
    EventType: event.type,
    Source: source.kind,
    ClientIdentity: source.kind === "SDK" ? source.identity : null,
    RetryCount: "0",
    ConversationSid: conversation.sid,
    ...ofEvent(account, conversation, event),
  };
  return Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

function ofEvent(
  account: Account,
  conversation: Conversation,
  event: ConversationEvent,
): Record<string, string | null> {
  const now = webhookDate(account.now());
  switch (event.type) {
    case "onMessageAdded":
      return messageFields(conversation, event.message);
    case "onMessageUpdated":
      return { ...messageFields(conversation, event.message), DateUpdated: webhookDate(event.message.dateUpdated) };
    case "onMessageRemoved":
      return { ...messageFields(conversation, event.message), DateUpdated: now, DateRemoved: now };
    case "onParticipantAdded":
      return participantFields(event.participant);
    case "onParticipantUpdated":
      return { ...participantFields(event.participant), DateUpdated: webhookDate(event.participant.dateUpdated) };
    case "onParticipantRemoved":
      return { ...participantFields(event.participant), DateUpdated: now, DateRemoved: now };
    case "onConversationStateUpdated":
      return {
        StateUpdated: webhookDate(conversation.dateUpdated),
        StateFrom: event.from,
        StateTo: conversation.state,
        Reason: event.reason,
        MessagingServiceSid: conversation.messagingServiceSid,
      };
    case "onConversationAdded":
    case "onConversationUpdated":
    case "onConversationRemoved":
      return {
        FriendlyName: conversation.friendlyName,
        UniqueName: conversation.uniqueName,
        Attributes: conversation.attributes,
        DateCreated: webhookDate(conversation.dateCreated),
        DateUpdated: webhookDate(conversation.dateUpdated),
        MessagingServiceSid: conversation.messagingServiceSid,
      };
  }
}

function messageFields(conversation: Conversation, message: Message): Record<string, string | null> {
  return {
    MessageSid: message.sid,
    MessagingServiceSid: conversation.messagingServiceSid,
    Index: String(message.index),
    DateCreated: webhookDate(message.dateCreated),
    Body: message.body,
    Author: message.author,
    ParticipantSid: message.participantSid,
    Attributes: message.attributes,
    Media: message.media.length > 0 ? JSON.stringify(message.media.map(mediaItem)) : null,
  };
}

function mediaItem({ sid, contentType, filename, size }: Media): Record<string, unknown> {
  return { Sid: sid, ContentType: contentType, Filename: filename, Size: size };
}

function participantFields(participant: Participant): Record<string, string | null> {
  return {
    ParticipantSid: participant.sid,
    DateCreated: webhookDate(participant.dateCreated),
    Identity: participant.identity,
    RoleSid: participant.roleSid,
    Attributes: participant.attributes,
    "MessagingBinding.Address": participant.messagingBinding?.address ?? null,
    "MessagingBinding.ProxyAddress": participant.messagingBinding?.proxyAddress ?? null,
  };
}
