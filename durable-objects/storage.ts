import type { SqlValue, Storage } from "../src/storage.ts";

/** The storage of a Durable Object as the code in `src/` takes it. */
export function storageOf({ storage }: DurableObjectState): Storage {
  return {
    sql: <Row extends Record<string, SqlValue>>(statement: string, ...bindings: SqlValue[]) =>
      storage.sql.exec<Row>(statement, ...bindings).toArray(),
    transaction: (work) => storage.transactionSync(work),
    setAlarm: (time) => {
      // Part of what is being written; when it is on disk is the output gate's business.
      void storage.setAlarm(time);
    },
  };
}
