import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { APIApplicationCommand } from "discord-api-types/v10";
import { Attachments } from "./attachments.ts";
import { Credentials } from "./credentials.ts";
import { Faults } from "./faults.ts";
import { type Exchange, Feed, type Listener } from "./feed.ts";
import { Gateway } from "./gateway/gateway.ts";
import { StartLimit } from "./gateway/start-limit.ts";
import { type EndpointCheck, Interactions } from "./interactions/interactions.ts";
import { Member, type MemberOptions } from "./member.ts";
import { RateLimits } from "./rate-limits.ts";
import { API_PREFIX, createApp } from "./rest/app.ts";
import { createSnowflakes } from "./snowflake.ts";
import { type Dispatch, type Message, World } from "./world.ts";

export type { File } from "./attachments.ts";
export type { Faults, RestFault, RestFaultKind } from "./faults.ts";
export type { Exchange, StandInEvent } from "./feed.ts";
export type { EndpointCheck } from "./interactions/interactions.ts";
export type { InteractionRecord } from "./interactions/record.ts";
export type { DmOptions, Member, MemberOptions } from "./member.ts";
export type { Message } from "./world.ts";

export type DiscordOptions = {
  /** Without one, the system picks a free port. */
  readonly port?: number;
  readonly botToken?: string;
  readonly applicationId?: string;
  /** Milliseconds since 1970: ids, limits, lifetimes. Heartbeats and time limits of connections run on the real clock. */
  readonly now?: () => number;
  /** Whether requests over Discord's normal limits are refused. Default true. */
  readonly rateLimits?: boolean;
  readonly gateway?: {
    /** Default 41,250. */
    readonly heartbeatIntervalMs?: number;
    /** How long a session without a connection can be resumed. Default three minutes. */
    readonly resumeWindowMs?: number;
    /** Identifies a day. Default 1,000. */
    readonly identifiesPerDay?: number;
    /** Time between two Identifies of one key. Default 5,000. */
    readonly identifyIntervalMs?: number;
    readonly maxConcurrency?: number;
    readonly shards?: number;
    /** Bits of the privileged intents that the application has. Default none. */
    readonly privilegedIntents?: number;
  };
};

/** A whole Discord on 127.0.0.1: the REST API, the Gateway, signed interactions, and the people who use them. */
export interface DiscordStandIn {
  readonly url: string;
  readonly apiUrl: string;
  /** The token that is good now; see `tokenWasReset`. */
  readonly botToken: string;
  readonly tokenWasReset: boolean;
  readonly applicationId: string;
  /** Ed25519, 64 hexadecimal digits. */
  readonly publicKey: string;
  readonly bot: { readonly id: string; readonly username: string };
  readonly guild: { readonly id: string; readonly name: string };
  /** Where signed interactions are posted; `null`: `INTERACTION_CREATE` over the Gateway. */
  interactionsUrl: string | null;
  readonly members: ReadonlyMap<string, Member>;
  /** The registered global commands by id. */
  readonly commands: ReadonlyMap<string, APIApplicationCommand>;
  readonly faults: Faults;
  readonly log: readonly Exchange[];
  /** Requests of the last ten minutes that were answered by 401, 403 or a 429 that counts. */
  readonly invalidRequests: number;
  /** Identifies left today; may be set. */
  identifiesLeft: number;
  /** While true, the CDN answers 403, as it does to Workers. */
  attachmentsRefused: boolean;
  channelNamed(name: string): { readonly id: string };
  /** What everybody sees in a channel or thread, oldest first. */
  messagesIn(channelId: string): readonly Message[];
  createMember(options?: MemberOptions): Member;
  checkEndpoint(): Promise<EndpointCheck>;
  /** Calls the listener with everything that happens, until the returned function is called. */
  subscribe(listener: Listener): () => void;
  /** The first truthy value of `probe`, asked now and after every event. Rejects naming `what` at the limit (default 10 s). */
  until<T>(probe: () => T | undefined | null | false, what: string, timeLimitMs?: number): Promise<T>;
  close(): Promise<void>;
}

/** Starts a Discord of its own on 127.0.0.1. */
export async function startDiscord(options: DiscordOptions = {}): Promise<DiscordStandIn> {
  const now = options.now ?? Date.now;
  const nextId = createSnowflakes(now);
  const feed = new Feed();
  const closing = new AbortController();
  const credentials = new Credentials(options.applicationId ?? nextId(), options.botToken);
  let port = options.port ?? 0;
  const address = (scheme: "http" | "ws") => `${scheme}://127.0.0.1:${port}`;
  const attachments = new Attachments(nextId, now, () => address("http"));
  const dispatch = (event: Dispatch) => gateway.dispatch(event);
  const { applicationId } = credentials;
  const world = new World({ now, nextId, feed, attachments, applicationId, dispatch });
  const gateway = createGateway(options, {
    world,
    credentials,
    faults: () => faults.gateway,
    baseUrl: () => address("ws"),
  });
  const faults = new Faults(gateway);
  const interactions = new Interactions({ world, credentials, dispatch, closing: closing.signal });
  const limits = new RateLimits();
  const limited = options.rateLimits ?? true;
  const privilegedIntents = options.gateway?.privilegedIntents ?? 0;
  const control = { faults, limits, limited, privilegedIntents, closing: closing.signal };
  const rest = { world, credentials, interactions, gateway, ...control };
  const server = createAdaptorServer({ fetch: createApp(rest).fetch });
  server.on("upgrade", (request, socket, head) => gateway.upgrade(request, socket, head));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  port = (server.address() as AddressInfo).port;
  const members = new Map<string, Member>();

  return {
    url: address("http"),
    apiUrl: address("http") + API_PREFIX,
    get botToken() {
      return credentials.botToken;
    },
    get tokenWasReset() {
      return credentials.tokenWasReset;
    },
    applicationId,
    publicKey: credentials.publicKey,
    bot: { id: world.bot.id, username: world.bot.username },
    guild: world.guild,
    get interactionsUrl() {
      return interactions.url;
    },
    set interactionsUrl(url) {
      interactions.url = url;
    },
    members,
    commands: world.commands,
    faults,
    log: feed.log,
    get invalidRequests() {
      return limits.invalidRequests(now());
    },
    get identifiesLeft() {
      return gateway.startLimit.remaining;
    },
    set identifiesLeft(count) {
      gateway.startLimit.remaining = count;
    },
    get attachmentsRefused() {
      return attachments.refuse;
    },
    set attachmentsRefused(refuse) {
      attachments.refuse = refuse;
    },
    channelNamed: (name) => world.channelNamed(name),
    messagesIn: (channelId) => world.history(channelById(world, channelId), {}),
    createMember: (memberOptions = {}) => {
      const member = new Member(world, interactions, memberOptions);
      members.set(member.id, member);
      return member;
    },
    checkEndpoint: () => interactions.checkEndpoint(),
    subscribe: (listener) => feed.subscribe(listener),
    until: (probe, what, timeLimitMs) => feed.until(probe, what, timeLimitMs),
    close: async () => {
      closing.abort();
      gateway.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
      feed.close();
    },
  };
}

function createGateway(
  { gateway: wanted = {}, now = Date.now }: DiscordOptions,
  parts: Pick<ConstructorParameters<typeof Gateway>[0], "world" | "credentials" | "faults" | "baseUrl">,
): Gateway {
  const total = wanted.identifiesPerDay ?? 1000;
  const maxConcurrency = wanted.maxConcurrency ?? 1;
  const intervalMs = wanted.identifyIntervalMs ?? 5000;
  return new Gateway({
    ...parts,
    startLimit: new StartLimit({ total, maxConcurrency, intervalMs }, now),
    heartbeatIntervalMs: wanted.heartbeatIntervalMs ?? 41_250,
    resumeWindowMs: wanted.resumeWindowMs ?? 3 * 60 * 1000,
    shards: wanted.shards ?? 1,
    privilegedIntents: wanted.privilegedIntents ?? 0,
  });
}

function channelById(world: World, id: string) {
  const channel = world.channels.get(id);
  if (!channel) throw new Error(`the stand-in has no channel ${id}`);
  return channel;
}
