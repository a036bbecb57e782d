import { SCOPED_EVENTS } from "./conversation-events.ts";
import type { NewConversation, NewMessage, NewParticipant, NewWebhook } from "./conversations.ts";
import { badRequest } from "./errors.ts";
import { CONVERSATION_STATES, type Media, type Message, type Participant } from "./model.ts";
import type { Params } from "./params.ts";

/** Parameters of Conversations v1, read and checked. */

const KB = 1024;
const MINUTE_MS = 60_000;

/** Leaves out what is undefined. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

export function conversationChanges(params: Params, now: number): NewConversation {
  const inactiveAfter = params.duration("Timers.Inactive", MINUTE_MS);
  const closedAfter = params.duration("Timers.Closed", 10 * MINUTE_MS);
  return given({
    friendlyName: params.short("FriendlyName", 256),
    uniqueName: params.text("UniqueName"),
    attributes: params.jsonText("Attributes", 16 * KB),
    messagingServiceSid: params.text("MessagingServiceSid"),
    dateCreated: params.date("DateCreated"),
    state: params.oneOf("State", CONVERSATION_STATES),
    dateInactive: inactiveAfter === undefined ? undefined : now + inactiveAfter,
    dateClosed: closedAfter === undefined ? undefined : now + closedAfter,
  });
}

export function messageChanges(
  params: Params,
): Partial<Pick<Message, "author" | "body" | "attributes" | "dateUpdated">> {
  return given({
    author: params.text("Author"),
    body: params.text("Body"),
    attributes: params.jsonText("Attributes", 4 * KB),
    dateUpdated: params.date("DateUpdated"),
  });
}

export function newMessage(params: Params, stored: ReadonlyMap<string, Media>): NewMessage {
  const contentSid = params.text("ContentSid") ?? null;
  const media = params.list("MediaSid").map((sid) => {
    const found = stored.get(sid);
    if (found === undefined) throw badRequest(`Media ${sid} was not found`);
    return found;
  });
  return {
    author: "system",
    body: null,
    contentSid,
    ...given({ ...messageChanges(params), dateCreated: params.date("DateCreated") }),
    ...(contentSid === null ? { media } : { body: null, media: [] }),
  };
}

/** The settings that may change later. */
export function webhookSettings(params: Params) {
  const url = params.text("Configuration.Url");
  if (url !== undefined && !/^https?:\/\//.test(url)) throw badRequest("Configuration.Url must be an absolute URL");
  const filters = params.has("Configuration.Filters") ? params.list("Configuration.Filters") : undefined;
  const unknown = filters?.find((filter) => !SCOPED_EVENTS.includes(filter));
  if (unknown !== undefined) throw badRequest(`${unknown} is not an event for scoped webhooks`);
  const triggers = params.has("Configuration.Triggers") ? params.list("Configuration.Triggers") : undefined;
  return given({ url, method: webhookMethod(params), filters, triggers });
}

/** Twilio takes the method in either case. */
function webhookMethod(params: Params): "GET" | "POST" | undefined {
  const method = params.text("Configuration.Method")?.toUpperCase();
  if (method === undefined || method === "GET" || method === "POST") return method;
  throw badRequest("Configuration.Method must be one of get, post");
}

export function newWebhook(params: Params): NewWebhook {
  params.required("Target");
  const target = params.oneOf("Target", ["webhook", "trigger", "studio"]) ?? "webhook";
  const flowSid = params.text("Configuration.FlowSid") ?? null;
  if (target === "studio") requireFlow(params.required("Configuration.FlowSid"));
  else params.required("Configuration.Url");
  const { url = null, method = "POST", filters = [], triggers = [] } = webhookSettings(params);
  return {
    target,
    url,
    method,
    filters,
    triggers,
    flowSid,
    replayAfter: params.count("Configuration.ReplayAfter") ?? null,
  };
}

/** https://www.twilio.com/docs/api/errors/50367 */
function requireFlow(sid: string): void {
  if (!/^FW[0-9a-fA-F]{32}$/.test(sid)) throw badRequest("Invalid conversation webhook flow SID", 50367);
}

export function participantChanges(params: Params): Partial<Pick<Participant, "attributes" | "roleSid">> {
  return given({ attributes: params.jsonText("Attributes", 4 * KB), roleSid: params.text("RoleSid") });
}

export function newParticipant(params: Params): NewParticipant {
  const address = params.text("MessagingBinding.Address");
  return {
    identity: params.text("Identity") ?? null,
    messagingBinding:
      address === undefined ? null : { address, proxyAddress: params.required("MessagingBinding.ProxyAddress") },
    ...participantChanges(params),
    ...given({ dateCreated: params.date("DateCreated"), dateUpdated: params.date("DateUpdated") }),
  };
}
