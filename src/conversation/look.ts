import type { TwilioIdentity } from "./ids.ts";
import type { LookPurpose } from "./state.ts";
import { deliver, say, type Turn, updateTwilio } from "./turn.ts";

/** Flex accepts an Interaction before it makes the task; without a sign of one after this time, we look. */
export const TASK_PATIENCE_MS = 20_000;
/** A member in the queue is never forgotten, even if every webhook is lost: as long as one waits, we look this often. */
export const QUEUE_PATIENCE_MS = 5 * 60_000;

/** What a look is for, by weight: one that is under way serves the weightiest. */
const PURPOSES: readonly LookPurpose[] = ["to-know", "task-is-due", "person-is-wanted"];

/**
 * Asks Flex how the channel stands: when the last agent has gone, since only Flex knows whether the chat was ended, left or
 * passed on; when nothing was heard for too long; and before a task is asked for anew.
 */
export function lookAtChannel(turn: Turn, why: { left?: TwilioIdentity; purpose?: LookPurpose } = {}): void {
  const twilio = turn.state.session?.twilio;
  if (!twilio || twilio.closing) return;
  if (!twilio.look) deliver(turn, { lane: "twilio", kind: "read-channel" });
  const left = why.left ?? twilio.look?.left ?? null;
  const purpose = weightiest(why.purpose, twilio.look?.purpose);
  updateTwilio(turn, { look: { left, purpose, askedAt: twilio.look?.askedAt ?? turn.now } });
}

/** If nothing is heard within this time, we look. */
export function lookWithin(turn: Turn, ms: number, purpose: LookPurpose = "to-know"): void {
  updateTwilio(turn, { nextLook: { at: turn.now + ms, purpose } });
}

/** An inactive channel got a message of the member: within this time Flex makes the next task. */
export function expectTask(turn: Turn): void {
  lookWithin(turn, TASK_PATIENCE_MS, "task-is-due");
}

/** Says that the last agent has left, unless that was said or the conversation ended with it. */
export function announceDeparture(turn: Turn): void {
  const look = turn.state.session?.twilio?.look;
  if (!look?.left) return;
  updateTwilio(turn, { look: { ...look, left: null } });
  say(turn, { kind: "agent-left", agent: look.left });
}

function weightiest(...purposes: (LookPurpose | undefined)[]): LookPurpose {
  return PURPOSES[Math.max(0, ...purposes.map((purpose) => (purpose ? PURPOSES.indexOf(purpose) : 0)))] ?? "to-know";
}
