import * as v from "valibot";
import type { MemberProfile } from "../conversation/events.ts";
import type { DiscordGuildId, DiscordInteractionId, DiscordMessageId, DiscordUserId } from "../conversation/ids.ts";
import { localeOf } from "../conversation/texts.ts";
import { snowflake } from "./snowflake.ts";

const User = v.object({
  id: snowflake<DiscordUserId>(),
  username: v.string(),
  global_name: v.nullish(v.string()),
});

const common = {
  id: snowflake<DiscordInteractionId>(),
  token: v.pipe(v.string(), v.nonEmpty()),
  guild_id: v.optional(snowflake<DiscordGuildId>()),
  locale: v.optional(v.string()),
  /** Who did it, in a server. */
  member: v.optional(v.object({ user: User, nick: v.nullish(v.string()) })),
  /** Who did it, in a DM. */
  user: v.optional(User),
};

/** The parts of Discord's interactions that are used here (docs: interactions/receiving-and-responding). */
const Interaction = v.variant("type", [
  v.object({ type: v.literal(1) }),
  v.object({ type: v.literal(2), ...common, data: v.object({ name: v.string(), type: v.number() }) }),
  v.object({
    type: v.literal(3),
    ...common,
    data: v.object({ custom_id: v.string() }),
    message: v.object({ id: snowflake<DiscordMessageId>() }),
  }),
  v.object({ type: v.literal(4), ...common }),
  v.object({ type: v.literal(5), ...common }),
]);

export type Interaction = v.InferOutput<typeof Interaction>;
export type CommandInteraction = Extract<Interaction, { type: 2 }>;
export type ComponentInteraction = Extract<Interaction, { type: 3 }>;

/** Reads an interaction; null when it has not the shape of one. */
export function readInteraction(value: unknown): Interaction | null {
  const result = v.safeParse(Interaction, value);
  return result.success ? result.output : null;
}

/** The member behind an interaction, by the name that people see in that place; null when it names nobody. */
export function profileOf({ member, user, locale }: Exclude<Interaction, { type: 1 }>): MemberProfile | null {
  const account = member?.user ?? user;
  if (!account) return null;
  return {
    member: account.id,
    displayName: member?.nick ?? account.global_name ?? account.username,
    ...(locale && { locale: localeOf(locale), language: locale }),
  };
}
