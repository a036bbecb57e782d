import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import type { CaseId } from "../conversation/ids.ts";

/**
 * For a page in a frame of Flex: sent there, and there only (partitioned, https://github.com/privacycg/CHIPS). Browsers take
 * `Secure` and `__Host-` cookies from http://127.0.0.1 as well. They go when the browser is closed; how long what they hold
 * is good for, the server decides.
 */
const FRAMED = {
  prefix: "host",
  path: "/",
  httpOnly: true,
  secure: true,
  sameSite: "None",
  partitioned: true,
} as const satisfies CookieOptions;

const SESSION = "desk";
const passName = (id: CaseId) => `case-${id}`;

/** The id of the session that a request belongs to, not checked. */
export function sessionCookie(c: Context): string | undefined {
  return getCookie(c, SESSION, "host");
}

/** Hands out a session. */
export function setSessionCookie(c: Context, id: string): void {
  setCookie(c, SESSION, id, FRAMED);
}

/** The pass for a case that a request carries, not checked. One cookie a case: an agent has several tasks at once. */
export function passCookie(c: Context, id: CaseId): string | undefined {
  return getCookie(c, passName(id), "host");
}

/** Hands out a pass for a case. */
export function setPassCookie(c: Context, id: CaseId, pass: string): void {
  setCookie(c, passName(id), pass, FRAMED);
}

/** Takes back the session, and all passes. */
export function clearCookies(c: Context): void {
  for (const name of Object.keys(getCookie(c))) {
    const own = /^__Host-(desk|case-[0-9a-f-]{36})$/.exec(name)?.[1];
    if (own !== undefined) deleteCookie(c, own, FRAMED);
  }
}
