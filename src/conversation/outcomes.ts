import { messagesRead, messagesUnreadable, release } from "./agents.ts";
import { answered } from "./assistant.ts";
import { channelRead, channelUnreadable } from "./channel.ts";
import { beginClosing, finishClosing } from "./closing.ts";
import { type Delivery, type DeliveryResult, isAssistants, type Post } from "./deliveries.ts";
import type { DeliveryDelayed, DeliverySettled } from "./events.ts";
import {
  askForPerson,
  caseDelayed,
  caseOpened,
  giveUp,
  interactionFailed,
  interactionUndecided,
  studioCalled,
  withoutTasks,
} from "./hand-over.ts";
import type { TwilioMessageSid } from "./ids.ts";
import { account } from "./index-order.ts";
import { expectTask } from "./look.ts";
import { articleOpened } from "./memory.ts";
import { nameAgent, takeOver } from "./presence.ts";
import { breakSilence } from "./silence.ts";
import { leaveStudio, turnPosted } from "./studio.ts";
import { interactionCreated } from "./tasks.ts";
import { addLine, closeSession, deliver, say, setOwner, type Turn, updateTwilio } from "./turn.ts";
import { dmClosed, isConversationClosed, isDmClosed, notPosted, notSaid, type Unsent } from "./undelivered.ts";

/** A delivery was settled: what follows from it. */
export function settled(turn: Turn, event: DeliverySettled): void {
  const current = event.session !== null && event.session === turn.state.session?.id;
  if (event.outcome.kind === "sent") sent(turn, event.delivery, event.outcome.result, current);
  else unsent(turn, event.delivery, event.outcome, current);
}

/** A delivery is being tried again and again: somebody waits for it and should know. */
export function delayed(turn: Turn, event: DeliveryDelayed): void {
  const { session } = turn.state;
  if (!session) return;
  if (event.delivery.kind === "open-case" && session.id === event.session) caseDelayed(turn);
  // Also what is left of an earlier session keeps this one waiting.
  if (event.delivery.lane === "twilio" && session.owner.kind === "queue" && !session.owner.told) {
    setOwner(turn, { kind: "queue", told: true });
    say(turn, { kind: "agents-unreachable" });
  }
}

function sent(turn: Turn, delivery: Delivery, result: DeliveryResult, current: boolean): void {
  if (result.kind === "open-dm") {
    turn.state = { ...turn.state, dm: { kind: "open", channel: result.channel } };
    deliver(turn, { lane: "directory", kind: "update-directory" });
    return;
  }
  if (result.kind === "find-agent") {
    if (delivery.kind === "find-agent") nameAgent(turn, delivery.identity, result.worker?.name ?? null);
    return;
  }
  if (delivery.kind === "say" && delivery.helpme) {
    deliver(turn, { lane: "discord", kind: "answer-helpme", request: delivery.helpme, answer: "look-into-dm" });
  }
  if (!current) return;
  const { session } = turn.state;
  const twilio = session?.twilio;
  switch (result.kind) {
    case "say":
      // Agents can read what the assistant has said.
      if (delivery.kind === "say" && (isAssistants(delivery.say) || delivery.say.kind === "last-words")) {
        addLine(turn, "assistant", { kind: "say", say: delivery.say });
      }
      return;
    case "create-conversation":
      updateTwilio(turn, { conversation: result.conversation });
      deliver(turn, { lane: "directory", kind: "update-directory" });
      return;
    case "post":
      if (!twilio) return;
      // Flex makes the next task of an inactive channel itself, once it has a message of the member.
      if (twilio.inactive && session?.owner.kind === "queue" && isMembers(delivery)) expectTask(turn);
      breakSilence(turn);
      if (delivery.kind === "post") toldStudio(turn, delivery, result.message);
      release(turn, account(twilio.order, result.index, turn.now));
      return;
    case "create-interaction":
      if (delivery.kind === "create-interaction") interactionCreated(turn, delivery.attempt, result);
      return;
    case "read-messages":
      messagesRead(turn, result.messages, result.last);
      if (delivery.kind !== "read-messages" || !delivery.final) return;
      // No other read follows: what came since leaves as it is.
      messagesUnreadable(turn);
      finishClosing(turn);
      return;
    case "read-channel":
      channelRead(turn, result);
      return;
    case "ask-assistant":
      if (session?.owner.kind === "assistant" && delivery.kind === "ask-assistant") {
        answered(turn, delivery, result.answer);
      }
      return;
    case "open-article":
      if (session?.owner.kind !== "assistant" || delivery.kind !== "open-article") return;
      if (result.article) {
        articleOpened(turn, delivery.slug);
        say(turn, { kind: "article", article: result.article }, { replyTo: delivery.replyTo });
      } else say(turn, { kind: "article-gone" });
      return;
    case "open-case":
      caseOpened(turn, result);
      return;
    case "add-member":
      updateTwilio(turn, { hasMember: true });
      return;
    case "add-webhook":
      updateTwilio(turn, { hasWebhook: true });
      return;
    case "add-studio-webhook":
    case "tell-studio":
      return;
    case "pause-channel":
      updateTwilio(turn, { pausing: false, inactive: true, flex: twilio?.flex ? withoutTasks(twilio.flex) : null });
      return;
    case "answer-helpme":
    case "close-conversation":
    case "update-directory":
    case "note-feedback":
    case "note-answer":
    case "note-message":
    case "keep-transcript":
    case "note-dead-letter":
      return;
  }
}

function unsent(turn: Turn, delivery: Delivery, outcome: Unsent, current: boolean): void {
  switch (delivery.kind) {
    case "open-dm":
      if (isDmClosed(outcome)) dmClosed(turn);
      return;
    case "say":
      notSaid(turn, delivery, outcome, current);
      return;
    case "post":
      notPosted(turn, delivery, outcome, current);
      if (current) toldStudio(turn, delivery, null);
      return;
    case "create-conversation":
    case "add-member":
    case "add-webhook":
      if (current) handOverFailed(turn, outcome);
      return;
    case "create-interaction":
      if (!current || turn.state.session?.twilio?.flex?.attempt !== delivery.attempt) return;
      if (isConversationClosed(outcome)) beginClosing(turn);
      else if (outcome.kind === "undecided") interactionUndecided(turn);
      else interactionFailed(turn);
      return;
    case "read-messages":
      if (!current) return;
      messagesUnreadable(turn);
      if (delivery.final) finishClosing(turn);
      return;
    case "read-channel":
      if (current) channelUnreadable(turn);
      return;
    case "ask-assistant":
    case "open-article":
      if (current) askForPerson(turn, "assistant-failed");
      return;
    case "open-case":
      if (current) caseDelayed(turn);
      return;
    case "pause-channel":
      if (!current) return;
      updateTwilio(turn, { pausing: false });
      handBackFailed(turn);
      return;
    case "close-conversation":
      // The end of the session does not wait for it, but the next Twilio Conversation does.
      if (current && !delivery.again && !isRefused(outcome)) deliver(turn, { ...delivery, again: true });
      return;
    // Without these Studio does nothing, and what it does not do is done without it.
    case "add-studio-webhook":
    case "tell-studio":
    case "answer-helpme":
    case "find-agent":
    case "update-directory":
    case "note-feedback":
    case "note-answer":
    case "note-message":
    case "keep-transcript":
    case "note-dead-letter":
      return;
  }
}

/** A message that the flow of Studio was to act upon was posted, or was not: `message` null. */
function toldStudio(turn: Turn, post: Post, message: TwilioMessageSid | null): void {
  if (post.forStudio === "to-answer") turnPosted(turn, message);
  if (post.forStudio === "to-hand-over") studioCalled(turn, message !== null);
}

function isRefused(outcome: Unsent): boolean {
  return outcome.kind === "failed" && outcome.cause !== "expired";
}

function handOverFailed(turn: Turn, outcome: Unsent): void {
  const { session } = turn.state;
  // A step after the one that failed: nothing new.
  if (outcome.kind === "failed" && outcome.cause === "no-conversation") return;
  if (isConversationClosed(outcome) && session?.twilio?.conversation) {
    beginClosing(turn);
    return;
  }
  leaveStudio(turn);
  if (session?.owner.kind !== "queue") return;
  giveUp(turn);
  // Its unique name is used up: only a new session can have a Twilio Conversation again.
  if (isConversationClosed(outcome)) closeSession(turn);
}

/** The agent could not be let go, so the agent still owns the conversation, and learns of it. */
function handBackFailed(turn: Turn): void {
  if (turn.state.session?.owner.kind !== "assistant") return;
  takeOver(turn);
  addLine(turn, "bridge", { kind: "not-delivered" });
}

function isMembers(delivery: Delivery): boolean {
  return delivery.kind === "post" && delivery.line.author === "member";
}
