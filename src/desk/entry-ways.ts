import type { D1Database } from "@cloudflare/workers-types";
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { Config } from "../config.ts";
import type { CaseId } from "../conversation/ids.ts";
import { log } from "../log.ts";
import type { Clock } from "../outside/call.ts";
import type { AccessCheck } from "./access.ts";
import { casePass, readCaseKey, readCasePass } from "./case-link.ts";
import { passCookie, sessionCookie, setPassCookie } from "./session-cookies.ts";
import { noteStaff, sessionOf } from "./session-store.ts";
import type { Visitor } from "./visitor.ts";

/** What the ways in are checked with. `access` is null where Cloudflare Access is not configured. */
export type Ways = {
  readonly config: Config;
  readonly db: D1Database;
  readonly now: Clock;
  readonly access: AccessCheck | null;
};

/** Whoever may come in. `session` names what lets them in, known to them and to us alone: forms hang on it. */
export type Entrant = { readonly visitor: Visitor; readonly session: string };

/** A case's own pages, and all below them. */
const CASE_PATH = /^\/desk\/cases\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/|$)/;

/** The case whose page is asked for. */
export function caseOfPath(path: string): CaseId | null {
  return (CASE_PATH.exec(path)?.[1] ?? null) as CaseId | null;
}

/**
 * Who asks: staff with a session or through Cloudflare Access, else for the pages of one case whoever came by its link, else
 * nobody. Flex goes before Access, since tasks name the agent as Flex does.
 */
export async function entrantOf(c: Context, ways: Ways): Promise<Entrant | null> {
  return (await bySession(c, ways)) ?? (await byAccess(c, ways)) ?? (await byPass(c, ways));
}

async function bySession(c: Context, { db, now }: Ways): Promise<Entrant | null> {
  const id = sessionCookie(c);
  const session = id === undefined ? null : await sessionOf(db, id, now());
  return session && { visitor: { kind: "staff", ...session.staff }, session: `session/${session.id}` };
}

async function byAccess(c: Context, { db, now, access }: Ways): Promise<Entrant | null> {
  const token = c.req.header("cf-access-jwt-assertion") ?? getCookie(c, "CF_Authorization");
  const staff = access === null || token === undefined ? null : await access(token);
  if (staff === null) return null;
  await noteStaff(db, staff, now());
  return { visitor: { kind: "staff", ...staff }, session: `access/${staff.identity}` };
}

async function byPass(c: Context, { config, now }: Ways): Promise<Entrant | null> {
  const id = caseOfPath(c.req.path);
  const pass = id === null ? undefined : passCookie(c, id);
  if (pass === undefined) return null;
  const read = await readCasePass(pass, config.SIGNING_SECRET, now());
  return read !== null && read.case === id ? { visitor: { kind: "link", case: id }, session: `pass/${pass}` } : null;
}

/**
 * Exchanges the key in a case's link for a pass, and sends the browser to the address without the key, which then stands in
 * no history, no bookmark and no referrer. Staff need no pass. Null when the key is no good.
 */
export async function exchangeKey(
  c: Context,
  key: string,
  entrant: Entrant | null,
  ways: Ways,
): Promise<Response | null> {
  const { config, now } = ways;
  if (entrant === null) {
    const opened = await readCaseKey(key, config.SIGNING_SECRET, now());
    if (opened === null || opened.case !== caseOfPath(c.req.path)) return null;
    setPassCookie(c, opened.case, await casePass(opened, config.SIGNING_SECRET, now()));
    log("info", "desk.entered", { way: "link", case: opened.case });
  }
  const { pathname, searchParams } = new URL(c.req.url);
  searchParams.delete("key");
  c.header("Referrer-Policy", "no-referrer");
  return c.redirect(searchParams.size > 0 ? `${pathname}?${searchParams}` : pathname, 303);
}
