import type { Delivery, DeliveryKind } from "../conversation/deliveries.ts";
import { CALL_LIMIT_MS } from "../outside/call.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * How long a delivery is tried. Messages wait out an outage of a day; what a member is waiting for in front of the screen
 * fails early, because a person is fetched then, which is better than silence.
 */
const PATIENCE_MS: Readonly<Record<DeliveryKind, number>> = {
  "open-dm": 10 * MINUTE,
  say: 24 * HOUR,
  "answer-helpme": 15 * MINUTE,
  "find-agent": 2 * SECOND,
  "create-conversation": 24 * HOUR,
  "add-member": 24 * HOUR,
  "add-webhook": 24 * HOUR,
  // In the way of the member's first message: Studio is no more than one way to the same end.
  "add-studio-webhook": 10 * SECOND,
  "tell-studio": 10 * SECOND,
  post: 24 * HOUR,
  "create-interaction": 24 * HOUR,
  // While these fail, the end of a conversation is not told.
  "read-messages": 2 * MINUTE,
  "read-channel": 2 * MINUTE,
  "pause-channel": 2 * MINUTE,
  "close-conversation": 2 * MINUTE,
  "ask-assistant": 5 * SECOND,
  "open-article": 5 * SECOND,
  "open-case": 24 * HOUR,
  // Nobody waits for these, and without them a message or a whole conversation is forgotten.
  "update-directory": 7 * 24 * HOUR,
  "note-dead-letter": 7 * 24 * HOUR,
  "note-feedback": HOUR,
  "note-answer": 24 * HOUR,
  "note-message": HOUR,
  "keep-transcript": 7 * 24 * HOUR,
};

/** Order is worth a wait: what came behind a hole is held until it was read, unless Twilio is away for longer than this. */
const HOLE_PATIENCE_MS = HOUR;

/** When a delivery that was stored at `createdAt` is given up. */
export function givenUpAt(delivery: Delivery, createdAt: number): number {
  if (delivery.kind === "answer-helpme") return delivery.request.expires;
  if (delivery.kind === "read-messages" && !delivery.final) return createdAt + HOLE_PATIENCE_MS;
  if (delivery.kind === "close-conversation" && delivery.again) return createdAt + 24 * HOUR;
  return createdAt + PATIENCE_MS[delivery.kind];
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = MINUTE;

/** The pause after the n-th attempt (n from 1): doubling, capped, the upper half of it by chance so that crowds disperse. */
export function pauseAfter(attempts: number, random: number): number {
  const full = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 20));
  return Math.round(full / 2 + (full / 2) * random);
}

/** A pause that a limit asks for, and a little more by chance. */
export function spread(ms: number, random: number): number {
  return Math.round(Math.max(ms, FIRST_PAUSE_MS / 2) * (1 + random / 10));
}

/** After how many attempts whoever waits is told that it takes longer. */
export const ATTEMPTS_BEFORE_NOTICE = 3;

/** How long after its time limit a call may still take effect on the far side: only then does a look tell something. */
const LATE_COMMIT_MS = 5 * SECOND;

/** After this time, counted from the beginning of an attempt, it is certain whether it happened. */
export const LATE_COMMIT_OVER_MS = CALL_LIMIT_MS + LATE_COMMIT_MS;

/** A row that is still marked as being tried after this time was forgotten by its instance. */
export const FORGOTTEN_AFTER_MS = 30 * SECOND;

/** How many lines are kept for the time when a person is asked for: the newest. */
export const TRANSCRIPT_LIMIT = 100;

/**
 * How long a conversation remembers what passed: what it has forgotten it refuses, because it could not tell whether it is
 * a repetition. Nothing comes that late: Discord and Twilio repeat within hours.
 */
export const RETENTION_MS = 30 * 24 * HOUR;
/** Forgetting waits so much longer: it is done for a day at once, and clocks may differ. */
export const RETENTION_SLACK_MS = 24 * HOUR;
/** How many rows of a kind are forgotten in one transaction. */
export const FORGET_AT_ONCE = 500;

/** How long Discord is trusted to recognise a repeated nonce ("a few minutes", says its documentation). */
export const NONCE_WINDOW_MS = 2 * MINUTE;

/**
 * How long after an attempt began it is certain whether it happened: a post and an Interaction are found by looking, and a
 * late commit could follow an early look; a pause that comes late would end what Flex makes of the next message. All else
 * may be repeated at once, because repeating has no second effect.
 */
export function lookableAfter({ kind }: Delivery): number {
  return LATE_COMMIT_MATTERS.has(kind) ? LATE_COMMIT_OVER_MS : 0;
}

const LATE_COMMIT_MATTERS: ReadonlySet<DeliveryKind> = new Set(["post", "create-interaction", "pause-channel"]);
