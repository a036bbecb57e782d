import * as v from "valibot";
import { ApiError, formError, refusals } from "../api-error.ts";
import { MESSAGE_FLAGS } from "../world.ts";
import { checkComponents, messageComponents } from "./components.ts";
import { integer, list, parseForm, rule, snowflake, text, webUrl } from "./fields.ts";

/** Limits of docs: resources/message, "Embed Limits". */
const EMBED_TOTAL = 6000;

const picture = v.nullish(v.object({ url: webUrl }));
const embed = v.object({
  title: v.nullish(text(0, 256)),
  type: v.nullish(v.string()),
  description: v.nullish(text(0, 4096)),
  url: v.nullish(webUrl),
  timestamp: v.nullish(v.string()),
  color: v.nullish(integer(0, 0xffffff)),
  footer: v.nullish(v.object({ text: text(0, 2048), icon_url: v.nullish(webUrl) })),
  image: picture,
  thumbnail: picture,
  author: v.nullish(v.object({ name: text(0, 256), url: v.nullish(webUrl), icon_url: v.nullish(webUrl) })),
  fields: v.nullish(
    list(v.object({ name: text(1, 256), value: text(1, 1024), inline: v.nullish(v.boolean(), false) }), 0, 25),
  ),
});

const mentionIds = v.nullish(list(snowflake, 0, 100));
const exclusive = rule("MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", "parse and an id list are mutually exclusive.");
const allowedMentions = v.pipe(
  v.object({
    parse: v.nullish(v.array(v.picklist(["users", "roles", "everyone"]))),
    users: mentionIds,
    roles: mentionIds,
    replied_user: v.nullish(v.boolean()),
  }),
  v.check(({ parse, users }) => !(parse?.includes("users") && users?.length), exclusive),
  v.check(({ parse, roles }) => !(parse?.includes("roles") && roles?.length), exclusive),
);
export type AllowedMentions = v.InferOutput<typeof allowedMentions>;

const attachment = v.object({
  id: v.union([v.string(), v.number()]),
  filename: v.nullish(text(1, 1024)),
  description: v.nullish(text(0, 1024)),
  is_spoiler: v.nullish(v.boolean()),
});

const common = {
  content: v.nullish(text(0, 2000)),
  embeds: v.nullish(list(embed, 0, 10)),
  allowed_mentions: v.nullish(allowedMentions),
  components: v.nullish(messageComponents),
  flags: v.nullish(integer(0, 2 ** 31 - 1)),
  attachments: v.nullish(list(attachment, 0, 10)),
  tts: v.nullish(v.boolean()),
};

const createForm = v.object({
  ...common,
  nonce: v.nullish(v.union([v.pipe(v.number(), v.integer()), text(0, 25)])),
  enforce_nonce: v.nullish(v.boolean()),
  message_reference: v.nullish(
    v.object({
      type: v.nullish(v.picklist([0, 1])),
      message_id: snowflake,
      channel_id: v.nullish(snowflake),
      fail_if_not_exists: v.nullish(v.boolean()),
    }),
  ),
  sticker_ids: v.nullish(list(snowflake, 0, 3)),
});
const editForm = v.object(common);

export type CreateForm = v.InferOutput<typeof createForm>;
export type EditForm = v.InferOutput<typeof editForm>;

/** A new message, checked; `fileCount` files came with it. `path` is where the form sits in the request. */
export function parseCreate(body: unknown, fileCount: number, path: readonly string[] = []): CreateForm {
  const form = parseAt(createForm, body, path);
  checkWhole(form, Boolean((form.flags ?? 0) & MESSAGE_FLAGS.COMPONENTS_V2), path);
  const empty = !form.content?.trim() && !form.embeds?.length && !form.components?.length && !form.sticker_ids?.length;
  if (empty && fileCount === 0 && form.message_reference?.type !== 1) throw refusals.empty();
  return form;
}

/** Changes to a message, checked; what is absent stays as it is. `v2` is true once a message uses Components V2. */
export function parseEdit(body: unknown, v2: boolean): EditForm {
  const form = parseForm(editForm, body);
  checkWhole(form, v2 || Boolean((form.flags ?? 0) & MESSAGE_FLAGS.COMPONENTS_V2), []);
  return form;
}

function parseAt<S extends v.GenericSchema>(schema: S, body: unknown, path: readonly string[]): v.InferOutput<S> {
  try {
    return parseForm(schema, body);
  } catch (error) {
    if (!(error instanceof ApiError) || !error.errors) throw error;
    throw refusals.invalidForm(path.reduceRight((inner, key) => ({ [key]: inner }), error.errors));
  }
}

function checkWhole(form: EditForm, v2: boolean, path: readonly string[]): void {
  if (v2 && (form.content || form.embeds?.length)) {
    const message = "The MESSAGE_FLAGS_IS_COMPONENTS_V2 flag does not allow content or embeds.";
    throw refusals.invalidForm(
      formError([...path, "content"], "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message),
    );
  }
  const total = (form.embeds ?? []).reduce((sum, one) => sum + embedLength(one), 0);
  if (total > EMBED_TOTAL) {
    const message = `Embed size exceeds maximum size of ${EMBED_TOTAL}`;
    throw refusals.invalidForm(formError([...path, "embeds"], "MAX_EMBED_SIZE_EXCEEDED", message));
  }
  checkComponents(form.components ?? [], v2, [...path, "components"]);
}

function embedLength(one: v.InferOutput<typeof embed>): number {
  const texts = [one.title, one.description, one.footer?.text, one.author?.name];
  for (const field of one.fields ?? []) texts.push(field.name, field.value);
  return texts.reduce((sum, value) => sum + (value?.length ?? 0), 0);
}
