import type { Account } from "./account.ts";
import type { Conversations } from "./conversations.ts";
import { badRequest } from "./errors.ts";
import type { Conversation, Routing } from "./model.ts";
import { asObject, type Params } from "./params.ts";

const CHANNEL_TYPES = ["voice", "sms", "email", "web", "whatsapp", "chat", "messenger", "gbm"];

/** `Channel` of a new interaction, checked. Without a conversation one is made for `identities`. */
export type WantedChannel = {
  readonly type: string;
  readonly initiatedBy: "customer" | "api";
  readonly conversation: Conversation | null;
  readonly identities: readonly string[];
};

/** Reads `Channel`: `{type, initiated_by, properties: {media_channel_sid}, participants: [{identity}]}`. */
export function readChannel(params: Params, conversations: Conversations): WantedChannel {
  params.required("Channel");
  const channel = params.jsonObject("Channel") ?? {};
  const { type, initiated_by: initiatedBy } = channel;
  if (typeof type !== "string" || !CHANNEL_TYPES.includes(type)) {
    throw badRequest(`Channel.type must be one of ${CHANNEL_TYPES.join(", ")}`);
  }
  if (initiatedBy === "agent") throw badRequest("The stand-in does not know interactions that an agent initiates");
  if (initiatedBy !== "customer" && initiatedBy !== "api") {
    throw badRequest("Channel.initiated_by must be one of customer, api, agent");
  }
  const properties = asObject("Channel.properties", channel.properties ?? {});
  const identities = readParticipants(channel.participants);
  const conversationSid = properties.media_channel_sid;
  if (conversationSid === undefined) {
    if (initiatedBy === "customer") throw badRequest("Channel.properties.media_channel_sid is required");
    return { type, initiatedBy, conversation: null, identities };
  }
  const conversation = typeof conversationSid === "string" ? conversations.find(conversationSid) : undefined;
  if (conversation === undefined) throw badRequest("Channel.properties.media_channel_sid names no conversation");
  if (conversation.state === "closed") {
    throw badRequest(`Cannot create a channel for the closed conversation ${conversation.sid}`, 45354);
  }
  const members = conversation.participants.map(({ identity }) => identity);
  const missing = identities.find((identity) => !members.includes(identity));
  if (conversation.participants.length === 0 || missing !== undefined) {
    throw badRequest(`The customer takes no part in conversation ${conversation.sid}`);
  }
  return { type, initiatedBy, conversation, identities };
}

function readParticipants(value: unknown): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw badRequest("Channel.participants must be a list");
  return value.flatMap((item) => {
    const { identity } = asObject("Channel.participants[]", item);
    return typeof identity === "string" ? [identity] : [];
  });
}

/** Reads `Routing`: `{properties: {workspace_sid, workflow_sid, task_channel_unique_name, attributes, priority, timeout, …}}`. */
export function readRouting(params: Params, account: Account): Routing {
  params.required("Routing");
  const routing = params.jsonObject("Routing") ?? {};
  const properties = asObject("Routing.properties", routing.properties);
  if (properties.workspace_sid !== account.workspaceSid) {
    throw badRequest("Routing.properties.workspace_sid names no workspace");
  }
  const workflowSid = properties.workflow_sid ?? account.workflowSid;
  if (workflowSid !== account.workflowSid) throw badRequest("Routing.properties.workflow_sid names no workflow");
  const queueSid = text("queue_sid", properties.queue_sid);
  if (queueSid !== null && queueSid !== account.queueSid)
    throw badRequest("Routing.properties.queue_sid names no queue");
  const workerSid = text("worker_sid", properties.worker_sid);
  if (workerSid !== null && !account.workers.has(workerSid)) {
    throw badRequest("Routing.properties.worker_sid names no worker");
  }
  return {
    workspaceSid: account.workspaceSid,
    workflowSid: account.workflowSid,
    queueSid,
    workerSid,
    taskChannel: text("task_channel_unique_name", properties.task_channel_unique_name) ?? "chat",
    attributes: asObject("Routing.properties.attributes", properties.attributes ?? {}),
    priority: count("priority", properties.priority) ?? 0,
    timeout: count("timeout", properties.timeout) ?? 86_400,
  };
}

function text(name: string, value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "string") throw badRequest(`Routing.properties.${name} must be text`);
  return value;
}

function count(name: string, value: unknown): number | null {
  if (value === undefined || value === null) return null;
  if (!Number.isInteger(value)) throw badRequest(`Routing.properties.${name} must be a whole number`);
  return Number(value);
}
