import { beginRead } from "./index-order.ts";
import { hearLine } from "./member.ts";
import { closeSession, deliver, say, type Turn, updateTwilio } from "./turn.ts";
import { wholeMessages } from "./whole-messages.ts";

/** The Twilio Conversation is closed, or must be: what agents wrote before is read first, then the session ends. */
export function beginClosing(turn: Turn): void {
  const twilio = turn.state.session?.twilio;
  if (!twilio || twilio.closing) return;
  deliver(turn, { lane: "twilio", kind: "read-messages", from: twilio.order.next, final: true });
  updateTwilio(turn, {
    closing: { carried: [] },
    order: beginRead(twilio.order),
    nextLook: null,
    silence: null,
  });
}

/** The matter is done: the Twilio Conversation is closed, after what stands before. */
export function endChat(turn: Turn): void {
  deliver(turn, { lane: "twilio", kind: "close-conversation", again: false });
  beginClosing(turn);
}

/** All that agents wrote is out: the session ends, and the next one opens with what the member wrote meanwhile. */
export function finishClosing(turn: Turn): void {
  const closing = turn.state.session?.twilio?.closing;
  if (!closing) return;
  say(turn, { kind: "closed" });
  closeSession(turn);
  for (const line of wholeMessages(closing.carried)) hearLine(turn, line);
}
