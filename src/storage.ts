/** What SQLite takes and gives here; ids are text, flags are 0 and 1. */
export type SqlValue = string | number | null;

/** The storage of one conversation: that of a Durable Object, or `node:sqlite` under simulation. All synchronous. */
export type Storage = {
  /** Runs one statement and returns its rows. */
  sql<Row extends Record<string, SqlValue>>(statement: string, ...bindings: SqlValue[]): Row[];
  /** Runs `work` as one transaction: all of it is stored, alarm included, or nothing. */
  transaction<T>(work: () => T): T;
  /** Asks to be woken at `time`, milliseconds since 1970; replaces an earlier wish. */
  setAlarm(time: number): void;
};
