import type { RESTPutAPIApplicationCommandsJSONBody } from "discord-api-types/v10";
import * as v from "valibot";
import packageJson from "../../package.json" with { type: "json" };
import type { DeliveryId, DiscordChannelId, DiscordMessageId, DiscordUserId } from "../conversation/ids.ts";
import { CALL_LIMIT_MS, type CallResult, type Clock, callOutside, type Fetch, parseJson } from "../outside/call.ts";
import { type BudgetReport, NEAR_MS } from "./budget.ts";
import { BudgetShare, type BudgetShareOptions } from "./budget-share.ts";
import { brokenOff, classifyError, isUnauthorized, readErrorBody } from "./errors.ts";
import { RateLimits, type Route, readTooMany, type TooMany } from "./rate-limits.ts";
import type { MessageBody } from "./render.ts";
import { snowflake } from "./snowflake.ts";

export type DiscordRestOptions = {
  readonly fetch: Fetch;
  readonly now: Clock;
  /** Without a slash at its end: `https://discord.com/api/v10`. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly applicationId: string;
  /** Goes into the User-Agent, which Discord demands. */
  readonly publicUrl: string;
  /** What all callers with this bot token share; a script that runs alone has none. */
  readonly shared?: Pick<BudgetShareOptions, "budget" | "pause" | "background">;
};

/**
 * After a lost Gateway session all open conversations read at once, and one that gives up has all of them read again: a
 * read changes nothing and may wait longer.
 */
const READ_PATIENCE_MS = 8000;

/** A message as Discord tells it; fields that are not named here are passed through unchecked. */
const Message = v.looseObject({
  id: snowflake<DiscordMessageId>(),
  channel_id: snowflake<DiscordChannelId>(),
  author: v.looseObject({ id: snowflake<DiscordUserId>(), bot: v.optional(v.boolean()) }),
  content: v.string(),
  timestamp: v.pipe(v.string(), v.isoTimestamp()),
});
export type ChannelMessage = v.InferOutput<typeof Message>;

const WithId = <Id extends string>() =>
  v.pipe(
    v.object({ id: snowflake<Id>() }),
    v.transform(({ id }) => id),
  );

const GatewayBot = v.pipe(
  v.object({
    url: v.string(),
    shards: v.number(),
    session_start_limit: v.object({ remaining: v.number(), reset_after: v.number() }),
  }),
  v.transform(({ url, shards, session_start_limit: limit }) => ({
    url,
    shards,
    /** How many sessions may still be started, and in how many milliseconds that count starts anew. */
    remaining: limit.remaining,
    resetAfterMs: limit.reset_after,
  })),
);
export type GatewayBot = v.InferOutput<typeof GatewayBot>;

/** An answer that says nothing but that it was done. */
const NOTHING = v.pipe(
  v.unknown(),
  v.transform(() => null),
);

const RegisteredCommand = v.object({ id: v.string(), name: v.string() });
export type RegisteredCommand = v.InferOutput<typeof RegisteredCommand>;

/**
 * What a call asks of the shared budget: leave, for which it waits on the spot no longer than that; what no other call has to
 * wait for; nothing.
 */
type LeaveAsked = { readonly withinMs: number } | "to-spare" | "none";

type Request<Schema extends v.GenericSchema> = {
  readonly method: "GET" | "POST" | "PATCH" | "PUT";
  readonly path: string;
  readonly route: Route;
  /** False where the path holds an interaction's token, which is all the permission it takes. */
  readonly asBot: boolean;
  readonly leave: LeaveAsked;
  readonly isWanted?: () => boolean;
  readonly body?: unknown;
  readonly answer: Schema;
};

/** What this project needs of Discord's REST API, version 10. */
export type DiscordRest = ReturnType<typeof discordRest>;

/**
 * Discord's REST API over `fetch`. No call throws, each ends within ten seconds from when it leaves, and its result says
 * whether the thing happened. Rate limits are remembered for as long as the object lives; a call that would be refused by one, or that the
 * shared budget has no room for, is not made (`later`). Neither results nor errors contain a token.
 */
export function discordRest(options: DiscordRestOptions) {
  const { fetch, now, apiUrl, botToken, applicationId, publicUrl } = options;
  const limits = new RateLimits(now);
  const share = options.shared && new BudgetShare({ ...options.shared, now });
  const userAgent = `DiscordBot (${publicUrl}, ${packageJson.version})`;

  async function call<Schema extends v.GenericSchema>(
    request: Request<Schema>,
  ): Promise<CallResult<v.InferOutput<Schema>>> {
    const { method, path, route, asBot, body } = request;
    const isRead = method === "GET";
    let wait = limits.wait(route);
    let isProbe = false;
    if (wait === 0 && share && request.leave === "to-spare") {
      if (!(await share.spare())) return { kind: "later", reason: "nothing is to spare", held: true };
      wait = limits.wait(route);
    }
    if (wait === 0 && share && typeof request.leave === "object") {
      const leave = await share.leave(request.leave.withinMs);
      if (leave.kind === "later") return { ...leave, reason: "the bot's limit is used up", held: true };
      if (request.isWanted?.() === false) return { kind: "later", reason: "not wanted any more", held: true };
      isProbe = leave.isProbe;
      // Another call may have met a limit meanwhile.
      wait = limits.wait(route);
    }
    if (wait > 0) return { kind: "later", reason: "a rate limit is used up", afterMs: wait, held: true };

    const headers = {
      "user-agent": userAgent,
      ...(asBot && { authorization: `Bot ${botToken}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const answer = await callOutside(fetch, apiUrl + path, init, CALL_LIMIT_MS);
    if (answer.kind === "unknown") return brokenOff(answer.reason, isRead);

    limits.note(route, answer.headers);
    const error = readErrorBody(answer.body);
    const tooMany = answer.status === 429 ? readTooMany(answer.headers, error) : null;
    const report = reportOf(answer.status, error?.code ?? 0, asBot, isProbe, tooMany);
    if (report) share?.report(report);
    if (tooMany) {
      return { kind: "later", reason: `rate limit reached (${tooMany.reach})`, afterMs: limits.block(route, tooMany) };
    }
    if (answer.status < 200 || answer.status >= 300) return classifyError(answer.status, answer.body, isRead);
    const result = v.safeParse(request.answer, parseJson(answer.body));
    return result.success
      ? { kind: "done", value: result.output }
      : brokenOff("Discord's answer could not be understood", isRead);
  }

  return {
    /** Opens the DM with a member, or finds the one that is open: to be called on a member's action only. */
    openDm(member: DiscordUserId): Promise<CallResult<DiscordChannelId>> {
      return call({
        method: "POST",
        path: "/users/@me/channels",
        route: { name: "POST /users/@me/channels", major: "", countsGlobally: true },
        asBot: true,
        leave: { withinMs: NEAR_MS },
        body: { recipient_id: member },
        answer: WithId<DiscordChannelId>(),
      });
    },

    /**
     * Sends a message. The same nonce within a few minutes gives the same message back instead of a second one
     * (docs: resources/message, "Create Message"), so that an `unknown` result is settled by repeating the call. Where it
     * waits for a limit, `isWanted` is asked once more before the call is made.
     */
    createMessage(
      channel: DiscordChannelId,
      body: MessageBody,
      nonce: DeliveryId,
      isWanted?: () => boolean,
    ): Promise<CallResult<DiscordMessageId>> {
      return call({
        method: "POST",
        path: `/channels/${channel}/messages`,
        route: { name: "POST /channels/:channel/messages", major: channel, countsGlobally: true },
        asBot: true,
        leave: { withinMs: NEAR_MS },
        ...(isWanted && { isWanted }),
        body: { ...body, nonce, enforce_nonce: true },
        answer: WithId<DiscordMessageId>(),
      });
    },

    /** Shows the member for ten seconds, or until the next message, that something is being written. May be repeated. */
    showTyping(channel: DiscordChannelId): Promise<CallResult<null>> {
      return call({
        method: "POST",
        path: `/channels/${channel}/typing`,
        route: { name: "POST /channels/:channel/typing", major: channel, countsGlobally: true },
        asBot: true,
        leave: "to-spare",
        answer: NOTHING,
      });
    },

    /** Writes what a deferred interaction has waited for; `token` is valid for 15 minutes. May be repeated. */
    completeAnswer(token: string, body: MessageBody): Promise<CallResult<null>> {
      return call({
        method: "PATCH",
        path: `/webhooks/${applicationId}/${encodeURIComponent(token)}/messages/@original`,
        route: { name: "PATCH /webhooks/:application/:token/messages/@original", major: token, countsGlobally: false },
        asBot: false,
        leave: "none",
        body,
        answer: NOTHING,
      });
    },

    /** The messages that follow `after`, or the latest ones, oldest first; at most `limit` (1–100). */
    async messagesAfter(
      channel: DiscordChannelId,
      after: DiscordMessageId | null,
      limit: number,
    ): Promise<CallResult<readonly ChannelMessage[]>> {
      const query = new URLSearchParams({ limit: String(limit), ...(after && { after }) });
      const result = await call({
        method: "GET",
        path: `/channels/${channel}/messages?${query}`,
        route: { name: "GET /channels/:channel/messages", major: channel, countsGlobally: true },
        asBot: true,
        leave: { withinMs: READ_PATIENCE_MS },
        answer: v.array(Message),
      });
      // Discord gives the newest first.
      return result.kind === "done" ? { kind: "done", value: result.value.toSorted(byAge) } : result;
    },

    /** Where the Gateway is, and how many sessions may still be started. */
    gateway(): Promise<CallResult<GatewayBot>> {
      return call({
        method: "GET",
        path: "/gateway/bot",
        route: { name: "GET /gateway/bot", major: "", countsGlobally: true },
        asBot: true,
        leave: "none",
        answer: GatewayBot,
      });
    },

    /** Replaces all global commands of the application. */
    putCommands(commands: RESTPutAPIApplicationCommandsJSONBody): Promise<CallResult<readonly RegisteredCommand[]>> {
      return call({
        method: "PUT",
        path: `/applications/${applicationId}/commands`,
        route: { name: "PUT /applications/:application/commands", major: "", countsGlobally: true },
        asBot: true,
        leave: "none",
        body: commands,
        answer: v.array(RegisteredCommand),
      });
    },
  };
}

/** What others must know of an answer; null for nothing. */
function reportOf(
  status: number,
  code: number,
  asBot: boolean,
  wasProbe: boolean,
  tooMany: TooMany | null,
): BudgetReport | null {
  if (tooMany?.reach === "bot" || tooMany?.reach === "address") return { kind: "blocked", forMs: tooMany.afterMs };
  if (asBot && isUnauthorized(status, code)) return { kind: "token-refused", wasProbe };
  if (status === 401 || status === 403 || tooMany?.reach === "route") return { kind: "refused", wasProbe };
  return wasProbe && status < 500 ? { kind: "token-accepted" } : null;
}

/** Snowflakes count up with time; the shorter one is the older one. */
function byAge(a: ChannelMessage, b: ChannelMessage): number {
  return a.id.length - b.id.length || (a.id < b.id ? -1 : 1);
}
