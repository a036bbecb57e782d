import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { SqlValue, Storage } from "../../src/storage.ts";

const WRITE = /^\s*(?:INSERT|UPDATE|DELETE|CREATE|DROP|ALTER)/i;
const TRIMMING = /^\s*DELETE FROM transcript WHERE session = \S+ AND seq <=/;

/**
 * The disk of a Durable Object on `node:sqlite`: what is written in one turn becomes lasting as a whole, alarm included, or is
 * undone as a whole. A transaction that throws is undone at once.
 */
export class TurnStorage {
  readonly #db = new DatabaseSync(":memory:");
  readonly #statements = new Map<string, StatementSync>();
  #isOpen = false;
  #depth = 0;
  #alarm: number | null = null;
  #lastingAlarm: number | null = null;
  writes = 0;
  /** Lines of the chat with the assistant that went since there were too many. */
  trimmedLines = 0;

  get hasUncommitted(): boolean {
    return this.#isOpen || this.#alarm !== this.#lastingAlarm;
  }

  get alarm(): number | null {
    return this.#alarm;
  }

  set alarm(time: number | null) {
    this.#alarm = time;
  }

  /** Reads what stands there, uncommitted changes included; for those who watch. */
  read<Row extends Record<string, SqlValue>>(statement: string, ...bindings: SqlValue[]): Row[] {
    return this.#prepare(statement).all(...bindings) as Row[];
  }

  commit(): void {
    if (this.#isOpen) this.#db.exec("COMMIT");
    this.#isOpen = false;
    this.#lastingAlarm = this.#alarm;
  }

  rollBack(): void {
    if (this.#isOpen) this.#db.exec("ROLLBACK");
    this.#isOpen = false;
    this.#alarm = this.#lastingAlarm;
  }

  /** The storage as one instance sees it; `check` throws when it may not write any more. */
  seenBy(check: (isWrite: boolean) => void): Storage {
    return {
      sql: <Row extends Record<string, SqlValue>>(statement: string, ...bindings: SqlValue[]): Row[] => {
        const isWrite = WRITE.test(statement);
        check(isWrite);
        if (isWrite) this.#begin();
        const rows = this.read<Row>(statement, ...bindings);
        if (TRIMMING.test(statement)) this.trimmedLines += Number(this.read("SELECT changes() AS n")[0]?.n);
        return rows;
      },
      transaction: (work) => {
        check(false);
        return this.#transaction(work);
      },
      setAlarm: (time) => {
        check(false);
        this.#alarm = time;
      },
    };
  }

  #transaction<T>(work: () => T): T {
    const alarm = this.#alarm;
    this.#begin();
    const name = `t${++this.#depth}`;
    this.#db.exec(`SAVEPOINT ${name}`);
    try {
      const result = work();
      this.#db.exec(`RELEASE ${name}`);
      return result;
    } catch (error) {
      this.#db.exec(`ROLLBACK TO ${name}; RELEASE ${name}`);
      this.#alarm = alarm;
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  #begin(): void {
    this.writes += 1;
    if (this.#isOpen) return;
    this.#db.exec("BEGIN");
    this.#isOpen = true;
  }

  #prepare(statement: string): StatementSync {
    const known = this.#statements.get(statement);
    if (known) return known;
    const prepared = this.#db.prepare(statement);
    this.#statements.set(statement, prepared);
    return prepared;
  }
}
