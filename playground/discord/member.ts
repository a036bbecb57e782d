import type { APIEmbed } from "discord-api-types/v10";
import type { File } from "./attachments.ts";
import { pingsOf, referenceTo } from "./drafts.ts";
import type { Interactions } from "./interactions/interactions.ts";
import type { InteractionRecord } from "./interactions/record.ts";
import { commandData, findComponent, optionsOf, submittedValues, takingOptions } from "./interactions/values.ts";
import { type Account, type Channel, type Entry, MESSAGE_FLAGS, type Message, type World } from "./world.ts";

/** What may come with a message in the DM. */
export type DmOptions = {
  readonly attachments?: readonly File[];
  /** Id of the message this one answers. */
  readonly replyTo?: string;
  /** Id of a message that is handed on; the text must be empty. */
  readonly forward?: string;
  /** Name of a sticker. */
  readonly sticker?: string;
  /** A voice message: its file is the only content. */
  readonly voice?: File;
  readonly poll?: { readonly question: string; readonly answers: readonly string[] };
};

export type MemberOptions = { readonly name?: string; readonly locale?: string; readonly dms?: "open" | "closed" };

/** A member typed more than Discord lets through (with Nitro). */
const LONGEST_TEXT = 4000;

/** A person on Discord, and all that this person can do to the bot. */
export class Member {
  readonly name: string;
  locale: string;
  readonly #world: World;
  readonly #interactions: Interactions;
  readonly #account: Account;

  constructor(world: World, interactions: Interactions, options: MemberOptions) {
    this.#world = world;
    this.#interactions = interactions;
    this.name = options.name ?? "member";
    this.locale = options.locale ?? "en-US";
    this.#account = world.addAccount(this.name);
    this.#account.dms = options.dms ?? "open";
  }

  get id(): string {
    return this.#account.user.id;
  }

  /** Whether the bot may write to this member. */
  get dms(): "open" | "closed" {
    return this.#account.dms;
  }

  set dms(value: "open" | "closed") {
    this.#account.dms = value;
  }

  /** Whether this member shares a server with the bot. */
  get inGuild(): boolean {
    return this.#account.inGuild;
  }

  set inGuild(value: boolean) {
    this.#account.inGuild = value;
  }

  /** What the member sees in the DM with the bot, oldest first. */
  get dmMessages(): Message[] {
    return this.#world.seenBy(this.id, this.#dm());
  }

  get dmChannelId(): string {
    return this.#dm().id;
  }

  /** Writes to the bot. */
  dm(text: string, options: DmOptions = {}): Message {
    return this.#say(this.#dm(), text, options);
  }

  /** Writes in a channel of the server, or in a thread. */
  say(channelId: string, text: string, options: DmOptions = {}): Message {
    return this.#say(this.#channel(channelId), text, options);
  }

  edit(messageId: string, text: string): Message {
    return this.#world.edit(this.#own(messageId), { content: text, edited_timestamp: this.#timestamp() });
  }

  /** Discord shows a link's preview: an update of the message that is no edit. */
  unfurl(messageId: string): Message {
    const entry = this.#own(messageId);
    const [url = "https://example.com/"] = /https?:\/\/\S+/.exec(entry.message.content) ?? [];
    const preview: APIEmbed = { url, title: "Preview", description: "What the link leads to." };
    return this.#world.edit(entry, { embeds: [...entry.message.embeds, preview] });
  }

  delete(messageId: string): void {
    this.#world.delete(this.#own(messageId));
  }

  typing(): void {
    this.#world.typing(this.#dm(), this.id);
  }

  /** Uses a slash command, with its subcommand if it has some: `"case view"`. `channel` is a channel's name, or "dm". Resolves when it was answered or failed. */
  async slash(
    command: string,
    options: { channel?: string; values?: Readonly<Record<string, unknown>> } = {},
  ): Promise<InteractionRecord> {
    const channel = this.#place(options.channel);
    const { known, path, taking } = this.#command(command, channel);
    const data = commandData(known, path, optionsOf(taking, options.values ?? {}));
    return this.#interactions.send({ ...this.#who(), type: 2, channel, data, source: null });
  }

  /** Types into one option of a slash command and asks for suggestions. The other values may be partial. */
  async autocomplete(
    command: string,
    focused: string,
    values: Readonly<Record<string, unknown>>,
    options: { channel?: string } = {},
  ): Promise<InteractionRecord> {
    const channel = this.#place(options.channel);
    const { known, path, taking } = this.#command(command, channel);
    const given = optionsOf(taking, values, true).map((one) =>
      one.name === focused ? { ...one, focused: true } : one,
    );
    const data = commandData(known, path, given);
    return this.#interactions.send({ ...this.#who(), type: 4, channel, data, source: null });
  }

  /** Presses a button, named by its label or its custom_id. */
  async press(messageId: string, button: string): Promise<InteractionRecord> {
    const source = this.#visible(messageId);
    const { custom_id, type } = findComponent(source.message, "button", button);
    return this.#useComponent(source, { custom_id, component_type: type });
  }

  /** Chooses in a select menu, named by its custom_id. */
  async select(messageId: string, customId: string, values: readonly string[]): Promise<InteractionRecord> {
    const source = this.#visible(messageId);
    const { custom_id, type } = findComponent(source.message, "select", customId);
    return this.#useComponent(source, { custom_id, component_type: type, values });
  }

  /** Fills in and sends the form that an interaction brought; `values` by custom_id. */
  async submitModal(opened: InteractionRecord, values: Readonly<Record<string, unknown>>): Promise<InteractionRecord> {
    if (!opened.modal) throw new Error("this interaction brought no form");
    const channel = this.#channel(opened.channelId);
    const { modal } = opened;
    const data = { custom_id: modal.custom_id, components: submittedValues(modal, values) };
    const source = this.#interactions.sourceOf(opened);
    return this.#interactions.send({ ...this.#who(), type: 5, channel, data, source });
  }

  #useComponent(source: Entry, data: object): Promise<InteractionRecord> {
    const channel = this.#channel(source.message.channel_id);
    return this.#interactions.send({ ...this.#who(), type: 3, channel, data, source });
  }

  #say(channel: Channel, text: string, options: DmOptions): Message {
    if (text.length > LONGEST_TEXT) throw new Error(`members type at most ${LONGEST_TEXT} characters`);
    const reply = options.replyTo === undefined ? {} : referenceTo(this.#world, { message_id: options.replyTo }, true);
    const forward =
      options.forward === undefined ? {} : referenceTo(this.#world, { type: 1, message_id: options.forward }, true);
    const files = [...(options.attachments ?? []), ...(options.voice ? [options.voice] : [])];
    const draft: Partial<Message> = {
      ...reply,
      ...forward,
      ...pingsOf(this.#world, channel, text, null, "users"),
      content: text.trim(),
      attachments: files.map((file) => this.#world.attachments.add(channel.id, file, false)),
      ...(options.voice && { flags: MESSAGE_FLAGS.VOICE }),
      ...(options.sticker && {
        sticker_items: [{ id: this.#world.nextId(), name: options.sticker, format_type: 1 as const }],
      }),
      ...(options.poll && { poll: pollOf(options.poll, this.#world.now()) }),
    };
    if (!draft.content && files.length === 0 && !options.forward && !options.sticker && !options.poll) {
      throw new Error("an empty message cannot be sent");
    }
    return this.#world.post(channel, this.#account.user, draft).message;
  }

  #who() {
    return { account: this.#account, locale: this.locale };
  }

  #dm(): Channel {
    return this.#world.dmWith(this.id);
  }

  #channel(id: string): Channel {
    const channel = this.#world.channels.get(id);
    const foreign =
      channel?.type === 1 ? channel.recipient !== this.id : channel?.thread?.members.has(this.id) === false;
    if (!channel || foreign) throw new Error(`${this.name} sees no channel ${id}`);
    return channel;
  }

  #place(name = "customer-service"): Channel {
    return name === "dm" ? this.#dm() : this.#world.channelNamed(name);
  }

  /** The command, and the subcommand of it that takes the options. */
  #command(named: string, channel: Channel) {
    const [name = "", ...path] = named.split(" ");
    const command = [...this.#world.commands.values()].find((one) => one.name === name && Number(one.type) === 1);
    if (!command) throw new Error(`the bot has registered no command /${name}`);
    const context = channel.type === 1 ? 1 : 0;
    if (command.contexts && !command.contexts.includes(context)) {
      throw new Error(`/${name} is not offered ${context === 1 ? "in DMs" : "on servers"}`);
    }
    return { known: command, path, taking: takingOptions(command, path) };
  }

  #own(messageId: string): Entry {
    const entry = this.#visible(messageId);
    if (entry.message.author.id !== this.id) throw new Error(`message ${messageId} is not by ${this.name}`);
    return entry;
  }

  #visible(messageId: string): Entry {
    const entry = this.#world.find(messageId);
    const seen = entry && (entry.visibleTo === null || entry.visibleTo === this.id);
    if (!seen) throw new Error(`${this.name} sees no message ${messageId}`);
    this.#channel(entry.message.channel_id);
    return entry;
  }

  #timestamp(): string {
    return new Date(this.#world.now()).toISOString();
  }
}

function pollOf({ question, answers }: { question: string; answers: readonly string[] }, now: number) {
  return {
    question: { text: question },
    answers: answers.map((text, index) => ({ answer_id: index + 1, poll_media: { text } })),
    expiry: new Date(now + 24 * 60 * 60 * 1000).toISOString(),
    allow_multiselect: false,
    layout_type: 1 as const,
    results: { is_finalized: false, answer_counts: [] },
  };
}
