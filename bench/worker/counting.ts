import { Conversation as Real } from "../../durable-objects/conversation.ts";
import worker from "../../src/worker.ts";
import type { StorageCounts } from "./storage-counts.ts";

// What is declared here goes before what comes from there.
export * from "../../src/worker.ts";

const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
let alarmsSet = 0;

/** The Worker's own conversation; each statement and alarm that it has for its storage is noted on the way there. */
export class Conversation extends Real {
  constructor(ctx: DurableObjectState, env: Env) {
    const { storage } = ctx;
    const [exec, setAlarm] = [storage.sql.exec.bind(storage.sql), storage.setAlarm.bind(storage)];
    storage.sql.exec = ((statement: string, ...bindings: SqlStorageValue[]) => {
      const cursor = exec(statement, ...bindings);
      // Its figures are complete only when it has been read to its end.
      cursors.push(cursor);
      return cursor;
    }) as typeof exec;
    storage.setAlarm = (...given) => {
      alarmsSet += 1;
      return setAlarm(...given);
    };
    super(ctx, env);
  }
}

/** Since this was asked last. */
function takeCounts(): StorageCounts {
  const taken = cursors.splice(0);
  const total = (of: (cursor: (typeof taken)[number]) => number) => taken.reduce((sum, one) => sum + of(one), 0);
  const counts = {
    statements: taken.length,
    rowsRead: total(({ rowsRead }) => rowsRead),
    rowsWritten: total(({ rowsWritten }) => rowsWritten),
    alarmsSet,
  };
  alarmsSet = 0;
  return counts;
}

export default {
  ...worker,
  fetch: (request, env, ctx) =>
    new URL(request.url).pathname === "/counts" ? Response.json(takeCounts()) : worker.fetch(request, env, ctx),
} satisfies ExportedHandler<Env>;
