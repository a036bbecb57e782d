import type { D1Database } from "@cloudflare/workers-types";
import type { ConversationEvent, Time } from "../conversation/events.ts";
import type { DiscordMessageId, DiscordUserId } from "../conversation/ids.ts";
import { type DirectoryEntry, openConversations } from "../directory.ts";
import { isUnauthorized } from "../discord/errors.ts";
import { memberEventOf } from "../discord/gateway/member-event.ts";
import type { DiscordRest } from "../discord/rest.ts";
import { snowflakeAt } from "../discord/snowflake.ts";
import { log } from "../log.ts";
import type { ConversationStore } from "./store.ts";

/** The largest page that Discord gives. */
const PAGE_SIZE = 100;
/** A member who wrote more than this while we were away is not read to the end. */
const MOST_PAGES = 10;

/** Of whom nothing was heard yet, the first messages may be parked, and have their turn before those that are read. */
const PARKED_MS = 60 * 60_000;

/**
 * Reads what the member wrote in the DM since the last message that came before `lostAt`, and gives it to `take` as if it had
 * come by the Gateway: what came both ways counts once. Only for an open session. Where not all could be read, the
 * conversation is told at that place. Returns false when Discord could not be asked now.
 */
export async function catchUp(
  store: ConversationStore,
  discord: Pick<DiscordRest, "messagesAfter">,
  { lostAt, now }: { readonly lostAt: Time; readonly now: Time },
  take: (event: ConversationEvent) => void,
): Promise<boolean> {
  const { dm, session, member } = store.state;
  const channel = dm.kind === "unknown" ? null : dm.channel;
  if (!channel || !session) return true;
  const begin = Math.min(lostAt, session.openedAt) - PARKED_MS;
  let after: DiscordMessageId = store.lastHeard(lostAt) ?? snowflakeAt(begin);
  for (let n = 0; n < MOST_PAGES; n++) {
    const read = await discord.messagesAfter(channel, after, PAGE_SIZE);
    if (read.kind === "refused" && !isUnauthorized(read.status, read.code)) {
      log("warn", "conversation.not-readable", { member, reason: read.reason });
      take({ kind: "messages-missed", after, at: now });
      return true;
    }
    if (read.kind !== "done") return false;
    for (const message of read.value) {
      // Messages read by REST have the shape of those that the Gateway brings.
      const event = memberEventOf("MESSAGE_CREATE", message);
      if (event === "unreadable") log("error", "conversation.unreadable-message", { member, message: message.id });
      else if (event) take(event);
      after = message.id;
    }
    if (read.value.length < PAGE_SIZE) return true;
  }
  log("warn", "conversation.not-all-read", { member, pages: MOST_PAGES });
  take({ kind: "messages-missed", after, at: now });
  return true;
}

/** How many conversations read at the same time after a gap. */
const CONVERSATIONS_AT_ONCE = 20;

/** Has every open conversation catch up; one that fails stops no other. Rejects when some have to be asked again. */
export async function catchUpAll(
  db: D1Database,
  catchUpOf: (member: DiscordUserId) => Promise<boolean>,
): Promise<void> {
  let failed = 0;
  let after: DiscordUserId | null = null;
  for (;;) {
    const page: DirectoryEntry[] = await openConversations(db, { limit: CONVERSATIONS_AT_ONCE, after });
    const read = await Promise.allSettled(page.map(({ member }) => catchUpOf(member)));
    failed += read.filter((one) => one.status === "rejected" || !one.value).length;
    after = page.at(-1)?.member ?? null;
    if (page.length < CONVERSATIONS_AT_ONCE) break;
  }
  if (failed > 0) throw new Error(`${failed} conversations could not be read`);
}
