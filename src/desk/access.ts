import { decode, verifyWithJwks } from "hono/jwt";
import type { HonoJsonWebKey } from "hono/utils/jwt/jws";
import * as v from "valibot";
import type { Config } from "../config.ts";
import type { StaffIdentity } from "../conversation/ids.ts";
import { log } from "../log.ts";
import { type Clock, callOutside, type Fetch, parseJson } from "../outside/call.ts";
import type { Staff } from "./session-store.ts";

export type AccessOptions = { readonly config: Config; readonly fetch: Fetch; readonly now: Clock };

/** Says who holds a token of Cloudflare Access; null when it is not good. */
export type AccessCheck = (token: string) => Promise<Staff | null>;

const TIME_LIMIT_MS = 5_000;
/** Access may withdraw a key. */
const KEYS_KEPT_MS = 60 * 60_000;
/** So often the keys are asked for at most, whatever names of keys tokens bring. */
const ASKED_AT_MOST = 5;
const ASKED_WITHIN_MS = 60_000;
const CLOCK_SKEW_S = 60;

const Keys = v.object({
  keys: v.array(v.looseObject({ kid: v.string(), kty: v.literal("RSA"), n: v.string(), e: v.string() })),
});

/** People have an e-mail address; service tokens have none, and are for programs, which have API keys. */
const Claims = v.object({
  email: v.pipe(v.string(), v.toLowerCase(), v.email(), v.maxLength(256)),
  exp: v.number(),
  nbf: v.optional(v.number(), 0),
});

/**
 * Checks tokens of Cloudflare Access for this application, or null where it is not configured. Whoever is named in
 * `ACCESS_ADMINS` is an admin, everybody else whom Access lets in an agent.
 * https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/validating-json/
 */
export function accessCheck({ config, fetch, now }: AccessOptions): AccessCheck | null {
  const { ACCESS_TEAM_DOMAIN: team, ACCESS_AUD: aud, ACCESS_ADMINS: admins = [] } = config;
  if (team === undefined || aud === undefined) return null;
  const issuer = `https://${team}`;
  const keysFor = accessKeys(issuer, { fetch, now });

  return async (token) => {
    try {
      const keys = await keysFor(decode(token).header.kid);
      // The clock is ours to look at.
      const verification = { iss: issuer, aud, exp: false, nbf: false, iat: false };
      const claims = await verifyWithJwks(token, { keys, verification, allowedAlgorithms: ["RS256"] });
      const { email, exp, nbf } = v.parse(Claims, claims);
      const seconds = now() / 1000;
      if (seconds >= exp || seconds < nbf - CLOCK_SKEW_S) return null;
      return { identity: email as StaffIdentity, name: email, role: admins.includes(email) ? "admin" : "agent" };
    } catch {
      return null;
    }
  };
}

/** The team's keys, kept for an hour, and asked for sooner when a token names another one: they change every six weeks. */
function accessKeys(issuer: string, { fetch, now }: { readonly fetch: Fetch; readonly now: Clock }) {
  let known: { readonly at: number; readonly keys: HonoJsonWebKey[] } = { at: 0, keys: [] };
  let asked: readonly number[] = [];

  const fresh = () => (now() - known.at < KEYS_KEPT_MS ? known.keys : []);
  return async (kid: string | undefined): Promise<HonoJsonWebKey[]> => {
    if (fresh().some((key) => key.kid === kid)) return fresh();
    asked = asked.filter((at) => now() - at < ASKED_WITHIN_MS);
    if (asked.length >= ASKED_AT_MOST) return fresh();
    asked = [...asked, now()];
    const answer = await callOutside(fetch, `${issuer}/cdn-cgi/access/certs`, {}, TIME_LIMIT_MS);
    const read = v.safeParse(Keys, answer.kind === "answer" ? parseJson(answer.body) : undefined);
    if (read.success) known = { at: now(), keys: read.output.keys };
    else log("error", "desk.access-keys-missing", { issuer });
    return fresh();
  };
}
