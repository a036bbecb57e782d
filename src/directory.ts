import type { D1Database } from "@cloudflare/workers-types";
import type { Time } from "./conversation/events.ts";
import type { DiscordChannelId, DiscordUserId, TwilioConversationSid } from "./conversation/ids.ts";
import { log } from "./log.ts";

/** Where a member's conversation takes place now. */
export type DirectoryEntry = {
  readonly member: DiscordUserId;
  /** The DM, or the private thread; null while none is known. */
  readonly channel: DiscordChannelId | null;
  /** The open Twilio Conversation; null while there is none. */
  readonly conversation: TwilioConversationSid | null;
  /** When the open session began; null when none is open. */
  readonly openSince: Time | null;
};

/** Nothing is taken away in favour of an entry that is itself out of date. */
const IS_CURRENT = "NOT EXISTS (SELECT 1 FROM conversations WHERE member = ?1 AND updated_at > ?3)";

const RELEASE_CHANNEL = `UPDATE conversations SET channel = NULL
  WHERE channel = ?2 AND member <> ?1 AND updated_at <= ?3 AND ${IS_CURRENT} RETURNING member`;

const RELEASE_CONVERSATION = `UPDATE conversations SET twilio_conversation = NULL
  WHERE twilio_conversation = ?2 AND member <> ?1 AND updated_at <= ?3 AND ${IS_CURRENT} RETURNING member`;

/** What another member's newer entry holds stays with it. */
const STORE = `INSERT INTO conversations (member, channel, twilio_conversation, open_since, updated_at)
  VALUES (
    ?1,
    CASE WHEN NOT EXISTS (SELECT 1 FROM conversations WHERE channel = ?2 AND member <> ?1) THEN ?2 END,
    CASE WHEN NOT EXISTS (SELECT 1 FROM conversations WHERE twilio_conversation = ?3 AND member <> ?1) THEN ?3 END,
    ?4, ?5)
  ON CONFLICT (member) DO UPDATE SET
    channel = excluded.channel, twilio_conversation = excluded.twilio_conversation,
    open_since = excluded.open_since, updated_at = excluded.updated_at, swept_at = max(conversations.swept_at, 0)
  WHERE excluded.updated_at >= conversations.updated_at
  RETURNING channel, twilio_conversation`;

/**
 * Stores a member's whole current mapping, unless a newer one is there (`at` is when the mapping became so). A channel or
 * Twilio Conversation that another member's entry claims as well goes to the newest claim, and that is logged.
 */
export async function updateDirectory(db: D1Database, entry: DirectoryEntry & { readonly at: Time }): Promise<void> {
  const { member, channel, conversation, openSince, at } = entry;
  // A batch is one transaction: nobody sees a channel between two members.
  const [channelLosers, conversationLosers, stored] = await db.batch<Record<string, string | null>>([
    db.prepare(RELEASE_CHANNEL).bind(member, channel, at),
    db.prepare(RELEASE_CONVERSATION).bind(member, conversation, at),
    db.prepare(STORE).bind(member, channel, conversation, openSince, at),
  ]);
  for (const loser of [...(channelLosers?.results ?? []), ...(conversationLosers?.results ?? [])]) {
    log("warn", "directory.claim-moved", { from: loser.member, to: member });
  }
  const row = stored?.results[0];
  if (row && (row.channel !== channel || row.twilio_conversation !== conversation)) {
    log("warn", "directory.claim-refused", { member, channel, conversation });
  }
}

type Row = { member: string; channel: string | null; twilio_conversation: string | null; open_since: number };

/**
 * The conversations with an open session, in the order of their members' ids: at most `limit`, behind `after` (the last
 * member of the page before, null for the first page).
 */
export async function openConversations(
  db: D1Database,
  page: { readonly limit: number; readonly after: DiscordUserId | null },
): Promise<DirectoryEntry[]> {
  const { results } = await db
    .prepare(
      `SELECT member, channel, twilio_conversation, open_since FROM conversations
        WHERE open_since IS NOT NULL AND member > ? ORDER BY member LIMIT ?`,
    )
    .bind(page.after ?? "", page.limit)
    .all<Row>();
  return results.map((row) => ({
    member: row.member as DiscordUserId,
    channel: row.channel as DiscordChannelId | null,
    conversation: row.twilio_conversation as TwilioConversationSid | null,
    openSince: row.open_since,
  }));
}

/** As long as anything is tried after its conversation was closed, and an hour. */
const SWEPT_AFTER_CLOSING_MS = 25 * 60 * 60_000;

/**
 * The conversations that no sweep has looked after for the longest time, at most `limit`; they count as swept now. Open ones,
 * and those that were closed a short while ago.
 */
export async function leastRecentlySwept(db: D1Database, limit: number, now: Time): Promise<DiscordUserId[]> {
  const { results } = await db
    .prepare(
      `UPDATE conversations SET swept_at = CASE WHEN open_since IS NULL AND updated_at < ?3 THEN -1 ELSE ?1 END
       WHERE member IN (SELECT member FROM conversations WHERE swept_at >= 0 ORDER BY swept_at LIMIT ?2)
       RETURNING member`,
    )
    .bind(now, limit, now - SWEPT_AFTER_CLOSING_MS)
    .all<{ member: DiscordUserId }>();
  return results.map(({ member }) => member);
}
