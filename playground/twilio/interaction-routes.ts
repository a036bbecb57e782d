import { type Context, Hono } from "hono";
import type { Account } from "./account.ts";
import type { Conversations } from "./conversations.ts";
import { badRequest, notFound } from "./errors.ts";
import { readChannel, readRouting } from "./interaction-request.ts";
import type { Interactions } from "./interactions.ts";
import type { ChannelParticipant, Interaction, InteractionChannel, Invite, Routing, Transfer } from "./model.ts";
import { asObject } from "./params.ts";
import { pageOf, type Rest } from "./rest.ts";
import { restDate } from "./sids.ts";

/** The Interactions part of Flex API v1. */
export function interactionRoutes(
  account: Account,
  conversations: Conversations,
  interactions: Interactions,
  origin: string,
): Hono<Rest> {
  const routes = new Hono<Rest>();
  const base = `${origin}/flex-api/v1/Interactions`;

  const interactionOf = (c: Context<Rest>): Interaction => {
    const interaction = account.interactions.get(c.req.param("interaction") ?? "");
    if (interaction === undefined) throw notFound(c.get("exchange").path);
    return interaction;
  };
  const channelOf = (c: Context<Rest>): InteractionChannel => {
    const { channel } = interactionOf(c);
    if (channel.sid !== c.req.param("channel")) throw notFound(c.get("exchange").path);
    return channel;
  };
  const oneOf = <T extends { readonly sid: string }>(c: Context<Rest>, items: readonly T[]): T => {
    const item = items.find(({ sid }) => sid === c.req.param("sid"));
    if (item === undefined) throw notFound(c.get("exchange").path);
    return item;
  };

  routes.post("/Interactions", (c) => {
    const params = c.get("params");
    const wanted = readChannel(params, conversations);
    const routing = readRouting(params, account);
    const { interaction, taskSid } = interactions.create(wanted, routing, params.text("WebhookTtid") ?? null);
    return c.json({
      ...interactionJson(interaction),
      routing: { properties: { ...routingJson(routing), sid: taskSid } },
    });
  });
  routes.get("/Interactions/:interaction", (c) => c.json(interactionJson(interactionOf(c))));

  routes.get("/Interactions/:interaction/Channels", (c) =>
    c.json(pageOf(c, origin, "channels", [interactionOf(c).channel], channelJson)),
  );
  routes.get("/Interactions/:interaction/Channels/:channel", (c) => c.json(channelJson(channelOf(c))));
  routes.post("/Interactions/:interaction/Channels/:channel", (c) => {
    const channel = channelOf(c);
    const params = c.get("params");
    params.required("Status");
    const status = params.oneOf("Status", ["closed", "inactive"]);
    const routingClosed = params.jsonObject("Routing")?.status === "closed";
    if (status === "closed") {
      interactions.close(channel, routingClosed);
    } else {
      if (!routingClosed) throw badRequest('Status=inactive needs Routing={"status":"closed"}');
      interactions.deactivate(channel);
    }
    return c.json(channelJson(channel));
  });

  routes.get("/Interactions/:interaction/Channels/:channel/Participants", (c) =>
    c.json(pageOf(c, origin, "participants", channelOf(c).participants, participantJson(channelOf(c)))),
  );
  routes.post("/Interactions/:interaction/Channels/:channel/Participants/:sid", (c) => {
    const channel = channelOf(c);
    const participant = oneOf(c, channel.participants);
    c.get("params").required("Status");
    const status = c.get("params").oneOf("Status", ["closed", "wrapup"]) ?? "closed";
    interactions.updateParticipant(channel, participant, status);
    return c.json(participantJson(channel)(participant));
  });

  routes.get("/Interactions/:interaction/Channels/:channel/Invites", (c) =>
    c.json(pageOf(c, origin, "invites", channelOf(c).invites, inviteJson(channelOf(c)))),
  );
  routes.post("/Interactions/:interaction/Channels/:channel/Invites", (c) => {
    const channel = channelOf(c);
    return c.json(inviteJson(channel)(interactions.invite(channel, readRouting(c.get("params"), account))));
  });

  routes.post("/Interactions/:interaction/Channels/:channel/Transfers", async (c) => {
    const channel = channelOf(c);
    const body = asObject("The body", await c.req.json<unknown>().catch(() => null));
    const { type, from, to } = body;
    if (type !== "warm" && type !== "cold") throw badRequest("type must be one of warm, cold");
    const leaving = channel.participants.find((one) => one.sid === from && one.task !== null);
    if (leaving?.task == null) throw badRequest("from must name an agent's participant of the channel");
    const worker = typeof to === "string" ? account.workers.get(to) : undefined;
    if (worker === undefined && to !== account.queueSid) throw badRequest("to must name a worker or the queue");
    const transfer = interactions.transfer(channel, leaving.task, worker ?? null, type);
    return c.json(transferJson(channel, transfer), 201);
  });
  routes.get("/Interactions/:interaction/Channels/:channel/Transfers/:sid", (c) => {
    const channel = channelOf(c);
    return c.json(transferJson(channel, oneOf(c, channel.transfers)));
  });

  const channelUrl = (channel: InteractionChannel) => `${base}/${channel.interactionSid}/Channels/${channel.sid}`;

  function interactionJson({ sid, channel, webhookTtid }: Interaction) {
    return {
      sid,
      channel: { sid: channel.sid, type: channel.type },
      routing: null,
      interaction_context_sid: null,
      webhook_ttid: webhookTtid,
      url: `${base}/${sid}`,
      links: { channels: `${base}/${sid}/Channels` },
    };
  }

  function channelJson(channel: InteractionChannel) {
    const url = channelUrl(channel);
    return {
      sid: channel.sid,
      interaction_sid: channel.interactionSid,
      type: channel.type,
      status: channel.status,
      error_code: channel.errorCode,
      error_message: channel.errorMessage,
      url,
      links: { participants: `${url}/Participants`, invites: `${url}/Invites`, transfers: `${url}/Transfers` },
    };
  }

  function participantJson(channel: InteractionChannel) {
    return ({ sid, type, task }: ChannelParticipant) => ({
      sid,
      type,
      interaction_sid: channel.interactionSid,
      channel_sid: channel.sid,
      routing_properties: task === null ? null : { task_sid: task.sid },
      url: `${channelUrl(channel)}/Participants/${sid}`,
    });
  }

  function inviteJson(channel: InteractionChannel) {
    return ({ sid, task }: Invite) => ({
      sid,
      interaction_sid: channel.interactionSid,
      channel_sid: channel.sid,
      routing: {
        properties: { sid: task.sid, workspace_sid: account.workspaceSid, workflow_sid: account.workflowSid },
      },
      url: `${channelUrl(channel)}/Invites/${sid}`,
    });
  }

  function transferJson(channel: InteractionChannel, transfer: Transfer) {
    return {
      sid: transfer.sid,
      instance_sid: account.flexInstanceSid,
      account_sid: account.accountSid,
      interaction_sid: channel.interactionSid,
      channel_sid: channel.sid,
      execution_sid: null,
      type: transfer.type,
      status: transfer.status,
      from: channel.participants.find((one) => one.task === transfer.from)?.sid ?? null,
      to: transfer.to,
      note_sid: null,
      summary_sid: null,
      date_created: restDate(transfer.dateCreated),
      date_updated: restDate(transfer.dateUpdated),
      url: `${channelUrl(channel)}/Transfers/${transfer.sid}`,
    };
  }
  return routes;
}

function routingJson(routing: Routing) {
  return {
    workspace_sid: routing.workspaceSid,
    workflow_sid: routing.workflowSid,
    queue_sid: routing.queueSid,
    worker_sid: routing.workerSid,
    task_channel_unique_name: routing.taskChannel,
    attributes: routing.attributes,
    priority: routing.priority,
    timeout: routing.timeout,
  };
}
