import type { Button } from "./buttons.ts";
import type { CaseNewsCame, SaidStillAProblem } from "./case-events.ts";
import type { Delivery, DeliveryResult } from "./deliveries.ts";
import type {
  DeliveryId,
  DiscordChannelId,
  DiscordGuildId,
  DiscordInteractionId,
  DiscordMessageId,
  DiscordUserId,
  SessionId,
  TaskSid,
  TwilioConversationSid,
  TwilioIdentity,
  TwilioMediaSid,
  TwilioMessageSid,
  WorkerSid,
} from "./ids.ts";

/** Times are milliseconds since 1970. */
export type Time = number;

/** The languages that members are answered in; Discord's codes. */
export type Locale = "en" | "de" | "es" | "fr" | "pt-BR" | "ja" | "zh-TW";

/** Who the member is, as the event that brought it says. */
export type MemberProfile = {
  readonly member: DiscordUserId;
  readonly displayName: string;
  /** The language that the bot speaks to the member, and the one that the member reads Discord in (`pl`); together or not at all. */
  readonly locale?: Locale;
  readonly language?: string;
};

/** A member used `/helpme`. */
export type MemberAskedForHelp = {
  readonly kind: "member-asked-for-help";
  readonly interaction: DiscordInteractionId;
  /** Lets us write the private answer for 15 minutes. */
  readonly token: string;
  readonly profile: MemberProfile;
  /** The server it was used in; null in the DM with the bot. */
  readonly guild: DiscordGuildId | null;
  readonly at: Time;
};

/** A member wrote in the DM. */
export type MemberWrote = {
  readonly kind: "member-wrote";
  readonly message: DiscordMessageId;
  readonly channel: DiscordChannelId;
  readonly profile: MemberProfile;
  /** All that can cross, attachments as links; empty when nothing can. */
  readonly text: string;
  /** Something in the message cannot cross (a poll, for example): its author is told. */
  readonly incomplete: boolean;
  readonly at: Time;
};

/** A member edited a message in the DM. */
export type MemberEdited = {
  readonly kind: "member-edited";
  readonly message: DiscordMessageId;
  /** Tells one edit of a message from the next: Discord's `edited_timestamp`. */
  readonly revision: string;
  readonly channel: DiscordChannelId;
  readonly profile: MemberProfile;
  readonly text: string;
  readonly at: Time;
};

/** A member pressed a button in the DM. */
export type MemberPressed = {
  readonly kind: "member-pressed";
  readonly interaction: DiscordInteractionId;
  readonly profile: MemberProfile;
  /** The message that carries the button. */
  readonly message: DiscordMessageId;
  readonly session: SessionId;
  readonly button: Button;
  readonly at: Time;
};

/** A file of an agent. */
export type AgentFile = { readonly media: TwilioMediaSid; readonly filename: string };

/** Somebody other than the member wrote in the Twilio Conversation. */
export type AgentWrote = {
  readonly kind: "agent-wrote";
  readonly conversation: TwilioConversationSid;
  readonly message: TwilioMessageSid;
  /** Position in the Twilio Conversation: rises, may skip. */
  readonly index: number;
  readonly author: TwilioIdentity;
  readonly text: string;
  readonly files: readonly AgentFile[];
  /** Our own mark, when the message is one that we posted. */
  readonly delivery: DeliveryId | null;
  readonly at: Time;
};

/** More was written while we were away than was read: what stands behind `after` may be missing. */
export type MessagesMissed = {
  readonly kind: "messages-missed";
  readonly after: DiscordMessageId;
  readonly at: Time;
};

/** An agent edited a message. */
export type AgentEdited = {
  readonly kind: "agent-edited";
  readonly conversation: TwilioConversationSid;
  readonly message: TwilioMessageSid;
  /** Tells one edit of a message from the next: Twilio's `DateUpdated`. */
  readonly revision: string;
  readonly author: TwilioIdentity;
  readonly text: string;
  readonly delivery: DeliveryId | null;
  readonly at: Time;
};

/** Somebody joined or left the Twilio Conversation. `participant` is `MB…`. */
export type ParticipantChanged = {
  readonly kind: "participant-joined" | "participant-left";
  readonly conversation: TwilioConversationSid;
  readonly participant: string;
  readonly identity: TwilioIdentity;
  readonly at: Time;
};

/** The Twilio Conversation was closed; that is final. */
export type TwilioConversationClosed = {
  readonly kind: "conversation-closed";
  readonly conversation: TwilioConversationSid;
  readonly at: Time;
};

/** The Studio flow asks for the assistant's answer to a message of the member. */
export type StudioAsked = {
  readonly kind: "studio-asked";
  readonly conversation: TwilioConversationSid;
  readonly message: TwilioMessageSid;
  readonly author: TwilioIdentity;
  /** As Studio passes it on, perhaps cut. */
  readonly text: string;
  readonly at: Time;
};

/** A TaskRouter worker, as its attributes describe it. */
export type FlexWorker = {
  readonly worker: WorkerSid;
  /** From `contact_uri`, without `client:`; how this agent writes in the Twilio Conversation. */
  readonly identity: TwilioIdentity | null;
  /** `full_name`; null when the attributes have none. */
  readonly name: string | null;
};

/** What happened to one of our tasks; the vocabulary of TaskRouter, less what nobody here needs. */
export type TaskChange =
  | { readonly type: "task-created" }
  | { readonly type: "task-wrapup" | "task-completed" }
  /** The task died without being done. */
  | { readonly type: "task-canceled" | "task-deleted" | "workflow-timeout" }
  | { readonly type: "reservation-created" | "reservation-accepted"; readonly worker: FlexWorker }
  | { readonly type: "reservation-wrapup" | "reservation-completed"; readonly worker: FlexWorker };

/** A TaskRouter event about a task of this conversation. */
export type TaskChanged = {
  readonly kind: "task-changed";
  /** Unique to this event: type, resource and TaskRouter's own time stamp. */
  readonly id: string;
  readonly session: SessionId;
  readonly task: TaskSid;
  readonly change: TaskChange;
  readonly at: Time;
};

/** Why a delivery failed, as far as it matters to what happens next. */
export type FailureCause =
  /** The Twilio Conversation is closed, which is final. */
  | "conversation-closed"
  /** The member takes no direct messages from us. */
  | "dm-closed"
  /** There is no Twilio Conversation to do it in: creating one failed. */
  | "no-conversation"
  /** The other side said no, for good. */
  | "refused"
  /** It could not be done within its time. */
  | "expired";

/** How a delivery ended. */
export type DeliveryOutcome =
  | { readonly kind: "sent"; readonly result: DeliveryResult }
  /** It certainly did not happen and is not tried again. */
  | { readonly kind: "failed"; readonly cause: FailureCause; readonly reason: string }
  /** It may have happened; nobody could find out in time. */
  | { readonly kind: "undecided"; readonly reason: string };

/** A delivery was settled. */
export type DeliverySettled = {
  readonly kind: "delivery-settled";
  readonly id: DeliveryId;
  readonly session: SessionId | null;
  readonly delivery: Delivery;
  readonly outcome: DeliveryOutcome;
  readonly at: Time;
};

/** A delivery has failed several times and is still being tried: somebody should know. */
export type DeliveryDelayed = {
  readonly kind: "delivery-delayed";
  readonly id: DeliveryId;
  readonly session: SessionId | null;
  readonly delivery: Delivery;
  readonly at: Time;
};

/** A time that the state was waiting for has come (see `nextWakeUp`). */
export type ClockRang = { readonly kind: "clock-rang"; readonly at: Time };

/** Somebody wants a message sent again that did not, or may not have, crossed: its author by a button, or the operator. */
export type ResendAsked = {
  readonly kind: "resend-asked";
  /** The request's own key. */
  readonly key: string;
  /** The member, if it is their wish. */
  readonly profile: MemberProfile | null;
  /** All of the message that ended without success, in order; empty when nothing is left of it. */
  readonly undelivered: readonly Extract<Delivery, { kind: "say" | "post" }>[];
  readonly at: Time;
};

/** Everything that can happen to a conversation from outside. */
export type ConversationEvent =
  | MemberAskedForHelp
  | MemberWrote
  | MemberEdited
  | MemberPressed
  | MessagesMissed
  | AgentWrote
  | AgentEdited
  | ParticipantChanged
  | TwilioConversationClosed
  | StudioAsked
  | TaskChanged
  | CaseNewsCame
  | SaidStillAProblem;

/** What the journal knows, once each. */
export type JournaledEvent = ConversationEvent | ResendAsked;

/** What `decide` is asked about: what the journal knows, outcomes of our own deliveries, and the clock. */
export type Happening = JournaledEvent | DeliverySettled | DeliveryDelayed | ClockRang;

/** The source's own name of an event: the same event has the same key however often and from wherever it arrives. */
export function keyOf(event: JournaledEvent): string {
  switch (event.kind) {
    case "member-asked-for-help":
    case "member-pressed":
    case "said-still-a-problem":
      return `discord/interaction/${event.interaction}`;
    case "member-wrote":
      return `discord/message/${event.message}`;
    case "member-edited":
      return `discord/message/${event.message}/edit/${event.revision}`;
    case "messages-missed":
      return `discord/missed/${event.after}`;
    case "resend-asked":
      return event.key;
    case "agent-wrote":
      return `twilio/message/${event.message}`;
    case "agent-edited":
      return `twilio/message/${event.message}/edit/${event.revision}`;
    case "participant-joined":
    case "participant-left":
      return `twilio/${event.kind}/${event.participant}`;
    case "conversation-closed":
      return `twilio/closed/${event.conversation}`;
    case "studio-asked":
      return `twilio/studio/${event.message}`;
    case "task-changed":
      return `taskrouter/${event.id}`;
    case "case-news":
      return `case/${event.case}/${event.version}`;
  }
}

/** What the caller of `ingest` learns. `stale` answers what came too late, such as a button of an earlier session: nothing was done. */
export type IngestReply = "accepted" | "duplicate" | "stale";
