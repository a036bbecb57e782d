import { lookup as lookUp } from "node:dns";
import { get as httpGet, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions } from "node:http";
import { get as httpsGet } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { gunzipSync } from "node:zlib";

/** What a website answered, whatever its status. */
export type GetAnswer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

/** Why there is no answer, as a sentence without subject: "did not answer within 20 s". */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** One GET that follows no redirect; rejects with {@link NoAnswer}. `maxBytes` limits the body, also unpacked. */
export type Get = (url: URL, maxBytes: number) => Promise<GetAnswer>;

export type GetOptions = {
  /** Whether a connection to this IP address may be made. */
  readonly isAllowed: (address: string) => boolean;
  readonly userAgent: string;
  /** For the whole answer, in milliseconds. */
  readonly timeLimitMs: number;
};

/**
 * Makes a {@link Get} that connects to allowed addresses only: the address is judged that the connection is then made to,
 * so that no name can lead elsewhere.
 */
export function getFrom({ isAllowed, userAgent, timeLimitMs }: GetOptions): Get {
  return async (url, maxBytes) => {
    if (url.protocol !== "http:" && url.protocol !== "https:") throw new NoAnswer("is no http(s) address");
    // An address in place of a name is never looked up.
    const host = url.hostname.replace(/^\[|\]$/g, "");
    if (isIP(host) !== 0 && !isAllowed(host)) throw new NoAnswer(notPublic(host));

    const signal = AbortSignal.timeout(timeLimitMs);
    try {
      const response = await open(url, {
        signal,
        lookup: lookupAllowed(isAllowed),
        headers: {
          "user-agent": userAgent,
          accept: "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.5",
        },
      });
      const body = unpack(await readBody(response, maxBytes), maxBytes);
      return { status: response.statusCode ?? 0, headers: response.headers, body };
    } catch (error) {
      if (error instanceof NoAnswer) throw error;
      if (signal.aborted) throw new NoAnswer(`did not answer within ${timeLimitMs / 1000} s`);
      throw new NoAnswer(`cannot be reached (${codeOf(error)})`);
    }
  };
}

function open(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const get = url.protocol === "https:" ? httpsGet : httpGet;
    get(url, options, resolve).once("error", reject);
  });
}

function lookupAllowed(isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const allowed = addresses.filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (first === undefined) return callback(new NoAnswer(notPublic(hostname)), []);
      if (options.all === true) return callback(null, allowed);
      return callback(null, first.address, first.family);
    });
  };
}

function notPublic(host: string): string {
  return `is no public address (${host}); --allow-private permits it`;
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    // Leaving the loop ends the connection.
    if (size > maxBytes) throw new NoAnswer(tooLarge(maxBytes));
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** We ask for nothing packed, but sitemaps are often packed files (`sitemap.xml.gz`), and some servers pack unasked. */
function unpack(body: Buffer, maxBytes: number): Buffer {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
  try {
    return gunzipSync(body, { maxOutputLength: maxBytes });
  } catch (error) {
    throw new NoAnswer(
      codeOf(error) === "ERR_BUFFER_TOO_LARGE" ? tooLarge(maxBytes) : "is packed in a way unknown here",
    );
  }
}

function tooLarge(maxBytes: number): string {
  return `is larger than ${maxBytes / 1e6} MB`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "connection failed";
}
