import { sign, verify } from "hono/jwt";
import * as v from "valibot";

/** What something is signed for. Each purpose has a key of its own, so that nothing signed for one passes for another. */
export type Purpose = "operator" | "case-link" | "case-pass" | "desk-form";

/** A kind of token: whom it is for (its audience, and its key), and how long it is good at most, in seconds. */
export type TokenKind = { readonly purpose: Purpose; readonly lifetimeS: number };

/** What a good token says. `expiresAt` is in milliseconds since 1970. */
export type TokenContent = { readonly subject: string | null; readonly expiresAt: number };

/** Whoever signed may have a clock that is ahead of ours. */
const CLOCK_SKEW_S = 60;

const Claims = v.object({ sub: v.optional(v.string()), iat: v.number(), exp: v.number() });

/** The key for one purpose, derived from the secret (HKDF, RFC 5869). */
export async function signingKey(signingSecret: string, purpose: Purpose): Promise<CryptoKey> {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const secret = await crypto.subtle.importKey("raw", bytes(signingSecret), "HKDF", false, ["deriveKey"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: bytes(purpose) };
  const key = { name: "HMAC", hash: "SHA-256", length: 256 };
  return crypto.subtle.deriveKey(derivation, secret, key, false, ["sign", "verify"]);
}

/** Signs a token (JWT, HS256) about a subject, or none. `now` and `until`, its end if that comes sooner, in milliseconds. */
export async function signedToken(
  { purpose, lifetimeS }: TokenKind,
  subject: string | null,
  signingSecret: string,
  now: number,
  until = Number.POSITIVE_INFINITY,
): Promise<string> {
  const iat = Math.floor(now / 1000);
  const exp = Math.min(iat + lifetimeS, Math.floor(until / 1000));
  const claims = { aud: purpose, ...(subject !== null && { sub: subject }), iat, exp };
  return sign(claims, await signingKey(signingSecret, purpose), "HS256");
}

/** What a token says that {@link signedToken} made of this kind and with this secret; null for any other or an old one. */
export async function readToken(
  { purpose, lifetimeS }: TokenKind,
  token: string,
  signingSecret: string,
  now: number,
): Promise<TokenContent | null> {
  try {
    // The clock is ours to look at: both times must be there, and `iat` may be a little ahead.
    const options = { alg: "HS256", aud: purpose, iat: false, exp: false } as const;
    const claims = v.parse(Claims, await verify(token, await signingKey(signingSecret, purpose), options));
    const { sub = null, iat, exp } = claims;
    const age = now / 1000 - iat;
    const isGood = -CLOCK_SKEW_S <= age && age <= lifetimeS && now / 1000 < exp;
    return isGood ? { subject: sub, expiresAt: exp * 1000 } : null;
  } catch {
    return null;
  }
}
