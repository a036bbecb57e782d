/**
 * Every foreign id is a type of its own, so that one can never stand in for another. They are strings throughout:
 * snowflakes do not fit into a JavaScript number.
 */
declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

/** A Discord account; names the conversation and its Durable Object. */
export type DiscordUserId = Id<"DiscordUserId">;
/** A Discord channel: a DM, a server's channel or a thread. */
export type DiscordChannelId = Id<"DiscordChannelId">;
/** A Discord message; unique across all channels. */
export type DiscordMessageId = Id<"DiscordMessageId">;
/** A Discord server. */
export type DiscordGuildId = Id<"DiscordGuildId">;
/** One use of a command, button or modal. */
export type DiscordInteractionId = Id<"DiscordInteractionId">;

/** `CH…`: a Twilio Conversation. */
export type TwilioConversationSid = Id<"TwilioConversationSid">;
/** `IM…`: a message in a Twilio Conversation. */
export type TwilioMessageSid = Id<"TwilioMessageSid">;
/** `ME…`: a file attached to a Twilio message. */
export type TwilioMediaSid = Id<"TwilioMediaSid">;
/** `KD…`: a Flex Interaction. */
export type FlexInteractionSid = Id<"FlexInteractionSid">;
/** `UO…`: the channel of a Flex Interaction. */
export type FlexChannelSid = Id<"FlexChannelSid">;
/** `WT…`: a TaskRouter task. */
export type TaskSid = Id<"TaskSid">;
/** `WK…`: a TaskRouter worker. */
export type WorkerSid = Id<"WorkerSid">;

/** How a person is known in Twilio Conversations: `discord_<user id>` for members, the Flex identity for agents. */
export type TwilioIdentity = Id<"TwilioIdentity">;

/** `<Discord user id>-<n>`: the n-th session of a member. */
export type SessionId = Id<"SessionId">;
/** 22 base64url characters of randomness: our own id of a delivery, also Discord's nonce and our mark on Twilio messages. */
export type DeliveryId = Id<"DeliveryId">;
/** What a dead letter is known by: the id of the message that it was, else the key of its event. */
export type DeadLetterId = DiscordMessageId | TwilioMessageSid | Id<"EventKey">;
/** A case: a UUID. Its number is for people, and unique in its server only. */
export type CaseId = Id<"CaseId">;
/** Somebody who answers members, as Flex (encoded) or Cloudflare Access (an e-mail address) names them. */
export type StaffIdentity = Id<"StaffIdentity">;
/** The public part of an API key. */
export type ApiKeyId = Id<"ApiKeyId">;
/** `wh_…`: a program that is told of what happens. */
export type WebhookId = Id<"WebhookId">;
/** The short name of an article in its URL: `[a-z0-9-]{1,64}`. */
export type ArticleSlug = Id<"ArticleSlug">;

/** A snowflake as Discord writes it. */
export const SNOWFLAKE = /^[0-9]{15,20}$/;
/** What a case's id looks like. */
export const CASE_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** What an article's slug looks like; short enough for a button's `custom_id` (100 characters) beside a session id. */
export const ARTICLE_SLUG = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/** The n-th session of a member; n counts from 1. */
export function sessionIdOf(member: DiscordUserId, n: number): SessionId {
  return `${member}-${n}` as SessionId;
}

/** The member a session belongs to. */
export function memberOfSession(session: SessionId): DiscordUserId {
  return session.slice(0, session.lastIndexOf("-")) as DiscordUserId;
}

/** The member's identity in Twilio Conversations; opaque, without characters that Flex refuses. */
export function identityOf(member: DiscordUserId): TwilioIdentity {
  return `discord_${member}` as TwilioIdentity;
}

/** The `UniqueName` of a session's Twilio Conversation. */
export function uniqueNameOf(session: SessionId): string {
  return `flexcord-${session}`;
}
