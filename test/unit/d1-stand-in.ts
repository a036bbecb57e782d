import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import * as v from "valibot";
import { unstable_splitSqlQuery } from "wrangler";
import { MIGRATIONS } from "../../scripts/lib/project.ts";

/** @see https://developers.cloudflare.com/d1/platform/limits/ */
const MAX_STATEMENT_BYTES = 100_000;

const Call = v.object({ sql: v.optional(v.string()), action: v.optional(v.string()), etag: v.optional(v.string()) });

/** Cloudflare's API as far as `wrangler d1 execute --remote` needs it, on one migrated database. */
export type D1StandIn = {
  /** For the environment of wrangler. */
  readonly environment: Readonly<Record<string, string>>;
  readonly db: DatabaseSync;
  /** Each call: "query" with its SQL, or the steps of an import. */
  readonly calls: readonly string[];
  close(): Promise<void>;
};

export async function startD1StandIn(): Promise<D1StandIn> {
  const db = new DatabaseSync(":memory:");
  for (const name of readdirSync(MIGRATIONS).sort()) db.exec(readFileSync(join(MIGRATIONS, name), "utf8"));
  const calls: string[] = [];
  const uploads = new Map<string, string>();
  let origin = "";

  const answer = async (request: IncomingMessage): Promise<{ result: unknown; headers?: Record<string, string> }> => {
    const body = await text(request);
    if (request.method === "PUT") {
      const etag = createHash("md5").update(body).digest("hex");
      uploads.set(etag, body);
      calls.push("upload");
      return { result: null, headers: { etag } };
    }
    const { sql = "", action, etag = "" } = v.parse(Call, JSON.parse(body));
    calls.push(action ?? `query ${sql}`);
    if (action === undefined) return { result: statementsOf(sql).map((statement) => query(db, statement)) };
    if (action === "init") return { result: { success: true, upload_url: `${origin}/upload`, filename: "import.sql" } };
    const count = ingest(db, uploads.get(etag) ?? "");
    const meta = { duration: 1, rows_read: 0, rows_written: count, size_after: 1 };
    return {
      result: {
        ...{ success: true, type: "import", status: "complete", messages: [] },
        result: { num_queries: count, final_bookmark: "b", meta },
      },
    };
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const send = (status: number, json: object, headers = {}) => {
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(json));
    };
    answer(request).then(
      ({ result, headers }) => send(200, { success: true, errors: [], messages: [], result }, headers),
      (error) =>
        send(400, { success: false, errors: [{ code: 7500, message: String(error) }], messages: [], result: null }),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;

  return {
    environment: {
      CLOUDFLARE_API_BASE_URL: origin,
      CLOUDFLARE_API_TOKEN: "api-token-of-the-tests",
      CLOUDFLARE_ACCOUNT_ID: "0".repeat(32),
    },
    db,
    calls,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      db.close();
    },
  };
}

function statementsOf(sql: string): string[] {
  const statements = unstable_splitSqlQuery(sql);
  for (const statement of statements) {
    if (Buffer.byteLength(statement) > MAX_STATEMENT_BYTES) throw new Error("statement too long: SQLITE_TOOBIG");
  }
  return statements;
}

function query(db: DatabaseSync, sql: string): object {
  return { success: true, results: db.prepare(sql).all(), meta: { duration: 0 } };
}

function ingest(db: DatabaseSync, sql: string): number {
  const statements = statementsOf(sql);
  db.exec("BEGIN");
  try {
    for (const statement of statements) db.exec(statement);
    db.exec("COMMIT");
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
  return statements.length;
}
