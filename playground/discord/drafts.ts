import type { APIEmbed } from "discord-api-types/v10";
import { formError, refusals } from "./api-error.ts";
import type { File } from "./attachments.ts";
import { flatten } from "./forms/components.ts";
import { withoutNulls } from "./forms/fields.ts";
import type { AllowedMentions, CreateForm, EditForm } from "./forms/message.ts";
import { type Channel, MESSAGE_FLAGS, type Message, type World } from "./world.ts";

/** SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS and IS_COMPONENTS_V2: what a bot may set anywhere. */
const SETTABLE_FLAGS = (1 << 2) | (1 << 12) | MESSAGE_FLAGS.COMPONENTS_V2;

/** Who is pinged when nothing is said: plain messages ping all, answers to interactions users only (docs: resources/message). */
export type DefaultPings = "all" | "users";

/** The parts of a new message that a form gives. `ephemeral` files get URLs of their own kind. */
export function draftOf(
  world: World,
  channel: Channel,
  form: CreateForm,
  files: readonly File[],
  options: { pings: DefaultPings; ephemeral: boolean },
): Partial<Message> {
  const flags = ((form.flags ?? 0) & SETTABLE_FLAGS) | (options.ephemeral ? MESSAGE_FLAGS.EPHEMERAL : 0);
  const reference = form.message_reference;
  const referred = reference ? referenceTo(world, reference, reference.fail_if_not_exists !== false) : {};
  const content = (form.content ?? "").trim();
  const repliedTo = referred.referenced_message?.author;
  const pings = pingsOf(world, channel, content, form.allowed_mentions, options.pings);
  if (repliedTo && (form.allowed_mentions ? form.allowed_mentions.replied_user === true : true)) {
    if (!pings.mentions.some(({ id }) => id === repliedTo.id)) pings.mentions.push(repliedTo);
  }
  return {
    ...referred,
    ...pings,
    content,
    flags,
    embeds: embedsOf(form),
    components: componentsOf(form),
    attachments: files.map((file, index) => {
      const described = form.attachments?.find(({ id }) => String(id) === String(index));
      const filename = described?.filename ?? file.filename;
      const description = described?.description;
      return world.attachments.add(
        channel.id,
        { ...file, filename, ...(description && { description }) },
        options.ephemeral,
      );
    }),
  };
}

/** What an edit changes; what the form does not name stays. Mentions are read again from the new text. */
export function changesOf(
  world: World,
  channel: Channel,
  old: Message,
  form: EditForm,
  files: readonly File[],
  pings: DefaultPings,
): Partial<Message> {
  const kept = form.attachments
    ? old.attachments.filter(({ id }) => form.attachments?.some((named) => String(named.id) === id))
    : old.attachments;
  const ephemeral = Boolean((old.flags ?? 0) & MESSAGE_FLAGS.EPHEMERAL);
  const added = files.map((file) => world.attachments.add(channel.id, file, ephemeral));
  const content = (form.content ?? "").trim();
  const flags = ((old.flags ?? 0) & ~MESSAGE_FLAGS.LOADING) | ((form.flags ?? 0) & SETTABLE_FLAGS);
  const changes: Partial<Message> = {
    flags,
    attachments: [...kept, ...added],
    ...(form.content !== undefined && { content, ...pingsOf(world, channel, content, form.allowed_mentions, pings) }),
    ...(form.embeds !== undefined && { embeds: embedsOf(form) }),
    ...(form.components !== undefined && { components: componentsOf(form) }),
  };
  const whole = { ...old, ...changes };
  if (![whole.content, ...whole.embeds, ...(whole.components ?? []), ...whole.attachments].some(Boolean)) {
    throw refusals.empty();
  }
  return changes;
}

/** A reply (0) or a forward (1) of a message that the sender can see. */
export function referenceTo(
  world: World,
  reference: { type?: 0 | 1 | null | undefined; message_id: string },
  mustExist: boolean,
): Partial<Message> {
  const target = world.find(reference.message_id)?.message;
  if (!target) {
    if (mustExist) {
      throw refusals.invalidForm(formError(["message_reference"], "REPLIES_UNKNOWN_MESSAGE", "Unknown message"));
    }
    return {};
  }
  const type = reference.type ?? 0;
  const message_reference = { type, message_id: target.id, channel_id: target.channel_id };
  if (type === 0) return { type: 19, message_reference, referenced_message: withoutReference(target) };
  const { content, embeds, attachments, timestamp, edited_timestamp, flags, mentions, mention_roles, components } =
    target;
  const message = {
    type: target.type,
    content,
    embeds,
    attachments,
    timestamp,
    edited_timestamp,
    mentions,
    mention_roles,
    ...(flags !== undefined && { flags }),
    ...(components && { components }),
  };
  return { message_reference, message_snapshots: [{ message }] };
}

/** A message as it is shown inside a reply to it: what it replied to itself is not shown there. */
export function withoutReference({ referenced_message: _hidden, ...message }: Message): Message {
  return message;
}

function embedsOf(form: EditForm): APIEmbed[] {
  return withoutNulls(form.embeds ?? []).map((embed) => ({ ...embed, type: "rich" }) as APIEmbed);
}

/** The components as they are shown: each with a number of its own. */
function componentsOf(form: EditForm): NonNullable<Message["components"]> {
  const components = withoutNulls(form.components ?? []);
  flatten(components).forEach((component, index) => {
    component.id ??= index + 1;
  });
  return components as NonNullable<Message["components"]>;
}

/** Whom a text pings. People on Discord ping whom they name; a bot only whom it allows itself. */
export function pingsOf(
  world: World,
  channel: Channel,
  content: string,
  allowed: AllowedMentions | null | undefined,
  fallback: DefaultPings,
): Pick<Message, "mentions" | "mention_everyone"> {
  const parse: readonly string[] = allowed
    ? (allowed.parse ?? [])
    : fallback === "all"
      ? ["users", "everyone"]
      : ["users"];
  const named = new Set([...content.matchAll(/<@!?(\d+)>/g)].map(([, id = ""]) => id));
  const pinged = [...named].filter((id) => parse.includes("users") || allowed?.users?.includes(id));
  return {
    mentions: pinged.flatMap((id) => world.accounts.get(id)?.user ?? []),
    mention_everyone: channel.type !== 1 && parse.includes("everyone") && /@(everyone|here)\b/.test(content),
  };
}
