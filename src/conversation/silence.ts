import type { Time } from "./events.ts";
import { beginRead } from "./index-order.ts";
import { lookAtChannel } from "./look.ts";
import { deliver, someoneIsHere, type Turn, updateTwilio } from "./turn.ts";

/**
 * Webhooks come at most once, and of a lost one that nothing follows there is no sign. So the Twilio Conversation is read
 * when it has been silent, after pauses that double: what was lost is found about as late again as it had been silent.
 */
export type Silence = { readonly readAt: Time; readonly pauseMs: number };

const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 6 * 60 * 60_000;

/** Something was heard of, or said in, the Twilio Conversation. */
export function breakSilence(turn: Turn): void {
  updateTwilio(turn, { silence: { readAt: turn.now + FIRST_PAUSE_MS, pauseMs: FIRST_PAUSE_MS } });
}

/** Reads what may have been lost: messages, and while an agent is there, or the chat was left, the end of it. */
export function readInSilence(turn: Turn): void {
  const { session } = turn.state;
  const twilio = session?.twilio;
  if (!twilio?.silence || twilio.silence.readAt > turn.now) return;
  if (!twilio.conversation || twilio.closing || session?.owner.kind === "assistant") {
    updateTwilio(turn, { silence: null });
    return;
  }
  const pauseMs = Math.min(LONGEST_PAUSE_MS, twilio.silence.pauseMs * 2);
  updateTwilio(turn, { silence: { readAt: turn.now + pauseMs, pauseMs } });
  if (!twilio.order.reading) {
    deliver(turn, { lane: "twilio", kind: "read-messages", from: twilio.order.next, final: false });
    updateTwilio(turn, { order: beginRead(twilio.order) });
  }
  // Where a task is waited for there are looks enough.
  if (someoneIsHere(turn) || (twilio.inactive && !twilio.nextLook)) lookAtChannel(turn);
}
