import type { APIApplicationCommand } from "discord-api-types/v10";
import { Hono } from "hono";
import * as v from "valibot";
import { refusals } from "../api-error.ts";
import { type CommandForm, parseCommand, parseCommands } from "../forms/command.ts";
import { parseForm, snowflake, withoutNulls } from "../forms/fields.ts";
import { channelObject } from "../objects.ts";
import type { RestContext, RestEnv, RestParts } from "./parts.ts";

const newDm = v.object({ recipient_id: snowflake });

/** The bot's account, its DMs, its global commands, and where its Gateway is. */
export function applicationRoutes(parts: RestParts): Hono<RestEnv> {
  const { world, credentials, gateway } = parts;
  const routes = new Hono<RestEnv>();

  routes.get("/users/@me", (c) => c.json({ ...world.bot, verified: true, mfa_enabled: false, locale: "en-US" }));
  routes.get("/applications/@me", (c) =>
    c.json({
      id: credentials.applicationId,
      name: world.bot.global_name,
      icon: null,
      description: "",
      bot: world.bot,
      verify_key: credentials.publicKey,
      interactions_endpoint_url: parts.interactions.url,
      flags: 0,
    }),
  );
  routes.get("/users/:user", (c) => {
    const account = world.accounts.get(c.req.param("user"));
    if (!account) throw refusals.unknownUser();
    return c.json(account.user);
  });

  /** Opening a DM is idempotent, and works for closed DMs too. */
  routes.post("/users/@me/channels", (c) => {
    const { recipient_id: userId } = parseForm(newDm, c.get("body"));
    if (!world.accounts.has(userId) || userId === world.bot.id) throw refusals.unknownUser();
    return c.json(channelObject(world, world.dmWith(userId)));
  });

  routes.get("/gateway", (c) => c.json({ url: gateway.url }));
  routes.get("/gateway/bot", (c) =>
    c.json({ url: gateway.url, shards: gateway.shards, session_start_limit: gateway.startLimit.describe() }),
  );

  routes.get("/applications/:application/commands", (c) => {
    checkApplication(parts, c);
    return c.json([...world.commands.values()]);
  });
  routes.put("/applications/:application/commands", (c) => {
    checkApplication(parts, c);
    const forms = parseCommands(c.get("body"));
    const before = new Map(world.commands);
    world.commands.clear();
    for (const form of forms) keep(parts, form, [...before.values()].find((old) => isSame(old, form))?.id);
    world.feed.publish({ type: "commands" });
    return c.json([...world.commands.values()]);
  });
  routes.post("/applications/:application/commands", (c) => {
    checkApplication(parts, c);
    const form = parseCommand(c.get("body"));
    const old = [...world.commands.values()].find((command) => isSame(command, form));
    const command = keep(parts, form, old?.id);
    world.feed.publish({ type: "commands" });
    return c.json(command, old ? 200 : 201);
  });
  routes.delete("/applications/:application/commands/:command", (c) => {
    checkApplication(parts, c);
    if (!world.commands.delete(c.req.param("command"))) throw refusals.unknownCommand();
    world.feed.publish({ type: "commands" });
    return c.body(null, 204);
  });

  return routes;
}

function checkApplication({ credentials }: RestParts, c: RestContext): void {
  if (c.req.param("application") !== credentials.applicationId) throw refusals.unknownApplication();
}

function isSame(command: APIApplicationCommand, form: CommandForm): boolean {
  return command.name === form.name && Number(command.type) === form.type;
}

/** Stores a command below its old id, or a new one. */
function keep({ world, credentials }: RestParts, form: CommandForm, oldId: string | undefined): APIApplicationCommand {
  const command = {
    ...withoutNulls(form),
    id: oldId ?? world.nextId(),
    application_id: credentials.applicationId,
    version: world.nextId(),
    default_member_permissions: form.default_member_permissions ?? null,
    contexts: form.contexts ?? null,
    integration_types: form.integration_types ?? [0],
  } as APIApplicationCommand;
  world.commands.set(command.id, command);
  return command;
}
