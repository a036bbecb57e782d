import type { Line } from "../conversation/deliveries.ts";
import type { Time } from "../conversation/events.ts";
import type {
  DiscordUserId,
  FlexChannelSid,
  FlexInteractionSid,
  SessionId,
  TwilioConversationSid,
} from "../conversation/ids.ts";
import { type ConversationState, newConversation, type Routing, type Session } from "../conversation/state.ts";
import type { SqlValue, Storage } from "../storage.ts";
import { TRANSCRIPT_LIMIT } from "./policy.ts";

/** The foreign ids of a session, open or closed. */
export type SessionIds = {
  readonly conversation: TwilioConversationSid | null;
  readonly interaction: FlexInteractionSid | null;
  readonly channel: FlexChannelSid | null;
};

/** The state of one conversation as rows: what `decide` remembers, its sessions, and the lines that Twilio does not have. */
export class StateTable {
  readonly #storage: Pick<Storage, "sql">;

  constructor(storage: Pick<Storage, "sql">) {
    this.#storage = storage;
  }

  load(member: DiscordUserId, routing: Routing): ConversationState {
    const stored = this.#storage.sql<{ body: string }>("SELECT body FROM state")[0];
    const begun = newConversation(member, routing);
    return stored ? { ...begun, ...(JSON.parse(stored.body) as ConversationState), routing } : begun;
  }

  /** Stores the state `after` in place of `before`. */
  save(before: ConversationState, after: ConversationState, now: Time): void {
    this.#storage.sql(
      "INSERT INTO state (only, body) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET body = excluded.body",
      JSON.stringify(after),
    );
    if (before.session && before.session.id !== after.session?.id) {
      this.#storage.sql("UPDATE sessions SET closed_at = ? WHERE id = ?", now, before.session.id);
    }
    const ids = after.session && foreignIds(after);
    const isKnown = before.session?.id === after.session?.id && ids?.join() === foreignIds(before)?.join();
    if (!after.session || !ids || isKnown) return;
    this.#storage.sql(
      `INSERT INTO sessions (id, twilio_conversation, flex_interaction, flex_channel, opened_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET twilio_conversation = excluded.twilio_conversation,
         flex_interaction = excluded.flex_interaction, flex_channel = excluded.flex_channel`,
      after.session.id,
      ...ids,
      after.session.openedAt,
    );
  }

  /** The foreign ids of a session. */
  idsOf(session: SessionId): SessionIds {
    const row = this.#storage.sql<{
      twilio_conversation: TwilioConversationSid | null;
      flex_interaction: FlexInteractionSid | null;
      flex_channel: FlexChannelSid | null;
    }>("SELECT twilio_conversation, flex_interaction, flex_channel FROM sessions WHERE id = ?", session)[0];
    return {
      conversation: row?.twilio_conversation ?? null,
      interaction: row?.flex_interaction ?? null,
      channel: row?.flex_channel ?? null,
    };
  }

  /** Keeps a line for the time when a person is asked for; the newest ones only. */
  keepLine(session: SessionId, line: Line): void {
    this.#storage.sql("INSERT INTO transcript (session, line) VALUES (?, ?)", session, JSON.stringify(line));
    this.#storage.sql(
      `DELETE FROM transcript WHERE session = ?1 AND seq <=
         (SELECT seq FROM transcript WHERE session = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)`,
      session,
      TRANSCRIPT_LIMIT,
    );
  }

  /** Takes the lines that were kept, in order. */
  takeLines(session: SessionId): Line[] {
    return this.#storage
      .sql<{ seq: number; line: string }>("DELETE FROM transcript WHERE session = ? RETURNING seq, line", session)
      .sort((a, b) => a.seq - b.seq)
      .map(({ line }) => JSON.parse(line) as Line);
  }

  /** Forgets the sessions that were closed before `before`, and what was said in them. */
  forget(before: Time): void {
    this.#storage.sql("DELETE FROM transcript WHERE session IN (SELECT id FROM sessions WHERE closed_at < ?)", before);
    this.#storage.sql("DELETE FROM sessions WHERE closed_at < ?", before);
  }
}

/** The foreign ids that the open session knows. */
export function idsIn({ twilio }: Session): SessionIds {
  return {
    conversation: twilio?.conversation ?? null,
    interaction: twilio?.flex?.interaction ?? null,
    channel: twilio?.flex?.channel ?? null,
  };
}

function foreignIds({ session }: ConversationState): SqlValue[] | null {
  if (!session) return null;
  const { conversation, interaction, channel } = idsIn(session);
  return [conversation, interaction, channel];
}
