import type { APIApplicationCommand, APIMessage, APIUser } from "discord-api-types/v10";
import { refusals } from "./api-error.ts";
import type { Attachments } from "./attachments.ts";
import type { Feed } from "./feed.ts";
import { isAfter } from "./snowflake.ts";

/** A message as Discord's API shows it. It is the living object: it changes when the message is edited. */
export type Message = APIMessage & { guild_id?: string };

/** A message and who may see it. */
export type Entry = {
  readonly message: Message /** The only member who sees it; `null`: everybody. */;
  readonly visibleTo: string | null;
};

export type Channel = {
  readonly id: string;
  /** 0 text, 1 DM, 5 announcements, 12 private thread. */
  readonly type: 0 | 1 | 5 | 12;
  readonly name: string;
  /** The member of a DM; `null` elsewhere. */
  readonly recipient: string | null;
  /** Private threads only. */
  readonly thread: Thread | null;
  readonly entries: Entry[];
};

export type Thread = {
  readonly parentId: string;
  readonly ownerId: string;
  readonly members: Set<string>;
  readonly createdAt: string;
  autoArchiveMinutes: number;
  archived: boolean;
  locked: boolean;
};

/** What the world must know about an account. */
export type Account = { readonly user: APIUser; dms: "open" | "closed"; inGuild: boolean };

/** An event for the Gateway. Each session gets it if it has the intent and is the shard of the place. */
export type Dispatch = {
  readonly type: string;
  readonly data: object;
  /** `null`: a DM, which belongs to shard 0. */
  readonly guildId: string | null;
  /** The intent's bit; 0 where none is needed. */
  readonly intent: number;
};

export const INTENTS = {
  GUILDS: 1 << 0,
  GUILD_MESSAGES: 1 << 9,
  GUILD_MESSAGE_TYPING: 1 << 11,
  DIRECT_MESSAGES: 1 << 12,
  DIRECT_MESSAGE_TYPING: 1 << 14,
  MESSAGE_CONTENT: 1 << 15,
} as const;

export const MESSAGE_FLAGS = { EPHEMERAL: 1 << 6, LOADING: 1 << 7, VOICE: 1 << 13, COMPONENTS_V2: 1 << 15 } as const;

const NO_FLAGS: number = 0;

/** How long `enforce_nonce` remembers. Discord says "a few minutes". */
const NONCE_WINDOW_MS = 3 * 60 * 1000;

export type WorldParts = {
  readonly now: () => number;
  readonly nextId: () => string;
  readonly feed: Feed;
  readonly attachments: Attachments;
  readonly applicationId: string;
  readonly dispatch: (event: Dispatch) => void;
};

/** All that exists on this Discord: one server, its channels, the accounts, the messages, the bot's commands. */
export class World {
  readonly now: () => number;
  readonly nextId: () => string;
  readonly feed: Feed;
  readonly attachments: Attachments;
  readonly bot: APIUser;
  readonly guild: { readonly id: string; readonly name: string };
  readonly accounts = new Map<string, Account>();
  readonly channels = new Map<string, Channel>();
  readonly commands = new Map<string, APIApplicationCommand>();
  readonly #dispatch: (event: Dispatch) => void;
  readonly #dms = new Map<string, Channel>();
  readonly #messages = new Map<string, Entry>();
  readonly #nonces = new Map<string, { messageId: string; at: number }>();

  constructor(parts: WorldParts) {
    this.now = parts.now;
    this.nextId = parts.nextId;
    this.feed = parts.feed;
    this.attachments = parts.attachments;
    this.#dispatch = parts.dispatch;
    this.guild = { id: this.nextId(), name: "Community" };
    for (const name of ["customer-service", "bug-report", "feature-request"]) this.addChannel({ type: 0, name });
    this.addChannel({ type: 5, name: "announcements" });
    this.bot = newUser(parts.applicationId, "customer-care", "Customer Care");
    this.bot.bot = true;
    this.accounts.set(this.bot.id, { user: this.bot, dms: "closed", inGuild: true });
  }

  addAccount(name: string): Account {
    const id = this.nextId();
    const account: Account = { user: newUser(id, `member_${id}`, name), dms: "open", inGuild: true };
    this.accounts.set(id, account);
    return account;
  }

  addChannel(what: Pick<Channel, "type" | "name"> & Partial<Pick<Channel, "recipient" | "thread">>): Channel {
    const channel: Channel = { recipient: null, thread: null, ...what, id: this.nextId(), entries: [] };
    this.channels.set(channel.id, channel);
    return channel;
  }

  channelNamed(name: string): Channel {
    for (const channel of this.channels.values()) if (channel.type !== 1 && channel.name === name) return channel;
    throw new Error(`the stand-in has no channel named ${name}`);
  }

  /** The DM between the bot and an account; opening it twice gives the same one. */
  dmWith(userId: string): Channel {
    const open = this.#dms.get(userId);
    if (open) return open;
    const channel = this.addChannel({ type: 1, name: "", recipient: userId });
    this.#dms.set(userId, channel);
    return channel;
  }

  /** The message, wherever it is; `undefined` when it was deleted or never was. */
  find(messageId: string): Entry | undefined {
    return this.#messages.get(messageId);
  }

  /** Adds a message and tells everybody who may know. `nonce` is the sender's. */
  post(
    channel: Channel,
    author: APIUser,
    draft: Partial<Message>,
    options: { nonce?: string | number | null; visibleTo?: string | null } = {},
  ): Entry {
    const message: Message = {
      type: 0,
      content: "",
      mentions: [],
      mention_roles: [],
      mention_everyone: false,
      attachments: [],
      embeds: [],
      edited_timestamp: null,
      flags: NO_FLAGS,
      components: [],
      ...draft,
      id: this.nextId(),
      channel_id: channel.id,
      author,
      timestamp: new Date(this.now()).toISOString(),
      pinned: false,
      tts: false,
    };
    const entry: Entry = { message, visibleTo: options.visibleTo ?? null };
    channel.entries.push(entry);
    this.#messages.set(message.id, entry);
    const nonce = options.nonce ?? null;
    if (nonce !== null) this.#nonces.set(`${author.id} ${nonce}`, { messageId: message.id, at: this.now() });
    this.#tell("MESSAGE_CREATE", entry, { ...message, ...(nonce !== null && { nonce }) });
    this.feed.publish({ type: "message", what: "created", message });
    return entry;
  }

  edit(entry: Entry, changes: Partial<Message>): Message {
    Object.assign(entry.message, changes);
    this.#tell("MESSAGE_UPDATE", entry, { ...entry.message });
    this.feed.publish({ type: "message", what: "edited", message: entry.message });
    return entry.message;
  }

  delete(entry: Entry): void {
    const { message } = entry;
    const entries = this.channels.get(message.channel_id)?.entries;
    entries?.splice(entries.indexOf(entry), 1);
    this.#messages.delete(message.id);
    this.#tell("MESSAGE_DELETE", entry, { id: message.id, channel_id: message.channel_id });
    this.feed.publish({ type: "message", what: "deleted", message });
  }

  /**
   * The message this author already sent with this nonce within the window, or `undefined`.
   * Throws Unknown Message when that one was deleted (docs: resources/message, "Create Message", `enforce_nonce`).
   */
  sentWith(authorId: string, nonce: string | number): Message | undefined {
    const sent = this.#nonces.get(`${authorId} ${nonce}`);
    if (!sent || sent.at + NONCE_WINDOW_MS < this.now()) return undefined;
    const entry = this.find(sent.messageId);
    if (!entry) throw refusals.unknownMessage();
    return entry.message;
  }

  typing(channel: Channel, userId: string): void {
    this.feed.publish({ type: "typing", channelId: channel.id, userId });
    const guildId = this.guildOf(channel);
    this.#dispatch({
      type: "TYPING_START",
      data: {
        channel_id: channel.id,
        user_id: userId,
        timestamp: Math.floor(this.now() / 1000),
        ...(guildId && { guild_id: guildId }),
      },
      guildId,
      intent: guildId ? INTENTS.GUILD_MESSAGE_TYPING : INTENTS.DIRECT_MESSAGE_TYPING,
    });
  }

  guildOf(channel: Channel): string | null {
    return channel.type === 1 ? null : this.guild.id;
  }

  /** What one member sees in a channel, oldest first. */
  seenBy(userId: string, channel: Channel): Message[] {
    return channel.entries.flatMap(({ message, visibleTo }) =>
      visibleTo === null || visibleTo === userId ? [message] : [],
    );
  }

  /** What REST lists: everything that is not private to one member, oldest first, after or before an id. */
  history(channel: Channel, range: { after?: string | undefined; before?: string | undefined }): Message[] {
    return channel.entries.flatMap(({ message, visibleTo }) =>
      visibleTo === null &&
      (range.after === undefined || isAfter(message.id, range.after)) &&
      (range.before === undefined || isAfter(range.before, message.id))
        ? [message]
        : [],
    );
  }

  #tell(type: string, entry: Entry, data: object): void {
    const channel = this.channels.get(entry.message.channel_id);
    if (!channel || entry.visibleTo !== null) return;
    const guildId = this.guildOf(channel);
    this.#dispatch({
      type,
      data: {
        ...data,
        ...(type !== "MESSAGE_DELETE" && { channel_type: channel.type }),
        ...(guildId && { guild_id: guildId }),
      },
      guildId,
      intent: guildId ? INTENTS.GUILD_MESSAGES : INTENTS.DIRECT_MESSAGES,
    });
  }
}

function newUser(id: string, username: string, displayName: string): APIUser {
  return {
    id,
    username,
    discriminator: "0",
    global_name: displayName,
    avatar: null,
    public_flags: NO_FLAGS,
    flags: NO_FLAGS,
    primary_guild: null,
  };
}
