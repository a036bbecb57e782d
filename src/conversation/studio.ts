import type { StudioAsked } from "./events.ts";
import { NEW_TWILIO_SIDE, prepareConversation } from "./hand-over.ts";
import { type DiscordMessageId, identityOf, type TwilioMessageSid } from "./ids.ts";
import type { StudioTurn } from "./state.ts";
import { addLine, askAssistant, deliver, type Turn, updateSession } from "./turn.ts";

/** Studio drops what arrives while one of its widgets runs: a message that it has not asked about by then is answered without it. */
const STUDIO_PATIENCE_MS = 8_000;
/** How many messages are remembered that Studio asked about before we knew that they were posted. */
const EARLY_KEPT = 20;

/** Where Studio decides who answers, the Twilio Conversation exists from the first message. */
export function beginStudio(turn: Turn): void {
  const { session, routing } = turn.state;
  if (!session || routing !== "studio" || session.studio || session.twilio) return;
  updateSession(turn, { studio: { turns: [], early: [] }, twilio: { ...NEW_TWILIO_SIDE, wakesStudio: true } });
  prepareConversation(turn, null);
  deliver(turn, { lane: "twilio", kind: "add-studio-webhook", again: false });
  turn.effects.push({ kind: "replay", session: session.id });
}

/** The member has spoken to the assistant: Studio is to ask for the answer. */
export function expectStudio(turn: Turn, question: string, message: DiscordMessageId | null): void {
  const turns = turn.state.session?.studio?.turns ?? [];
  const next: StudioTurn = { question, message, posted: null, isTakenUp: false, until: turn.now + STUDIO_PATIENCE_MS };
  updateTurns(turn, [...turns, next]);
}

/** Studio asks for the answer to a message. One that it asks about twice, late, or that is not the member's is answered once or not at all. */
export function studioAsked(turn: Turn, { conversation, message, author }: StudioAsked): void {
  const { session, member } = turn.state;
  if (!session?.studio || session.twilio?.conversation !== conversation || author !== identityOf(member)) return;
  const { turns, early } = session.studio;
  const asked = turns.find(({ posted }) => posted === message);
  if (asked) takeUp(turn, asked);
  else updateSession(turn, { studio: { turns, early: [...early, message].slice(-EARLY_KEPT) } });
}

/** A message of the member that Studio is to ask about stands on Twilio: null where it could not be posted. */
export function turnPosted(turn: Turn, message: TwilioMessageSid | null): void {
  const studio = turn.state.session?.studio;
  const at = studio?.turns.findIndex(({ posted }) => posted === null) ?? -1;
  const found = studio?.turns[at];
  if (!studio || !found) return;
  const isAsked = message === null || studio.early.includes(message);
  const posted: StudioTurn = { ...found, posted: message };
  updateTurns(
    turn,
    found.isTakenUp || message === null ? studio.turns.toSpliced(at, 1) : studio.turns.with(at, posted),
  );
  if (isAsked && !found.isTakenUp) takeUp(turn, posted);
}

/** What Studio did not ask about in time is answered all the same. */
export function takeUpOverdue(turn: Turn): void {
  for (const one of turn.state.session?.studio?.turns ?? []) {
    if (!one.isTakenUp && one.until <= turn.now) takeUp(turn, one);
  }
}

/** Nothing more goes through Studio: Flex has the chat, or the Twilio Conversation could not be made. */
export function leaveStudio(turn: Turn): void {
  const { session } = turn.state;
  if (!session?.studio) return;
  const open = session.studio.turns.filter(({ isTakenUp }) => !isTakenUp);
  updateSession(turn, { studio: null });
  if (session.owner.kind === "assistant")
    for (const { question, message } of open) askAssistant(turn, question, message);
}

/** Has Studio send the chat to Flex: it is told what Flex should know, and then there is a message for it to act upon. */
export function callStudio(turn: Turn): void {
  deliver(turn, { lane: "twilio", kind: "tell-studio", wants: "person" });
  addLine(turn, "assistant", { kind: "say", say: { kind: "transferring" } }, { forStudio: "to-hand-over" });
  leaveStudio(turn);
}

function takeUp(turn: Turn, asked: StudioTurn): void {
  const session = turn.state.session;
  if (!session?.studio || asked.isTakenUp) return;
  const { turns, early } = session.studio;
  const rest = asked.posted
    ? turns.filter(({ posted }) => posted !== asked.posted)
    : turns.map((one) => (one === asked ? { ...one, isTakenUp: true } : one));
  updateSession(turn, { studio: { turns: rest, early: early.filter((sid) => sid !== asked.posted) } });
  if (session.owner.kind === "assistant" && !session.twilio?.closing) askAssistant(turn, asked.question, asked.message);
}

function updateTurns(turn: Turn, turns: readonly StudioTurn[]): void {
  const studio = turn.state.session?.studio;
  if (studio) updateSession(turn, { studio: { ...studio, turns } });
}
