import * as v from "valibot";
import type { WebhookId } from "../conversation/ids.ts";
import { problemWithAddress } from "../events/address.ts";
import type { FailedDelivery } from "../events/deliveries.ts";
import { EVENT_TYPES } from "../events/event.ts";
import { WEBHOOK_ID, type Webhook } from "../events/webhooks.ts";
import { ActorShape, isoOf, time } from "./shapes.ts";

/** A webhook in an answer: everything but its secret. */
export const WebhookShape = v.object({
  id: v.string(),
  url: v.string(),
  types: v.array(v.picklist(EVENT_TYPES)),
  disabled: v.nullable(v.string()),
  oldSecretUntil: v.nullable(time),
  createdBy: ActorShape,
  createdAt: time,
});
export const WebhookWithSecretShape = v.object({ ...WebhookShape.entries, secret: v.string() });

/** An event that did not arrive, in an answer. */
export const DeliveryShape = v.object({
  webhook: v.string(),
  event: v.string(),
  type: v.picklist(EVENT_TYPES),
  attempts: v.number(),
  status: v.nullable(v.number()),
  reason: v.string(),
  at: time,
  nextAt: v.nullable(time),
});

const url = v.pipe(
  v.string("must be a text"),
  v.maxLength(500, "must have at most 500 characters"),
  v.rawCheck(({ dataset, addIssue }) => {
    const problem = dataset.typed ? problemWithAddress(dataset.value) : null;
    if (problem !== null) addIssue({ message: problem });
  }),
);
const types = v.pipe(
  v.array(v.picklist(EVENT_TYPES, `must be of ${EVENT_TYPES.join(", ")}`), "must be a list"),
  v.minLength(1, "must name at least one"),
);

/** What makes a webhook. */
export const NewWebhookShape = v.strictObject({ url, types });
export const WebhookChangeShape = v.strictObject({
  url: v.optional(url),
  types: v.optional(types),
  enabled: v.optional(v.boolean("must be true or false")),
});

export const webhookId = v.pipe(
  v.string(),
  v.regex(WEBHOOK_ID, "must be a webhook's id: wh_ and 16 hexadecimal digits"),
  v.transform((id) => id as WebhookId),
);
export const eventId = v.pipe(v.string(), v.regex(/^evt_[\w-]{1,100}$/, "must be an event's id: evt_…"));

export function webhookJson(webhook: Webhook) {
  const { createdAt, oldSecretUntil } = webhook;
  return {
    ...webhook,
    createdAt: isoOf(createdAt),
    oldSecretUntil: oldSecretUntil === null ? null : isoOf(oldSecretUntil),
  };
}

export function deliveryJson(delivery: FailedDelivery) {
  const { at, nextAt } = delivery;
  return { ...delivery, at: isoOf(at), nextAt: nextAt === null ? null : isoOf(nextAt) };
}
