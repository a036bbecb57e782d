import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from "discord-api-types/v10";
import type { OwnCases } from "../../cases/own-cases.ts";
import type { ConversationEvent, MemberProfile, Time } from "../../conversation/events.ts";
import type { DiscordGuildId, DiscordInteractionId, DiscordUserId } from "../../conversation/ids.ts";
import type { Choice, InteractionAnswer } from "../answers.ts";
import type { GivenOption } from "../interaction-shape.ts";

/** One use of a command, or the typing before it. */
export type CommandUse = {
  readonly interaction: DiscordInteractionId;
  readonly token: string;
  readonly profile: MemberProfile;
  /** The server it was used in; null in a DM. */
  readonly guild: DiscordGuildId | null;
  /** Null for a command that has none. */
  readonly subcommand: string | null;
  readonly options: readonly GivenOption[];
  readonly at: Time;
};

/** Hands an event to the member's conversation; rejects when that did not work. */
export type HandOver = (member: DiscordUserId, event: ConversationEvent) => Promise<unknown>;

/** What commands may reach. */
export type CommandOutside = { readonly handOver: HandOver; readonly cases: OwnCases };

/** A slash command: how Discord shows it, and what it does. One file each; see `index.ts`. */
export type Command = {
  readonly definition: RESTPostAPIChatInputApplicationCommandsJSONBody;
  /** Answers within Discord's three seconds. May reject as `handOver` does; the member is then asked to try again. */
  readonly run: (use: CommandUse, outside: CommandOutside) => Promise<InteractionAnswer>;
  /** Offers what fits while the member types, at most 25. */
  readonly offer?: (use: CommandUse, outside: CommandOutside) => Promise<readonly Choice[]>;
};
