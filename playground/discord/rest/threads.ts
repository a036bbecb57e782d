import { Hono } from "hono";
import * as v from "valibot";
import { refusals } from "../api-error.ts";
import { parseForm, text } from "../forms/fields.ts";
import { channelObject } from "../objects.ts";
import type { Thread } from "../world.ts";
import { channelOf, type RestEnv, type RestParts } from "./parts.ts";

const archiveAfter = v.picklist([60, 1440, 4320, 10080]);
const newThread = v.object({
  name: text(1, 100),
  type: v.literal(12),
  invitable: v.nullish(v.boolean()),
  auto_archive_duration: v.nullish(archiveAfter, 4320),
});
const threadChanges = v.object({
  archived: v.nullish(v.boolean()),
  locked: v.nullish(v.boolean()),
  auto_archive_duration: v.nullish(archiveAfter),
});

/** Channels and private threads (docs: topics/threads). Public threads and forums are not played. */
export function threadRoutes(parts: RestParts): Hono<RestEnv> {
  const { world } = parts;
  const routes = new Hono<RestEnv>();
  const threadOf = (id: string): Thread => {
    const { thread } = channelOf(parts, id);
    if (!thread) throw refusals.unknownChannel();
    return thread;
  };

  routes.get("/channels/:channel", (c) => c.json(channelObject(world, channelOf(parts, c.req.param("channel")))));

  routes.patch("/channels/:channel", (c) => {
    const thread = threadOf(c.req.param("channel"));
    const changes = parseForm(threadChanges, c.get("body"));
    thread.archived = changes.archived ?? thread.archived;
    thread.locked = changes.locked ?? thread.locked;
    thread.autoArchiveMinutes = changes.auto_archive_duration ?? thread.autoArchiveMinutes;
    return c.json(channelObject(world, channelOf(parts, c.req.param("channel"))));
  });

  routes.post("/channels/:channel/threads", (c) => {
    const parent = channelOf(parts, c.req.param("channel"));
    if (parent.type !== 0) throw refusals.notInThisChannel();
    const form = parseForm(newThread, c.get("body"));
    const thread: Thread = {
      parentId: parent.id,
      ownerId: world.bot.id,
      members: new Set([world.bot.id]),
      createdAt: new Date(world.now()).toISOString(),
      autoArchiveMinutes: form.auto_archive_duration,
      archived: false,
      locked: false,
    };
    return c.json(channelObject(world, world.addChannel({ type: 12, name: form.name, thread })), 201);
  });

  routes.put("/channels/:channel/thread-members/:user", (c) => {
    const thread = threadOf(c.req.param("channel"));
    if (thread.archived) throw refusals.archivedThread();
    const account = world.accounts.get(c.req.param("user"));
    if (!account?.inGuild) throw refusals.unknownMember();
    thread.members.add(account.user.id);
    return c.body(null, 204);
  });

  routes.delete("/channels/:channel/thread-members/:user", (c) => {
    threadOf(c.req.param("channel")).members.delete(c.req.param("user"));
    return c.body(null, 204);
  });

  return routes;
}
