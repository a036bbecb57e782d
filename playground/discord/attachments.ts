import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { APIAttachment } from "discord-api-types/v10";

/** A file before it has an id. */
export type File = {
  readonly filename: string;
  readonly bytes: Uint8Array | string;
  readonly contentType?: string;
  readonly description?: string;
  /** Voice messages only: length in seconds. */
  readonly durationSecs?: number;
};

export type Served =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array; readonly contentType: string }
  | { readonly kind: "refused"; readonly status: 403 | 404; readonly text: string };

/** Signed URLs stop working after about a day (docs: reference, "Signed Attachment CDN URLs"). */
const LIFETIME_MS = 24 * 60 * 60 * 1000;

/** The CDN: keeps files and serves them below signed URLs that expire. */
export class Attachments {
  readonly #files = new Map<string, { path: string; bytes: Uint8Array; contentType: string }>();
  readonly #secret = randomBytes(32);
  readonly #nextId: () => string;
  readonly #now: () => number;
  readonly #baseUrl: () => string;
  /** Refuses every file with 403, as the CDN refuses Cloudflare Workers. */
  refuse = false;

  constructor(nextId: () => string, now: () => number, baseUrl: () => string) {
    this.#nextId = nextId;
    this.#now = now;
    this.#baseUrl = baseUrl;
  }

  add(channelId: string, file: File, ephemeral: boolean): APIAttachment {
    const id = this.#nextId();
    const filename = file.filename.replace(/[^\w.-]+/g, "_");
    const bytes = typeof file.bytes === "string" ? Buffer.from(file.bytes) : file.bytes;
    const contentType = file.contentType ?? "application/octet-stream";
    const area = ephemeral ? "ephemeral-attachments" : "attachments";
    this.#files.set(id, { path: `/${area}/${channelId}/${id}/${filename}`, bytes, contentType });
    const url = this.#urlOf(id);
    return {
      id,
      filename,
      size: bytes.byteLength,
      url,
      proxy_url: url,
      content_type: contentType,
      ...(file.description !== undefined && { description: file.description }),
      ...(file.durationSecs !== undefined && { duration_secs: file.durationSecs, waveform: "AAAA" }),
      ...(ephemeral && { ephemeral }),
    };
  }

  /** The same attachment with a URL that is good for another day: what reading the message again gives. */
  refresh(attachment: APIAttachment): APIAttachment {
    const url = this.#urlOf(attachment.id);
    return { ...attachment, url, proxy_url: url };
  }

  serve(url: URL): Served {
    if (this.refuse) return { kind: "refused", status: 403, text: "" };
    const [, , , id = ""] = url.pathname.split("/");
    const file = this.#files.get(id);
    const [expires = "", issued = "", signature = ""] = ["ex", "is", "hm"].map(
      (name) => url.searchParams.get(name) ?? "",
    );
    const fresh = Number.parseInt(expires, 16) * 1000 > this.#now();
    if (!file || file.path !== url.pathname || !fresh || !same(signature, this.#sign(file.path, expires, issued))) {
      return { kind: "refused", status: 404, text: "This content is no longer available." };
    }
    return { kind: "bytes", bytes: file.bytes, contentType: file.contentType };
  }

  #urlOf(id: string): string {
    const path = this.#files.get(id)?.path ?? "";
    const issued = Math.floor(this.#now() / 1000).toString(16);
    const expires = Math.floor((this.#now() + LIFETIME_MS) / 1000).toString(16);
    return `${this.#baseUrl()}${path}?ex=${expires}&is=${issued}&hm=${this.#sign(path, expires, issued)}`;
  }

  #sign(path: string, expires: string, issued: string): string {
    return createHmac("sha256", this.#secret).update(`${path}?ex=${expires}&is=${issued}`).digest("hex");
  }
}

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
