import { randomBytes } from "node:crypto";
import { type Context, Hono } from "hono";
import type { Account } from "./account.ts";
import { badRequest, notFound } from "./errors.ts";
import type { Media } from "./model.ts";
import type { Rest } from "./rest.ts";
import { newSid, restDate } from "./sids.ts";

const MAX_BYTES = 150 * 1024 * 1024;

/** A file as it is stored, before it hangs on a message. */
export type NewMedia = Pick<Media, "filename" | "contentType" | "bytes"> & { readonly author?: string };

export function storeMedia(account: Account, { filename, contentType, bytes, author = "system" }: NewMedia): Media {
  const media: Media = {
    sid: newSid("ME"),
    filename,
    contentType,
    size: bytes.byteLength,
    author,
    bytes,
    ticket: randomBytes(24).toString("base64url"),
    dateCreated: account.now(),
  };
  account.media.set(media.sid, media);
  return media;
}

/** The media service (MCS); mounted below `/Services/{IS}`. `origin` is the stand-in's URL. */
export function mediaRoutes(account: Account, origin: string): Hono<Rest> {
  const routes = new Hono<Rest>();
  const mediaOf = (c: Context<Rest>): Media => {
    const media = account.media.get(c.req.param("sid") ?? "");
    if (media === undefined) throw notFound(c.get("exchange").path);
    return media;
  };

  routes.post("/Media", async (c) => {
    const contentType = c.req.header("Content-Type");
    if (!contentType) throw badRequest("Content-Type is required");
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    if (bytes.byteLength === 0) throw badRequest("The file is empty");
    if (bytes.byteLength > MAX_BYTES) throw badRequest("The file is larger than 150 MB");
    const filename = c.get("params").text("Filename") ?? null;
    return c.json(mediaJson(storeMedia(account, { filename, contentType, bytes })), 201);
  });
  routes.get("/Media/:sid", (c) => c.json(mediaJson(mediaOf(c))));
  routes.get("/Media/:sid/Content", (c) => fileAnswer(mediaOf(c)));

  function mediaJson(media: Media) {
    const url = `${origin}/mcs.us1/v1/Services/${account.chatServiceSid}/Media/${media.sid}`;
    return {
      sid: media.sid,
      service_sid: account.chatServiceSid,
      account_sid: account.accountSid,
      author: media.author,
      filename: media.filename,
      content_type: media.contentType,
      size: media.size,
      category: "media",
      is_multipart_upstream: false,
      message_sid: null,
      channel_sid: null,
      date_created: restDate(media.dateCreated),
      date_updated: restDate(media.dateCreated),
      url,
      links: { content: `${url}/Content`, content_direct_temporary: temporaryUrl(origin, media) },
    };
  }
  return routes;
}

/** Where anybody who knows the address may fetch the file. */
export function temporaryUrl(origin: string, media: Media): string {
  return `${origin}/media/${media.sid}/${media.ticket}`;
}

/** Serves temporary addresses, without credentials. */
export function temporaryMedia(account: Account): Hono {
  const routes = new Hono();
  routes.get("/:sid/:ticket", (c) => {
    const media = account.media.get(c.req.param("sid"));
    return media !== undefined && media.ticket === c.req.param("ticket") ? fileAnswer(media) : c.body(null, 403);
  });
  return routes;
}

function fileAnswer(media: Media): Response {
  const name = encodeURIComponent(media.filename ?? media.sid);
  return new Response(Uint8Array.from(media.bytes), {
    headers: { "Content-Type": media.contentType, "Content-Disposition": `inline; filename*=UTF-8''${name}` },
  });
}
