import twilio from "twilio";
import type { ConversationEvent, IngestReply } from "../../src/conversation/events.ts";
import { forwardPath, type TwilioWebhooksOptions, twilioWebhooks } from "../../src/twilio/webhooks.ts";
import { CONFIG, CONVERSATION, MEMBER, MESSAGE, NOON, sid } from "./twilio-support.ts";

export const FORWARD = forwardPath(MEMBER);
export const TASK_EVENTS = "/twilio/task-events";
export const CHATBOT = "/twilio/chatbot-to-discord";
export const FORM = "application/x-www-form-urlencoded; charset=UTF-8";

export type Fields = Readonly<Record<string, string>>;
export type WebhooksConfig = Partial<TwilioWebhooksOptions["config"]>;

/** The webhooks with an `ingest` that notes what it is given. */
export function receiver(config: WebhooksConfig = {}, reply: () => Promise<IngestReply> = async () => "accepted") {
  const ingested: { member: string; event: ConversationEvent }[] = [];
  const ingest = (member: string, event: ConversationEvent) => {
    ingested.push({ member, event });
    return reply();
  };
  return { ingested, app: twilioWebhooks({ config: { ...CONFIG, ...config }, now: () => NOON, ingest }) };
}

/** A request as Twilio makes it: to the public URL, signed with the auth token. */
export function signed(path: string, fields: Fields, token = CONFIG.TWILIO_AUTH_TOKEN): Request {
  const url = CONFIG.PUBLIC_URL + path;
  const signature = twilio.getExpectedTwilioSignature(token, url, fields);
  const headers = { "Content-Type": FORM, "X-Twilio-Signature": signature };
  return new Request(url, { method: "POST", headers, body: new URLSearchParams(fields).toString() });
}

/** Delivers a webhook; what was answered and what was ingested. */
export async function deliver(path: string, fields: Fields, config?: WebhooksConfig) {
  const { app, ingested } = receiver(config);
  const response = await app.request(signed(path, fields));
  return { status: response.status, body: await response.text(), ingested };
}

/** All fields but one. */
export function without(fields: Fields, field: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== field));
}

/** What {@link deliver} brings for a webhook that tells nothing of interest. */
export const IGNORED = { status: 204, body: "", ingested: [] };

/** A message of an agent, as the scoped webhook tells it. */
export const ADDED = {
  EventType: "onMessageAdded",
  AccountSid: sid("AC"),
  Source: "SDK",
  ConversationSid: CONVERSATION,
  MessageSid: MESSAGE,
  Index: "7",
  Author: "agent_40example_2Ecom",
  Body: "Hello, héllo 😀\r\n& more",
  Attributes: "{}",
  DateCreated: new Date(NOON).toISOString(),
  ParticipantSid: sid("MB"),
};
