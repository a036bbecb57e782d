import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import type { D1Database, D1PreparedStatement, D1Result } from "@cloudflare/workers-types";
import type { FaultKind, Faults } from "./faults.ts";
import type { Random } from "./random.ts";
import type { Life, Timeline } from "./timeline.ts";

const MIGRATIONS = fileURLToPath(new URL("../../migrations/", import.meta.url));
/** Read once: every history starts with the same empty tables. */
const SCHEMA = readdirSync(MIGRATIONS)
  .filter((file) => file.endsWith(".sql"))
  .sort()
  .map((file) => readFileSync(`${MIGRATIONS}${file}`, "utf8"))
  .join("\n");

/** A database that never answers in time while it is slow. */
const SLOW_MS = [1_000, 9_000] as const;

/** D1 on `node:sqlite` with the real migrations: answers take time, fail, or fail after all was done. */
export class SimulatedD1 {
  isDown = false;
  readonly #db = new DatabaseSync(":memory:");
  readonly #prepared = new Map<string, StatementSync>();
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #faults: Faults;

  constructor(timeline: Timeline, random: Random, faults: Faults) {
    this.#timeline = timeline;
    this.#random = random;
    this.#faults = faults;
    this.#db.exec(SCHEMA);
  }

  /** The database as whoever lives this life sees it; null for a Worker. `random`: delays and failures of a stream of their own. */
  seenBy(life: Life | null, random = this.#random): D1Database {
    return new Database((work) => this.#submit(life, random, work), this.#db, this.#prepared);
  }

  /** Writes at once; for whoever sets the scene. */
  write(statement: string, ...values: SQLInputValue[]): void {
    this.#db.prepare(statement).run(...values);
  }

  /** All rows of a query, at once; for those who watch. */
  read<Row>(query: string): Row[] {
    return this.#db.prepare(query).all() as Row[];
  }

  #submit<T>(life: Life | null, random: Random, work: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const later = (ms: number, run: () => void) => this.#timeline.after(ms, run, life);
    const strikes = (kind: FaultKind) =>
      random === this.#random ? this.#faults.strikes(kind) : this.#faults.strikes(kind, 1, random);
    const [there, back] = [random.between(1, 15), random.between(1, 15)];
    const failure = () => reject(new Error("D1_ERROR: Network connection lost."));
    const isFailing = this.#isFailing || strikes("database fails before");
    if (isFailing) {
      later(there + back, failure);
      return promise;
    }
    const failsAfter = strikes("database fails after");
    const extra = strikes("database is slow") ? random.between(...SLOW_MS) : 0;
    this.#timeline.after(there + extra, () => {
      try {
        const result = work();
        later(back, failsAfter ? failure : () => resolve(result));
      } catch (error) {
        later(back, () => reject(error));
      }
    });
    return promise;
  }

  get #isFailing(): boolean {
    return this.isDown && !this.#faults.isOver;
  }
}

type Submit = <T>(work: () => T) => Promise<T>;

class Database implements D1Database {
  readonly #submit: Submit;
  readonly #db: DatabaseSync;
  readonly #prepared: Map<string, StatementSync>;

  constructor(submit: Submit, db: DatabaseSync, prepared: Map<string, StatementSync>) {
    this.#submit = submit;
    this.#db = db;
    this.#prepared = prepared;
  }

  prepare(query: string): D1PreparedStatement {
    const prepared = this.#prepared.get(query) ?? this.#db.prepare(query);
    this.#prepared.set(query, prepared);
    return new Statement(this.#submit, () => this.#changes(), prepared, []);
  }

  /** How many rows were ever changed. */
  #changes(): number {
    const query = "SELECT total_changes() AS n";
    const prepared = this.#prepared.get(query) ?? this.#db.prepare(query);
    this.#prepared.set(query, prepared);
    return Number(prepared.get()?.n);
  }

  batch<T = unknown>(statements: D1PreparedStatement[]): Promise<D1Result<T>[]> {
    return this.#submit(() => {
      this.#db.exec("BEGIN");
      try {
        const results = statements.map((one) => {
          if (!(one instanceof Statement)) throw new Error("a statement of another database");
          return one.result<T>();
        });
        this.#db.exec("COMMIT");
        return results;
      } catch (error) {
        this.#db.exec("ROLLBACK");
        throw error;
      }
    });
  }

  exec(): never {
    throw new Error("exec is not simulated");
  }

  withSession(): never {
    throw new Error("sessions are not simulated");
  }

  dump(): never {
    throw new Error("dump is not simulated");
  }
}

class Statement implements D1PreparedStatement {
  readonly #submit: Submit;
  readonly #changes: () => number;
  readonly #prepared: StatementSync;
  readonly #values: readonly unknown[];

  constructor(submit: Submit, changes: () => number, prepared: StatementSync, values: readonly unknown[]) {
    this.#submit = submit;
    this.#changes = changes;
    this.#prepared = prepared;
    this.#values = values;
  }

  bind(...values: unknown[]): D1PreparedStatement {
    return new Statement(this.#submit, this.#changes, this.#prepared, values);
  }

  first<T>(column?: string): Promise<T | null> {
    return this.#submit(() => {
      const row = this.#rows()[0];
      if (row === undefined) return null;
      return (column === undefined ? row : row[column]) as T;
    });
  }

  run<T>(): Promise<D1Result<T>> {
    return this.all<T>();
  }

  all<T>(): Promise<D1Result<T>> {
    return this.#submit(() => this.result<T>());
  }

  raw(): never {
    throw new Error("raw is not simulated");
  }

  /** Its rows, and how many rows it has changed. */
  result<T>(): D1Result<T> {
    const before = this.#changes();
    const rows = this.#rows();
    return resultOf<T>(rows, this.#changes() - before);
  }

  #rows(): Record<string, unknown>[] {
    return this.#prepared.all(...(this.#values as SQLInputValue[]));
  }
}

function resultOf<T>(rows: readonly Record<string, unknown>[], changes: number): D1Result<T> {
  const meta = {
    duration: 0,
    size_after: 0,
    rows_read: 0,
    rows_written: 0,
    last_row_id: 0,
    changed_db: changes > 0,
    changes,
  };
  return { success: true, meta, results: rows as T[] };
}
