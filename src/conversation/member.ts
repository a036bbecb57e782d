import type { Line, Say } from "./deliveries.ts";
import type {
  IngestReply,
  MemberAskedForHelp,
  MemberEdited,
  MemberPressed,
  MemberProfile,
  MemberWrote,
  Time,
} from "./events.ts";
import { askForPerson } from "./hand-over.ts";
import { type DiscordChannelId, type DiscordMessageId, sessionIdOf } from "./ids.ts";
import { articleHelped } from "./memory.ts";
import { beginStudio, expectStudio } from "./studio.ts";
import { addLine, addMemberText, askAssistant, deliver, openSession, say, type Turn, updateSession } from "./turn.ts";
import { wantsPerson } from "./wants-person.ts";

/** Discord takes the private answer to a command for 15 minutes. */
const ANSWER_TIME_MS = 15 * 60_000;
/** How much of the first message becomes the case's title. */
const TOPIC_LENGTH = 100;

export function askedForHelp(turn: Turn, event: MemberAskedForHelp): void {
  meet(turn, event.profile);
  if (event.guild) turn.state = { ...turn.state, guild: event.guild };
  const session = openSession(turn, (n) => sessionIdOf(turn.state.member, n));
  if (turn.state.dm.kind !== "open") deliver(turn, { lane: "discord", kind: "open-dm" });
  say(
    turn,
    { kind: session.owner.kind === "assistant" ? "greeting" : "still-here" },
    { helpme: { token: event.token, expires: event.at + ANSWER_TIME_MS } },
  );
}

export function memberWrote(turn: Turn, event: MemberWrote): void {
  meet(turn, event.profile);
  learnChannel(turn, event.channel);
  if (event.text !== "") hear(turn, event.text, event.message, event.at);
  if (event.incomplete) {
    const notice: Say = event.text === "" ? { kind: "not-delivered", resend: null } : { kind: "partly-delivered" };
    say(turn, notice, { replyTo: event.message });
  }
}

/**
 * What the member says goes to whoever owns the session; without one, a new session opens with it.
 */
export function hear(turn: Turn, text: string, message: DiscordMessageId, at: Time): void {
  const session = openSession(turn, (n) => sessionIdOf(turn.state.member, n));
  if (session.topic === null) updateSession(turn, { topic: Array.from(text).slice(0, TOPIC_LENGTH).join("").trim() });
  speak(turn, text, message, at);
}

/** The member speaks to whoever owns the session; `message` is null where a button speaks. */
function speak(turn: Turn, text: string, message: DiscordMessageId | null, at: Time): void {
  const { session } = turn.state;
  if (session?.owner.kind !== "assistant" || session.twilio?.closing) {
    addMemberText(turn, "text", text, at, message);
    return;
  }
  beginStudio(turn);
  const isCall = wantsPerson(text);
  addMemberText(turn, "text", text, at, message, isCall ? undefined : "to-answer");
  if (isCall) askForPerson(turn, "asked-for");
  else if (turn.state.session?.studio) expectStudio(turn, text, message);
  else askAssistant(turn, text, message);
}

/** More was written than could be read: whoever reads along, and the member, learn where. */
export function messagesMissed(turn: Turn): void {
  if (!turn.state.session) return;
  addLine(turn, "bridge", { kind: "messages-missed" });
  say(turn, { kind: "messages-missed" });
}

/** A line that came too late for its session enters the next one; edits and what others said stay behind. */
export function hearLine(turn: Turn, line: Line): void {
  if (line.author !== "member") return;
  if (line.content.kind === "text" && line.source) {
    const isMore = line.source === turn.state.carriedOver && turn.state.session !== null;
    turn.state = { ...turn.state, carriedOver: line.source };
    if (isMore) addMemberText(turn, "text", line.content.text, line.at, line.source);
    else hear(turn, line.content.text, line.source, line.at);
  }
  if (line.content.kind === "asked-for-person") {
    openSession(turn, (n) => sessionIdOf(turn.state.member, n));
    askForPerson(turn, "asked-for");
  }
}

/** An edit crosses as a new message; one that belongs to an ended session is history. */
export function memberEdited(turn: Turn, event: MemberEdited): void {
  meet(turn, event.profile);
  learnChannel(turn, event.channel);
  if (event.text !== "") addMemberText(turn, "edited-text", `edited: ${event.text}`, event.at, event.message);
}

/** Buttons never expire: one that was made for another session does nothing. */
export function memberPressed(turn: Turn, event: MemberPressed): IngestReply {
  const { session } = turn.state;
  if (session?.id !== event.session) return "stale";
  meet(turn, event.profile);
  const { button } = event;
  const isClosing = session.twilio?.closing != null;
  switch (button.kind) {
    case "article":
      if (session.owner.kind !== "assistant" || isClosing) return "stale";
      deliver(turn, { lane: "inside", kind: "open-article", slug: button.slug, replyTo: event.message });
      return "accepted";
    case "helped":
      if (session.owner.kind !== "assistant") return "stale";
      articleHelped(turn, button.slug);
      say(turn, { kind: "glad-it-helped" });
      return "accepted";
    case "choice":
      speak(turn, button.text, null, event.at);
      return "accepted";
    case "leave-case":
      if (session.case.kind !== "open") return "stale";
      say(turn, { kind: "left-as-case", number: session.case.number });
      return "accepted";
    // What is left of the message is found where it is stored: see `resend`.
    case "resend":
      return "stale";
    case "person":
      if (session.owner.kind === "assistant" || isClosing) {
        addLine(turn, "member", { kind: "asked-for-person" }, { at: event.at });
        if (!isClosing) askForPerson(turn, "asked-for");
      } else {
        say(turn, { kind: session.owner.kind === "queue" ? "transferring" : "still-here" });
      }
      return "accepted";
  }
}

/** Takes in what an event says of its member. */
export function meet(turn: Turn, profile: MemberProfile): void {
  const { state } = turn;
  const { displayName, locale = state.locale, language = state.language } = profile;
  if (displayName === state.displayName && locale === state.locale && language === state.language) return;
  turn.state = { ...state, displayName, locale, language };
}

/** A message from the DM shows the way back, and that it is open. */
function learnChannel(turn: Turn, channel: DiscordChannelId): void {
  const { dm } = turn.state;
  if (dm.kind === "open" && dm.channel === channel) return;
  turn.state = { ...turn.state, dm: { kind: "open", channel } };
  deliver(turn, { lane: "directory", kind: "update-directory" });
}
