import { Hono } from "hono";
import { etag } from "hono/etag";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

const HEADERS = { "Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff" };

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#4150d8"/>
<path d="M8 10h16v11H14l-5 4v-4H8z" fill="#fff"/></svg>`;

/** The desk's icon, stylesheet and script, to be mounted at `/desk` in front of the door: they hold no secrets. */
export function deskFiles(): Hono {
  const app = new Hono();
  app.get("/style.css", etag(), (c) => c.body(STYLE, 200, { ...HEADERS, "Content-Type": "text/css; charset=utf-8" }));
  app.get("/script.js", etag(), (c) =>
    c.body(SCRIPT, 200, { ...HEADERS, "Content-Type": "text/javascript; charset=utf-8" }),
  );
  app.get("/icon.svg", etag(), (c) => c.body(ICON, 200, { ...HEADERS, "Content-Type": "image/svg+xml" }));
  return app;
}
