import * as v from "valibot";
import type { WebhookId } from "../conversation/ids.ts";
import { EVENT_TYPES, type OutgoingEvent } from "./event.ts";
import { WEBHOOK_ID } from "./webhooks.ts";

/** What stands in the queue: one event for one webhook. */
export type QueuedEvent = OutgoingEvent & { readonly webhook: WebhookId };

/** The queue, as far as it is written to; undefined where none is bound. */
export type EventQueue =
  | { sendBatch(messages: readonly { readonly body: QueuedEvent }[]): Promise<unknown> }
  | undefined;

export const QueuedEventSchema = v.object({
  webhook: v.pipe(
    v.string(),
    v.regex(WEBHOOK_ID),
    v.transform((id) => id as WebhookId),
  ),
  id: v.string(),
  type: v.picklist(EVENT_TYPES),
  payload: v.string(),
});

/** A queue takes so many messages at once; their 256 kB are as many events of 20 kB. */
const BATCH = 10;

/** Puts events into the queue. Rejects when that fails, some of them may then be in it. */
export async function enqueue(queue: NonNullable<EventQueue>, events: readonly QueuedEvent[]): Promise<void> {
  for (let n = 0; n < events.length; n += BATCH) {
    await queue.sendBatch(events.slice(n, n + BATCH).map((body) => ({ body })));
  }
}
