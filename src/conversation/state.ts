import type { ArticleTitle } from "../assistant/port.ts";
import type { Line } from "./deliveries.ts";
import type { Locale, Time } from "./events.ts";
import type {
  CaseId,
  DiscordChannelId,
  DiscordGuildId,
  DiscordMessageId,
  DiscordUserId,
  FlexChannelSid,
  FlexInteractionSid,
  SessionId,
  TaskSid,
  TwilioConversationSid,
  TwilioIdentity,
  TwilioMessageSid,
} from "./ids.ts";
import { HOLE_PATIENCE_MS, type IndexOrder } from "./index-order.ts";
import type { Silence } from "./silence.ts";

/** What is known about the way to the member. */
export type DirectMessages =
  | { readonly kind: "unknown" }
  | { readonly kind: "open"; readonly channel: DiscordChannelId }
  /** Discord refused our last message; the next `/helpme` tries again. The member may write all the same. */
  | { readonly kind: "closed"; readonly channel: DiscordChannelId | null };

/** The case of a session. */
export type SessionCase =
  | { readonly kind: "none" }
  /** Asked for; `delayed` once it was clear that the person should not wait for its number. */
  | { readonly kind: "opening"; readonly delayed: boolean }
  | {
      readonly kind: "open";
      readonly number: number;
      readonly id: CaseId;
      /** Some program wants to know each message. */
      readonly wantsMessages: boolean;
    };

/** Who answers now. `nobody` is a conversation without a session. */
export type Owner =
  | { readonly kind: "assistant" }
  /** `told`: the member knows that Flex cannot be reached at the moment. */
  | { readonly kind: "queue"; readonly told: boolean }
  | { readonly kind: "agent" };

/** An agent in a session. Times are Twilio's, so that signals of an earlier stay are recognised when they come late. */
export type AgentPresence = {
  readonly present: boolean;
  /** When the present or last stay began; null before the first. */
  readonly since: Time | null;
  /** When the last stay ended; null before. */
  readonly leftAt: Time | null;
};

/** The Flex Interaction that is to bring a person, and its tasks: a transfer makes more than one. */
export type FlexInteraction = {
  /** Counts the Interactions of a session from 1. */
  readonly attempt: number;
  /** Failed tries in a row to get a person; a second one ends the hand-over. */
  readonly failures: number;
  /** Flex was asked and has not answered yet. */
  readonly requested: boolean;
  readonly interaction: FlexInteractionSid | null;
  readonly channel: FlexChannelSid | null;
  readonly live: readonly TaskSid[];
  /** Tasks that have ended, the last ones: whatever is still heard of them is late. */
  readonly ended: readonly TaskSid[];
};

/**
 * Why we look at the channel: to learn what is not known; because Flex should have made the next task of an inactive channel
 * by now; or to learn whether a task must be asked for, since a person is wanted.
 */
export type LookPurpose = "to-know" | "task-is-due" | "person-is-wanted";

/** A look at the channel to come. */
export type NextLook = { readonly at: Time; readonly purpose: LookPurpose };

/** A look at the channel that is under way. */
export type ChannelLook = {
  /** The agent who went last: announced unless the conversation turns out to be closed. */
  readonly left: TwilioIdentity | null;
  readonly purpose: LookPurpose;
  /** When it was asked for: what is known since then is newer than what it finds. */
  readonly askedAt: Time;
};

/** The Twilio side of a session, from when a person was asked for; from its first message where Studio decides who answers. */
export type TwilioSide = {
  readonly conversation: TwilioConversationSid | null;
  /** The member is a participant. */
  readonly hasMember: boolean;
  /** The conversation tells us what happens in it. */
  readonly hasWebhook: boolean;
  readonly order: IndexOrder;
  /** The flow of Studio starts with each message that somebody writes. */
  readonly wakesStudio: boolean;
  /** Null until the Interaction was asked for. */
  readonly flex: FlexInteraction | null;
  /** The channel was left: Flex makes the next task itself when the member writes. */
  readonly inactive: boolean;
  readonly agents: Readonly<Record<TwilioIdentity, AgentPresence>>;
  /** The agents' part is being ended: a hand-back that has not reached Flex yet. */
  readonly pausing: boolean;
  /** When to look at the channel if nothing is heard by then. Set as long as something is expected of Flex. */
  readonly nextLook: NextLook | null;
  readonly look: ChannelLook | null;
  /** When to read the conversation if nothing is heard by then; null before the first sign. */
  readonly silence: Silence | null;
  /**
   * Set once the Twilio Conversation is closed: what agents wrote before is being read, then the session ends and the next
   * one opens with what the member wrote in the meantime.
   */
  readonly closing: { readonly carried: readonly Line[] } | null;
};

/** What became of an article that the assistant suggested. */
export type ArticleFate = "suggested" | "opened" | "helped";

/** A question to the assistant, and the articles that it brought up. */
export type AskedQuestion = {
  /** Cut short. */
  readonly text: string;
  /** The message that asked; null where a button did. */
  readonly message: DiscordMessageId | null;
  readonly articles: readonly (ArticleTitle & { readonly fate: ArticleFate })[];
};

/** What the assistant remembers of a session. */
export type AssistantMemory = {
  /** Questions in a row that it found nothing for. */
  readonly misses: number;
  /** The last ones, oldest first. */
  readonly asked: readonly AskedQuestion[];
};

/** Who decides whether the assistant or a person answers: the bridge itself, or a flow of Twilio Studio. */
export type Routing = "bridge" | "studio";

/** A message of the member that Studio is to ask the answer of. */
export type StudioTurn = {
  readonly question: string;
  readonly message: DiscordMessageId | null;
  /** Null until it stands on Twilio. */
  readonly posted: TwilioMessageSid | null;
  /** The assistant was asked without Studio. */
  readonly isTakenUp: boolean;
  /** When it is asked without Studio. */
  readonly until: Time;
};

/** One help episode. */
export type Session = {
  readonly id: SessionId;
  readonly openedAt: Time;
  readonly owner: Owner;
  readonly case: SessionCase;
  readonly assistant: AssistantMemory;
  /** While Studio decides who answers: the messages it has not asked about, oldest first, and those it asked about too early. */
  readonly studio: { readonly turns: readonly StudioTurn[]; readonly early: readonly TwilioMessageSid[] } | null;
  /** Null while nothing is on Twilio. */
  readonly twilio: TwilioSide | null;
  /** An agent has answered the member. */
  readonly isAnswered: boolean;
  /** The first thing the member wrote, cut short: the case's title. */
  readonly topic: string | null;
};

/** All that a conversation must remember to decide what comes next. Its size does not grow with its history. */
export type ConversationState = {
  readonly member: DiscordUserId;
  /** As it is set now; a session stays with what it began with. */
  readonly routing: Routing;
  readonly displayName: string;
  readonly locale: Locale;
  /** The language that the member reads Discord in; null as long as it is not known. */
  readonly language: string | null;
  /** The server of the member's last `/helpme`. */
  readonly guild: DiscordGuildId | null;
  readonly dm: DirectMessages;
  /** How many sessions there were, the open one included. */
  readonly sessions: number;
  /** The open session; null when nobody owns the conversation. */
  readonly session: Session | null;
  /** Names of agents by identity; null when the name is known to be unknown. */
  readonly agentNames: Readonly<Record<TwilioIdentity, string | null>>;
  /** The last message that came over from an ended session, maybe in parts: it is answered once. */
  readonly carriedOver: DiscordMessageId | null;
  /** The last message whose author was told that it failed: one notice for all its parts. */
  readonly failureTold: DiscordMessageId | TwilioMessageSid | null;
};

/** A conversation before its first event. */
export function newConversation(member: DiscordUserId, routing: Routing): ConversationState {
  return {
    member,
    routing,
    displayName: "",
    locale: "en",
    language: null,
    guild: null,
    dm: { kind: "unknown" },
    sessions: 0,
    session: null,
    agentNames: {},
    carriedOver: null,
    failureTold: null,
  };
}

/** When the conversation wants to be woken although nothing arrives; null for never. */
export function nextWakeUp(state: ConversationState): Time | null {
  const { session } = state;
  const twilio = session?.twilio;
  if (!session || !twilio) return null;
  const { order, nextLook, silence } = twilio;
  const hole = order.holeSince !== null && !order.reading ? order.holeSince + HOLE_PATIENCE_MS : null;
  const overdue = session.studio?.turns.filter(({ isTakenUp }) => !isTakenUp).map(({ until }) => until) ?? [];
  const times = [hole, nextLook?.at ?? null, silence?.readAt ?? null, ...overdue].filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}
