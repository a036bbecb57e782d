import { beginClosing, endChat } from "./closing.ts";
import type { DeliveryResult } from "./deliveries.ts";
import { interactionFailed, requestInteraction, wakeFailed } from "./hand-over.ts";
import { announceDeparture, lookWithin, QUEUE_PATIENCE_MS, TASK_PATIENCE_MS } from "./look.ts";
import { everybodyLeft } from "./presence.ts";
import type { LookPurpose } from "./state.ts";
import { setOwner, someoneIsHere, type Turn, updateTwilio } from "./turn.ts";

/** What Flex says of the channel. */
export function channelRead(turn: Turn, found: Extract<DeliveryResult, { kind: "read-channel" }>): void {
  const twilio = turn.state.session?.twilio;
  if (!twilio || twilio.closing) return;
  const purpose = twilio.look?.purpose ?? "to-know";
  if (found.found && twilio.flex) updateTwilio(turn, { flex: { ...twilio.flex, ...found.found } });
  const { channel, conversation, hasTask } = found;
  if (conversation === "closed" || channel === "closed" || channel === "gone") {
    end(turn, conversation);
    return;
  }
  announceDeparture(turn);
  if (channel === "inactive") everybodyLeft(turn, twilio.look?.askedAt ?? turn.now);
  updateTwilio(turn, { look: null });
  const owner = turn.state.session?.owner.kind;
  if (owner === "assistant" || someoneIsHere(turn)) return;
  const chatWasLeft = owner === "agent";
  if (chatWasLeft) setOwner(turn, { kind: "queue", told: false });
  updateTwilio(turn, { inactive: channel === "inactive" });
  switch (channel) {
    case "failed":
      needTask(turn, purpose);
      return;
    case "inactive":
      // Flex makes the next task when the member writes.
      if (purpose === "task-is-due") wakeFailed(turn);
      return;
    case "active":
      if (hasTask) lookWithin(turn, QUEUE_PATIENCE_MS);
      else if (chatWasLeft) end(turn, conversation);
      else if (twilio.flex?.requested) lookWithin(turn, TASK_PATIENCE_MS, purpose);
      else needTask(turn, purpose);
      return;
  }
}

/** Flex could not be asked: nobody is thrown out for that; whoever waits goes on waiting, and we look again. */
export function channelUnreadable(turn: Turn): void {
  announceDeparture(turn);
  const purpose = turn.state.session?.twilio?.look?.purpose ?? "to-know";
  updateTwilio(turn, { look: null });
  const owner = turn.state.session?.owner.kind;
  if (owner === "assistant" || someoneIsHere(turn)) return;
  if (owner === "agent") setOwner(turn, { kind: "queue", told: false });
  lookWithin(turn, TASK_PATIENCE_MS, purpose);
}

/** No task is there. One that was asked for has failed; otherwise this is the time to ask. */
function needTask(turn: Turn, purpose: LookPurpose): void {
  if (purpose === "person-is-wanted") requestInteraction(turn);
  else interactionFailed(turn);
}

/** Whoever left last is not announced then, unless they turn out to have come back and written something. */
function end(turn: Turn, conversation: "open" | "closed"): void {
  if (conversation === "open") endChat(turn);
  else beginClosing(turn);
}
