import * as v from "valibot";
import type { CaseId, DiscordGuildId, DiscordUserId, SessionId, StaffIdentity } from "../conversation/ids.ts";
import { CASE_ID, SNOWFLAKE } from "../conversation/ids.ts";

/** Schemas that many endpoints share. Those of requests give branded ids, those of answers take what is sent. */

const text = v.string("must be a text");

export const caseId = v.pipe(
  text,
  v.regex(CASE_ID, "must be a case's id, a UUID in lower case"),
  v.transform((id) => id as CaseId),
);
export const memberId = v.pipe(
  text,
  v.regex(SNOWFLAKE, "must be a Discord user id, 15 to 20 digits"),
  v.transform((id) => id as DiscordUserId),
);
export const serverId = v.pipe(
  text,
  v.regex(SNOWFLAKE, "must be a Discord server's id, 15 to 20 digits"),
  v.transform((id) => id as DiscordGuildId),
);
export const sessionId = v.pipe(
  text,
  v.regex(/^[0-9]{15,20}-[1-9][0-9]{0,8}$/, "must be a session's id, such as 100000000000000001-1"),
  v.transform((id) => id as SessionId),
);
export const staffIdentity = v.pipe(
  text,
  v.regex(/^\S{1,200}$/, "must be the identity of somebody in Flex or Access"),
  v.transform((identity) => identity as StaffIdentity),
);
export const version = v.pipe(
  v.number("must be a number"),
  v.integer("must be a whole number"),
  v.minValue(0, "must not be negative"),
);

/** A text of so many characters, at least one of them no blank. */
export function words(max: number) {
  return v.pipe(text, v.regex(/\S/, "must not be empty"), v.maxLength(max, `must have at most ${max} characters`));
}

/** A text that may be empty. */
export function anyText(max: number) {
  return v.pipe(text, v.maxLength(max, `must have at most ${max} characters`));
}

/** A time in a request, in milliseconds since 1970 when it is read. */
export const timeAsked = v.pipe(
  text,
  v.isoTimestamp("must be a time such as 2026-11-21T08:30:00Z"),
  v.transform((value) => Date.parse(value)),
  v.check((time) => !Number.isNaN(time), "must be a time such as 2026-11-21T08:30:00Z"),
);

/** A time in an answer. */
export const time = v.pipe(v.string(), v.isoTimestamp());

/** How {@link time} is made. */
export function isoOf(at: number): string {
  return new Date(at).toISOString();
}

/** How many a page has at most, and where it begins. */
export const PAGING = {
  limit: v.optional(
    v.pipe(
      v.number("must be a number"),
      v.integer("must be a whole number"),
      v.minValue(1, "must be at least 1"),
      v.maxValue(100, "must be at most 100"),
    ),
    25,
  ),
  cursor: v.optional(v.pipe(text, v.maxLength(500, "must be the `next` of an earlier answer"))),
};

/** Where the next page begins; null after the last one. */
export const next = v.nullable(v.string());

/** Who did something. */
export const ActorShape = v.variant("kind", [
  v.object({ kind: v.literal("member"), id: v.string() }),
  v.object({ kind: v.literal("staff"), identity: v.string() }),
  v.object({ kind: v.literal("key"), id: v.string() }),
  v.object({ kind: v.literal("link") }),
  v.object({ kind: v.literal("bridge") }),
]);
