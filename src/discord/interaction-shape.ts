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

const MOST_OPTIONS = 25;

/** What was given, or is being typed (`focused`), for an option of type STRING; we register no others. */
const GivenOption = v.object({
  type: v.literal(3),
  name: v.string(),
  value: v.string(),
  focused: v.optional(v.boolean()),
});
const Subcommand = v.object({
  type: v.literal(1),
  name: v.string(),
  options: v.optional(v.pipe(v.array(GivenOption), v.maxLength(MOST_OPTIONS))),
});
const CommandData = v.object({
  name: v.string(),
  type: v.number(),
  options: v.optional(v.pipe(v.array(v.variant("type", [Subcommand, GivenOption])), v.maxLength(MOST_OPTIONS))),
});

/** A filled-in form: each field in a label (docs: components/reference, "Label"). */
const Field = v.object({
  type: v.literal(18),
  component: v.object({ type: v.literal(4), custom_id: v.string(), value: v.string() }),
});
const message = v.object({ id: snowflake<DiscordMessageId>() });

/** The parts of Discord's interactions that are used here (docs: interactions/receiving-and-responding). */
const Interaction = v.variant("type", [
  v.object({ type: v.literal(1) }),
  v.object({ type: v.literal(2), ...common, data: CommandData }),
  v.object({
    type: v.literal(3),
    ...common,
    data: v.object({ custom_id: v.string() }),
    message,
  }),
  v.object({ type: v.literal(4), ...common, data: CommandData }),
  v.object({
    type: v.literal(5),
    ...common,
    data: v.object({ custom_id: v.string(), components: v.pipe(v.array(Field), v.maxLength(5)) }),
    /** The message whose button opened the form. */
    message: v.optional(message),
  }),
]);

export type Interaction = v.InferOutput<typeof Interaction>;
export type CommandInteraction = Extract<Interaction, { type: 2 }>;
export type ComponentInteraction = Extract<Interaction, { type: 3 }>;
export type TypingInteraction = Extract<Interaction, { type: 4 }>;
export type FormInteraction = Extract<Interaction, { type: 5 }>;
export type GivenOption = v.InferOutput<typeof GivenOption>;

/** Reads an interaction; null when it has not the shape of one. */
export function readInteraction(value: unknown): Interaction | null {
  const result = v.safeParse(Interaction, value);
  return result.success ? result.output : null;
}

/** What a command was used with: its subcommand, null where it has none, and the options that were given for it. */
export function givenIn({ data }: CommandInteraction | TypingInteraction): {
  readonly subcommand: string | null;
  readonly options: readonly GivenOption[];
} {
  const given = data.options ?? [];
  const subcommand = given.find((one) => one.type === 1);
  return subcommand
    ? { subcommand: subcommand.name, options: subcommand.options ?? [] }
    : { subcommand: null, options: given.filter((one) => one.type === 3) };
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
