import type { D1Database } from "@cloudflare/workers-types";
import { base64Of, hexOf, randomBytes } from "../api/random.ts";
import { type Actor, actorText, parseActor } from "../cases/actor.ts";
import { audited, auditedIfChanged } from "../cases/audit.ts";
import type { Time } from "../conversation/events.ts";
import type { WebhookId } from "../conversation/ids.ts";
import { EVENT_TYPES, type EventType } from "./event.ts";

/** A program that is told of what happens, as it is shown: everything but its secrets. */
export type Webhook = {
  readonly id: WebhookId;
  readonly url: string;
  readonly types: readonly EventType[];
  /** Why it is sent nothing; null: it is. */
  readonly disabled: string | null;
  /** Until when what is sent is also signed with the secret before the present one. */
  readonly oldSecretUntil: Time | null;
  readonly createdBy: Actor;
  readonly createdAt: Time;
};

/** A webhook with the secrets (`whsec_…`) that sign what it is sent now: one, or two for a day after a change. */
export type SigningWebhook = Webhook & { readonly secrets: readonly string[] };

/** What a webhook's id looks like. */
export const WEBHOOK_ID = /^wh_[0-9a-f]{16}$/;
/** How long both secrets hold. */
export const ROTATION_MS = 24 * 60 * 60 * 1000;

type Row = {
  id: WebhookId;
  url: string;
  types: string;
  secret: string;
  old_secret: string | null;
  old_secret_until: Time | null;
  disabled: string | null;
  created_by: string;
  created_at: Time;
};

/** All webhooks, the newest first. */
export async function listWebhooks(db: D1Database): Promise<Webhook[]> {
  const { results } = await db.prepare("SELECT * FROM webhooks ORDER BY created_at DESC, id").all<Row>();
  return results.map(webhookOfRow);
}

/** The webhooks that are sent events of this type. */
export async function webhooksFor(db: D1Database, type: EventType): Promise<Webhook[]> {
  const { results } = await db.prepare("SELECT * FROM webhooks WHERE disabled IS NULL").all<Row>();
  return results.map(webhookOfRow).filter(({ types }) => types.includes(type));
}

/** A webhook with its secrets; null when there is none of this id. */
export async function signingWebhook(db: D1Database, id: WebhookId, now: Time): Promise<SigningWebhook | null> {
  const row = await db.prepare("SELECT * FROM webhooks WHERE id = ?").bind(id).first<Row>();
  if (!row) return null;
  const { secret, old_secret: old, old_secret_until: until } = row;
  return { ...webhookOfRow(row), secrets: [secret, ...(old !== null && until !== null && now < until ? [old] : [])] };
}

/** A webhook; null when there is none of this id. */
export async function webhookOf(db: D1Database, id: WebhookId): Promise<Webhook | null> {
  const row = await db.prepare("SELECT * FROM webhooks WHERE id = ?").bind(id).first<Row>();
  return row && webhookOfRow(row);
}

/** Makes a webhook; its secret is shown this once. */
export async function createWebhook(
  db: D1Database,
  { url, types }: Pick<Webhook, "url" | "types">,
  by: Actor,
  at: Time,
): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
  const id = `wh_${hexOf(randomBytes(8))}` as WebhookId;
  const secret = newSecret();
  const ordered = EVENT_TYPES.filter((type) => types.includes(type));
  const detail = { host: new URL(url).host, types: ordered.join(" ") };
  await db.batch([
    db
      .prepare("INSERT INTO webhooks (id, url, types, secret, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?)")
      .bind(id, url, ordered.join("\n"), secret, actorText(by), at),
    audited(db, { action: "webhook.created", subject: `webhook/${id}`, detail }, by, at),
  ]);
  const webhook = { id, url, types: ordered, disabled: null, oldSecretUntil: null, createdBy: by, createdAt: at };
  return { webhook, secret };
}

/** What is changed of a webhook; an enabled one has null as `disabled`. */
export type WebhookChange = Partial<Pick<Webhook, "url" | "types" | "disabled">>;

/** Changes a webhook; null when there is none of this id. */
export async function changeWebhook(
  db: D1Database,
  id: WebhookId,
  change: WebhookChange,
  by: Actor,
  at: Time,
): Promise<Webhook | null> {
  const current = await webhookOf(db, id);
  if (!current) return null;
  const next = { ...current, ...change };
  const detail = { host: new URL(next.url).host, types: next.types.join(" "), disabled: next.disabled };
  await db.batch([
    db
      .prepare("UPDATE webhooks SET url = ?, types = ?, disabled = ? WHERE id = ?")
      .bind(next.url, next.types.join("\n"), next.disabled, id),
    audited(db, { action: "webhook.changed", subject: `webhook/${id}`, detail }, by, at),
  ]);
  return next;
}

/** Gives a webhook a new secret, which is shown this once. The one before still signs for a day. */
export async function rotateSecret(
  db: D1Database,
  id: WebhookId,
  by: Actor,
  at: Time,
): Promise<{ readonly webhook: Webhook; readonly secret: string } | null> {
  const secret = newSecret();
  const [rotated] = await db.batch<Row>([
    db
      .prepare("UPDATE webhooks SET old_secret = secret, old_secret_until = ?, secret = ? WHERE id = ? RETURNING *")
      .bind(at + ROTATION_MS, secret, id),
    auditedIfChanged(db, { action: "webhook.secret-rotated", subject: `webhook/${id}` }, by, at),
  ]);
  const row = rotated?.results[0];
  return row ? { webhook: webhookOfRow(row), secret } : null;
}

/** Deletes a webhook with what did not arrive; false when there is none of this id. */
export async function deleteWebhook(db: D1Database, id: WebhookId, by: Actor, at: Time): Promise<boolean> {
  const [deleted] = await db.batch([
    db.prepare("DELETE FROM webhooks WHERE id = ?").bind(id),
    auditedIfChanged(db, { action: "webhook.deleted", subject: `webhook/${id}` }, by, at),
  ]);
  return (deleted?.meta.changes ?? 0) > 0;
}

function newSecret(): string {
  return `whsec_${base64Of(randomBytes(32))}`;
}

function webhookOfRow(row: Row): Webhook {
  return {
    id: row.id,
    url: row.url,
    types: EVENT_TYPES.filter((type) => row.types.split("\n").includes(type)),
    disabled: row.disabled,
    oldSecretUntil: row.old_secret_until,
    createdBy: parseActor(row.created_by),
    createdAt: row.created_at,
  };
}
