import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { D1Database } from "@cloudflare/workers-types";
import { expect } from "vitest";
import type { ConversationEvent, IngestReply } from "../../src/conversation/events.ts";
import type { DiscordUserId } from "../../src/conversation/ids.ts";
import { discordInteractions } from "../../src/discord/interactions.ts";

export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
export const URL_PATH = "/discord/interactions";
const discordsKey = generateKeyPairSync("ed25519");
export const member = "123456789012345678" as DiscordUserId;

function rawPublicKey(key: KeyObject): string {
  return key.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
}

/** For what asks no database: cases have tests of their own, inside workerd. */
export const NO_DATABASE = { db: {} as D1Database, dispatch: async () => undefined };

/** The endpoint, with everything that it handed over. */
export function endpoint(reply: () => Promise<IngestReply> = async () => "accepted") {
  const ingested: { member: DiscordUserId; event: ConversationEvent }[] = [];
  const app = discordInteractions({
    publicKey: rawPublicKey(discordsKey.publicKey),
    now: () => NOW,
    ...NO_DATABASE,
    ingest: (to, event) => {
      ingested.push({ member: to, event });
      return reply();
    },
  });
  return { app, ingested };
}

type Signed = { body: string; timestamp?: string; key?: KeyObject };

function signatureOf({ body, timestamp = String(NOW / 1000), key = discordsKey.privateKey }: Signed): string {
  return sign(null, Buffer.from(timestamp + body), key).toString("hex");
}

export function headersFor(signed: Signed): Record<string, string> {
  return {
    "content-type": "application/json",
    "x-signature-ed25519": signatureOf(signed),
    "x-signature-timestamp": signed.timestamp ?? String(NOW / 1000),
  };
}

/** Sends an interaction as Discord does; returns what Discord reads. */
export async function send(app: ReturnType<typeof endpoint>["app"], interaction: unknown) {
  const body = JSON.stringify(interaction);
  const response = await app.request(URL_PATH, { method: "POST", body, headers: headersFor({ body }) });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("application/json");
  return response.json();
}

export const user = { id: member, username: "member", global_name: "The member" };
export const base = {
  id: "323456789012345678",
  application_id: "423456789012345678",
  token: "secret-for-answers",
  version: 1,
  locale: "en-US",
};
export const inServer = { ...base, guild_id: "523456789012345678", member: { user, nick: "Nick" } };
export const inDm = { ...base, user };
export const helpme = { ...inServer, type: 2, data: { id: "623456789012345678", name: "helpme", type: 1 } };
export const press = (customId: string, who: object = inDm) => ({
  ...who,
  type: 3,
  data: { custom_id: customId, component_type: 2 },
  message: { id: "723456789012345678", content: "…" },
});
