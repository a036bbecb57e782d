import type { Line } from "./deliveries.ts";
import { hearLine } from "./member.ts";
import { closeSession, deliver, say, type Turn, updateTwilio } from "./turn.ts";

/** The Twilio Conversation is closed, or must be: what agents wrote before is read first, then the session ends. */
export function beginClosing(turn: Turn): void {
  const twilio = turn.state.session?.twilio;
  if (!twilio || twilio.closing) return;
  deliver(turn, { lane: "twilio", kind: "read-messages", from: twilio.order.next, final: true });
  updateTwilio(turn, { closing: { carried: [] }, order: { ...twilio.order, reading: true }, lookAt: null });
}

/** All that agents wrote is out: the session ends, and the next one opens with what the member wrote meanwhile. */
export function finishClosing(turn: Turn): void {
  const closing = turn.state.session?.twilio?.closing;
  if (!closing) return;
  say(turn, { kind: "closed" });
  closeSession(turn);
  for (const line of wholeMessages(closing.carried)) hearLine(turn, line);
}

/** By time, and within the same millisecond by Discord's ids, which rise. */
function byAge(a: Line, b: Line): number {
  const [idA, idB] = [a.source ?? "", b.source ?? ""];
  return a.at - b.at || idA.length - idB.length || (idA < idB ? -1 : Number(idA > idB));
}

/** In the order they were written, and each message in one piece again: it was cut for Twilio only. */
function wholeMessages(carried: readonly Line[]): Line[] {
  const whole: Line[] = [];
  for (const line of carried.toSorted(byAge)) {
    const before = whole.at(-1);
    const isContinued = before?.source && before.source === line.source;
    if (isContinued && before.content.kind === "text" && line.content.kind === "text") {
      const text = before.content.text + line.content.text;
      whole.splice(-1, 1, { ...before, content: { kind: "text", open: "", text, close: "" } });
    } else {
      whole.push(line);
    }
  }
  return whole;
}
