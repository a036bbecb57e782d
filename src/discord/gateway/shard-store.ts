import * as v from "valibot";
import type { Time } from "../../conversation/events.ts";
import { parseJson } from "../../outside/call.ts";
import type { Storage } from "../../storage.ts";
import { HALT_REASONS } from "./close-codes.ts";
import type { Lasting } from "./connection-state.ts";

/** Each is applied once, in order, and never changed afterwards. */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE shard (
       id INTEGER PRIMARY KEY CHECK (id = 1),
       session_id TEXT,
       resume_url TEXT,
       seq INTEGER NOT NULL,       -- events up to this one are settled
       gap_since INTEGER,          -- since when there may be messages that did not come and were not read yet
       identifies TEXT NOT NULL,   -- JSON array: the times of the last 24 hours
       halted TEXT,                -- why the shard stopped for good
       token_mark TEXT             -- tells one bot token from another: a stop counts for its own; a hash of it
     ) STRICT`,
    // Before the first session members may have written as well.
    "INSERT INTO shard (id, seq, gap_since, identifies) VALUES (1, 0, ?, '[]')",
    `CREATE TABLE parked (
       id INTEGER PRIMARY KEY,     -- rises within a member
       key TEXT NOT NULL UNIQUE,   -- the event's own key, so that a replayed event is parked once
       member TEXT NOT NULL,
       event TEXT NOT NULL,        -- JSON
       refusals INTEGER NOT NULL,
       due_at INTEGER NOT NULL     -- counts for the first event of each member
     ) STRICT`,
    "CREATE INDEX parked_by_member ON parked (member, id)",
  ],
];

/** Brings the tables up to date. */
export function migrateShard(storage: Storage, now: Time): void {
  storage.sql("CREATE TABLE IF NOT EXISTS _migrations (id INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT");
  const applied = storage.sql("SELECT id FROM _migrations").length;
  for (const [index, statements] of MIGRATIONS.entries()) {
    if (index < applied) continue;
    storage.transaction(() => {
      for (const statement of statements) storage.sql(statement, ...(statement.includes("?") ? [now] : []));
      storage.sql("INSERT INTO _migrations (id, applied_at) VALUES (?, ?)", index + 1, now);
    });
  }
}

const ShardRow = v.object({
  session_id: v.nullable(v.string()),
  resume_url: v.nullable(v.string()),
  seq: v.number(),
  gap_since: v.nullable(v.number()),
  identifies: v.pipe(v.string(), v.transform(parseJson), v.array(v.number())),
  halted: v.nullable(v.picklist(HALT_REASONS)),
  token_mark: v.nullable(v.string()),
});

/** The session, the Identify budget and the hard stop; all that a fresh instance needs to go on. */
export class ShardStore {
  readonly #storage: Storage;
  readonly #tokenMark: string;

  /** `tokenMark` stands for the bot token. */
  constructor(storage: Storage, tokenMark: string) {
    this.#storage = storage;
    this.#tokenMark = tokenMark;
  }

  load(): { readonly lasting: Lasting; readonly seq: number } {
    const row = v.parse(ShardRow, this.#storage.sql("SELECT * FROM shard")[0]);
    const { session_id: id, resume_url: resumeUrl, identifies } = row;
    // An operator who has set another token has removed the cause.
    const halted = row.token_mark === this.#tokenMark ? row.halted : null;
    const session = id !== null && resumeUrl !== null ? { id, resumeUrl } : null;
    return { lasting: { session, gapSince: row.gap_since, identifies, halted }, seq: row.seq };
  }

  save({ session, gapSince, identifies, halted }: Lasting, seq: number): void {
    this.#storage.sql(
      "UPDATE shard SET session_id = ?, resume_url = ?, seq = ?, gap_since = ?, identifies = ?, halted = ?, token_mark = ?",
      session?.id ?? null,
      session?.resumeUrl ?? null,
      seq,
      gapSince,
      JSON.stringify(identifies),
      halted,
      this.#tokenMark,
    );
  }

  saveSeq(seq: number): void {
    this.#storage.sql("UPDATE shard SET seq = ?", seq);
  }
}
