import type { D1Database } from "@cloudflare/workers-types";
import { type Context, Hono } from "hono";
import * as v from "valibot";
import { NewWebhookShape, webhookId } from "../api/webhook-shapes.ts";
import { failurePage } from "../events/deliveries.ts";
import type { EventQueue } from "../events/queue.ts";
import { type ReplayResult, replay } from "../events/replay.ts";
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  listWebhooks,
  rotateSecret,
  type Webhook,
  webhookOf,
} from "../events/webhooks.ts";
import type { Clock } from "../outside/call.ts";
import { problemsOf } from "../problems.ts";
import { adminsOnly, type Layout } from "./admin-pages.ts";
import { actorOf, type DeskEnv } from "./visitor.ts";
import { FailuresContent, NoWebhookContent, WebhooksContent, type WebhooksShown } from "./webhooks-content.tsx";

/** What the pages of webhooks work with. */
export type WebhookPageOptions = {
  readonly db: D1Database;
  readonly now: Clock;
  readonly queue: EventQueue;
  readonly layout: Layout;
};

const PAGE_SIZE = 50;

/** The pages of webhooks and of what did not arrive there, for admins; to be mounted at `/desk`. */
export function webhookPages({ db, now, queue, layout }: WebhookPageOptions): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();
  app.use("/webhooks/*", adminsOnly);

  app.get("/webhooks", (c) => shown(c, {}));

  app.post("/webhooks", async (c) => {
    const form = await c.req.formData();
    const typed = { url: String(form.get("url") ?? "").trim(), types: form.getAll("types").map(String) };
    const read = v.safeParse(NewWebhookShape, typed);
    if (!read.success) return shown(c, { ...typed, problems: problemsOf(read.issues, "form") });
    const { secret } = await createWebhook(db, read.output, actorOf(c.var.visitor), now());
    return shown(c, { secret });
  });

  app.post("/webhooks/:id/secret", (c) =>
    about(c, async ({ id }) => {
      const rotated = await rotateSecret(db, id, actorOf(c.var.visitor), now());
      return shown(c, rotated ? { secret: rotated.secret } : {});
    }),
  );

  app.post("/webhooks/:id/:what{disable|enable}", (c) =>
    about(c, async ({ id }) => {
      const disabled = c.req.param("what") === "enable" ? null : "somebody has disabled it";
      await changeWebhook(db, id, { disabled }, actorOf(c.var.visitor), now());
      return c.redirect("/desk/webhooks", 303);
    }),
  );

  app.post("/webhooks/:id/delete", (c) =>
    about(c, async ({ id }) => {
      await deleteWebhook(db, id, actorOf(c.var.visitor), now());
      return c.redirect("/desk/webhooks", 303);
    }),
  );

  app.get("/webhooks/:id/failed", (c) => about(c, (webhook) => failed(c, webhook, null)));

  app.post("/webhooks/:id/replay", (c) =>
    about(c, async (webhook) => {
      const event = (await c.req.formData()).get("event");
      const result = await replay({ db, queue, now: now() }, webhook, typeof event === "string" ? event : null);
      return failed(c, webhook, noticeOf(result));
    }),
  );

  async function shown(c: Context<DeskEnv>, page: WebhooksShown): Promise<Response> {
    const content = WebhooksContent({
      webhooks: await listWebhooks(db),
      csrf: c.var.csrf,
      hasQueue: queue !== undefined,
      ...page,
    });
    return layout(c, { title: "Webhooks", room: "webhooks", status: page.problems ? 422 : 200 }, content);
  }

  async function failed(c: Context<DeskEnv>, webhook: Webhook, notice: string | null): Promise<Response> {
    const page = await failurePage(db, webhook.id, c.req.query("after") ?? null, PAGE_SIZE);
    const content = FailuresContent({ webhook, ...page, csrf: c.var.csrf, notice });
    return layout(c, { title: "What did not arrive", room: "webhooks" }, content);
  }

  /** Does something about the webhook that the path names; 404 where there is none. */
  async function about(c: Context<DeskEnv>, act: (webhook: Webhook) => Promise<Response>): Promise<Response> {
    const id = v.safeParse(webhookId, c.req.param("id"));
    const webhook = id.success ? await webhookOf(db, id.output) : null;
    if (webhook) return act(webhook);
    return layout(c, { title: "There is no such webhook", room: "webhooks", status: 404 }, NoWebhookContent());
  }

  return app;
}

function noticeOf(result: ReplayResult): string {
  switch (result.kind) {
    case "replayed":
      return `${result.count} sent again: what arrives leaves this list.`;
    case "disabled":
      return "Nothing was sent: enable the webhook first.";
    case "no-queue":
      return "Nothing was sent: there is no queue (see [[queues.producers]] in wrangler.toml).";
  }
}
