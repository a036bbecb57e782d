import { customIdOf } from "../../src/conversation/buttons.ts";
import { type DiscordUserId, sessionIdOf } from "../../src/conversation/ids.ts";
import { dmOf } from "../far/discord.ts";
import { BOT, messageObject } from "../far/message.ts";
import { sid } from "../far/twilio.ts";

/** What Discord and Twilio send to a Worker, in the size and shape of the real thing. */

export const APPLICATION = "900000000000000001";
/** The identity of the agent who talks with every member. */
const AGENT = "agent_1";
const FIRST_MEMBER = 200_000_000_000_000_000n;

/** The member of a conversation. */
export function memberOf(conversation: number): DiscordUserId {
  return String(FIRST_MEMBER + BigInt(conversation)) as DiscordUserId;
}

/** `MESSAGE_CREATE` of a direct message. */
export function directMessage(conversation: number, content: string): string {
  const member = memberOf(conversation);
  return message(dmOf(member), userOf(member), content);
}

/** `MESSAGE_CREATE` of the bot's own message, which comes back as well and is of no interest. */
export function ownMessage(): string {
  return message(dmOf(memberOf(0)), BOT, "What the bot said itself comes back over the Gateway.");
}

function message(channel_id: string, author: object, content: string): string {
  return JSON.stringify(messageObject({ id: snowflake(), channel_id, channel_type: 1, author, content }));
}

/** A button of a session that is over: stored like any event, and nothing more follows. */
export function oldButton(conversation: number): object {
  const member = memberOf(conversation);
  return interaction(member, 3, {
    message: { id: snowflake(), channel_id: dmOf(member), content: "", type: 0 },
    data: { custom_id: customIdOf(sessionIdOf(member, 1), { kind: "person" }), component_type: 2 },
  });
}

/** `/helpme`. */
export function helpme(conversation: number): object {
  return interaction(memberOf(conversation), 2, { data: { id: "800000000000000001", name: "helpme", type: 1 } });
}

function interaction(member: DiscordUserId, type: number, more: object): object {
  return {
    id: snowflake(),
    application_id: APPLICATION,
    type,
    token: `interaction-token-${"x".repeat(160)}`,
    version: 1,
    locale: "en-US",
    channel_id: dmOf(member),
    user: { ...userOf(member), discriminator: "0", avatar: null },
    context: 1,
    entitlements: [],
    authorizing_integration_owners: { "0": "0" },
    ...more,
  };
}

function userOf(member: DiscordUserId): object {
  return { id: member, username: `member_${member}`, global_name: "Member", discriminator: "0", avatar: null };
}

/** The form of `onMessageAdded`. */
export function agentMessage(at: { conversation: string; index: number }, text: string): Record<string, string> {
  return {
    AccountSid: ACCOUNT,
    ChatServiceSid: CHAT_SERVICE,
    EventType: "onMessageAdded",
    Source: "SDK",
    ClientIdentity: AGENT,
    RetryCount: "0",
    ConversationSid: at.conversation,
    MessageSid: sid("IM"),
    Index: String(at.index),
    DateCreated: new Date().toISOString(),
    Body: text,
    Author: AGENT,
    ParticipantSid: `MB${"0".repeat(32)}`,
    Attributes: "{}",
  };
}

/** The form of `reservation.accepted`. */
export function reservationAccepted(task: { sid: string; attributes: string }): Record<string, string> {
  return {
    Sid: sid("EV"),
    EventType: "reservation.accepted",
    AccountSid: ACCOUNT,
    WorkspaceSid: WORKSPACE,
    ResourceType: "reservation",
    ResourceSid: sid("WR"),
    Timestamp: String(Math.floor(Date.now() / 1000)),
    TimestampMs: String(Date.now()),
    TaskSid: task.sid,
    TaskAttributes: task.attributes,
    WorkerSid: `WK${"0".repeat(32)}`,
    WorkerName: AGENT,
    WorkerAttributes: JSON.stringify({ full_name: "Agent", contact_uri: `client:${AGENT}` }),
  };
}

export const ACCOUNT = `AC${"1".repeat(32)}`;
export const CHAT_SERVICE = `IS${"1".repeat(32)}`;
export const WORKSPACE = `WS${"1".repeat(32)}`;

let snowflakes = 1_400_000_000_000_000_000n;

function snowflake(): string {
  snowflakes += 1n;
  return String(snowflakes);
}
