import type { Delivery, ForStudio, HelpRequest, Line, LineAuthor, LineContent, Say } from "./deliveries.ts";
import { AGENT_TEXT_LIMIT, TWILIO_TEXT_LIMIT } from "./deliveries.ts";
import type { AgentFile, Time } from "./events.ts";
import type { DiscordMessageId, SessionId, TwilioIdentity, TwilioMessageSid } from "./ids.ts";
import { splitIntoPieces, splitText } from "./split.ts";
import type { ConversationState, Owner, Session, TwilioSide } from "./state.ts";

/** What is to be stored with the new state, in this order. */
export type Effect =
  | { readonly kind: "deliver"; readonly session: SessionId | null; readonly delivery: Delivery }
  /** Keep a line for the time when a person is asked for. */
  | { readonly kind: "record"; readonly session: SessionId; readonly line: Line }
  /** Turn the lines kept so far into posts, in order. */
  | { readonly kind: "replay"; readonly session: SessionId }
  /** What the assistant has not said yet is not said any more. */
  | { readonly kind: "silence-assistant"; readonly session: SessionId }
  /** An Interaction that Flex was not asked for yet is not wanted any more. */
  | { readonly kind: "withdraw-interaction"; readonly session: SessionId };

/** One decision in the making: a private scratch pad of `decide`, never seen outside it. */
export type Turn = { state: ConversationState; readonly now: Time; readonly effects: Effect[] };

/** The open session; a conversation without one gets a new one, which the assistant owns. */
export function openSession(turn: Turn, idOf: (n: number) => SessionId): Session {
  if (turn.state.session) return turn.state.session;
  const n = turn.state.sessions + 1;
  const session: Session = {
    id: idOf(n),
    openedAt: turn.now,
    owner: { kind: "assistant" },
    case: { kind: "none" },
    assistant: { misses: 0, asked: [] },
    studio: null,
    twilio: null,
    isAnswered: false,
    topic: null,
  };
  turn.state = { ...turn.state, sessions: n, session };
  deliver(turn, { lane: "directory", kind: "update-directory" });
  return session;
}

export function updateSession(turn: Turn, change: Partial<Session>): void {
  if (turn.state.session) turn.state = { ...turn.state, session: { ...turn.state.session, ...change } };
}

export function updateTwilio(turn: Turn, change: Partial<TwilioSide>): void {
  const twilio = turn.state.session?.twilio;
  if (twilio) updateSession(turn, { twilio: { ...twilio, ...change } });
}

export function setOwner(turn: Turn, owner: Owner): void {
  updateSession(turn, { owner });
}

export function deliver(turn: Turn, delivery: Delivery): void {
  turn.effects.push({ kind: "deliver", session: turn.state.session?.id ?? null, delivery });
}

/** Whether any agent is known to be present. */
export function someoneIsHere({ state }: Turn): boolean {
  return Object.values(state.session?.twilio?.agents ?? {}).some(({ present }) => present);
}

/** Says something to the member. */
export function say(
  turn: Turn,
  what: Say,
  about: { replyTo?: DiscordMessageId; source?: TwilioMessageSid; helpme?: HelpRequest } = {},
): void {
  deliver(turn, {
    lane: "discord",
    kind: "say",
    say: what,
    replyTo: about.replyTo ?? null,
    source: about.source ?? null,
    helpme: about.helpme ?? null,
  });
}

/**
 * Says what an agent wrote, in as many messages as Discord needs; files go with the last. Where nothing of it can cross, the
 * agent learns of it.
 */
export function sayAgentText(
  turn: Turn,
  agent: TwilioIdentity,
  text: string,
  files: readonly AgentFile[],
  source: TwilioMessageSid,
): void {
  const parts = splitText(text, AGENT_TEXT_LIMIT);
  if (parts.length === 0 && files.length > 0) parts.push("");
  if (parts.length === 0) addLine(turn, "bridge", { kind: "not-delivered" });
  parts.forEach((part, n) => {
    const last = n === parts.length - 1;
    say(turn, { kind: "agent-text", agent, text: part, files: last ? files : [] }, { source });
  });
}

/** Adds a line to the chat on Twilio: at once while people own the session or Studio decides, else when a person is asked for. */
export function addLine(
  turn: Turn,
  author: LineAuthor,
  content: LineContent,
  about: { at?: Time; source?: DiscordMessageId | null; forStudio?: ForStudio | undefined } = {},
): void {
  const { session } = turn.state;
  if (!session) return;
  const line: Line = { author, content, at: about.at ?? turn.now, source: about.source ?? null };
  const closing = session.twilio?.closing;
  const isKept = session.owner.kind === "assistant" && !session.studio;
  if (closing) updateTwilio(turn, { closing: { carried: [...closing.carried, line] } });
  else if (isKept) turn.effects.push({ kind: "record", session: session.id, line });
  else deliver(turn, { lane: "twilio", kind: "post", line, ...(about.forStudio && { forStudio: about.forStudio }) });
}

/** Adds what the member wrote, in as many lines as Twilio needs. */
export function addMemberText(
  turn: Turn,
  kind: "text" | "edited-text",
  text: string,
  at: Time,
  source: DiscordMessageId | null,
  forStudio?: ForStudio,
): void {
  noteMessage(turn, null, text, at);
  const pieces = splitIntoPieces(text, TWILIO_TEXT_LIMIT);
  for (const [n, piece] of pieces.entries()) {
    const isLast = n === pieces.length - 1;
    addLine(turn, "member", { kind, ...piece }, { at, source, forStudio: isLast ? forStudio : undefined });
  }
}

/** Asks the assistant; `message` is null where a button spoke. */
export function askAssistant(turn: Turn, question: string, message: DiscordMessageId | null): void {
  deliver(turn, { lane: "inside", kind: "ask-assistant", question, message });
}

/** Tells programs that want to know it what was said in a session with a case; `agent` null: by the member. */
export function noteMessage(turn: Turn, agent: TwilioIdentity | null, text: string, saidAt: Time): void {
  const sessionCase = turn.state.session?.case;
  if (sessionCase?.kind !== "open" || !sessionCase.wantsMessages) return;
  deliver(turn, { lane: "directory", kind: "note-message", agent, text, saidAt });
}

/** Ends the session: nobody owns the conversation until the member writes again. */
export function closeSession(turn: Turn): void {
  if (turn.state.session?.case.kind !== "none") deliver(turn, { lane: "directory", kind: "keep-transcript" });
  deliver(turn, { lane: "directory", kind: "update-directory" });
  turn.state = { ...turn.state, session: null };
}
