import { Hono } from "hono";
import { ApiError, refusals } from "../api-error.ts";
import { applicationRoutes } from "./application.ts";
import { messageRoutes } from "./messages.ts";
import type { RestEnv, RestParts } from "./parts.ts";
import { faulty, guarded, recorded, refuse } from "./pipeline.ts";
import { threadRoutes } from "./threads.ts";
import { webhookRoutes } from "./webhooks.ts";

export const API_PREFIX = "/api/v10";

/** Discord's REST API and its CDN. */
export function createApp(parts: RestParts): Hono<RestEnv> {
  const app = new Hono<RestEnv>();
  app.onError((error, c) => {
    if (error instanceof ApiError) return refuse(c, error);
    console.error("Discord stand-in:", error);
    return refuse(c, new ApiError(500, 0, "500: Internal Server Error"));
  });
  app.notFound((c) => refuse(c, refusals.notFound()));

  app.on("GET", ["/attachments/*", "/ephemeral-attachments/*"], (c) => {
    const served = parts.world.attachments.serve(new URL(c.req.url));
    if (served.kind === "refused") return c.text(served.text, served.status);
    return c.body(new Uint8Array(served.bytes), 200, { "content-type": served.contentType });
  });

  app.use(`${API_PREFIX}/*`, recorded(parts, API_PREFIX), faulty(parts), guarded(parts));
  for (const routes of [messageRoutes, threadRoutes, applicationRoutes, webhookRoutes]) {
    app.route(API_PREFIX, routes(parts));
  }
  return app;
}
