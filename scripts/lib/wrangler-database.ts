import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { D1Database, D1PreparedStatement, D1Result } from "@cloudflare/workers-types";
import * as v from "valibot";
import type { Statement } from "../../src/knowledge/store.ts";
import { sqlFile, sqlText } from "./sql-text.ts";
import { runWrangler } from "./wrangler.ts";

const EXECUTE = ["d1", "execute", "DB", "--remote", "--yes"];

const Output = v.array(
  v.custom<D1Result>(
    (value) => typeof value === "object" && value !== null && "results" in value && Array.isArray(value.results),
  ),
);

type Value = Statement["params"][number];
const Values = v.array(v.union([v.string(), v.number(), v.null()]));

/** Runs statements, all or none, on the database of the deployed Worker, by the login that wrangler has. */
export async function runRemotely(statements: readonly Statement[]): Promise<void> {
  if (statements.length === 0) return;
  const folder = await mkdtemp(join(tmpdir(), "flexcord-knowledge-"));
  try {
    const file = join(folder, "import.sql");
    await writeFile(file, sqlFile(statements));
    await runWrangler([...EXECUTE, "--file", file]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The database of the deployed Worker, by way of `wrangler d1 execute`: some seconds for each query. For reading. */
export function wranglerDatabase(): D1Database {
  const prepare = (sql: string) => new WranglerStatement(sql, []);
  return {
    prepare,
    batch: async <T>(statements: D1PreparedStatement[]) => {
      const texts = statements.map((statement) => {
        if (!(statement instanceof WranglerStatement)) throw new TypeError("a statement of another database");
        return statement.text;
      });
      return (await query(texts.join(";\n"))) as D1Result<T>[];
    },
    exec: () => notOffered("exec"),
    dump: () => notOffered("dump"),
    withSession: () => {
      throw new Error("wrangler offers no sessions");
    },
  };
}

class WranglerStatement implements D1PreparedStatement {
  readonly #sql: string;
  readonly #params: readonly Value[];

  constructor(sql: string, params: readonly Value[]) {
    this.#sql = sql;
    this.#params = params;
  }

  get text(): string {
    return sqlText({ sql: this.#sql, params: this.#params });
  }

  bind(...values: unknown[]): WranglerStatement {
    return new WranglerStatement(this.#sql, v.parse(Values, values));
  }

  async all<T = Record<string, unknown>>(): Promise<D1Result<T>> {
    const [result] = await query(this.text);
    if (result === undefined) throw new Error("wrangler gave no result");
    return result as D1Result<T>;
  }

  run<T = Record<string, unknown>>(): Promise<D1Result<T>> {
    return this.all();
  }

  async first<T = unknown>(column?: string): Promise<T | null> {
    const [row] = (await this.all()).results;
    if (row === undefined) return null;
    return (column === undefined ? row : row[column]) as T;
  }

  raw(): Promise<never> {
    return notOffered("raw");
  }
}

async function query(sql: string): Promise<D1Result[]> {
  return v.parse(Output, JSON.parse(await runWrangler([...EXECUTE, "--json", "--command", sql])));
}

async function notOffered(what: string): Promise<never> {
  throw new Error(`wrangler does not offer ${what}`);
}
