import { beginClosing } from "./closing.ts";
import type { DeadLetter, Delivery, Line } from "./deliveries.ts";
import type { ConversationEvent, DeliveryOutcome, IngestReply, ResendAsked } from "./events.ts";
import type { DeadLetterId, DiscordMessageId, TwilioMessageSid } from "./ids.ts";
import { hear, hearLine, meet } from "./member.ts";
import { addLine, addMemberText, closeSession, deliver, say, type Turn } from "./turn.ts";
import { wholeMessages } from "./whole-messages.ts";

/** How a delivery ended that did not succeed. */
export type Unsent = Exclude<DeliveryOutcome, { kind: "sent" }>;

/** The member was not reached: whoever asked for it, or wrote it, learns of it. */
export function notSaid(
  turn: Turn,
  delivery: Extract<Delivery, { kind: "say" }>,
  outcome: Unsent,
  current: boolean,
): void {
  if (isDmClosed(outcome)) dmClosed(turn);
  if (delivery.helpme) {
    const answer = outcome.kind === "failed" ? "dm-closed" : "look-into-dm";
    deliver(turn, { lane: "discord", kind: "answer-helpme", request: delivery.helpme, answer });
  }
  const isNews = isFirstFailureOf(turn, delivery.source);
  if (isNews) noteDeadLetter(turn, delivery, outcome);
  const { session } = turn.state;
  if (!current || !session) return;
  if (isNews) tellAgents(turn, outcome.kind === "failed" ? "not-delivered" : "maybe-not-delivered");
  // A session that the member never saw: nothing was said on either side.
  const isUnseen = session.topic === null && session.twilio === null && session.owner.kind === "assistant";
  if (delivery.helpme && isUnseen) closeSession(turn);
}

/** A line did not reach Twilio: it is carried over or kept where that helps, else its author learns of it. */
export function notPosted(
  turn: Turn,
  delivery: Extract<Delivery, { kind: "post" }>,
  outcome: Unsent,
  current: boolean,
): void {
  const { line } = delivery;
  if (isConversationClosed(outcome)) {
    if (current) beginClosing(turn);
    if (current) addLine(turn, line.author, line.content, line);
    else hearLine(turn, line);
    return;
  }
  if (outcome.kind === "failed" && outcome.cause === "no-conversation") {
    // The next hand-over has a summary of its own.
    if (current && line.content.kind !== "summary") addLine(turn, line.author, line.content, line);
    return;
  }
  if (line.author !== "member" || !line.source || !isFirstFailureOf(turn, line.source)) return;
  noteDeadLetter(turn, delivery, outcome);
  const kind = outcome.kind === "failed" ? "not-delivered" : "maybe-not-delivered";
  say(turn, { kind, resend: line.source }, { replyTo: line.source });
}

/** Sends a message again, to wherever the conversation is now. `stale` when nothing is left to send. */
export function resend(turn: Turn, { undelivered, profile }: ResendAsked): IngestReply {
  if (undelivered.length === 0) return "stale";
  if (profile) meet(turn, profile);
  const sources = new Set<DeadLetterId>();
  const lines: Line[] = [];
  for (const delivery of undelivered) {
    const source = delivery.kind === "post" ? delivery.line.source : delivery.source;
    if (source) sources.add(source);
    if (delivery.kind === "post") lines.push(delivery.line);
    else deliver(turn, delivery);
  }
  for (const line of wholeMessages(lines)) hearAgain(turn, line);
  for (const id of sources) {
    deliver(turn, { lane: "directory", kind: "note-dead-letter", id, letter: null });
    if (turn.state.failureTold === id) turn.state = { ...turn.state, failureTold: null };
  }
  return "accepted";
}

function hearAgain(turn: Turn, { content, source }: Line): void {
  if (!source || (content.kind !== "text" && content.kind !== "edited-text")) return;
  const isHistory = content.kind === "edited-text" && turn.state.session !== null;
  if (isHistory) addMemberText(turn, "edited-text", content.text, turn.now, source);
  else hear(turn, content.text, source, turn.now);
}

/** What is to be noted of a delivery that did not succeed; null where no person's message is lost with it. */
export function deadLetterOf(
  delivery: Delivery,
  outcome: Unsent,
): Extract<Delivery, { kind: "note-dead-letter" }> | null {
  const note = (id: DeadLetterId, direction: DeadLetter["direction"]) =>
    ({
      lane: "directory",
      kind: "note-dead-letter",
      id,
      letter: { direction, outcome: outcome.kind, reason: outcome.reason },
    }) as const;
  if (delivery.kind === "say" && delivery.source) return note(delivery.source, "to-member");
  if (delivery.kind === "post" && delivery.line.author === "member" && delivery.line.source) {
    return note(delivery.line.source, "to-agents");
  }
  return null;
}

/** What is to be done about an event that could not be made sense of: it is noted, and its author learns of it. */
export function apologyFor(event: ConversationEvent, key: string, reason: string): Delivery[] {
  const isMembers = event.kind.startsWith("member-");
  const letter: DeadLetter = { direction: isMembers ? "to-agents" : "to-member", outcome: "unprocessable", reason };
  const note: Delivery = { lane: "directory", kind: "note-dead-letter", id: key as DeadLetterId, letter };
  switch (event.kind) {
    case "member-wrote":
    case "member-edited": {
      const notice = { kind: "not-delivered", resend: null } as const;
      const about = { replyTo: event.message, source: null, helpme: null };
      return [note, { lane: "discord", kind: "say", say: notice, ...about }];
    }
    case "agent-wrote":
    case "agent-edited": {
      const line: Line = { author: "bridge", content: { kind: "not-delivered" }, at: event.at, source: null };
      return [note, { lane: "twilio", kind: "post", line }];
    }
    default:
      return [note];
  }
}

function noteDeadLetter(turn: Turn, delivery: Delivery, outcome: Unsent): void {
  const note = deadLetterOf(delivery, outcome);
  if (note) deliver(turn, note);
}

/** The agent reads it in the chat also after handing the member back. */
function tellAgents(turn: Turn, kind: "not-delivered" | "maybe-not-delivered"): void {
  const twilio = turn.state.session?.twilio;
  const line: Line = { author: "bridge", content: { kind }, at: turn.now, source: null };
  if (twilio?.conversation && !twilio.closing) deliver(turn, { lane: "twilio", kind: "post", line });
  else addLine(turn, line.author, line.content);
}

/** A message may be cut into parts that fail one by one: its author is told once. */
function isFirstFailureOf(turn: Turn, source: DiscordMessageId | TwilioMessageSid | null): boolean {
  if (!source || source === turn.state.failureTold) return false;
  turn.state = { ...turn.state, failureTold: source };
  return true;
}

/** Discord takes no more messages for the member. Where the DM is stays known: it can still be read. */
export function dmClosed(turn: Turn): void {
  const { dm } = turn.state;
  turn.state = { ...turn.state, dm: { kind: "closed", channel: dm.kind === "unknown" ? null : dm.channel } };
}

export function isDmClosed(outcome: Unsent): boolean {
  return outcome.kind === "failed" && outcome.cause === "dm-closed";
}

export function isConversationClosed(outcome: Unsent): boolean {
  return outcome.kind === "failed" && outcome.cause === "conversation-closed";
}

/** A post whose Twilio Conversation is closed, or was never there, goes to where the chat goes on: it is not to be sent again. */
export function isCarriedOver({ kind }: Delivery, outcome: Unsent): boolean {
  if (kind !== "post" || outcome.kind !== "failed") return false;
  return outcome.cause === "conversation-closed" || outcome.cause === "no-conversation";
}

/** How posts end that wait behind a delivery which turned out so; null where they have an outcome of their own. */
export function outcomeForWaitingPosts(delivery: Delivery, outcome: DeliveryOutcome): DeliveryOutcome | null {
  if (outcome.kind === "sent") return null;
  if (isConversationClosed(outcome)) return outcome;
  return delivery.kind === "create-conversation"
    ? { kind: "failed", cause: "no-conversation", reason: outcome.reason }
    : null;
}
