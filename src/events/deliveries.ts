import type { D1Database } from "@cloudflare/workers-types";
import type { Time } from "../conversation/events.ts";
import type { WebhookId } from "../conversation/ids.ts";
import type { EventType, OutgoingEvent } from "./event.ts";

/** An event that did not arrive at a webhook. */
export type FailedDelivery = {
  readonly webhook: WebhookId;
  /** The event's id. */
  readonly event: string;
  readonly type: EventType;
  readonly attempts: number;
  /** HTTP status of the last answer; null where there was none. */
  readonly status: number | null;
  readonly reason: string;
  /** Of the last attempt. */
  readonly at: Time;
  /** When it is tried again; null: given up. */
  readonly nextAt: Time | null;
};

/** How long what did not arrive is kept. */
const DELIVERY_RETENTION_MS = 30 * 24 * 60 * 60 * 1000;

type Row = Omit<FailedDelivery, "nextAt"> & { readonly next_at: Time | null; readonly payload: string };

/** Notes that an event has not arrived, in place of what was noted before; what is too old is forgotten. */
export async function noteFailure(db: D1Database, failed: FailedDelivery, payload: string): Promise<void> {
  const { webhook, event, type, attempts, status, reason, at, nextAt } = failed;
  // A webhook that was deleted meanwhile has no failures.
  const note = db
    .prepare(
      `INSERT INTO webhook_deliveries (webhook, event, type, payload, attempts, status, reason, at, next_at)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE EXISTS (SELECT 1 FROM webhooks WHERE id = ?1)
       ON CONFLICT (webhook, event) DO UPDATE SET attempts = excluded.attempts, status = excluded.status,
         reason = excluded.reason, at = excluded.at, next_at = excluded.next_at`,
    )
    .bind(webhook, event, type, payload, attempts, status, reason, at, nextAt);
  await db.batch([db.prepare("DELETE FROM webhook_deliveries WHERE at < ?").bind(at - DELIVERY_RETENTION_MS), note]);
}

/** Forgets a failure: the event has arrived. */
export async function forgetFailure(db: D1Database, webhook: WebhookId, event: string): Promise<void> {
  await db.prepare("DELETE FROM webhook_deliveries WHERE webhook = ? AND event = ?").bind(webhook, event).run();
}

/** The part behind an event's id of what did not arrive at a webhook, in the order of the ids; null begins. */
export async function failurePage(
  db: D1Database,
  webhook: WebhookId,
  after: string | null,
  size: number,
): Promise<{ readonly deliveries: readonly FailedDelivery[]; readonly next: string | null }> {
  const { results } = await db
    .prepare("SELECT * FROM webhook_deliveries WHERE webhook = ? AND event > ? ORDER BY event LIMIT ?")
    .bind(webhook, after ?? "", size + 1)
    .all<Row>();
  const deliveries = results
    .slice(0, size)
    .map(({ next_at, payload: _payload, ...same }) => ({ ...same, nextAt: next_at }));
  return { deliveries, next: results.length > size ? (deliveries.at(-1)?.event ?? null) : null };
}

/** An event that should have been tried again by now, and was not: the queue has lost it. */
const OVERDUE_MS = 60 * 60 * 1000;

/**
 * Takes up events of a webhook to be sent again: this one, or (null) the oldest of those that were given up or lost, at most
 * `size`. They count as tried again from now on.
 */
export async function takeUp(
  db: D1Database,
  webhook: WebhookId,
  event: string | null,
  size: number,
  now: Time,
): Promise<OutgoingEvent[]> {
  const { results } = await db
    .prepare(
      `UPDATE webhook_deliveries SET next_at = ?4 WHERE webhook = ?1 AND event IN (
         SELECT event FROM webhook_deliveries WHERE webhook = ?1
           AND (event = ?2 OR (?2 IS NULL AND (next_at IS NULL OR next_at < ?4 - ${OVERDUE_MS}))) ORDER BY at, event LIMIT ?3)
       RETURNING event AS id, type, payload`,
    )
    .bind(webhook, event, size, now)
    .all<OutgoingEvent>();
  return results;
}
