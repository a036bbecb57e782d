import { Conversation as Real } from "../../durable-objects/conversation.ts";
import worker from "../../src/worker.ts";
import type { StorageCounts } from "./storage-counts.ts";

// What is declared here goes before what comes from there.
export * from "../../src/worker.ts";

/** Notes each statement and alarm that an object has for its storage, and what the object is still at. */
class Counter {
  readonly #cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  #alarmsSet = 0;

  constructor(ctx: DurableObjectState) {
    const { storage } = ctx;
    const [exec, setAlarm] = [storage.sql.exec.bind(storage.sql), storage.setAlarm.bind(storage)];
    storage.sql.exec = ((statement: string, ...bindings: SqlStorageValue[]) => {
      const cursor = exec(statement, ...bindings);
      // Its figures are complete only when it has been read to its end.
      this.#cursors.push(cursor);
      return cursor;
    }) as typeof exec;
    storage.setAlarm = (...given) => {
      this.#alarmsSet += 1;
      return setAlarm(...given);
    };
    const waitUntil = ctx.waitUntil.bind(ctx);
    ctx.waitUntil = (work: Promise<unknown>) => {
      const underWay = work.finally(() => this.#underWay.delete(underWay));
      this.#underWay.add(underWay);
      waitUntil(underWay);
    };
  }

  /** Since this was asked last, up to the moment when nothing is under way. */
  async take(): Promise<StorageCounts> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    const taken = this.#cursors.splice(0);
    const total = (of: (cursor: (typeof taken)[number]) => number) => taken.reduce((sum, one) => sum + of(one), 0);
    const alarmsSet = this.#alarmsSet;
    this.#alarmsSet = 0;
    return {
      statements: taken.length,
      rowsRead: total(({ rowsRead }) => rowsRead),
      rowsWritten: total(({ rowsWritten }) => rowsWritten),
      alarmsSet,
    };
  }
}

/** The Worker's own conversation, counted. */
export class Conversation extends Real {
  readonly #counter: Counter;

  constructor(ctx: DurableObjectState, env: Env) {
    const counter = new Counter(ctx);
    super(ctx, env);
    this.#counter = counter;
  }

  override fetch(): Promise<Response> {
    return this.#counter.take().then((counts) => Response.json(counts));
  }
}

const COUNTS = /^\/counts\/(\d+)$/;

export default {
  ...worker,
  fetch: (request, env, ctx) => {
    const member = COUNTS.exec(new URL(request.url).pathname)?.[1];
    return member ? env.CONVERSATION.getByName(member).fetch(request) : worker.fetch(request, env, ctx);
  },
} satisfies ExportedHandler<Env>;
