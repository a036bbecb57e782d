import { Hono } from "hono";
import { etag } from "hono/etag";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

const HEADERS = { "Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff" };

/** The desk's stylesheet and script. They hold no secrets: a page in front of the door may use them too. */
export function deskFiles(): Hono {
  const app = new Hono();
  app.get("/style.css", etag(), (c) => c.body(STYLE, 200, { ...HEADERS, "Content-Type": "text/css; charset=utf-8" }));
  app.get("/script.js", etag(), (c) =>
    c.body(SCRIPT, 200, { ...HEADERS, "Content-Type": "text/javascript; charset=utf-8" }),
  );
  return app;
}
