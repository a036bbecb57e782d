import type { DeliveryKind } from "../../../src/conversation/deliveries.ts";
import type { Happening } from "../../../src/conversation/events.ts";
import type {
  ArticleSlug,
  DiscordGuildId,
  DiscordInteractionId,
  DiscordMessageId,
} from "../../../src/conversation/ids.ts";
import { CASE_OPENED, MEMBER } from "../../support/people.ts";
import { CONVERSATION, Decisions, SESSION } from "./decisions.ts";

/** An article, and the message whose buttons offer it. */
export const TITLE = { slug: "lost-account" as ArticleSlug, title: "I lost my account" };
export const CARD = { ...TITLE, summary: "How to get it back.", url: null };
export const BUTTONS = "500000000000000001" as DiscordMessageId;

/** The member uses `/helpme`. */
export const helpme = (conversation: Decisions, guild: string | null = null): Happening => ({
  kind: "member-asked-for-help",
  interaction: "400000000000000001" as DiscordInteractionId,
  token: "interaction-token",
  profile: { member: MEMBER, displayName: "member", locale: "de" },
  guild: guild as DiscordGuildId | null,
  at: conversation.now,
});

/** The member presses a button of {@link BUTTONS}. */
export const pressed = (
  conversation: Decisions,
  button: Extract<Happening, { kind: "member-pressed" }>["button"],
  session = SESSION,
): Happening => ({
  kind: "member-pressed",
  interaction: "400000000000000002" as DiscordInteractionId,
  profile: { member: MEMBER, displayName: "member" },
  message: BUTTONS,
  session,
  button,
  at: conversation.now,
});

/** Twilio tells that its Conversation is closed. */
export const closed = (conversation: Decisions): Happening => ({
  kind: "conversation-closed",
  conversation: CONVERSATION,
  at: conversation.now,
});

/** A hand-over whose case is open, and whose Twilio Conversation lacks nothing but our webhook. */
export function preparing(): Decisions {
  const conversation = new Decisions();
  conversation.take(conversation.wrote("live agent"));
  conversation.take(conversation.done({ kind: "create-conversation", conversation: CONVERSATION }));
  conversation.take(conversation.done({ kind: "add-member" }));
  conversation.take(conversation.done(CASE_OPENED));
  return conversation;
}

/** A hand-over that has come to asking Flex for a person. */
export function asking(): Decisions {
  const conversation = preparing();
  conversation.take(conversation.done({ kind: "add-webhook" }));
  return conversation;
}

/** An agent has just given the member back; Flex has not let the agent go yet. */
export function handedBack(): Decisions {
  const conversation = new Decisions().toAgent();
  conversation.take(conversation.agentWrote("/assistant", 2));
  return conversation;
}

/** An agent's chat whose only agent has just gone: Flex is asked what that means. */
export function left(): Decisions {
  const conversation = new Decisions().toAgent();
  conversation.take(conversation.participant("participant-left"));
  return conversation;
}

/** Whether a delivery of this kind was decided and not settled yet. */
export const isWaiting = (conversation: Decisions, kind: DeliveryKind): boolean =>
  conversation.open.some(({ delivery }) => delivery.kind === kind);

/** Nothing is heard of the conversation for so long that Flex is asked. */
export function silent(conversation: Decisions): Decisions {
  for (let rings = 0; !isWaiting(conversation, "read-channel"); rings++) {
    if (rings > 50) throw new Error("Flex is never asked");
    conversation.take(conversation.clock());
    if (isWaiting(conversation, "read-messages"))
      conversation.take(conversation.done({ kind: "read-messages", messages: [], last: 1 }));
  }
  return conversation;
}
