import type { D1Database } from "@cloudflare/workers-types";
import * as v from "valibot";
import type { EventQueue } from "../events/queue.ts";
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  listWebhooks,
  rotateSecret,
  type WebhookChange,
} from "../events/webhooks.ts";
import type { Clock } from "../outside/call.ts";
import { ApiError } from "./api-error.ts";
import { answer, type Endpoint, endpoint } from "./endpoint.ts";
import {
  NewWebhookShape,
  WebhookChangeShape,
  WebhookShape,
  WebhookWithSecretShape,
  webhookId,
  webhookJson,
} from "./webhook-shapes.ts";

/** What the endpoints of webhooks work with. */
export type WebhookApiOptions = { readonly db: D1Database; readonly now: Clock; readonly queue: EventQueue };

const shape = { tag: "Events", access: ["events:manage"] } as const;
// What a webhook is sent tells of cases: whoever may not read them cannot have it sent either.
const telling = { tag: "Events", access: ["events:manage", "cases:read"] } as const;

/** Who is told of what happens. */
export function webhookEndpoints({ db, now }: WebhookApiOptions): Endpoint[] {
  const list = endpoint(
    {
      ...shape,
      method: "GET",
      path: "/webhooks",
      summary: "List all webhooks, the newest first",
      answers: { 200: v.object({ webhooks: v.array(WebhookShape) }) },
    },
    async () => answer(200, { webhooks: (await listWebhooks(db)).map(webhookJson) }),
  );

  const create = endpoint(
    {
      ...telling,
      method: "POST",
      path: "/webhooks",
      summary: "Have events sent to an address",
      description:
        "They are signed as in Standard Webhooks (https://www.standardwebhooks.com) with `secret`, which is shown this once. " +
        "They may come more than once, with the same `webhook-id`, and in another order than they happened: `data.case.version` " +
        "tells which is newer. `case.updated` is every change that neither opens nor closes a case.",
      body: NewWebhookShape,
      answers: { 201: WebhookWithSecretShape },
    },
    async ({ body, caller }) => {
      const { webhook, secret } = await createWebhook(db, body, caller.actor, now());
      return answer(201, { ...webhookJson(webhook), secret });
    },
  );

  const change = endpoint(
    {
      ...telling,
      method: "PATCH",
      path: "/webhooks/{id}",
      summary: "Change a webhook, disable or enable it",
      params: { id: webhookId },
      body: WebhookChangeShape,
      answers: { 200: WebhookShape },
    },
    async ({ params, body: { url, types, enabled }, caller }) => {
      const wish: WebhookChange = {
        ...(url !== undefined && { url }),
        ...(types !== undefined && { types }),
        ...(enabled !== undefined && { disabled: enabled ? null : "somebody has disabled it" }),
      };
      const changed = await changeWebhook(db, params.id, wish, caller.actor, now());
      if (!changed) throw noSuchWebhook();
      return answer(200, webhookJson(changed));
    },
  );

  const rotate = endpoint(
    {
      ...telling,
      method: "POST",
      path: "/webhooks/{id}/secret",
      summary: "Give a webhook a new secret",
      description: "`secret` is shown this once. For a day what is sent is signed with the one before as well.",
      params: { id: webhookId },
      answers: { 200: WebhookWithSecretShape },
    },
    async ({ params, caller }) => {
      const rotated = await rotateSecret(db, params.id, caller.actor, now());
      if (!rotated) throw noSuchWebhook();
      return answer(200, { ...webhookJson(rotated.webhook), secret: rotated.secret });
    },
  );

  const remove = endpoint(
    {
      ...shape,
      method: "DELETE",
      path: "/webhooks/{id}",
      summary: "Delete a webhook with what did not arrive there",
      params: { id: webhookId },
      answers: { 204: null },
    },
    async ({ params, caller }) => {
      if (!(await deleteWebhook(db, params.id, caller.actor, now()))) throw noSuchWebhook();
      return answer(204, null);
    },
  );

  return [list, create, change, rotate, remove];
}

export function noSuchWebhook(): ApiError {
  return new ApiError(404, "There is no such webhook");
}
