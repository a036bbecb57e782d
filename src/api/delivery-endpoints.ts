import * as v from "valibot";
import type { WebhookId } from "../conversation/ids.ts";
import { failurePage } from "../events/deliveries.ts";
import { replay } from "../events/replay.ts";
import { webhookOf } from "../events/webhooks.ts";
import { ApiError } from "./api-error.ts";
import { answer, type Endpoint, endpoint } from "./endpoint.ts";
import { next, PAGING } from "./shapes.ts";
import { noSuchWebhook, type WebhookApiOptions } from "./webhook-endpoints.ts";
import { DeliveryShape, deliveryJson, eventId, webhookId } from "./webhook-shapes.ts";

const shape = { tag: "Events", access: ["events:manage"] } as const;
const Replayed = v.object({ replayed: v.number() });

/** What did not arrive, and how it is sent again. */
export function deliveryEndpoints({ db, now, queue }: WebhookApiOptions): Endpoint[] {
  const list = endpoint(
    {
      ...shape,
      method: "GET",
      path: "/webhooks/{id}/deliveries",
      summary: "List the events that did not arrive",
      description: "Those with a `nextAt` are still tried again, the others were given up. Kept for 30 days.",
      params: { id: webhookId },
      query: PAGING,
      answers: { 200: v.object({ deliveries: v.array(DeliveryShape), next }) },
    },
    async ({ params: { id }, query: { cursor = null, limit } }) => {
      if (!(await webhookOf(db, id))) throw noSuchWebhook();
      const page = await failurePage(db, id, cursor, limit);
      return answer(200, { deliveries: page.deliveries.map(deliveryJson), next: page.next });
    },
  );

  const replayAll = endpoint(
    {
      ...shape,
      method: "POST",
      path: "/webhooks/{id}/deliveries/replay",
      summary: "Send again what was given up",
      description: "At most 100 events, the oldest first; where `replayed` is 100 there may be more.",
      params: { id: webhookId },
      answers: { 200: Replayed },
    },
    async ({ params }) => answer(200, { replayed: await sendAgain(params.id, null) }),
  );

  const replayOne = endpoint(
    {
      ...shape,
      method: "POST",
      path: "/webhooks/{id}/deliveries/{event}/replay",
      summary: "Send one event again",
      params: { id: webhookId, event: eventId },
      answers: { 200: Replayed },
    },
    async ({ params }) => {
      const replayed = await sendAgain(params.id, params.event);
      if (replayed === 0) throw new ApiError(404, "There is no such event: it has arrived, or is too old");
      return answer(200, { replayed });
    },
  );

  async function sendAgain(id: WebhookId, event: string | null): Promise<number> {
    const webhook = await webhookOf(db, id);
    if (!webhook) throw noSuchWebhook();
    const result = await replay({ db, queue, now: now() }, webhook, event);
    switch (result.kind) {
      case "replayed":
        return result.count;
      case "disabled":
        throw new ApiError(422, `The webhook is disabled (${webhook.disabled}): enable it first`);
      case "no-queue":
        throw new ApiError(422, "There is no queue: see [[queues.producers]] in wrangler.toml");
    }
  }

  return [list, replayAll, replayOne];
}
