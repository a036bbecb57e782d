import type { HandOverReason, OpenedCase } from "./deliveries.ts";
import type { Time } from "./events.ts";
import { NEW_ORDER } from "./index-order.ts";
import { lookAtChannel, lookWithin, TASK_PATIENCE_MS } from "./look.ts";
import { summarize } from "./memory.ts";
import type { FlexInteraction, Session, SessionCase, TwilioSide } from "./state.ts";
import { callStudio } from "./studio.ts";
import { addLine, deliver, say, setOwner, type Turn, updateSession, updateTwilio } from "./turn.ts";

/** How many Interactions in a row may fail to bring a person before the member is told. */
const INTERACTION_TRIES = 2;
/** How many ended tasks are remembered. */
export const ENDED_LIMIT = 20;

export const NEW_TWILIO_SIDE: TwilioSide = {
  conversation: null,
  hasMember: false,
  hasWebhook: false,
  wakesStudio: false,
  order: NEW_ORDER,
  flex: null,
  inactive: false,
  agents: {},
  pausing: false,
  nextLook: null,
  look: null,
  silence: null,
  closing: null,
};

export const NO_INTERACTION: FlexInteraction = {
  attempt: 0,
  failures: 0,
  requested: false,
  interaction: null,
  channel: null,
  live: [],
  ended: [],
};

/**
 * A person is asked for: by the member, or because the assistant failed. The chat so far is written to Twilio, below a summary
 * of it; the task is asked for as soon as the case has its number, or its number is late.
 */
export function askForPerson(turn: Turn, reason: HandOverReason): void {
  const { session } = turn.state;
  if (session?.owner.kind !== "assistant") return;
  if (session.twilio?.closing) {
    // This chat is over: the next one begins with it.
    addLine(turn, "member", { kind: "asked-for-person" });
    return;
  }
  const summary = summarize(turn, reason);
  turn.effects.push({ kind: "silence-assistant", session: session.id });
  setOwner(turn, { kind: "queue", told: false });
  const isFirst = session.case.kind === "none";
  updateSession(turn, {
    case: isFirst ? { kind: "opening", delayed: false } : withoutWaiting(session.case),
    twilio: session.twilio ?? NEW_TWILIO_SIDE,
  });
  if (isFirst)
    deliver(turn, { lane: "inside", kind: "open-case", title: session.topic ?? "", description: askedSoFar(session) });
  prepareConversation(turn, session.twilio);
  // Before anything is posted: a message of the member makes Flex make the next task of an inactive channel itself.
  if (session.twilio?.flex) lookAtChannel(turn, { purpose: "person-is-wanted" });
  addLine(turn, "bridge", { kind: "summary", summary });
  turn.effects.push({ kind: "replay", session: session.id });
  if (!isFirst) transfer(turn);
}

/** All that a Twilio Conversation needs before anybody writes in it, less what an earlier hand-over has done. */
export function prepareConversation(turn: Turn, earlier: TwilioSide | null): void {
  if (!earlier?.conversation) deliver(turn, { lane: "twilio", kind: "create-conversation" });
  if (!earlier?.hasMember) deliver(turn, { lane: "twilio", kind: "add-member" });
  if (!earlier?.hasWebhook) deliver(turn, { lane: "twilio", kind: "add-webhook", again: earlier !== null });
}

/** A case whose number nobody waits for any more. */
function withoutWaiting(sessionCase: SessionCase): SessionCase {
  return sessionCase.kind === "opening" ? { kind: "opening", delayed: true } : sessionCase;
}

/** The second half of a hand-over, once it is known what to say about the case. */
export function transfer(turn: Turn): void {
  const { session } = turn.state;
  if (session?.owner.kind !== "queue" || !session.twilio) return;
  say(turn, { kind: "transferring" });
  // Where there was one before, the look at its channel decides.
  if (session.twilio.flex) return;
  if (session.studio) expectStudiosTask(turn);
  else requestInteraction(turn);
}

/** Studio is to send the chat to Flex. See {@link studioCalled} for what follows. */
function expectStudiosTask(turn: Turn): void {
  updateTwilio(turn, { flex: { ...NO_INTERACTION, attempt: 1 } });
  callStudio(turn);
}

/**
 * The message that Studio is to act upon stands on Twilio, or could not be posted: its patience counts from then, since a task
 * of ours beside Studio's would be a second one. Where no task comes of it, Flex is asked without Studio.
 */
export function studioCalled(turn: Turn, isThere: boolean): void {
  const { session } = turn.state;
  const flex = session?.twilio?.flex;
  const isExpected = flex?.attempt === 1 && !flex.requested && flex.live.length + flex.ended.length === 0;
  if (session?.owner.kind !== "queue" || !isExpected) return;
  if (isThere) lookWithin(turn, TASK_PATIENCE_MS, "person-is-wanted");
  else lookAtChannel(turn, { purpose: "person-is-wanted" });
}

/** Asks Flex for a task. Tasks of an earlier Interaction do not count any more. */
export function requestInteraction(turn: Turn): void {
  const twilio = turn.state.session?.twilio;
  const flex = twilio?.flex;
  const attempt = (flex?.attempt ?? 0) + 1;
  // Else what agents write would have Studio send the chat to Flex once more.
  if (twilio?.wakesStudio) deliver(turn, { lane: "twilio", kind: "tell-studio", wants: "nothing" });
  updateTwilio(turn, {
    nextLook: null,
    inactive: false,
    wakesStudio: false,
    flex: {
      ...withoutTasks(flex ?? NO_INTERACTION),
      attempt,
      requested: true,
      interaction: null,
      channel: null,
    },
  });
  deliver(turn, { lane: "twilio", kind: "create-interaction", attempt });
}

/** The tasks known so far are over: what is still heard of them is late. */
export function withoutTasks(flex: FlexInteraction): FlexInteraction {
  return { ...flex, live: [], ended: [...flex.ended, ...flex.live].slice(-ENDED_LIMIT) };
}

/** An Interaction brought nobody: one more, then the member is told and the assistant is back. The case stays open. */
export function interactionFailed(turn: Turn): void {
  const { session } = turn.state;
  const flex = session?.twilio?.flex;
  if (session?.owner.kind !== "queue" || !flex) return;
  const failures = flex.failures + 1;
  updateTwilio(turn, { flex: { ...flex, failures, requested: false } });
  if (failures < INTERACTION_TRIES) requestInteraction(turn);
  else giveUp(turn);
}

/** Nobody knows whether the Interaction was made: a second one could be a second task. Flex is asked. */
export function interactionUndecided(turn: Turn): void {
  const flex = turn.state.session?.twilio?.flex;
  if (!flex) return;
  updateTwilio(turn, { flex: { ...flex, requested: false } });
  lookAtChannel(turn);
}

/**
 * Flex has not made the next task of an inactive channel, although the member wrote: another message of the member should wake
 * it. An Interaction of our own would be a second task as soon as it wakes.
 */
export function wakeFailed(turn: Turn): void {
  const { session } = turn.state;
  const flex = session?.twilio?.flex;
  if (session?.owner.kind !== "queue" || !flex) return;
  const failures = flex.failures + 1;
  updateTwilio(turn, { flex: { ...flex, failures } });
  if (failures < INTERACTION_TRIES) addLine(turn, "member", { kind: "asked-for-person" });
  else giveUp(turn);
}

/** Nobody can be fetched: the assistant answers again, and a later request starts afresh. */
export function giveUp(turn: Turn): void {
  const { session } = turn.state;
  if (!session?.twilio) return;
  turn.effects.push({ kind: "withdraw-interaction", session: session.id });
  const { flex } = session.twilio;
  updateTwilio(turn, { flex: flex && { ...flex, failures: 0, requested: false }, nextLook: null });
  setOwner(turn, { kind: "assistant" });
  say(turn, { kind: "no-agent-available" });
}

/** The agent gives the member back to the assistant; the Twilio Conversation stays open for the next person. */
export function handBack(turn: Turn, at: Time): void {
  const twilio = turn.state.session?.twilio;
  // Two pauses would end what Flex makes of a message between them.
  if (!twilio || twilio.closing || twilio.pausing) return;
  deliver(turn, { lane: "twilio", kind: "pause-channel" });
  const agents = Object.fromEntries(
    Object.entries(twilio.agents).map(([identity, presence]) => [
      identity,
      presence.present ? { ...presence, present: false, leftAt: at } : presence,
    ]),
  );
  updateTwilio(turn, { agents, inactive: true, pausing: true, nextLook: null });
  setOwner(turn, { kind: "assistant" });
  say(turn, { kind: "back-to-assistant" });
}

/**
 * The case has its number. Where nobody is there the member learns when people are back and may leave it at that, or ask for a
 * person again, who is fetched then.
 */
export function caseOpened(turn: Turn, { number, case: id, back, wantsMessages }: OpenedCase): void {
  const { session } = turn.state;
  if (session?.case.kind !== "opening") return;
  updateSession(turn, { case: { kind: "open", number, id, wantsMessages } });
  say(turn, { kind: "case-opened", number });
  if (session.case.delayed) {
    if (session.owner.kind !== "assistant") addLine(turn, "bridge", { kind: "case-opened", number });
  } else if (back !== null && session.owner.kind === "queue") {
    setOwner(turn, { kind: "assistant" });
    say(turn, { kind: "outside-hours", back });
  } else {
    transfer(turn);
  }
}

/** What the member asked the assistant, for the case. */
function askedSoFar({ assistant }: Session): string {
  return assistant.asked.map(({ text }) => text).join("\n");
}

/** The case's number is late: the person is fetched without it. */
export function caseDelayed(turn: Turn): void {
  const { session } = turn.state;
  if (session?.case.kind !== "opening" || session.case.delayed) return;
  updateSession(turn, { case: withoutWaiting(session.case) });
  transfer(turn);
}
