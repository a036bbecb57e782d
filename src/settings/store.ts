import type { D1Database } from "@cloudflare/workers-types";
import * as v from "valibot";
import { type Actor, actorText } from "../cases/actor.ts";
import { auditedIfChanged } from "../cases/audit.ts";
import type { Time } from "../conversation/events.ts";
import type { DiscordGuildId } from "../conversation/ids.ts";
import { parseJson } from "../outside/call.ts";
import { DEFAULT_SETTINGS, type Settings, SettingsSchema, type StoredSettings } from "./settings.ts";

type Row = { server: string; body: string; version: number };

/** The settings that hold for a server: its own, else those for servers that have none, else the defaults. */
export async function settingsOf(db: D1Database, server: DiscordGuildId | null): Promise<Settings> {
  const row = await db
    .prepare("SELECT server, body, version FROM settings WHERE server IN (?, '') ORDER BY server DESC LIMIT 1")
    .bind(server ?? "")
    .first<Row>();
  return row ? readBody(row.body) : DEFAULT_SETTINGS;
}

/** A server's own settings, to be changed; null as server for those of servers that have none. */
export async function storedSettings(db: D1Database, server: DiscordGuildId | null): Promise<StoredSettings> {
  const row = await db
    .prepare("SELECT server, body, version FROM settings WHERE server = ?")
    .bind(server ?? "")
    .first<Row>();
  if (!row) return { server, settings: await settingsOf(db, server), version: 0 };
  return { server, settings: readBody(row.body), version: row.version };
}

/** Stores settings in place of the version that was seen; false when somebody else has changed them meanwhile. */
export async function storeSettings(
  db: D1Database,
  { server, settings, version }: StoredSettings,
  by: Actor,
  at: Time,
): Promise<boolean> {
  const [stored] = await db.batch([
    db
      .prepare(
        `INSERT INTO settings (server, body, version, updated_at, updated_by) SELECT ?1, ?2, 1, ?4, ?5 WHERE ?3 = 0
           OR EXISTS (SELECT 1 FROM settings WHERE server = ?1)
         ON CONFLICT (server) DO UPDATE SET body = excluded.body, version = version + 1, updated_at = excluded.updated_at,
           updated_by = excluded.updated_by WHERE settings.version = ?3`,
      )
      .bind(server ?? "", JSON.stringify(settings), version, at, actorText(by)),
    auditedIfChanged(db, { action: "settings.changed", subject: `settings/${server ?? "default"}` }, by, at),
  ]);
  return (stored?.meta.changes ?? 0) > 0;
}

/** What a later release has added gets its default. */
function readBody(body: string): Settings {
  return v.parse(SettingsSchema, { ...DEFAULT_SETTINGS, ...(parseJson(body) as object) });
}
