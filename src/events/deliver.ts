import type { D1Database, Message, MessageBatch } from "@cloudflare/workers-types";
import { Webhook as Signer } from "standardwebhooks";
import * as v from "valibot";
import { BRIDGE } from "../cases/actor.ts";
import { log } from "../log.ts";
import { type Clock, type Fetch, fetchWithin } from "../outside/call.ts";
import { problemWithAddress } from "./address.ts";
import { forgetFailure, noteFailure } from "./deliveries.ts";
import { type QueuedEvent, QueuedEventSchema } from "./queue.ts";
import { delayAfter } from "./schedule.ts";
import { changeWebhook, type SigningWebhook, signingWebhook } from "./webhooks.ts";

/** What delivering needs of the world. */
export type DeliveryOptions = {
  readonly db: D1Database;
  readonly fetch: Fetch;
  readonly now: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
};

/** Delivering with what the runtime has. */
export function deliveryOptions({ DB: db }: Pick<Env, "DB">): DeliveryOptions {
  return { db, fetch: fetchWithin, now: Date.now, random: Math.random };
}

/** For the whole answer, in milliseconds. */
const TIME_LIMIT_MS = 15_000;
/** When our own database fails. */
const AGAIN_S = 60;

/** Why an event has not arrived, and whether it is worth another try. */
type Failure = { readonly status: number | null; readonly reason: string; readonly isFinal: boolean };

/**
 * Sends what stands in the queue, each event by itself, as in https://www.standardwebhooks.com (1.0.0): 2xx is success, 410
 * disables the webhook, everything else, redirects too, is tried again by schedule. What has not arrived is noted from the
 * first attempt on, so that nothing is lost unseen where the queue gives up first.
 */
export async function deliverEvents(batch: MessageBatch<unknown>, options: DeliveryOptions): Promise<void> {
  await Promise.all(batch.messages.map((message) => deliver(message, options)));
}

async function deliver(message: Message<unknown>, options: DeliveryOptions): Promise<void> {
  const read = v.safeParse(QueuedEventSchema, message.body);
  if (!read.success) {
    log("error", "events.not-understood", { message: message.id });
    message.ack();
    return;
  }
  try {
    await settle(message, read.output, options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unknown error";
    log("error", "events.failed", { id: read.output.id, webhook: read.output.webhook, reason });
    message.retry({ delaySeconds: AGAIN_S });
  }
}

async function settle(message: Message<unknown>, event: QueuedEvent, options: DeliveryOptions): Promise<void> {
  const { db, now } = options;
  const { attempts } = message;
  const webhook = await signingWebhook(db, event.webhook, now());
  // Deleted meanwhile.
  if (!webhook) return message.ack();
  const failure = await post(webhook, event, options);
  const fields = { id: event.id, type: event.type, webhook: webhook.id, attempts };
  if (!failure) {
    await forgetFailure(db, webhook.id, event.id);
    log("info", "events.delivered", fields);
    return message.ack();
  }
  const { status, reason, isFinal } = failure;
  if (status === 410) await changeWebhook(db, webhook.id, { disabled: "it answered 410 Gone" }, BRIDGE, now());
  const delaySeconds = isFinal ? null : delayAfter(attempts, options.random());
  const nextAt = delaySeconds === null ? null : now() + delaySeconds * 1000;
  const failed = {
    webhook: webhook.id,
    event: event.id,
    type: event.type,
    attempts,
    status,
    reason,
    at: now(),
    nextAt,
  };
  await noteFailure(db, failed, event.payload);
  log(nextAt === null ? "error" : "warn", "events.not-delivered", { ...fields, status, reason, nextAt });
  if (delaySeconds === null) message.ack();
  else message.retry({ delaySeconds });
}

/** Null when it has arrived. */
async function post(
  webhook: SigningWebhook,
  event: QueuedEvent,
  { fetch, now }: DeliveryOptions,
): Promise<Failure | null> {
  if (webhook.disabled !== null) return { status: null, reason: "the webhook is disabled", isFinal: true };
  const problem = problemWithAddress(webhook.url);
  if (problem !== null) return { status: null, reason: `the address ${problem}`, isFinal: true };
  const at = new Date(now());
  const headers = {
    "content-type": "application/json",
    "user-agent": "Flexcord",
    "webhook-id": event.id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": webhook.secrets
      .map((secret) => new Signer(secret).sign(event.id, at, event.payload))
      .join(" "),
  };
  try {
    const init: RequestInit = { method: "POST", redirect: "manual", headers, body: event.payload };
    const response = await fetch(webhook.url, init, TIME_LIMIT_MS);
    await response.body?.cancel();
    if (response.ok) return null;
    const isGone = response.status === 410;
    return { status: response.status, reason: `answered ${response.status}`, isFinal: isGone };
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    const reason = isLate ? `no answer within ${TIME_LIMIT_MS / 1000} s` : "connection failed";
    return { status: null, reason, isFinal: false };
  }
}
