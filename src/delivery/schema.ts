import type { Storage } from "../storage.ts";

/**
 * The tables of one conversation, as numbered steps that are never changed once released. Every foreign id is unique from
 * the first step on: what arrives or leaves twice is stopped by the database, whatever the code does.
 */
const STEPS: readonly (readonly string[])[] = [
  [
    // All that `decide` must remember, as JSON.
    "CREATE TABLE state (only INTEGER PRIMARY KEY CHECK (only = 1), body TEXT NOT NULL) STRICT",
    // Every event once, by its source's own id.
    `CREATE TABLE journal (
      seq INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE,
      at INTEGER NOT NULL,
      body TEXT NOT NULL
    ) STRICT`,
    `CREATE TABLE sessions (
      id TEXT PRIMARY KEY,
      twilio_conversation TEXT UNIQUE,
      flex_interaction TEXT UNIQUE,
      flex_channel TEXT UNIQUE,
      opened_at INTEGER NOT NULL,
      closed_at INTEGER
    ) STRICT`,
    // Lines of the chat that Twilio does not have; they become deliveries when a person is asked for.
    `CREATE TABLE transcript (
      seq INTEGER PRIMARY KEY,
      session TEXT NOT NULL,
      line TEXT NOT NULL
    ) STRICT`,
    `CREATE TABLE deliveries (
      seq INTEGER PRIMARY KEY,
      -- How we know it again on the other side.
      id TEXT NOT NULL,
      session TEXT,
      lane TEXT NOT NULL,
      kind TEXT NOT NULL,
      body TEXT NOT NULL,
      -- 1: what the assistant does or says, which stops when a person is asked for; 2: one was asked for meanwhile.
      assistants INTEGER NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('waiting', 'trying', 'unknown', 'sent', 'failed', 'undecided', 'skipped')),
      -- Calls made for it, looks included.
      attempts INTEGER NOT NULL DEFAULT 0,
      created_at INTEGER NOT NULL,
      due_at INTEGER NOT NULL,
      tried_at INTEGER,
      -- The first attempt that may have happened.
      first_tried_at INTEGER,
      -- The id that the other side gave to the message.
      remote_id TEXT,
      reason TEXT
    ) STRICT`,
    "CREATE INDEX deliveries_open ON deliveries (lane, seq) WHERE status IN ('waiting', 'trying', 'unknown')",
    "CREATE UNIQUE INDEX deliveries_remote ON deliveries (remote_id) WHERE remote_id IS NOT NULL",
  ],
  [
    // What can be sent again.
    "CREATE INDEX deliveries_undelivered ON deliveries (seq) WHERE status IN ('failed', 'undecided')",
    // Events that could not be made sense of, kept to be taken in again when the cause is removed.
    `CREATE TABLE unprocessable (
      key TEXT PRIMARY KEY,
      at INTEGER NOT NULL,
      body TEXT NOT NULL,
      reason TEXT NOT NULL
    ) STRICT`,
  ],
];

/** Brings the tables up to date. Durable Objects allow no `PRAGMA user_version`, so the steps taken are rows. */
export function migrate(storage: Storage, now: number): void {
  storage.transaction(() => {
    storage.sql("CREATE TABLE IF NOT EXISTS _migrations (step INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT");
    const taken = storage.sql<{ n: number }>("SELECT count(*) AS n FROM _migrations")[0]?.n ?? 0;
    STEPS.slice(taken).forEach((statements, i) => {
      for (const statement of statements) storage.sql(statement);
      storage.sql("INSERT INTO _migrations (step, at) VALUES (?, ?)", taken + i + 1, now);
    });
  });
}
