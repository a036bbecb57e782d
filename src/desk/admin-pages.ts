import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { DeskEnv } from "./visitor.ts";

/** Puts a page's content into the desk's frame. */
export type Layout = (
  c: Context<DeskEnv>,
  page: { readonly title: string; readonly room: "keys" | "webhooks"; readonly status?: ContentfulStatusCode },
  content: Child,
) => Promise<Response>;

/** Lets admins in, and nobody else. */
export const adminsOnly: MiddlewareHandler<DeskEnv> = createMiddleware<DeskEnv>(async (c, next) => {
  const { visitor } = c.var;
  if (visitor.kind === "staff" && visitor.role === "admin") return next();
  return c.text("This page is for admins.", 403);
});
