import { isForm, parseForm } from "./form.ts";

/** A request that claims to come from Twilio. */
export type SignedRequest = {
  /** The account's auth token; during a rotation the next one too. Empty when nothing can be verified: all is refused. */
  readonly authTokens: readonly string[];
  /** The base URL that Twilio was given. Never taken from the request, whose `Host` anybody can choose. */
  readonly publicUrl: string;
  /** What follows it: path and query exactly as received. */
  readonly pathAndQuery: string;
  readonly rawBody: Uint8Array<ArrayBuffer>;
  readonly contentType: string | null | undefined;
  /** The header `X-Twilio-Signature`. */
  readonly signature: string | null | undefined;
};

/**
 * Whether Twilio signed this request: base64 of HMAC-SHA1 over the URL followed by the form's parameters, compared in constant
 * time. There is no time stamp in it, so that an old request stays valid: whoever acts on one must recognise repetitions.
 * https://www.twilio.com/docs/usage/security#validating-requests
 */
export async function verifyTwilioSignature(request: SignedRequest): Promise<boolean> {
  const signature = decodeSignature(request.signature);
  // Without the slash the path would run into the host.
  if (signature === null || !request.pathAndQuery.startsWith("/")) return false;
  const parameters = await signedParameters(request);
  if (parameters === null) return false;
  for (const token of request.authTokens) {
    const key = await keyOf(token);
    for (const url of urlVariants(request.publicUrl + request.pathAndQuery)) {
      if (await crypto.subtle.verify("HMAC", key, signature, utf8.encode(url + parameters))) return true;
    }
  }
  return false;
}

const utf8 = new TextEncoder();

/** Importing a key costs more than a check. Auth tokens are few, so nothing is ever dropped. */
const keys = new Map<string, CryptoKey>();

async function keyOf(token: string): Promise<CryptoKey> {
  const cached = keys.get(token);
  if (cached !== undefined) return cached;
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const key = await crypto.subtle.importKey("raw", utf8.encode(token), algorithm, false, ["verify"]);
  keys.set(token, key);
  return key;
}

/** The 20 bytes of the signature; null unless it is base64 as Twilio writes it, with no unused bit set. */
function decodeSignature(signature: string | null | undefined): Uint8Array<ArrayBuffer> | null {
  if (!signature || !/^[A-Za-z0-9+/]{27}=$/.test(signature)) return null;
  const bytes = atob(signature);
  return btoa(bytes) === signature ? Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)) : null;
}

/**
 * What is signed besides the URL. A `bodySHA256` in the query vouches for the body instead, whatever its type. Null when the body
 * is not vouched for at all.
 */
async function signedParameters({ pathAndQuery, rawBody, contentType }: SignedRequest): Promise<string | null> {
  const queryStart = pathAndQuery.indexOf("?");
  const query = new URLSearchParams(queryStart === -1 ? "" : pathAndQuery.slice(queryStart));
  const bodyHash = query.get("bodySHA256");
  if (bodyHash !== null) return bodyHash === (await sha256Hex(rawBody)) ? "" : null;
  if (rawBody.length === 0) return "";
  return isForm(contentType) ? concatenate(parseForm(rawBody)) : null;
}

/** Names and values run together, sorted by UTF-16 code units; the same value twice counts once. */
function concatenate(form: URLSearchParams): string {
  return [...new Set(form.keys())]
    .sort()
    .flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value))
    .join("");
}

async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * The spellings of a URL that Twilio's products sign: as it was configured and normalised, each without and with a port, and
 * with the query escaped as by Node's `querystring`. The same list as twilio-node's `validateRequest`; the one that nearly
 * always fits comes first, and the others are not even made then.
 */
function* urlVariants(url: string): Generator<string> {
  yield url;
  const normalised = new URL(url).href;
  const plain = [withoutPort(url), withPort(url), withoutPort(normalised), withPort(normalised)];
  yield* new Set([...plain, withLegacyQuery(withoutPort(normalised)), withLegacyQuery(withPort(normalised))]);
}

/** Scheme, user info, host, port, rest; an IPv6 host is in brackets. */
const URL_PARTS = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*@)?(\[[^\]]*\]|[^:/?#]*)(:[0-9]*)?(.*)$/is;

function withoutPort(url: string): string {
  return url.replace(URL_PARTS, "$1$2$3$5");
}

/** Adds the port that the scheme implies; a port that is there stays. */
function withPort(url: string): string {
  const port = /^https:/i.test(url) ? ":443" : ":80";
  return url.replace(
    URL_PARTS,
    (_, scheme, user = "", host, given = port, rest) => scheme + user + host + given + rest,
  );
}

/** `encodeURIComponent` leaves the same characters alone as `querystring.escape`, `'` among them, which URLs escape. */
function withLegacyQuery(url: string): string {
  const start = url.indexOf("?");
  if (start === -1 || start === url.length - 1) return url;
  const pairs = [...new URLSearchParams(url.slice(start))];
  const names = new Set(pairs.map(([name]) => name));
  const grouped = [...names].flatMap((name) => pairs.filter(([other]) => other === name));
  return `${url.slice(0, start)}?${grouped.map((pair) => pair.map(encodeURIComponent).join("=")).join("&")}`;
}
