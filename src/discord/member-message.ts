import type {
  APIAttachment,
  APIStickerItem,
  GatewayMessageCreateDispatchData,
  GatewayMessageUpdateDispatchData,
} from "discord-api-types/v10";
import type { MemberEdited, MemberProfile, MemberWrote } from "../conversation/events.ts";
import type { DiscordChannelId, DiscordMessageId, DiscordUserId } from "../conversation/ids.ts";

/** What a member typed is of type DEFAULT or REPLY; all others are notices by Discord or echoes of commands. */
const TYPED_BY_A_PERSON: readonly number[] = [0, 19];
/** Channel type GROUP_DM: the bot has no business there. */
const GROUP_DM = 3;
/** Sticker formats, see https://docs.discord.com/developers/resources/sticker#sticker-object-sticker-format-types. */
const LOTTIE = 3;
const GIF = 4;

/** What a message and the snapshot of a forwarded one have in common. */
type Contents = {
  readonly content: string;
  readonly attachments?: readonly APIAttachment[];
  readonly sticker_items?: readonly APIStickerItem[];
};

/**
 * A message of a DM as an event of its author's conversation; null when it is none of our business. Works for the
 * Gateway's `MESSAGE_CREATE` and for messages of a DM channel read by REST.
 */
export function memberWrote(message: GatewayMessageCreateDispatchData): MemberWrote | null {
  if (!isFromMember(message)) return null;
  const text = textOf(message);
  return {
    kind: "member-wrote",
    message: message.id as DiscordMessageId,
    channel: message.channel_id as DiscordChannelId,
    profile: profileOf(message),
    text,
    incomplete: text === "" || message.poll !== undefined || message.activity !== undefined || hasEmptyForward(message),
    at: Date.parse(message.timestamp),
  };
}

/**
 * A `MESSAGE_UPDATE` of a DM as an event of its author's conversation; null when it is none of our business or no edit.
 * Discord sends updates for link previews and pins as well: those carry no `edited_timestamp`, or that of an earlier
 * edit, which makes them the same revision again.
 */
export function memberEdited(message: GatewayMessageUpdateDispatchData): MemberEdited | null {
  if (message.edited_timestamp === null || !isFromMember(message)) return null;
  return {
    kind: "member-edited",
    message: message.id as DiscordMessageId,
    revision: message.edited_timestamp,
    channel: message.channel_id as DiscordChannelId,
    profile: profileOf(message),
    text: textOf(message),
    at: Date.parse(message.edited_timestamp),
  };
}

/** Our own messages come back as well; they count as a bot's, like those of all bots. */
function isFromMember(message: GatewayMessageCreateDispatchData): boolean {
  return (
    TYPED_BY_A_PERSON.includes(message.type) &&
    message.guild_id === undefined &&
    channelTypeOf(message) !== GROUP_DM &&
    message.webhook_id === undefined &&
    message.author.bot !== true &&
    message.author.system !== true
  );
}

/** Discord sends `channel_type` with Gateway messages, though not with those read by REST. */
function channelTypeOf(message: object): unknown {
  return "channel_type" in message ? message.channel_type : undefined;
}

function profileOf({ author }: GatewayMessageCreateDispatchData): MemberProfile {
  return { member: author.id as DiscordUserId, displayName: author.global_name ?? author.username };
}

function textOf(message: GatewayMessageCreateDispatchData): string {
  const forwarded = (message.message_snapshots ?? []).map((snapshot) =>
    ["forwarded:", ...linesOf(snapshot.message)].join("\n"),
  );
  return [...linesOf(message), ...forwarded].join("\n");
}

/** The text itself, then one line `FILENAME: URL` for each attachment (a voice message is one) and sticker. */
function linesOf(contents: Contents): string[] {
  return [
    ...(contents.content === "" ? [] : [contents.content]),
    ...(contents.attachments ?? []).map((attachment) => `${attachment.filename}: ${attachment.url}`),
    ...(contents.sticker_items ?? []).map(stickerLine),
  ];
}

/** GIF stickers live on another host, see https://docs.discord.com/developers/reference#image-formatting. */
function stickerLine({ id, name, format_type: format }: APIStickerItem): string {
  if (format === GIF) return `${name}.gif: https://media.discordapp.net/stickers/${id}.gif`;
  const extension = format === LOTTIE ? "json" : "png";
  return `${name}.${extension}: https://cdn.discordapp.com/stickers/${id}.${extension}`;
}

/** A forwarded poll or embed, for example. */
function hasEmptyForward(message: GatewayMessageCreateDispatchData): boolean {
  return (message.message_snapshots ?? []).some((snapshot) => linesOf(snapshot.message).length === 0);
}
