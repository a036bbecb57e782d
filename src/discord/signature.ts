import { verifyKey } from "discord-interactions";
import type { Clock } from "../outside/call.ts";

/** How old or how far ahead a request may be; Discord names no figure, Standard Webhooks has this one. */
const TOLERANCE_SECONDS = 5 * 60;

/** Discord writes lower-case hexadecimal; nothing else is accepted, since lenient parsers read other bytes from it. */
const SIGNATURE = /^[0-9a-f]{128}$/;
const TIMESTAMP = /^[0-9]{1,12}$/;

export type SignedRequest = {
  readonly signature: string | undefined;
  readonly timestamp: string | undefined;
  /** Reads the raw body; not called when the headers alone tell that the request is not genuine. */
  readonly body: () => Promise<ArrayBuffer>;
};

/**
 * Checks requests from Discord: Ed25519 over time stamp and raw body (docs: interactions/overview, "Validating Security
 * Request Headers"). `publicKey` is the application's, 64 hexadecimal digits; it is imported once.
 */
export function signatureCheck(publicKey: string, now: Clock): (request: SignedRequest) => Promise<boolean> {
  let key: Promise<CryptoKey> | null = null;
  return async ({ signature, timestamp, body }) => {
    if (!signature || !SIGNATURE.test(signature) || !timestamp || !TIMESTAMP.test(timestamp)) return false;
    if (Math.abs(now() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
    key ??= crypto.subtle.importKey("raw", bytesOf(publicKey), "Ed25519", false, ["verify"]);
    return verifyKey(await body(), signature, timestamp, await key);
  };
}

function bytesOf(hexadecimal: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hexadecimal.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}
