import { Hono } from "hono";
import { transcriptOf } from "../cases/transcripts.ts";
import { CASE_ID, type CaseId } from "../conversation/ids.ts";
import type { DeskOptions } from "./options.ts";
import { type DeskEnv, maySee } from "./visitor.ts";

/**
 * `GET /cases/{id}/live`: a WebSocket that follows a case's open session. Browsers let every site open one with the visitor's
 * cookies: the door (`entry-forgery.ts`) lets in only what comes from a page of the desk.
 */
export function liveRoute({ db, book, live }: DeskOptions): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();
  app.get("/cases/:id/live", async (c) => {
    const id = c.req.param("id");
    if (!CASE_ID.test(id) || !maySee(c.var.visitor, id as CaseId)) return c.json({ error: "Not found" }, 404);
    if (c.req.header("Upgrade")?.toLowerCase() !== "websocket") {
      return c.json({ error: "Open this address as a WebSocket" }, 426, { Upgrade: "websocket" });
    }
    const session = (await book(c).sessions(id as CaseId)).at(-1);
    if (session === undefined || (await transcriptOf(db, session)) !== null) {
      return c.json({ error: "No open session" }, 404);
    }
    const { status, webSocket } = await live(session, c.req.raw);
    // Made anew, since the headers of what another object answers cannot be added to.
    return new Response(null, { status, webSocket: webSocket ?? null });
  });
  return app;
}
