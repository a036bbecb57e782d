import type { Happening } from "../../../src/conversation/events.ts";
import type {
  ArticleSlug,
  DiscordGuildId,
  DiscordInteractionId,
  DiscordMessageId,
} from "../../../src/conversation/ids.ts";
import { MEMBER } from "../../support/people.ts";
import { CONVERSATION, type Decisions, SESSION } from "./decisions.ts";

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
