import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from "discord-api-types/v10";
import type { ConversationEvent, MemberProfile, Time } from "../../conversation/events.ts";
import type { DiscordGuildId, DiscordInteractionId, DiscordUserId } from "../../conversation/ids.ts";
import type { InteractionAnswer } from "../answers.ts";

/** One use of a command. */
export type CommandUse = {
  readonly interaction: DiscordInteractionId;
  readonly token: string;
  readonly profile: MemberProfile;
  /** The server it was used in; null in a DM. */
  readonly guild: DiscordGuildId | null;
  readonly at: Time;
};

/** Hands an event to the member's conversation; rejects when that did not work in time. */
export type HandOver = (member: DiscordUserId, event: ConversationEvent) => Promise<unknown>;

/** A slash command: how Discord shows it, and what it does. One file each; see `index.ts`. */
export type Command = {
  readonly definition: RESTPostAPIChatInputApplicationCommandsJSONBody;
  /** Answers within Discord's three seconds. May reject as `handOver` does; the member is then asked to try again. */
  readonly run: (use: CommandUse, handOver: HandOver) => Promise<InteractionAnswer>;
};
