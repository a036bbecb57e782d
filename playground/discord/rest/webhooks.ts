import { Hono } from "hono";
import { refusals } from "../api-error.ts";
import type { OpenInteraction } from "../interactions/record.ts";
import { editAnswer, followUp } from "../interactions/responses.ts";
import type { Entry } from "../world.ts";
import { type RestContext, type RestEnv, type RestParts, shown } from "./parts.ts";

/** Answers to interactions by token: the callback, `@original` and follow-ups. No bot token is needed. */
export function webhookRoutes(parts: RestParts): Hono<RestEnv> {
  const { world, interactions } = parts;
  const routes = new Hono<RestEnv>();

  routes.post("/interactions/:interaction/:token/callback", (c) => {
    const { interaction, token } = c.req.param();
    const { record, original } = interactions.callback(interaction, token, c.get("body"), c.get("files"));
    if (c.req.query("with_response") !== "true") return c.body(null, 204);
    const resource = original ? { type: 4, message: shown(parts, original.message) } : null;
    return c.json({ interaction: { id: record.id, type: record.type }, resource });
  });

  routes.post("/webhooks/:application/:token", (c) => {
    const open = openOf(parts, c);
    const message = followUp(world, open, c.get("body"), c.get("files"));
    world.feed.publish({ type: "interaction", record: open.record });
    return c.json(shown(parts, message));
  });

  routes.get("/webhooks/:application/:token/messages/:message", (c) => {
    const { entry } = answerOf(parts, c);
    return c.json(shown(parts, entry.message));
  });

  routes.patch("/webhooks/:application/:token/messages/:message", (c) => {
    const { open, entry } = answerOf(parts, c);
    const message = editAnswer(world, open, entry, c.get("body") ?? {}, c.get("files"));
    world.feed.publish({ type: "interaction", record: open.record });
    return c.json(shown(parts, message));
  });

  routes.delete("/webhooks/:application/:token/messages/:message", (c) => {
    const { open, entry } = answerOf(parts, c);
    world.delete(entry);
    if (entry === open.original) {
      open.original = null;
      open.record.message = null;
    }
    world.feed.publish({ type: "interaction", record: open.record });
    return c.body(null, 204);
  });

  return routes;
}

function openOf({ interactions }: RestParts, c: RestContext): OpenInteraction {
  return interactions.acknowledged(c.req.param("application") ?? "", c.req.param("token") ?? "");
}

/** The message that a path names: `@original`, or one of the follow-ups of this use. */
function answerOf(parts: RestParts, c: RestContext): { open: OpenInteraction; entry: Entry } {
  const open = openOf(parts, c);
  const name = c.req.param("message") ?? "";
  const isFollowUp = open.record.followUps.some(({ id }) => id === name);
  const isOriginal = name === "@original" || name === open.original?.message.id;
  const entry = isOriginal ? open.original : isFollowUp ? parts.world.find(name) : undefined;
  if (!entry || !parts.world.find(entry.message.id)) throw refusals.unknownMessage();
  return { open, entry };
}
