import type { GatewayMessageCreateDispatchData } from "discord-api-types/v10";
import * as v from "valibot";
import { SNOWFLAKE } from "../../conversation/ids.ts";
import { memberEdited, memberWrote } from "../member-message.ts";
import type { MemberEvent } from "./event-queue.ts";

const Snowflake = v.pipe(v.string(), v.regex(SNOWFLAKE));
const Timestamp = v.pipe(
  v.string(),
  v.check((value) => !Number.isNaN(Date.parse(value))),
);
const Contents = {
  content: v.string(),
  attachments: v.optional(v.array(v.object({ filename: v.string(), url: v.string() }))),
  sticker_items: v.optional(v.array(v.object({ id: Snowflake, name: v.string(), format_type: v.number() }))),
};
/** What is read of a message. */
const Message = v.object({
  id: Snowflake,
  channel_id: Snowflake,
  type: v.number(),
  author: v.object({ id: Snowflake, username: v.string(), global_name: v.nullish(v.string()) }),
  timestamp: Timestamp,
  edited_timestamp: v.nullable(Timestamp),
  ...Contents,
  message_snapshots: v.optional(v.array(v.object({ message: v.object(Contents) }))),
});

function isMessage(data: unknown): data is GatewayMessageCreateDispatchData {
  return v.is(Message, data);
}

/**
 * A Gateway event as an event of a conversation; null when it is none of our business, `"unreadable"` when it is a message
 * in a shape that Discord does not document.
 */
export function memberEventOf(name: string, data: unknown): MemberEvent | null | "unreadable" {
  if (name !== "MESSAGE_CREATE" && name !== "MESSAGE_UPDATE") return null;
  if (!isMessage(data)) return "unreadable";
  return name === "MESSAGE_CREATE" ? memberWrote(data) : memberEdited(data);
}
