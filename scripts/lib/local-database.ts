import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { D1Database } from "@cloudflare/workers-types";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_splitSqlQuery } from "wrangler";
import { DEFAULT_STATE, MIGRATIONS, PROJECT } from "./project.ts";
import { localDatabaseId } from "./wrangler-config.ts";

/** The D1 database that `wrangler dev --persist-to` works on. */
export type LocalDatabase = { readonly db: D1Database; close(): Promise<void> };

/**
 * Opens the local D1 database in this process, with all migrations applied: one start of the runtime instead of one
 * `wrangler` for each step. `persistTo` is the folder given to `wrangler dev --persist-to`; undefined for its default.
 */
export async function openLocalDatabase(persistTo: string = DEFAULT_STATE): Promise<LocalDatabase> {
  const runtime = new Miniflare({
    ...convertV4MiniflareOptions({
      modules: true,
      script: "export default {}",
      d1Databases: { DB: localDatabaseId() },
      host: "127.0.0.1",
      cf: false,
    }),
    // The layout that `wrangler dev` makes below its folder, which it looks up from the project.
    resourcePersistencePath: join(resolve(PROJECT, persistTo), "v3"),
  });
  try {
    const db: D1Database = await runtime.getD1Database("DB");
    await applyMigrations(db);
    return { db, close: () => runtime.dispose() };
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
}

/** Does what `wrangler d1 migrations apply` does, and keeps the same record of it. */
async function applyMigrations(db: D1Database): Promise<void> {
  await db
    .prepare(
      `CREATE TABLE IF NOT EXISTS d1_migrations (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT UNIQUE,
        applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
      )`,
    )
    .run();
  const { results } = await db.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const applied = new Set(results.map(({ name }) => name));
  const files = (await readdir(MIGRATIONS)).filter((name) => name.endsWith(".sql")).sort();
  for (const name of files.filter((name) => !applied.has(name))) {
    const statements = unstable_splitSqlQuery(await readFile(join(MIGRATIONS, name), "utf8"));
    await db.batch([
      ...statements.map((sql) => db.prepare(sql)),
      db.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name),
    ]);
  }
}
