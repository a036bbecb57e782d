import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import * as v from "valibot";
import { CASE_ID, type StaffIdentity } from "../conversation/ids.ts";
import { log } from "../log.ts";
import { parseJson } from "../outside/call.ts";
import { checkFlexToken, decodedIdentity } from "../twilio/flex-token.ts";
import { deskEntry, type EntryOptions } from "./entry.ts";
import { frameOrigins } from "./entry-headers.ts";
import { plainPage, refused, wantsPage } from "./entry-refusal.ts";
import { clearCookies, sessionCookie, setSessionCookie } from "./session-cookies.ts";
import {
  type DeskSession,
  endSession,
  newCode,
  noteStaff,
  renewSession,
  sessionOf,
  startSession,
  takeCode,
} from "./session-store.ts";
import { type DeskEnv, ROLES, type Role } from "./visitor.ts";

/** Flex's tokens have one or two kilobytes. */
const BODY_LIMIT = 16 * 1024;

const SignIn = v.object({ token: v.pipe(v.string(), v.nonEmpty()) });

/**
 * The desk's door: `POST /desk/session` exchanges a Flex token for an address that lets its holder in once, within a minute;
 * `GET /desk/enter` is that address, made to be opened in a frame; `POST /desk/sign-out` ends the session.
 */
export function deskDoor(options: EntryOptions): Hono<DeskEnv> {
  const { config, db, now } = options;
  const hasAccess = config.ACCESS_TEAM_DOMAIN !== undefined;
  const origins = [...frameOrigins(config), new URL(config.PUBLIC_URL).origin];
  const app = new Hono<DeskEnv>().basePath("/desk");
  const tooLarge = bodyLimit({ maxSize: BODY_LIMIT, onError: (c) => c.json({ error: "Body too large" }, 413) });

  const shared = cors({
    origin: origins,
    allowMethods: ["POST"],
    allowHeaders: ["Content-Type"],
    credentials: true,
    maxAge: 600,
  });
  app.use("/session", shared);
  app.post("/session", tooLarge, async (c) => {
    const origin = c.req.header("origin");
    if (origin !== undefined && !origins.includes(origin)) {
      log("warn", "desk.refused", { method: "POST", reason: "another origin" });
      return c.json({ error: "This origin may not sign in; DESK_FRAME_ANCESTORS adds origins" }, 403);
    }
    const read = v.safeParse(SignIn, parseJson(await c.req.text()));
    if (!read.success) return c.json({ error: "The body must be JSON with token, the token that Flex UI holds" }, 400);
    const check = await checkFlexToken(read.output.token, options);
    if (check.kind === "unanswered") {
      log("error", "desk.twilio-unanswered", { reason: check.reason });
      return c.json({ error: "Twilio could not be asked; try again" }, 503, { "Retry-After": "5" });
    }
    if (check.kind === "refused") return refused(c, `the Flex token is ${check.reason}`, hasAccess);
    const role = roleIn(check.roles);
    if (role === null) return refused(c, `the Flex token has none of the roles ${ROLES.join(", ")}`, hasAccess);

    const identity = check.identity as StaffIdentity;
    await noteStaff(db, { identity, name: decodedIdentity(identity), role }, now());
    const running = await sessionAt(c);
    const renewed = running?.staff.identity === identity;
    if (renewed) await renewSession(db, running, now());
    log("info", "desk.signed-in", { role, renewed });
    return c.json({ url: `${config.PUBLIC_URL}/desk/enter?code=${await newCode(db, identity, now())}`, renewed });
  });
  app.all("/session", (c) => c.json({ error: "Method not allowed" }, 405, { Allow: "POST, OPTIONS" }));

  app.get("/enter", async (c) => {
    const identity = await takeCode(db, c.req.query("code") ?? "", now());
    const running = await sessionAt(c);
    if (identity === null && running === null)
      return refused(c, "the code was used already, or is older than a minute", hasAccess);
    if (identity !== null && running?.staff.identity !== identity) {
      if (running !== null) await endSession(db, running.id);
      setSessionCookie(c, await startSession(db, identity, now()));
      log("info", "desk.entered", { way: "flex" });
    }
    const id = c.req.query("case") ?? "";
    c.header("Referrer-Policy", "no-referrer");
    return c.redirect(CASE_ID.test(id) ? `/desk/cases/${id}` : "/desk", 303);
  });
  app.all("/enter", (c) => c.json({ error: "Method not allowed" }, 405, { Allow: "GET" }));

  app.post("/sign-out", deskEntry(options), async (c) => {
    const id = sessionCookie(c);
    if (id !== undefined) await endSession(db, id);
    clearCookies(c);
    log("info", "desk.signed-out");
    if (!wantsPage(c)) return c.json({ result: "signed-out" });
    const access = hasAccess ? [`Cloudflare Access is left at ${config.PUBLIC_URL}/cdn-cgi/access/logout.`] : [];
    return plainPage(c, 200, "Signed out", ["Flex signs you in again when it is loaded again.", ...access]);
  });
  app.all("/sign-out", (c) => c.json({ error: "Method not allowed" }, 405, { Allow: "POST" }));
  return app;

  async function sessionAt(c: Context): Promise<DeskSession | null> {
    const id = sessionCookie(c);
    return id === undefined ? null : sessionOf(db, id, now());
  }
}

/** The highest of our roles that somebody has in Flex; null for those who have none. */
function roleIn(roles: readonly string[]): Role | null {
  return ROLES.findLast((role) => roles.includes(role)) ?? null;
}
