import { DatabaseSync } from "node:sqlite";
import type { SqlValue, Storage } from "../../src/storage.ts";

/** The storage of a Durable Object on `node:sqlite`: what a transaction that throws has done is undone, alarm included. */
export class SqliteStorage implements Storage {
  readonly #db = new DatabaseSync(":memory:");
  alarm: number | null = null;
  /** Rows written so far. */
  writes = 0;

  sql<Row extends Record<string, SqlValue>>(statement: string, ...bindings: SqlValue[]): Row[] {
    if (/^\s*(INSERT|UPDATE|DELETE)/.test(statement)) this.writes += 1;
    return this.#db.prepare(statement).all(...bindings) as Row[];
  }

  transaction<T>(work: () => T): T {
    const { alarm } = this;
    this.#db.exec("BEGIN");
    try {
      const result = work();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      this.#db.exec("ROLLBACK");
      this.alarm = alarm;
      throw error;
    }
  }

  setAlarm(time: number): void {
    this.alarm = time;
  }
}
