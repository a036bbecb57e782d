import type { AgentEdited, AgentWrote, ParticipantChanged } from "./events.ts";
import { handBack } from "./hand-over.ts";
import { identityOf, type TwilioConversationSid, type TwilioIdentity } from "./ids.ts";
import { accountForRead, arrive, type OrderStep } from "./index-order.ts";
import { join, leave, presenceOf } from "./presence.ts";
import { breakSilence } from "./silence.ts";
import { deliver, noteMessage, sayAgentText, type Turn, updateSession, updateTwilio } from "./turn.ts";

/** What an agent writes to give the member back to the assistant. */
const HAND_BACK_COMMAND = "/assistant";
/** The author of what Twilio or an automation writes; nobody who could join. */
const SYSTEM_AUTHOR = "system";

/** Whether the event is about the Twilio Conversation of the open session. Anything else is history: closed stays closed. */
export function isCurrent(turn: Turn, conversation: TwilioConversationSid): boolean {
  return turn.state.session?.twilio?.conversation === conversation;
}

export function agentWrote(turn: Turn, message: AgentWrote): void {
  const order = turn.state.session?.twilio?.order;
  if (!order || !isCurrent(turn, message.conversation)) return;
  breakSilence(turn);
  release(turn, arrive(order, message, turn.now));
}

/** An edit crosses as a new message; one of a message that has not left yet just changes it. */
export function agentEdited(turn: Turn, edit: AgentEdited): void {
  const order = turn.state.session?.twilio?.order;
  if (!order || !isCurrent(turn, edit.conversation) || edit.delivery !== null) return;
  if (edit.author === identityOf(turn.state.member)) return;
  if (order.held.some(({ message }) => message === edit.message)) {
    const held = order.held.map((one) => (one.message === edit.message ? { ...one, text: edit.text } : one));
    updateTwilio(turn, { order: { ...order, held } });
    return;
  }
  speak(turn, edit.author, edit.at);
  sayAgentText(turn, edit.author, `edited: ${edit.text}`, [], edit.message);
}

/** Lets messages go whose turn has come. */
export function release(turn: Turn, step: OrderStep): void {
  updateTwilio(turn, { order: step.order });
  for (const message of step.released) agentSpeaks(turn, message);
}

function agentSpeaks(turn: Turn, message: AgentWrote): void {
  if (message.author === identityOf(turn.state.member)) return;
  if (message.text.trim() === HAND_BACK_COMMAND) {
    handBack(turn, message.at);
    return;
  }
  speak(turn, message.author, message.at);
  sayAgentText(turn, message.author, message.text, message.files, message.message);
  noteAnswer(turn, message);
}

/** The case learns of the first answer, programs of each message; what has nothing that can cross is neither. */
function noteAnswer(turn: Turn, { author, text, files, at }: AgentWrote): void {
  const { session } = turn.state;
  if (text.trim() === "" && files.length === 0) return;
  noteMessage(turn, author, text, at);
  if (session?.case.kind !== "open" || session.isAnswered || author === SYSTEM_AUTHOR) return;
  updateSession(turn, { isAnswered: true });
  deliver(turn, { lane: "directory", kind: "note-answer", agent: author, answeredAt: at });
}

/** Whoever speaks is here. */
function speak(turn: Turn, author: TwilioIdentity, at: number): void {
  if (author !== SYSTEM_AUTHOR) join(turn, author, at);
}

export function participantJoined(turn: Turn, event: ParticipantChanged): void {
  if (!isCurrent(turn, event.conversation) || event.identity === identityOf(turn.state.member)) return;
  // A webhook cannot tell an agent from a supervisor who listens: those are announced when they speak.
  const isExpected = turn.state.session?.owner.kind === "queue" || presenceOf(turn, event.identity) !== null;
  if (isExpected) join(turn, event.identity, event.at);
}

export function participantLeft(turn: Turn, event: ParticipantChanged): void {
  if (isCurrent(turn, event.conversation)) leave(turn, event.identity, event.at);
}

/** The missing messages were read. */
export function messagesRead(turn: Turn, messages: readonly AgentWrote[], last: number): void {
  const order = turn.state.session?.twilio?.order;
  if (order) release(turn, accountForRead(order, messages, last, turn.now));
}

/** The missing messages could not be read: what waited for them leaves without them. */
export function messagesUnreadable(turn: Turn): void {
  const order = turn.state.session?.twilio?.order;
  if (order) messagesRead(turn, [], Math.max(order.next - 1, ...order.own, ...order.held.map(({ index }) => index)));
}
