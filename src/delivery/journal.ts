import type { ConversationEvent, Time } from "../conversation/events.ts";
import type { DiscordMessageId } from "../conversation/ids.ts";
import type { Storage } from "../storage.ts";

/** What the keys of members' messages begin with; see `keyOf`. */
const MESSAGE_KEY = "discord/message/";

/** Every event that arrived, once each, by its source's own id. Knows nothing of transactions: whoever writes opens them. */
export class Journal {
  readonly #storage: Pick<Storage, "sql">;

  constructor(storage: Pick<Storage, "sql">) {
    this.#storage = storage;
  }

  /** Enters an event; false when it was there. */
  enter(key: string, at: Time, body: string): boolean {
    return (
      this.#storage.sql(
        "INSERT INTO journal (key, at, body) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING RETURNING seq",
        key,
        at,
        body,
      ).length > 0
    );
  }

  /** Keeps an event that could not be made sense of; false when it was kept already. */
  setAside(key: string, at: Time, event: ConversationEvent, reason: string): boolean {
    return (
      this.#storage.sql(
        "INSERT INTO unprocessable (key, at, body, reason) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING RETURNING key",
        key,
        at,
        JSON.stringify(event),
        reason,
      ).length > 0
    );
  }

  /** Gives back an event that was set aside, which it is no longer then; null when there is none. */
  takeAside(key: string): ConversationEvent | null {
    const row = this.#storage.sql<{ body: string }>("DELETE FROM unprocessable WHERE key = ? RETURNING body", key)[0];
    return row ? (JSON.parse(row.body) as ConversationEvent) : null;
  }

  /** The last message of the member that was taken in up to this time. */
  lastHeard(until: Time): DiscordMessageId | null {
    const row = this.#storage.sql<{ key: string }>(
      `SELECT key FROM journal
       WHERE key GLOB '${MESSAGE_KEY}*' AND key NOT GLOB '${MESSAGE_KEY}*/*' AND at <= ? ORDER BY seq DESC LIMIT 1`,
      until,
    )[0];
    return row ? (row.key.slice(MESSAGE_KEY.length) as DiscordMessageId) : null;
  }

  /** When the oldest entry was made; null for an empty journal. */
  oldest(): Time | null {
    return this.#storage.sql<{ at: number }>("SELECT at FROM journal ORDER BY seq LIMIT 1")[0]?.at ?? null;
  }

  /** Forgets at most `limit` entries, and all events set aside, of before `before`. Returns how many entries. */
  forget(before: Time, limit: number): number {
    this.#storage.sql("DELETE FROM unprocessable WHERE at < ?", before);
    return this.#storage.sql(
      "DELETE FROM journal WHERE seq IN (SELECT seq FROM journal WHERE at < ? ORDER BY seq LIMIT ?) RETURNING seq",
      before,
      limit,
    ).length;
  }
}
