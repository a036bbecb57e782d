import { DurableObject } from "cloudflare:workers";

/**
 * A small D1: what workerd's own D1 client asks, answered by one Durable Object with SQLite on disk, since the real one
 * exists only at Cloudflare and in Miniflare. A batch is one transaction. There are no sessions, no replicas and no dumps.
 */

type Query = { readonly sql: string; readonly params?: readonly (string | number | null)[] };
type DatabaseEnv = { readonly DATABASE: DurableObjectNamespace<Database>; readonly MIGRATIONS: string };

export class Database extends DurableObject<DatabaseEnv> {
  readonly #sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: DatabaseEnv) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    const isFresh = this.#sql.exec("SELECT 1 FROM sqlite_schema WHERE name = 'conversations'").toArray().length === 0;
    if (isFresh) this.#sql.exec(env.MIGRATIONS);
  }

  override async fetch(request: Request): Promise<Response> {
    const asked = await request.json<Query | Query[]>();
    const queries = Array.isArray(asked) ? asked : [asked];
    try {
      return Response.json(this.ctx.storage.transactionSync(() => queries.map((query) => this.#run(query))));
    } catch (error) {
      return Response.json({ success: false, error: error instanceof Error ? error.message : "unknown error" });
    }
  }

  #run({ sql, params = [] }: Query): object {
    const cursor = this.#sql.exec(sql, ...params);
    const rows = [...cursor.raw()];
    const { columnNames: columns, rowsRead: rows_read, rowsWritten: rows_written } = cursor;
    const meta = { duration: 0, changes: 0, last_row_id: 0, changed_db: rows_written > 0, rows_read, rows_written };
    return { success: true, results: { columns, rows }, meta };
  }
}

export default {
  fetch: (request, env) => env.DATABASE.getByName("flexcord").fetch(request),
} satisfies ExportedHandler<DatabaseEnv>;
