import * as v from "valibot";
import type { OperatorClient } from "./operator-client.ts";
import { printable, table } from "./operator-report.ts";
import type { ProgramsCommand } from "./programs-arguments.ts";
import type { Surroundings } from "./surroundings.ts";

const text = v.nullable(v.string());
const Key = v.object({
  id: v.string(),
  name: v.string(),
  scopes: v.array(v.string()),
  lastUsedAt: text,
  revokedAt: text,
});
const Webhook = v.object({ id: v.string(), url: v.string(), types: v.array(v.string()), disabled: text });
const Delivery = v.object({
  event: v.string(),
  attempts: v.number(),
  reason: v.string(),
  at: v.string(),
  nextAt: text,
});
const Keys = v.object({ keys: v.array(Key) });
const Webhooks = v.object({ webhooks: v.array(Webhook) });
const Deliveries = v.object({ deliveries: v.array(Delivery), next: text });
const WithSecret = v.object({ id: v.string(), secret: v.string() });
const Replayed = v.object({ replayed: v.number() });

/** How many a replay takes up at once. */
const REPLAY_SIZE = 100;

/** Does what an operator wants about other programs. Whether all was done. */
export async function runPrograms(
  command: ProgramsCommand,
  client: OperatorClient,
  io: Surroundings,
): Promise<boolean> {
  for (const line of await linesOf(command, client)) io.print(line);
  return true;
}

async function linesOf(command: ProgramsCommand, client: OperatorClient): Promise<readonly string[]> {
  switch (command.kind) {
    case "keys":
      return describeKeys((await client.call(Keys, "GET", "keys")).keys);
    case "create-key": {
      const { name, scopes } = command;
      const { id, secret } = await client.call(WithSecret, "POST", "keys", { name, scopes });
      return [`Key ${id} is made. Keep it in a safe place, it is not shown again:`, printable(secret)];
    }
    case "revoke":
      await client.call(Key, "DELETE", `keys/${encodeURIComponent(command.id)}`);
      return [`Key ${command.id} opens nothing any more.`];
    case "webhooks":
      return describeWebhooks((await client.call(Webhooks, "GET", "webhooks")).webhooks);
    case "create-webhook": {
      const { url, types } = command;
      const { id, secret } = await client.call(WithSecret, "POST", "webhooks", { url, types });
      return [
        `Webhook ${id} is made. What is sent is signed with this secret, which is not shown again:`,
        printable(secret),
      ];
    }
    case "rotate": {
      const { id, secret } = await client.call(WithSecret, "POST", `${pathOf(command.id)}/secret`);
      return [
        `Webhook ${id} has a new secret; for a day the old one holds as well. It is not shown again:`,
        printable(secret),
      ];
    }
    case "disable":
    case "enable":
      await client.call(Webhook, "PATCH", pathOf(command.id), { enabled: command.kind === "enable" });
      return [`Webhook ${command.id} is ${command.kind}d.`];
    case "delete":
      await client.call(v.null(), "DELETE", pathOf(command.id));
      return [`Webhook ${command.id} is deleted.`];
    case "failed": {
      const { deliveries, next } = await client.call(Deliveries, "GET", `${pathOf(command.id)}/deliveries?limit=100`);
      return describeDeliveries(command.id, deliveries, next !== null);
    }
    case "replay": {
      const one = command.event === null ? "" : `/${encodeURIComponent(command.event)}`;
      return [`${await replay(client, `${pathOf(command.id)}/deliveries${one}/replay`)} sent again.`];
    }
  }
}

async function replay(client: OperatorClient, path: string): Promise<number> {
  for (let total = 0; ; ) {
    const { replayed } = await client.call(Replayed, "POST", path);
    total += replayed;
    if (replayed < REPLAY_SIZE) return total;
  }
}

function pathOf(id: string): string {
  return `webhooks/${encodeURIComponent(id)}`;
}

function describeKeys(keys: readonly v.InferOutput<typeof Key>[]): string[] {
  if (keys.length === 0) return ["There are no API keys: npm run operate -- keys create NAME --scopes A,B."];
  const rows = keys.map(({ id, name, scopes, lastUsedAt, revokedAt }) => [
    id,
    revokedAt === null ? "valid" : "revoked",
    lastUsedAt === null ? "never" : timeOf(lastUsedAt),
    scopes.join(","),
    name,
  ]);
  return table(["ID", "STATE", "LAST USED", "SCOPES", "NAME"], rows);
}

function describeWebhooks(webhooks: readonly v.InferOutput<typeof Webhook>[]): string[] {
  if (webhooks.length === 0) return ["There are no webhooks: npm run operate -- webhooks create URL --types A,B."];
  const rows = webhooks.map(({ id, url, types, disabled }) => [id, types.join(","), url, disabled ?? "enabled"]);
  return table(["ID", "TYPES", "URL", "STATE"], rows);
}

function describeDeliveries(
  id: string,
  deliveries: readonly v.InferOutput<typeof Delivery>[],
  more: boolean,
): string[] {
  if (deliveries.length === 0) return ["Everything has arrived."];
  const rows = deliveries.map(({ event, attempts, reason, at, nextAt }) => [
    timeOf(at),
    event,
    String(attempts),
    nextAt === null ? "given up" : `again ${timeOf(nextAt)}`,
    reason,
  ]);
  return [
    ...table(["LAST TRIED", "EVENT", "ATTEMPTS", "STATE", "REASON"], rows),
    "",
    more ? `The first ${deliveries.length}; there are more.` : `${deliveries.length} in all.`,
    `Then: npm run operate -- webhooks replay ${id} EVENT, or --all.`,
  ];
}

function timeOf(iso: string): string {
  return iso.replace("T", " ").replace(/\.\d+Z$/, " UTC");
}
