import { sign, verify } from "hono/jwt";
import * as v from "valibot";

/** Who a token is for: one that was made for anything else opens nothing here. */
const AUDIENCE = "operator";
const LIFETIME_S = 5 * 60;
/** The operator's clock may be ahead of ours. */
const CLOCK_SKEW_S = 60;

const Claims = v.object({ iat: v.number(), exp: v.number() });

/** Signs an operator's token (JWT, HS256), good for five minutes. `now` in milliseconds since 1970. */
export async function operatorToken(signingSecret: string, now: number): Promise<string> {
  const iat = Math.floor(now / 1000);
  return sign({ aud: AUDIENCE, iat, exp: iat + LIFETIME_S }, await operatorKey(signingSecret), "HS256");
}

/** Whether {@link operatorToken} made this with the same secret in the last five minutes. Never throws. */
export async function isOperatorToken(token: string, signingSecret: string, now: number): Promise<boolean> {
  try {
    // The clock is ours to look at: both times must be there, and `iat` may be a little ahead.
    const options = { alg: "HS256", aud: AUDIENCE, iat: false, exp: false } as const;
    const { iat, exp } = v.parse(Claims, await verify(token, await operatorKey(signingSecret), options));
    const age = now / 1000 - iat;
    return -CLOCK_SKEW_S <= age && age <= LIFETIME_S && now / 1000 < exp;
  } catch {
    return false;
  }
}

/**
 * The key for operators' tokens, derived from the secret (HKDF, RFC 5869): what else is signed with the secret has another
 * key, so that it never passes for an operator's token.
 */
export async function operatorKey(signingSecret: string): Promise<CryptoKey> {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const secret = await crypto.subtle.importKey("raw", bytes(signingSecret), "HKDF", false, ["deriveKey"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: bytes(AUDIENCE) };
  const key = { name: "HMAC", hash: "SHA-256", length: 256 };
  return crypto.subtle.deriveKey(derivation, secret, key, false, ["sign", "verify"]);
}
