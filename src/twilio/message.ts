import * as v from "valibot";
import type { AgentFile } from "../conversation/events.ts";
import type { DeliveryId } from "../conversation/ids.ts";
import { parseJson } from "../outside/call.ts";
import { MediaSid } from "./sids.ts";

const Marked = v.object({
  flexcord: v.pipe(
    v.string(),
    v.regex(/^[A-Za-z0-9_-]{22}$/),
    v.transform((value) => value as DeliveryId),
  ),
});

/** The message attributes that say which delivery a message is. Twilio has no idempotency keys: this is how we find our own. */
export function attributesOfMark(mark: DeliveryId): string {
  return JSON.stringify({ flexcord: mark });
}

/** The delivery that a message is, from its attributes; null for messages of others. */
export function markOf(attributes: string | null | undefined): DeliveryId | null {
  const parsed = v.safeParse(Marked, parseJson(attributes ?? ""));
  return parsed.success ? parsed.output.flexcord : null;
}

/** REST answers say `sid` and `filename`, webhooks `Sid` or `MediaSid` and `Filename`. */
const MediaItem = v.union([
  v.object({ sid: MediaSid, filename: v.nullish(v.string()) }),
  v.pipe(
    v.object({ Sid: MediaSid, Filename: v.nullish(v.string()) }),
    v.transform(({ Sid, Filename }) => ({ sid: Sid, filename: Filename })),
  ),
  v.pipe(
    v.object({ MediaSid, Filename: v.nullish(v.string()) }),
    v.transform((item) => ({ sid: item.MediaSid, filename: item.Filename })),
  ),
]);

/** The files of a message, from its media in any of Twilio's spellings; what is not readable as one is left out. */
export function filesOf(media: unknown): AgentFile[] {
  if (!Array.isArray(media)) return [];
  return media.flatMap((item) => {
    const parsed = v.safeParse(MediaItem, item);
    if (!parsed.success) return [];
    return [{ media: parsed.output.sid, filename: parsed.output.filename || "file" }];
  });
}
