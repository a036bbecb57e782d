import { beginClosing } from "./closing.ts";
import type { DeliveryResult } from "./deliveries.ts";
import { interactionFailed, QUEUE_PATIENCE_MS, TASK_PATIENCE_MS } from "./hand-over.ts";
import type { TwilioIdentity } from "./ids.ts";
import { deliver, say, setOwner, type Turn, updateTwilio } from "./turn.ts";

/**
 * Asks Flex how the channel stands: when the last agent has gone, since only Flex knows whether the chat was ended, left or
 * passed on; and when nothing was heard for too long (`overdue`).
 */
export function lookAtChannel(turn: Turn, why: { left?: TwilioIdentity; overdue?: boolean }): void {
  const twilio = turn.state.session?.twilio;
  if (!twilio || twilio.closing) return;
  if (!twilio.look) deliver(turn, { lane: "twilio", kind: "read-channel" });
  const left = why.left ?? twilio.look?.left ?? null;
  const overdue = (why.overdue || twilio.look?.overdue) ?? false;
  updateTwilio(turn, { look: { left, overdue } });
}

/** If nothing is heard within this time, we look. */
export function lookWithin(turn: Turn, ms: number): void {
  updateTwilio(turn, { nextLook: { at: turn.now + ms, overdue: false } });
}

/** An inactive channel got a message of the member: within this time Flex makes the next task. */
export function expectTask(turn: Turn): void {
  updateTwilio(turn, { nextLook: { at: turn.now + TASK_PATIENCE_MS, overdue: true } });
}

/** Says that the last agent has left, unless that was said or the conversation ended with it. */
export function announceDeparture(turn: Turn): void {
  const look = turn.state.session?.twilio?.look;
  if (!look?.left) return;
  updateTwilio(turn, { look: { ...look, left: null } });
  say(turn, { kind: "agent-left", agent: look.left });
}

/** What Flex says of the channel. */
export function channelRead(turn: Turn, found: Extract<DeliveryResult, { kind: "read-channel" }>): void {
  const twilio = turn.state.session?.twilio;
  if (!twilio || twilio.closing) return;
  const overdue = twilio.look?.overdue ?? false;
  if (found.found && twilio.flex) updateTwilio(turn, { flex: { ...twilio.flex, ...found.found } });
  const { channel, conversation, hasTask } = found;
  if (conversation === "closed" || channel === "closed" || channel === "gone") {
    end(turn, conversation);
    return;
  }
  announceDeparture(turn);
  updateTwilio(turn, { look: null });
  const owner = turn.state.session?.owner.kind;
  if (owner === "assistant" || someoneIsHere(turn)) return;
  const chatWasLeft = owner === "agent";
  if (chatWasLeft) setOwner(turn, { kind: "queue", told: false });
  updateTwilio(turn, { inactive: channel === "inactive" });
  switch (channel) {
    case "failed":
      interactionFailed(turn);
      return;
    case "inactive":
      // Flex makes the next task when the member writes. If it was due by now, it does not.
      if (overdue) interactionFailed(turn);
      return;
    case "active":
      if (hasTask) lookWithin(turn, QUEUE_PATIENCE_MS);
      else if (chatWasLeft) end(turn, conversation);
      else if (twilio.flex?.requested) lookWithin(turn, TASK_PATIENCE_MS);
      else interactionFailed(turn);
      return;
  }
}

/** Flex could not be asked: nobody is thrown out for that; whoever waits goes on waiting, and we look again. */
export function channelUnreadable(turn: Turn): void {
  announceDeparture(turn);
  const overdue = turn.state.session?.twilio?.look?.overdue ?? false;
  updateTwilio(turn, { look: null });
  const owner = turn.state.session?.owner.kind;
  if (owner === "assistant" || someoneIsHere(turn)) return;
  if (owner === "agent") setOwner(turn, { kind: "queue", told: false });
  updateTwilio(turn, { nextLook: { at: turn.now + TASK_PATIENCE_MS, overdue } });
}

function end(turn: Turn, conversation: "open" | "closed"): void {
  updateTwilio(turn, { look: null });
  if (conversation === "open") deliver(turn, { lane: "twilio", kind: "close-conversation" });
  beginClosing(turn);
}

function someoneIsHere(turn: Turn): boolean {
  return Object.values(turn.state.session?.twilio?.agents ?? {}).some((agent) => agent.present);
}
