import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import { refusals } from "../api-error.ts";
import type { File } from "../attachments.ts";
import type { Credentials } from "../credentials.ts";
import type { Faults } from "../faults.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Interactions } from "../interactions/interactions.ts";
import { readable } from "../message-content.ts";
import type { RateLimits } from "../rate-limits.ts";
import type { Channel, Entry, Message, World } from "../world.ts";

/** What the routes work with. */
export type RestParts = {
  readonly world: World;
  readonly credentials: Credentials;
  readonly interactions: Interactions;
  readonly gateway: Gateway;
  readonly faults: Faults;
  readonly limits: RateLimits;
  /** Whether requests over the limits are refused; they are counted in any case. */
  readonly limited: boolean;
  /** Bits of the privileged intents that the application has. */
  readonly privilegedIntents: number;
  /** Aborted when the stand-in closes. */
  readonly closing: AbortSignal;
};

export type RestEnv = {
  Bindings: HttpBindings;
  Variables: {
    /** Path below `/api/v10`, without the query. */
    path: string;
    /** The parsed JSON, or the parsed `payload_json` of a multipart request; `undefined` without a body. */
    body: unknown;
    files: readonly File[];
  };
};

export type RestContext = Context<RestEnv>;

export function channelOf({ world }: RestParts, id: string): Channel {
  const channel = world.channels.get(id);
  if (!channel) throw refusals.unknownChannel();
  return channel;
}

/** A message of this channel that everybody sees: what members see alone is out of the bot token's reach. */
export function entryOf({ world }: RestParts, channel: Channel, messageId: string): Entry {
  const entry = world.find(messageId);
  if (!entry || entry.message.channel_id !== channel.id || entry.visibleTo !== null) throw refusals.unknownMessage();
  return entry;
}

/** A message as REST returns it: without nonce, each attachment with a URL good for another day, text only where allowed. */
export function shown({ world, privilegedIntents }: RestParts, message: Message): Message {
  const attachments = message.attachments.map((attachment) => world.attachments.refresh(attachment));
  const whole = { ...message, attachments };
  const inDm = world.channels.get(message.channel_id)?.type === 1;
  return inDm ? whole : readable(whole, privilegedIntents, world.bot.id);
}
