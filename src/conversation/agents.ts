import type { ChannelStatus } from "./deliveries.ts";
import type { AgentEdited, AgentWrote, FlexWorker, ParticipantChanged, TaskChanged, Time } from "./events.ts";
import { expectTask, handBack, interactionFailed } from "./hand-over.ts";
import { identityOf, type TwilioConversationSid, type TwilioIdentity } from "./ids.ts";
import { accountForRead, arrive, type OrderStep } from "./index-order.ts";
import { hearLine } from "./member.ts";
import type { AgentPresence } from "./state.ts";
import { closeSession, deliver, say, sayAgentText, setOwner, type Turn, updateTwilio } from "./turn.ts";

/** What an agent writes to give the member back to the assistant. */
export const HAND_BACK_COMMAND = "/assistant";
/** The author of what Twilio or an automation writes; nobody who could join. */
const SYSTEM_AUTHOR = "system";

/** Whether the event is about the Twilio Conversation of the open session. Anything else is history: closed stays closed. */
function isCurrent(turn: Turn, conversation: TwilioConversationSid): boolean {
  return turn.state.session?.twilio?.conversation === conversation;
}

export function agentWrote(turn: Turn, message: AgentWrote): void {
  const twilio = turn.state.session?.twilio;
  if (!twilio || !isCurrent(turn, message.conversation)) return;
  release(turn, arrive(twilio.order, message, turn.now));
}

export function agentEdited(turn: Turn, edit: AgentEdited): void {
  if (!isCurrent(turn, edit.conversation) || edit.delivery !== null) return;
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
  if (message.author !== SYSTEM_AUTHOR) join(turn, message.author, message.at);
  sayAgentText(turn, message.author, message.text, message.files, message.message);
}

export function participantJoined(turn: Turn, event: ParticipantChanged): void {
  const { session } = turn.state;
  if (!session?.twilio || !isCurrent(turn, event.conversation)) return;
  if (event.identity === identityOf(turn.state.member)) return;
  // A webhook cannot tell an agent from a supervisor who listens: those are announced when they speak.
  const expected = session.owner.kind === "queue" || session.twilio.agents[event.identity] !== undefined;
  if (expected) join(turn, event.identity, event.at);
}

export function participantLeft(turn: Turn, event: ParticipantChanged): void {
  if (isCurrent(turn, event.conversation)) leave(turn, event.identity, event.at);
}

export function conversationClosed(turn: Turn, conversation: TwilioConversationSid): void {
  if (isCurrent(turn, conversation)) beginClosing(turn);
}

export function taskChanged(turn: Turn, event: TaskChanged): void {
  const { session } = turn.state;
  const flex = session?.twilio?.flex;
  if (!flex || session.id !== event.session) return;
  const { change } = event;
  switch (change.type) {
    case "task-created":
      taskSeen(turn, event);
      return;
    case "reservation-created":
      taskSeen(turn, event);
      introduce(turn, change.worker);
      return;
    case "reservation-accepted":
      taskSeen(turn, event);
      introduce(turn, change.worker);
      if (change.worker.identity) join(turn, change.worker.identity, event.at);
      else becomeAgents(turn);
      return;
    case "reservation-wrapup":
    case "reservation-completed":
      if (change.worker.identity) leave(turn, change.worker.identity, event.at);
      return;
    case "task-wrapup":
    case "task-completed":
      if (session.owner.kind === "agent" && event.task === flex.task) lookAtChannel(turn, null);
      return;
    case "task-canceled":
    case "task-deleted":
    case "workflow-timeout":
      taskDied(turn, event);
      return;
    case "transfer-initiated":
    case "transfer-ended":
      return;
  }
}

/** A live task of the session: Flex works. */
function taskSeen(turn: Turn, event: TaskChanged): void {
  const flex = turn.state.session?.twilio?.flex;
  if (!flex || flex.dead.includes(event.task)) return;
  updateTwilio(turn, { flex: { ...flex, task: event.task, checkAt: null }, inactive: false });
}

function taskDied(turn: Turn, event: TaskChanged): void {
  const { session } = turn.state;
  const flex = session?.twilio?.flex;
  if (!flex || flex.dead.includes(event.task)) return;
  updateTwilio(turn, { flex: { ...flex, dead: [...flex.dead, event.task].slice(-10) } });
  if (flex.task !== event.task) return;
  if (session.owner.kind === "queue") interactionFailed(turn);
  else if (session.owner.kind === "agent") lookAtChannel(turn, null);
}

/** Remembers a worker that the task was offered to, so that its name is known before it says a word. */
function introduce(turn: Turn, worker: FlexWorker): void {
  if (!worker.identity) return;
  nameAgent(turn, worker.identity, worker.name);
  if (!presenceOf(turn, worker.identity))
    setPresence(turn, worker.identity, { present: false, since: null, leftAt: null });
}

export function nameAgent(turn: Turn, identity: TwilioIdentity, name: string | null): void {
  turn.state = { ...turn.state, agentNames: { ...turn.state.agentNames, [identity]: name } };
}

/** An agent is here, by whichever sign came first; announced once per stay, before the agent's first message. */
function join(turn: Turn, identity: TwilioIdentity, at: Time): void {
  const presence = presenceOf(turn, identity);
  if (presence?.present || (presence?.leftAt != null && at <= presence.leftAt)) return;
  becomeAgents(turn);
  setPresence(turn, identity, { present: true, since: at, leftAt: presence?.leftAt ?? null });
  announceDeparture(turn);
  if (!(identity in turn.state.agentNames)) {
    nameAgent(turn, identity, null);
    deliver(turn, { lane: "discord", kind: "find-agent", identity });
  }
  say(turn, { kind: "agent-joined", agent: identity });
}

/** A person owns the session: the assistant is silent from now on, and the person sees what it had heard. */
function becomeAgents(turn: Turn): void {
  const { session } = turn.state;
  if (!session) return;
  if (session.owner.kind === "assistant") {
    turn.effects.push({ kind: "silence-assistant", session: session.id }, { kind: "replay", session: session.id });
  }
  setOwner(turn, { kind: "agent" });
  const flex = session.twilio?.flex ?? null;
  updateTwilio(turn, { flex: flex && { ...flex, failures: 0, checkAt: null }, inactive: false });
}

function leave(turn: Turn, identity: TwilioIdentity, at: Time): void {
  const presence = presenceOf(turn, identity);
  if (!presence?.present || (presence.since !== null && at < presence.since)) return;
  setPresence(turn, identity, { ...presence, present: false, leftAt: at });
  const others = Object.values(turn.state.session?.twilio?.agents ?? {}).some((other) => other.present);
  if (others) say(turn, { kind: "agent-left", agent: identity });
  else lookAtChannel(turn, identity);
}

/** Nobody is left: only Flex knows whether the agent ended the chat, left it or passed it on. */
function lookAtChannel(turn: Turn, left: TwilioIdentity | null): void {
  const twilio = turn.state.session?.twilio;
  if (!twilio || twilio.closing) return;
  if (!twilio.checking) deliver(turn, { lane: "twilio", kind: "read-channel" });
  updateTwilio(turn, { checking: { left: left ?? twilio.checking?.left ?? null } });
}

/** Says that the last agent has left, unless that was said or the conversation ended with it. */
export function announceDeparture(turn: Turn): void {
  const left = turn.state.session?.twilio?.checking?.left;
  if (!left) return;
  updateTwilio(turn, { checking: { left: null } });
  say(turn, { kind: "agent-left", agent: left });
}

/** The Twilio Conversation is closed, or must be: what agents wrote before is read first, then the session ends. */
export function beginClosing(turn: Turn): void {
  const twilio = turn.state.session?.twilio;
  if (!twilio || twilio.closing) return;
  deliver(turn, { lane: "twilio", kind: "read-messages", from: twilio.order.next, final: true });
  updateTwilio(turn, { closing: { carried: [] }, order: { ...twilio.order, reading: true } });
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

/** All that agents wrote is out: the session ends, and the next one opens with what the member wrote meanwhile. */
export function finishClosing(turn: Turn): void {
  const closing = turn.state.session?.twilio?.closing;
  if (!closing) return;
  say(turn, { kind: "closed" });
  closeSession(turn);
  for (const line of closing.carried) hearLine(turn, line);
}

/** What Flex says of the channel; see {@link lookAtChannel} and the hand-over's `expectTask`. */
export function channelRead(turn: Turn, channel: ChannelStatus, conversation: "open" | "closed"): void {
  const { session } = turn.state;
  const twilio = session?.twilio;
  if (!twilio || twilio.closing) return;
  const someoneIsHere = Object.values(twilio.agents).some((agent) => agent.present);
  if (conversation === "closed" || channel === "closed" || channel === "gone") {
    updateTwilio(turn, { checking: null });
    if (conversation === "open") deliver(turn, { lane: "twilio", kind: "close-conversation" });
    beginClosing(turn);
    return;
  }
  announceDeparture(turn);
  updateTwilio(turn, { checking: null, inactive: channel === "inactive" });
  if (session.owner.kind === "assistant" || someoneIsHere) return;
  const wasAgents = session.owner.kind === "agent";
  if (wasAgents) setOwner(turn, { kind: "queue", told: false });
  if (channel === "failed") interactionFailed(turn);
  else if (channel === "inactive" && !wasAgents) interactionFailed(turn);
  else if (channel === "active" && wasAgents && twilio.flex) expectTask(turn, twilio.flex);
}

/** Flex could not be asked: an agent who is gone has ended the chat, as far as anybody can tell. */
export function channelUnreadable(turn: Turn): void {
  const { session } = turn.state;
  if (session?.owner.kind === "agent") channelRead(turn, "gone", "open");
  else updateTwilio(turn, { checking: null });
}

function presenceOf(turn: Turn, identity: TwilioIdentity): AgentPresence | undefined {
  return turn.state.session?.twilio?.agents[identity];
}

function setPresence(turn: Turn, identity: TwilioIdentity, presence: AgentPresence): void {
  const agents = turn.state.session?.twilio?.agents;
  if (agents) updateTwilio(turn, { agents: { ...agents, [identity]: presence } });
}
