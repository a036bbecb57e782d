import type { D1Database } from "@cloudflare/workers-types";
import * as v from "valibot";
import type { DiscordGuildId } from "../conversation/ids.ts";
import type { Clock } from "../outside/call.ts";
import { SettingsSchema, type StoredSettings } from "../settings/settings.ts";
import { storedSettings, storeSettings } from "../settings/store.ts";
import { answer, type Endpoint, endpoint } from "./endpoint.ts";
import { ErrorShape } from "./openapi.ts";
import { serverId, version } from "./shapes.ts";

const shape = { tag: "Settings", path: "/settings/{server}" } as const;
/** All canned replies in the widest writing, and more. */
const BODY_LIMIT = 2 * 1024 * 1024;

const server = v.union([v.literal("default"), serverId], "must be a Discord server's id, or default");

/** Settings in an answer; null as server: those of servers that have none. */
export const StoredSettingsShape = v.object({ server: v.nullable(v.string()), version, settings: SettingsSchema });
export const SettingsConflictShape = v.object({ ...ErrorShape.entries, current: StoredSettingsShape });

/** The settings of each server, and of those that have none of their own. */
export function settingsEndpoints({ db, now }: { readonly db: D1Database; readonly now: Clock }): Endpoint[] {
  const get = endpoint(
    {
      ...shape,
      access: ["cases:read"],
      method: "GET",
      summary: "Read the settings of a server, or `default` for servers that have none",
      params: { server },
      answers: { 200: StoredSettingsShape },
    },
    async ({ params }) => answer(200, await storedSettings(db, serverOf(params.server))),
  );

  const put = endpoint(
    {
      ...shape,
      access: ["settings:write"],
      method: "PUT",
      summary: "Write all settings of a server, or of those that have none",
      description:
        "`version` is that of the settings as they were read: where somebody else has changed them since, 409.",
      params: { server },
      body: v.strictObject({ version, settings: SettingsSchema }),
      bodyLimit: BODY_LIMIT,
      answers: { 200: StoredSettingsShape, 409: SettingsConflictShape },
    },
    async ({ params, body, caller }) => {
      const wish: StoredSettings = { ...body, server: serverOf(params.server) };
      const isStored = await storeSettings(db, wish, caller.actor, now());
      const current = await storedSettings(db, wish.server);
      if (!isStored) {
        const error = `The settings have version ${current.version} by now: look at them, and try again`;
        return answer(409, { error, current });
      }
      return answer(200, current);
    },
  );

  return [get, put];
}

function serverOf(name: "default" | DiscordGuildId): DiscordGuildId | null {
  return name === "default" ? null : name;
}
