import type { Account } from "./account.ts";
import type { Conversation, Media, Message, Participant, ScopedWebhook } from "./model.ts";
import { restDate } from "./sids.ts";

/** REST answers of Conversations v1. `base` is the URL that the collection of conversations lies below. */

export function conversationJson(account: Account, conversation: Conversation, base: string) {
  const url = `${base}/Conversations/${conversation.sid}`;
  return {
    sid: conversation.sid,
    account_sid: account.accountSid,
    chat_service_sid: account.chatServiceSid,
    messaging_service_sid: conversation.messagingServiceSid,
    friendly_name: conversation.friendlyName,
    unique_name: conversation.uniqueName,
    attributes: conversation.attributes,
    state: conversation.state,
    date_created: restDate(conversation.dateCreated),
    date_updated: restDate(conversation.dateUpdated),
    timers: timersJson(conversation),
    bindings: {},
    url,
    links: { participants: `${url}/Participants`, messages: `${url}/Messages`, webhooks: `${url}/Webhooks` },
  };
}

function timersJson({ dateInactive, dateClosed, state }: Conversation) {
  return {
    ...(dateInactive === null || state !== "active" ? {} : { date_inactive: restDate(dateInactive) }),
    ...(dateClosed === null || state === "closed" ? {} : { date_closed: restDate(dateClosed) }),
  };
}

export function participantJson(account: Account, conversation: Conversation, participant: Participant, base: string) {
  const { messagingBinding } = participant;
  return {
    sid: participant.sid,
    account_sid: account.accountSid,
    ...serviceOf(account, base),
    conversation_sid: conversation.sid,
    identity: participant.identity,
    attributes: participant.attributes,
    messaging_binding:
      messagingBinding === null
        ? null
        : {
            type: "sms",
            address: messagingBinding.address,
            proxy_address: messagingBinding.proxyAddress,
            projected_address: null,
          },
    role_sid: participant.roleSid,
    last_read_message_index: null,
    last_read_timestamp: null,
    date_created: restDate(participant.dateCreated),
    date_updated: restDate(participant.dateUpdated),
    url: `${base}/Conversations/${conversation.sid}/Participants/${participant.sid}`,
  };
}

export function messageJson(account: Account, conversation: Conversation, message: Message, base: string) {
  const url = `${base}/Conversations/${conversation.sid}/Messages/${message.sid}`;
  return {
    sid: message.sid,
    account_sid: account.accountSid,
    ...serviceOf(account, base),
    conversation_sid: conversation.sid,
    index: message.index,
    author: message.author,
    body: message.body,
    media: message.media.length === 0 ? null : message.media.map(mediaItemJson),
    attributes: message.attributes,
    participant_sid: message.participantSid,
    delivery: null,
    content_sid: message.contentSid,
    date_created: restDate(message.dateCreated),
    date_updated: restDate(message.dateUpdated),
    url,
    links: { delivery_receipts: `${url}/Receipts` },
  };
}

function mediaItemJson({ sid, size, contentType, filename }: Media) {
  return { category: "media", sid, size, content_type: contentType, filename };
}

export function webhookJson(account: Account, conversation: Conversation, hook: ScopedWebhook, base: string) {
  const { url, method, filters, triggers, flowSid, replayAfter } = hook;
  const configuration =
    hook.target === "studio"
      ? { flow_sid: flowSid, replay_after: replayAfter, filters }
      : { url, method, filters, triggers, replay_after: replayAfter };
  return {
    sid: hook.sid,
    account_sid: account.accountSid,
    ...serviceOf(account, base),
    conversation_sid: conversation.sid,
    target: hook.target,
    configuration,
    date_created: restDate(hook.dateCreated),
    date_updated: restDate(hook.dateUpdated),
    url: `${base}/Conversations/${conversation.sid}/Webhooks/${hook.sid}`,
  };
}

export function participantConversationJson(
  account: Account,
  conversation: Conversation,
  participant: Participant,
  base: string,
) {
  const url = `${base}/Conversations/${conversation.sid}`;
  return {
    account_sid: account.accountSid,
    chat_service_sid: account.chatServiceSid,
    participant_sid: participant.sid,
    participant_user_sid: null,
    participant_identity: participant.identity,
    participant_messaging_binding: null,
    conversation_sid: conversation.sid,
    conversation_unique_name: conversation.uniqueName,
    conversation_friendly_name: conversation.friendlyName,
    conversation_attributes: conversation.attributes,
    conversation_date_created: restDate(conversation.dateCreated),
    conversation_date_updated: restDate(conversation.dateUpdated),
    conversation_created_by: conversation.createdBy,
    conversation_state: conversation.state,
    conversation_timers: timersJson(conversation),
    links: { conversation: url, participant: `${url}/Participants/${participant.sid}` },
  };
}

/** What hangs on a conversation names its service only below `/Services/{IS}`. */
function serviceOf(account: Account, base: string) {
  return base.includes("/Services/") ? { chat_service_sid: account.chatServiceSid } : {};
}
