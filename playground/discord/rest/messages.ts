import { Hono } from "hono";
import { formError, refusals } from "../api-error.ts";
import { changesOf, draftOf } from "../drafts.ts";
import { parseCreate, parseEdit } from "../forms/message.ts";
import { type Channel, MESSAGE_FLAGS } from "../world.ts";
import { channelOf, entryOf, type RestEnv, type RestParts, shown } from "./parts.ts";

/** `/channels/{channel}/messages…` and typing: what the bot says in DMs, channels and threads. */
export function messageRoutes(parts: RestParts): Hono<RestEnv> {
  const { world } = parts;
  const routes = new Hono<RestEnv>();

  routes.post("/channels/:channel/messages", (c) => {
    const channel = channelOf(parts, c.req.param("channel"));
    const files = c.get("files");
    const form = parseCreate(c.get("body") ?? {}, files.length);
    const nonce = form.nonce ?? null;
    if (form.enforce_nonce && nonce !== null) {
      const earlier = world.sentWith(world.bot.id, nonce);
      if (earlier) return c.json({ ...shown(parts, earlier), nonce });
    }
    refuseIfUnreachable(parts, channel);
    const draft = draftOf(world, channel, form, files, { pings: "all", ephemeral: false });
    const { message } = world.post(channel, world.bot, draft, { nonce });
    return c.json({ ...message, ...(nonce !== null && { nonce }) });
  });

  routes.get("/channels/:channel/messages", (c) => {
    const channel = channelOf(parts, c.req.param("channel"));
    const { after, before, around } = c.req.query();
    const limit = Number(c.req.query("limit") ?? 50);
    if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
      throw refusals.invalidForm(formError(["limit"], "NUMBER_TYPE_MAX", "int value should be between 1 and 100."));
    }
    const all = world.history(channel, { after, before });
    return c.json(
      page(all, { after, around }, limit)
        .reverse()
        .map((message) => shown(parts, message)),
    );
  });

  routes.get("/channels/:channel/messages/:message", (c) => {
    const { message } = entryOf(parts, channelOf(parts, c.req.param("channel")), c.req.param("message"));
    return c.json(shown(parts, message));
  });

  routes.patch("/channels/:channel/messages/:message", (c) => {
    const channel = channelOf(parts, c.req.param("channel"));
    const entry = entryOf(parts, channel, c.req.param("message"));
    if (entry.message.author.id !== world.bot.id) throw refusals.notTheAuthor();
    const form = parseEdit(c.get("body") ?? {}, Boolean((entry.message.flags ?? 0) & MESSAGE_FLAGS.COMPONENTS_V2));
    const changes = changesOf(world, channel, entry.message, form, c.get("files"), "all");
    return c.json(world.edit(entry, { ...changes, edited_timestamp: new Date(world.now()).toISOString() }));
  });

  routes.delete("/channels/:channel/messages/:message", (c) => {
    const channel = channelOf(parts, c.req.param("channel"));
    const entry = entryOf(parts, channel, c.req.param("message"));
    if (channel.type === 1 && entry.message.author.id !== world.bot.id) throw refusals.notInDm();
    world.delete(entry);
    return c.body(null, 204);
  });

  routes.post("/channels/:channel/typing", (c) => {
    world.typing(channelOf(parts, c.req.param("channel")), world.bot.id);
    return c.body(null, 204);
  });

  return routes;
}

/** Whether a message can be put here at all: closed DMs refuse at sending, not at opening. */
function refuseIfUnreachable({ world }: RestParts, channel: Channel): void {
  const account = channel.recipient === null ? undefined : world.accounts.get(channel.recipient);
  if (account && !account.inGuild) throw refusals.noMutualGuild();
  if (account?.dms === "closed") throw refusals.closedDm();
  if (channel.thread?.locked) throw refusals.lockedThread();
  if (channel.thread) channel.thread.archived = false;
}

/** The part of a history (oldest first) that a query asks for: the oldest after an id, else the newest. */
function page<T extends { id: string }>(
  all: readonly T[],
  { after, around }: { after?: string | undefined; around?: string | undefined },
  limit: number,
): T[] {
  if (around !== undefined) {
    const at = all.findIndex(({ id }) => BigInt(id) >= BigInt(around));
    const from = Math.max(0, (at < 0 ? all.length : at) - Math.floor(limit / 2));
    return all.slice(from, from + limit);
  }
  return after === undefined ? all.slice(-limit) : all.slice(0, limit);
}
