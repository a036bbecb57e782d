import * as v from "valibot";
import { type CallResult, parseJson } from "../outside/call.ts";

/** A call that did not succeed. */
export type Failure = Exclude<CallResult<never>, { kind: "done" }>;

/**
 * Twilio's own codes that somebody here decides by. Each has its page at https://www.twilio.com/docs/api/errors/{code}.
 * The HTTP status is no substitute: several of these share 400 and 409.
 */
export const UNIQUE_NAME_EXISTS = 50353;
export const PARTICIPANT_EXISTS = 50433;
export const TOO_MANY_WEBHOOKS = 50361;
export const CONVERSATION_CLOSED = 50377;
const CHANNEL_FOR_CLOSED_CONVERSATION = 45354;

/** The call was turned away before anything was done; the same call may work later. */
const TRY_LATER: ReadonlyMap<number, string> = new Map([
  [20429, "the account has too many calls in progress"],
  [45780, "Flex has too many calls in progress"],
  [50063, "too many actions a second on this conversation"],
  [50391, "the conversation is being created or removed by another call"],
]);

/** Flex failed in the middle: one of the things it does for a call went wrong, others may have been done. */
const DONE_IN_PART: ReadonlyMap<number, string> = new Map([
  [45352, "Flex could not finish: Conversations failed"],
  [45357, "Flex could not finish: Conversations failed"],
  [45361, "Flex could not add a participant: Conversations failed"],
]);

const ErrorBody = v.object({
  code: v.fallback(v.pipe(v.union([v.number(), v.string()]), v.transform(Number), v.safeInteger()), 0),
});

/**
 * What an answer other than 2xx means. Twilio's code goes before the HTTP status. 5xx is `unknown`: Twilio has no idempotency keys
 * and does not say whether it had begun.
 */
export function failureOf(answer: { status: number; headers: Headers; body: string }, now: number): Failure {
  const { status, headers, body } = answer;
  const parsed = v.safeParse(ErrorBody, parseJson(body));
  const code = parsed.success ? parsed.output.code : 0;
  // Without Twilio's own words: they may repeat what was sent, and reasons are logged.
  const reason = code === 0 ? `HTTP ${status}` : `HTTP ${status}, code ${code}`;

  const inPart = DONE_IN_PART.get(code);
  if (inPart !== undefined) return { kind: "unknown", reason: inPart };
  const later = TRY_LATER.get(code);
  if (later !== undefined) return { kind: "later", reason: later, ...retryAfter(headers, now) };
  // 408: the request did not arrive whole (RFC 9110, 15.5.9).
  if (status === 429 || status === 408) return { kind: "later", reason, ...retryAfter(headers, now) };
  if (status >= 500) return { kind: "unknown", reason };
  return { kind: "refused", status, code, reason };
}

/** `Retry-After` in either of its forms, seconds or a date. Twilio does not document it, its proxies may send it. */
function retryAfter(headers: Headers, now: number): { afterMs?: number } {
  const value = headers.get("Retry-After")?.trim();
  if (!value) return {};
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? { afterMs: Math.max(0, ms) } : {};
}

/** Whether a call was refused because the Twilio Conversation is closed, which is final: the session needs another one. */
export function isConversationClosed(result: CallResult<unknown>): boolean {
  return (
    result.kind === "refused" &&
    (result.code === CONVERSATION_CLOSED || result.code === CHANNEL_FOR_CLOSED_CONVERSATION)
  );
}
