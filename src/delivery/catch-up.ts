import type { GatewayMessageCreateDispatchData } from "discord-api-types/v10";
import type { MemberWrote } from "../conversation/events.ts";
import type { DiscordMessageId } from "../conversation/ids.ts";
import { memberWrote } from "../discord/member-message.ts";
import type { ChannelMessage, DiscordRest } from "../discord/rest.ts";
import { snowflakeAt } from "../discord/snowflake.ts";
import { log } from "../log.ts";
import type { ConversationStore } from "./store.ts";

/** The largest page that Discord gives. */
const PAGE_SIZE = 100;
/** A member who wrote more than this while we were away is not read to the end. */
const MOST_PAGES = 10;

/**
 * Reads what the member wrote in the DM since the last message that we have, and takes it in as if it had come by the
 * Gateway: what came both ways counts once. Only for an open session. Rejects when Discord could not be asked.
 */
export async function catchUp(store: ConversationStore, discord: DiscordRest): Promise<void> {
  const { dm, session } = store.state;
  if (dm.kind !== "open" || !session) return;
  let after: DiscordMessageId = store.lastHeard() ?? snowflakeAt(session.openedAt);
  for (let n = 0; n < MOST_PAGES; n++) {
    const read = await discord.messagesAfter(dm.channel, after, PAGE_SIZE);
    if (read.kind === "refused") return;
    if (read.kind !== "done") throw new Error(read.reason);
    for (const message of read.value) {
      const event = missedMessage(message);
      if (event) store.ingest(event);
      after = message.id;
    }
    if (read.value.length < PAGE_SIZE) return;
  }
  log("warn", "conversation.not-all-read", { member: store.state.member, pages: MOST_PAGES });
}

/** Messages read by REST have the fields of those that the Gateway brings, as far as they matter here. */
function missedMessage(message: ChannelMessage): MemberWrote | null {
  return memberWrote(message as ChannelMessage & GatewayMessageCreateDispatchData);
}
