import type { Context } from "hono";
import { encodeBase64Url } from "hono/utils/encode";
import { signingKey } from "../signing.ts";

/**
 * The token that forms of one session carry, and nobody else can know: an HMAC of what names the session, such as its id.
 */
export async function formToken(session: string, signingSecret: string): Promise<string> {
  const key = await signingKey(signingSecret, "desk-form");
  const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(session));
  return encodeBase64Url(mac).replaceAll("=", "");
}

/**
 * Why a request must not be carried out: another site may have had the browser send it. Null when it is the desk's own.
 * GET and HEAD change nothing, but a WebSocket begins with a GET and is open to every site.
 */
export async function forgery(c: Context, session: string, signingSecret: string, origin: string) {
  const isUpgrade = c.req.header("upgrade")?.toLowerCase() === "websocket";
  const isRead = c.req.method === "GET" || c.req.method === "HEAD";
  if (isRead && !isUpgrade) return null;
  if (c.req.header("origin") !== origin && c.req.header("sec-fetch-site") !== "same-origin") return "another origin";
  if (isUpgrade) return null;
  const given = c.req.header("x-csrf-token") ?? (await formField(c));
  return given !== undefined && (await isFormToken(given, session, signingSecret))
    ? null
    : "no form token of this session";
}

/** Compared in constant time, by the runtime's own check of an HMAC. */
async function isFormToken(token: string, session: string, signingSecret: string): Promise<boolean> {
  if (!/^[\w-]{43}$/.test(token)) return false;
  const mac = Uint8Array.from(atob(`${token.replaceAll("-", "+").replaceAll("_", "/")}=`), (char) =>
    char.charCodeAt(0),
  );
  const key = await signingKey(signingSecret, "desk-form");
  return crypto.subtle.verify("HMAC", key, mac, new TextEncoder().encode(session));
}

/** Read once; whoever handles the request reads the same body again. */
async function formField(c: Context): Promise<string | undefined> {
  if (!/^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(c.req.header("content-type") ?? "")) {
    return undefined;
  }
  const body = await c.req.parseBody().catch(() => null);
  return typeof body?.csrf === "string" ? body.csrf : undefined;
}
