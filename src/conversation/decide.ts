import { agentEdited, agentWrote, isCurrent, participantJoined, participantLeft } from "./agents.ts";
import { caseNews, stillAProblem } from "./case-news.ts";
import { beginClosing } from "./closing.ts";
import type { Happening, IngestReply, Time } from "./events.ts";
import { beginRead, HOLE_PATIENCE_MS } from "./index-order.ts";
import { lookAtChannel } from "./look.ts";
import { askedForHelp, memberEdited, memberPressed, memberWrote, messagesMissed } from "./member.ts";
import { delayed, settled } from "./outcomes.ts";
import { readInSilence } from "./silence.ts";
import type { ConversationState } from "./state.ts";
import { studioAsked, takeUpOverdue } from "./studio.ts";
import { taskChanged } from "./tasks.ts";
import { deliver, type Effect, type Turn, updateTwilio } from "./turn.ts";
import { resend } from "./undelivered.ts";

/** What follows from a happening. */
export type Decision = {
  readonly state: ConversationState;
  readonly effects: readonly Effect[];
  readonly reply: IngestReply;
};

/**
 * The heart: what becomes of a conversation when something happens. Pure: the same state, happening and time always give
 * the same decision. Each happening must be given once; see `keyOf`.
 */
export function decide(state: ConversationState, happening: Happening, now: Time): Decision {
  const turn: Turn = { state, now, effects: [] };
  const reply = take(turn, happening);
  return { state: turn.state, effects: turn.effects, reply };
}

function take(turn: Turn, happening: Happening): IngestReply {
  switch (happening.kind) {
    case "member-asked-for-help":
      askedForHelp(turn, happening);
      return "accepted";
    case "member-wrote":
      memberWrote(turn, happening);
      return "accepted";
    case "member-edited":
      memberEdited(turn, happening);
      return "accepted";
    case "member-pressed":
      return memberPressed(turn, happening);
    case "messages-missed":
      messagesMissed(turn);
      return "accepted";
    case "resend-asked":
      return resend(turn, happening);
    case "agent-wrote":
      agentWrote(turn, happening);
      return "accepted";
    case "agent-edited":
      agentEdited(turn, happening);
      return "accepted";
    case "participant-joined":
      participantJoined(turn, happening);
      return "accepted";
    case "participant-left":
      participantLeft(turn, happening);
      return "accepted";
    case "conversation-closed":
      if (isCurrent(turn, happening.conversation)) beginClosing(turn);
      return "accepted";
    case "task-changed":
      taskChanged(turn, happening);
      return "accepted";
    case "studio-asked":
      studioAsked(turn, happening);
      return "accepted";
    case "case-news":
      caseNews(turn, happening);
      return "accepted";
    case "said-still-a-problem":
      stillAProblem(turn, happening);
      return "accepted";
    case "delivery-settled":
      settled(turn, happening);
      return "accepted";
    case "delivery-delayed":
      delayed(turn, happening);
      return "accepted";
    case "clock-rang":
      clockRang(turn);
      return "accepted";
  }
}

/** Looks after what has not come by itself: messages missing in the order, and a task that Flex should have made. */
function clockRang(turn: Turn): void {
  takeUpOverdue(turn);
  const twilio = turn.state.session?.twilio;
  if (!twilio) return;
  const { order, nextLook } = twilio;
  if (order.holeSince !== null && !order.reading && order.holeSince + HOLE_PATIENCE_MS <= turn.now) {
    deliver(turn, { lane: "twilio", kind: "read-messages", from: order.next, final: false });
    updateTwilio(turn, { order: beginRead(order) });
  }
  if (nextLook && nextLook.at <= turn.now) {
    updateTwilio(turn, { nextLook: null });
    lookAtChannel(turn, { purpose: nextLook.purpose });
  }
  readInSilence(turn);
}
