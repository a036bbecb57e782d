import * as v from "valibot";
import { formError, refusals } from "../api-error.ts";
import type { File } from "../attachments.ts";
import { changesOf, draftOf, withoutReference } from "../drafts.ts";
import { modal } from "../forms/components.ts";
import { list, parseForm, text } from "../forms/fields.ts";
import { parseCreate, parseEdit } from "../forms/message.ts";
import { type Entry, MESSAGE_FLAGS, type Message, type World } from "../world.ts";
import { metadataOf } from "./payload.ts";
import type { InteractionType, OpenInteraction } from "./record.ts";

/** Which answers each kind of use may get (docs: interactions/receiving-and-responding, "Interaction Callback Type"). */
const ALLOWED: Readonly<Record<InteractionType, readonly number[]>> = {
  2: [4, 5, 9],
  3: [4, 5, 6, 7, 9],
  4: [8],
  5: [4, 5, 6, 7],
};

const envelope = v.object({ type: v.number(), data: v.nullish(v.looseObject({})) });
const autocomplete = v.object({
  choices: list(v.object({ name: text(1, 100), value: v.union([text(0, 100), v.number()]) }), 0, 25),
});

/** Does what the bot's first answer says. Throws an `ApiError` when the answer is not one that Discord takes. */
export function applyResponse(world: World, open: OpenInteraction, body: unknown, files: readonly File[]): void {
  const { type, data } = parseForm(envelope, body);
  const { record, source } = open;
  const sourceNeeded = (type === 6 || type === 7) && !source;
  if (!ALLOWED[record.type].includes(type) || sourceNeeded) {
    const choices = ALLOWED[record.type].join(", ");
    throw refusals.invalidForm(formError(["type"], "BASE_TYPE_CHOICES", `Value must be one of {${choices}}.`));
  }
  const flags = typeof data?.flags === "number" ? data.flags : 0;
  const ephemeral = Boolean(flags & MESSAGE_FLAGS.EPHEMERAL);
  switch (type) {
    case 4: {
      const original = answer(world, open, data ?? {}, files, ephemeral);
      settle(open, "answered", original, ephemeral);
      break;
    }
    case 5: {
      const loading = MESSAGE_FLAGS.LOADING | (ephemeral ? MESSAGE_FLAGS.EPHEMERAL : 0);
      settle(open, "deferred", post(world, open, { flags: loading }, ephemeral), ephemeral);
      break;
    }
    case 6:
      settle(open, "deferred", source, ephemeral);
      break;
    case 7: {
      if (source) editEntry(world, source, data ?? {}, files);
      settle(open, "updated", source, source?.visibleTo !== null);
      break;
    }
    case 8:
      record.choices = parseForm(autocomplete, data).choices;
      settle(open, "answered", null, true);
      break;
    case 9:
      record.modal = parseForm(modal, data);
      settle(open, "answered", null, true);
      break;
  }
}

/** `PATCH …/messages/@original`, or another message of the same use. */
export function editAnswer(
  world: World,
  open: OpenInteraction,
  entry: Entry,
  body: unknown,
  files: readonly File[],
): Message {
  const message = editEntry(world, entry, body, files);
  if (entry === open.original) open.record.state = entry === open.source ? "updated" : "answered";
  return message;
}

/** `POST /webhooks/{application}/{token}`. Right after a deferral it fills the waiting message, as it always did. */
export function followUp(world: World, open: OpenInteraction, body: unknown, files: readonly File[]): Message {
  const { record, original } = open;
  if (record.state === "deferred" && original && original !== open.source) {
    return editAnswer(world, open, original, body, files);
  }
  const flags = parseForm(v.looseObject({ flags: v.nullish(v.number()) }), body).flags ?? 0;
  const { message } = answer(world, open, body, files, Boolean(flags & MESSAGE_FLAGS.EPHEMERAL));
  record.followUps.push(message);
  return message;
}

function answer(world: World, open: OpenInteraction, body: unknown, files: readonly File[], ephemeral: boolean): Entry {
  const form = parseCreate(body, files.length);
  return post(world, open, draftOf(world, open.use.channel, form, files, { pings: "users", ephemeral }), ephemeral);
}

function post(world: World, open: OpenInteraction, draft: Partial<Message>, ephemeral: boolean): Entry {
  const { use, source } = open;
  const place = use.channel.type === 1 ? "0" : world.guild.id;
  const below: Partial<Message> = source
    ? {
        type: 19,
        message_reference: { type: 0, message_id: source.message.id, channel_id: source.message.channel_id },
        referenced_message: withoutReference(source.message),
      }
    : use.type === 2
      ? { type: 20 }
      : {};
  const whole = {
    ...below,
    ...metadataOf(use, place),
    ...draft,
    application_id: world.bot.id,
    webhook_id: world.bot.id,
  };
  return world.post(use.channel, world.bot, whole, { visibleTo: ephemeral ? use.account.user.id : null });
}

function editEntry(world: World, entry: Entry, body: unknown, files: readonly File[]): Message {
  const { message } = entry;
  const channel = world.channels.get(message.channel_id);
  if (!channel) throw refusals.unknownChannel();
  const form = parseEdit(body, Boolean((message.flags ?? 0) & MESSAGE_FLAGS.COMPONENTS_V2));
  const changes = changesOf(world, channel, message, form, files, "users");
  const filled = Boolean((message.flags ?? 0) & MESSAGE_FLAGS.LOADING);
  return world.edit(entry, { ...changes, edited_timestamp: filled ? null : new Date(world.now()).toISOString() });
}

function settle(
  open: OpenInteraction,
  state: "answered" | "deferred" | "updated",
  original: Entry | null,
  ephemeral: boolean,
) {
  open.acknowledged = true;
  open.original = original;
  open.record.state = state;
  open.record.ephemeral = ephemeral;
  open.record.message = original?.message ?? null;
}
