import type { Answer, ArticleCard, ArticleTitle } from "../assistant/port.ts";
import type { SmallTalk } from "../assistant/small-talk.ts";
import type { Feedback } from "../knowledge/feedback.ts";
import type { AgentFile, AgentWrote, FlexWorker, Time } from "./events.ts";
import type {
  ArticleSlug,
  CaseId,
  DeadLetterId,
  DiscordChannelId,
  DiscordMessageId,
  FlexChannelSid,
  FlexInteractionSid,
  TaskSid,
  TwilioConversationSid,
  TwilioIdentity,
  TwilioMessageSid,
} from "./ids.ts";
import type { Piece } from "./split.ts";
import type { AskedQuestion } from "./state.ts";

/** A person's message that did not, or may not have, reached the other side; or an event that could not be made sense of. */
export type DeadLetter = {
  readonly direction: "to-agents" | "to-member";
  readonly outcome: "failed" | "undecided" | "unprocessable";
  readonly reason: string;
};

/** What the bot says to the member in the DM, by meaning; words and buttons are made when it is sent. */
export type Say =
  | { readonly kind: "greeting" }
  | { readonly kind: "still-here" }
  | { readonly kind: "suggestions"; readonly articles: readonly ArticleTitle[] }
  | { readonly kind: "nothing-found" }
  /** Nothing was found again. */
  | { readonly kind: "offer-person" }
  | { readonly kind: "small-talk"; readonly topic: SmallTalk }
  /** What an assistant says in words of its own. */
  | {
      readonly kind: "reply";
      readonly text: string;
      readonly choices: readonly string[];
      readonly articles: readonly ArticleTitle[];
    }
  /** What it says before a person takes over, or the session ends: said in any case. */
  | { readonly kind: "last-words"; readonly text: string }
  | { readonly kind: "article"; readonly article: ArticleCard }
  | { readonly kind: "article-gone" }
  | { readonly kind: "glad-it-helped" }
  | { readonly kind: "case-opened"; readonly number: number }
  | { readonly kind: "transferring" }
  | { readonly kind: "agents-unreachable" }
  | { readonly kind: "no-agent-available" }
  | { readonly kind: "agent-joined"; readonly agent: TwilioIdentity }
  | { readonly kind: "agent-left"; readonly agent: TwilioIdentity }
  /** A part of an agent's message; `text` is at most {@link AGENT_TEXT_LIMIT} characters. */
  | {
      readonly kind: "agent-text";
      readonly agent: TwilioIdentity;
      readonly text: string;
      readonly files: readonly AgentFile[];
    }
  | { readonly kind: "back-to-assistant" }
  | { readonly kind: "closed" }
  /** `resend`: the message that a button sends again; null where nothing is left to send. */
  | { readonly kind: "not-delivered" | "maybe-not-delivered"; readonly resend: DiscordMessageId | null }
  /** Nobody is there: when people are back. The case is open meanwhile. */
  | { readonly kind: "outside-hours"; readonly back: Time }
  /** The member leaves it at the case that was opened. */
  | { readonly kind: "left-as-case"; readonly number: number }
  /** More was written while we were away than was read. */
  | { readonly kind: "messages-missed" }
  /** The text of a message crossed, something else in it could not. */
  | { readonly kind: "partly-delivered" };

/** Who speaks in a line of the Twilio Conversation that we write. */
export type LineAuthor = "member" | "assistant" | "bridge";

/** What a line says, by meaning; words are made when it is posted. */
export type LineContent =
  /** A part of a message, together at most {@link TWILIO_TEXT_LIMIT} characters. */
  | ({ readonly kind: "text" } & Piece)
  /** The same of a message as its author has edited it; begins with `edited:`. */
  | ({ readonly kind: "edited-text" } & Piece)
  /** What the assistant said in Discord. */
  | { readonly kind: "say"; readonly say: Say }
  /** The member pressed `Talk to a person`. */
  | { readonly kind: "asked-for-person" }
  /** To the agent: what went before. */
  | { readonly kind: "summary"; readonly summary: HandOverSummary }
  /** To the agent: the case got its number after the task was made. */
  | { readonly kind: "case-opened"; readonly number: number }
  /** To the agent: a message did not, or may not have, reached the member. */
  | { readonly kind: "not-delivered" | "maybe-not-delivered" }
  /** Here the member may have written more than can be read. */
  | { readonly kind: "messages-missed" };

/** Why the assistant hands over. */
export type HandOverReason = "asked-for" | "assistant-gave-up" | "assistant-failed";

/** What an agent should know before reading the chat: facts only. */
export type HandOverSummary = { readonly reason: HandOverReason; readonly asked: readonly AskedQuestion[] };

/** A line of the chat as it is, or will be, on Twilio. */
export type Line = {
  readonly author: LineAuthor;
  readonly content: LineContent;
  readonly at: Time;
  /** The member's message that it carries, so that its author can be told when it is not delivered. */
  readonly source: DiscordMessageId | null;
};

/** Why the flow of Studio is to act upon a message: to ask the assistant about it, or to send the chat to Flex. */
export type ForStudio = "to-answer" | "to-hand-over";

/** A `/helpme` that still waits for its private answer; Discord takes one until `expires`. */
export type HelpRequest = { readonly token: string; readonly expires: Time };

/** One thing to be done outside. It is stored before it is tried, and its lane is done in order. */
export type Delivery =
  | { readonly lane: "discord"; readonly kind: "open-dm" }
  | {
      readonly lane: "discord";
      readonly kind: "say";
      readonly say: Say;
      /** The member's or the bot's message that it answers. */
      readonly replyTo: DiscordMessageId | null;
      /** The agent's message that it carries, so that the agent can be told when it is not delivered. */
      readonly source: TwilioMessageSid | null;
      /** The `/helpme` whose private answer depends on it. */
      readonly helpme: HelpRequest | null;
    }
  /** Completes the private answer to `/helpme`. */
  | {
      readonly lane: "discord";
      readonly kind: "answer-helpme";
      readonly request: HelpRequest;
      readonly answer: "look-into-dm" | "dm-closed";
    }
  /** Looks an agent's name up, before the first text that needs it. */
  | { readonly lane: "discord"; readonly kind: "find-agent"; readonly identity: TwilioIdentity }
  | { readonly lane: "twilio"; readonly kind: "create-conversation" }
  | { readonly lane: "twilio"; readonly kind: "add-member" }
  /** `again`: an earlier try may have added it already. */
  | { readonly lane: "twilio"; readonly kind: "add-webhook"; readonly again: boolean }
  | { readonly lane: "twilio"; readonly kind: "add-studio-webhook"; readonly again: boolean }
  | Post
  /** Writes into the attributes of the Twilio Conversation what is wanted of Studio, and what Flex should know. */
  | { readonly lane: "twilio"; readonly kind: "tell-studio"; readonly wants: "person" | "nothing" }
  /** `attempt` counts the interactions of a session from 1, so that a task can be told from its forerunner. */
  | { readonly lane: "twilio"; readonly kind: "create-interaction"; readonly attempt: number }
  /** Reads the messages of the Twilio Conversation with an index of at least `from`; after the `final` read the session ends. */
  | { readonly lane: "twilio"; readonly kind: "read-messages"; readonly from: number; readonly final: boolean }
  /** Reads the state of the Interaction's channel and of the Twilio Conversation. */
  | { readonly lane: "twilio"; readonly kind: "read-channel" }
  /** Ends the agents' part without ending the Twilio Conversation. */
  | { readonly lane: "twilio"; readonly kind: "pause-channel" }
  /** `again`: a first try came to nothing, and nobody waits for this one. */
  | { readonly lane: "twilio"; readonly kind: "close-conversation"; readonly again: boolean }
  | {
      readonly lane: "inside";
      readonly kind: "ask-assistant";
      readonly question: string;
      readonly message: DiscordMessageId | null;
    }
  | {
      readonly lane: "inside";
      readonly kind: "open-article";
      readonly slug: ArticleSlug;
      readonly replyTo: DiscordMessageId;
    }
  | { readonly lane: "inside"; readonly kind: "open-case"; readonly title: string; readonly description: string }
  | { readonly lane: "directory"; readonly kind: "update-directory" }
  /** Keeps what was asked and what became of it, so that the knowledge base can grow by it. */
  | { readonly lane: "directory"; readonly kind: "note-feedback"; readonly feedback: Feedback }
  /** An agent has answered the member for the first time in a session: the case learns when, and who. */
  | {
      readonly lane: "directory";
      readonly kind: "note-answer";
      readonly agent: TwilioIdentity;
      readonly answeredAt: Time;
    }
  /** Tells programs that want to know what was said in a session with a case; `agent` null: the member did. */
  | {
      readonly lane: "directory";
      readonly kind: "note-message";
      readonly agent: TwilioIdentity | null;
      readonly text: string;
      readonly saidAt: Time;
    }
  /** The session has ended: what was said in it is kept with its case. */
  | { readonly lane: "directory"; readonly kind: "keep-transcript" }
  /** Enters a dead letter for the operator to see, or strikes it out: `letter` null. */
  | {
      readonly lane: "directory";
      readonly kind: "note-dead-letter";
      readonly id: DeadLetterId;
      readonly letter: DeadLetter | null;
    };

/** A line to be added to the Twilio Conversation. */
export type Post = {
  readonly lane: "twilio";
  readonly kind: "post";
  readonly line: Line;
  readonly forStudio?: ForStudio;
};

export type DeliveryKind = Delivery["kind"];

/**
 * The order of deliveries towards one side. `directory` stands apart from `inside` so that a failing directory delays
 * neither an answer nor a case.
 */
export type Lane = Delivery["lane"];
export const LANES: readonly Lane[] = ["discord", "twilio", "inside", "directory"];

/** The channel of a Flex Interaction; `gone` when Flex no longer knows it. */
export type ChannelStatus = "active" | "inactive" | "closed" | "failed" | "gone";

/** A case that a session has got. */
export type OpenedCase = {
  readonly number: number;
  readonly case: CaseId;
  /** When people are back, if nobody is there now. */
  readonly back: Time | null;
  /** Some program wants to know each message. */
  readonly wantsMessages: boolean;
};

/** What a delivery brought back. */
export type DeliveryResult =
  | { readonly kind: "open-dm"; readonly channel: DiscordChannelId }
  | { readonly kind: "say"; readonly message: DiscordMessageId }
  | { readonly kind: "find-agent"; readonly worker: FlexWorker | null }
  | { readonly kind: "create-conversation"; readonly conversation: TwilioConversationSid }
  | { readonly kind: "post"; readonly message: TwilioMessageSid; readonly index: number }
  | {
      readonly kind: "create-interaction";
      /** Null when the task was found by a look, before Flex had named its Interaction in it. */
      readonly interaction: FlexInteractionSid | null;
      readonly channel: FlexChannelSid | null;
      readonly task: TaskSid | null;
    }
  | { readonly kind: "read-messages"; readonly messages: readonly AgentWrote[]; readonly last: number }
  | {
      readonly kind: "read-channel";
      readonly channel: ChannelStatus;
      readonly conversation: "open" | "closed";
      /** A task of the session is pending, reserved or assigned. */
      readonly hasTask: boolean;
      /** The Interaction and its channel, where they were found out by the way. */
      readonly found: { readonly interaction: FlexInteractionSid; readonly channel: FlexChannelSid } | null;
    }
  | { readonly kind: "ask-assistant"; readonly answer: Answer }
  | { readonly kind: "open-article"; readonly article: ArticleCard | null }
  | ({ readonly kind: "open-case" } & OpenedCase)
  | {
      readonly kind:
        | "answer-helpme"
        | "add-member"
        | "add-webhook"
        | "add-studio-webhook"
        | "tell-studio"
        | "pause-channel"
        | "close-conversation"
        | "update-directory"
        | "note-feedback"
        | "note-answer"
        | "note-message"
        | "keep-transcript"
        | "note-dead-letter";
    };

/** Whether the assistant speaks, so that it is silenced when a person is asked for. */
export function isAssistants(what: Say): boolean {
  switch (what.kind) {
    case "greeting":
    case "suggestions":
    case "nothing-found":
    case "offer-person":
    case "small-talk":
    case "reply":
    case "article":
    case "article-gone":
    case "glad-it-helped":
      return true;
    default:
      return false;
  }
}

/** Discord takes 2,000 characters a message; an agent's name and its markup need up to 90 of them. */
export const DISCORD_TEXT_LIMIT = 2000;
export const AGENT_NAME_LIMIT = 80;
export const AGENT_TEXT_LIMIT = DISCORD_TEXT_LIMIT - AGENT_NAME_LIMIT - 10;
/** Twilio's documents disagree on the limit for chat; 1,600 is the figure that all of them allow. */
export const TWILIO_TEXT_LIMIT = 1600;
