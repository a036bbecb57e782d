import * as v from "valibot";
import { type CallResult, parseJson } from "../outside/call.ts";

/** What to do about one of Discord's error codes. All of them mean that nothing happened. */
type Reaction =
  /** Repeating does not help. */
  | { readonly kind: "refused"; readonly reason: string }
  /** It may work later; `afterMs` where Discord does not say when. */
  | { readonly kind: "later"; readonly reason: string; readonly afterMs: number };

const refused = (reason: string): Reaction => ({ kind: "refused", reason });
const later = (reason: string, afterMs: number): Reaction => ({ kind: "later", reason, afterMs });

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** Whether this is the code of "the member takes no direct messages from us". */
export function isDmClosed(code: number): boolean {
  return code === 50007 || code === 50278;
}

/** Whether the bot's token was refused, and not that of an interaction (50027), which comes with 401 as well. */
export function isUnauthorized(status: number, code: number): boolean {
  return status === 401 && code !== 50027;
}

/**
 * Discord's JSON error codes that its endpoints for messages, DMs, interactions and commands answer with
 * (docs: topics/opcodes-and-status-codes, "JSON Error Codes").
 */
const REACTIONS: Readonly<Record<number, Reaction>> = {
  10003: refused("unknown channel"),
  10008: refused("unknown message"),
  10013: refused("the account is gone"),
  10015: refused("the interaction's token has expired"),
  10062: refused("unknown interaction"),
  // The second half of an interaction's life: its token is spent, only the bot's own messages remain.
  40060: refused("the interaction was already answered"),
  40094: refused("too many follow-ups to one interaction"),
  50027: refused("the interaction's token is not valid"),

  50007: refused("the member takes no direct messages"),
  50278: refused("no server in common with the member"),
  // Opening many DMs in a row ends in quarantine for spam, so this one waits long.
  40003: later("opening DMs too fast", HOUR),

  40001: refused("not authorized: check DISCORD_BOT_TOKEN"),
  50014: refused("the bot token is not valid: check DISCORD_BOT_TOKEN"),
  40333: refused("blocked before Discord's API: check the User-Agent"),
  50001: refused("no access"),
  50013: refused("missing permissions"),
  50083: refused("the thread is archived"),
  160004: refused("the message already has a thread"),
  160005: refused("the thread is locked"),
  160006: refused("too many active threads"),
  30034: refused("too many commands created today"),

  50006: refused("empty message"),
  50035: refused("invalid form"),
  40005: refused("request too large"),
  50045: refused("file too large"),
  30015: refused("too many files"),
  30046: refused("too many edits of an old message"),
  20009: refused("explicit content"),
  200000: refused("blocked by the server's AutoMod"),
  240000: refused("harmful link"),

  20016: later("slow mode", 5 * SECOND),
  20028: later("the channel's write limit", 5 * SECOND),
  20029: later("the server's write limit", 5 * SECOND),
  130000: later("the API is overloaded", 5 * SECOND),
};

const ErrorBody = v.object({
  code: v.optional(v.number(), 0),
  retry_after: v.optional(v.number()),
  global: v.optional(v.boolean(), false),
  errors: v.optional(v.unknown()),
});

export type ErrorBody = v.InferOutput<typeof ErrorBody>;

/** Reads an error answer; undefined when it is not Discord's JSON (a proxy in front of Discord answers HTML or text). */
export function readErrorBody(body: string): ErrorBody | undefined {
  const result = v.safeParse(ErrorBody, parseJson(body));
  return result.success ? result.output : undefined;
}

/**
 * What an answer that is neither a success nor a 429 means. `isRead`: the call changes nothing, so that nothing can have
 * happened. Reasons come from our own table; of what Discord wrote only paths and codes of form errors are repeated.
 */
export function classifyError(status: number, body: string, isRead: boolean): CallResult<never> {
  const error = readErrorBody(body);
  const code = error?.code ?? 0;
  const reaction = REACTIONS[code];
  if (reaction?.kind === "later") {
    const afterMs = error?.retry_after === undefined ? reaction.afterMs : Math.ceil(error.retry_after * SECOND);
    return { ...reaction, afterMs };
  }
  if (reaction) {
    const details = formErrorsOf(error?.errors).join(", ");
    return { ...reaction, status, code, ...(details && { reason: `${reaction.reason}: ${details}` }) };
  }
  if (status >= 500) return brokenOff(`Discord failed with status ${status}`, isRead);
  if (status === 401) return { kind: "refused", status, code, reason: "not authorized: check DISCORD_BOT_TOKEN" };
  return { kind: "refused", status, code, reason: `Discord refused with status ${status}, code ${code}` };
}

/** A call whose answer never came or says nothing: a read may simply be repeated, for the rest nobody can tell. */
export function brokenOff(reason: string, isRead: boolean): CallResult<never> {
  return isRead ? { kind: "later", reason } : { kind: "unknown", reason };
}

/** The fields that code 50035 complains about, as `embeds.0.title BASE_TYPE_MAX_LENGTH`; at most five. */
function formErrorsOf(errors: unknown, path: readonly string[] = []): string[] {
  if (typeof errors !== "object" || errors === null) return [];
  const here = v.safeParse(v.object({ _errors: v.array(v.object({ code: v.string() })) }), errors);
  if (here.success) return here.output._errors.map(({ code }) => `${path.join(".")} ${code}`);
  return Object.entries(errors)
    .flatMap(([key, inner]) => formErrorsOf(inner, [...path, key]))
    .slice(0, 5);
}
