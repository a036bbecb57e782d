import twilio from "twilio";
import type { Config } from "../../src/config.ts";
import type {
  DeliveryId,
  DiscordUserId,
  FlexChannelSid,
  FlexInteractionSid,
  TaskSid,
  TwilioConversationSid,
  TwilioMediaSid,
  TwilioMessageSid,
  WorkerSid,
} from "../../src/conversation/ids.ts";
import { identityOf, sessionIdOf } from "../../src/conversation/ids.ts";
import type { Fetch } from "../../src/outside/call.ts";
import { twilioRest } from "../../src/twilio/rest.ts";

/** An id as Twilio makes them: the kind and 32 hexadecimal digits that are obviously nobody's. */
export const sid = (prefix: string, n = 1) => prefix + String(n).padStart(32, "0");

export const MEMBER = "100000000000000001" as DiscordUserId;
export const SESSION = sessionIdOf(MEMBER, 1);
export const IDENTITY = identityOf(MEMBER);
export const CONVERSATION = sid("CH") as TwilioConversationSid;
export const MESSAGE = sid("IM") as TwilioMessageSid;
export const INTERACTION = sid("KD") as FlexInteractionSid;
export const CHANNEL = sid("UO") as FlexChannelSid;
export const TASK = sid("WT") as TaskSid;
export const WORKER = sid("WK") as WorkerSid;
export const MEDIA = sid("ME") as TwilioMediaSid;
export const MARK = "mark-of-one-delivery-1" as DeliveryId;
export const NOON = Date.UTC(2026, 10, 2, 12);

export const CONFIG: Config = {
  PUBLIC_URL: "https://bridge.example",
  DISCORD_APPLICATION_ID: "100000000000000009",
  DISCORD_PUBLIC_KEY: "0".repeat(64),
  DISCORD_BOT_TOKEN: "bot token",
  DISCORD_API_URL: "https://discord.com/api/v10",
  TWILIO_ACCOUNT_SID: sid("AC"),
  TWILIO_AUTH_TOKEN: "auth token",
  TWILIO_AUTH_TOKEN_SECONDARY: undefined,
  TWILIO_API_KEY_SID: sid("SK"),
  TWILIO_API_KEY_SECRET: "key secret",
  TWILIO_API_URL: "https://{service}.twilio.com",
  TWILIO_CHAT_SERVICE_SID: sid("IS"),
  TWILIO_WORKSPACE_SID: sid("WS"),
  TWILIO_WORKFLOW_SID: sid("WW"),
  TWILIO_STUDIO_FLOW_SID: undefined,
  SIGNING_SECRET: "0123456789".repeat(4),
  STUDIO_PASSWORD: undefined,
  ASSISTANT: "faq",
  DEFAULT_LANGUAGE: "en",
};

export const FACTS = {
  customerName: "Member",
  caseNumber: 12,
  caseUrl: "https://bridge.example/desk/cases/12",
  sessionId: SESSION,
  memberId: MEMBER,
};

/** A request as it goes over the wire. Fields are name–value pairs in a fixed order, repeated names included. */
export type Wire = {
  readonly method: string;
  readonly url: string;
  readonly query: readonly string[];
  readonly form: readonly string[];
  readonly authorization: string | null;
  readonly contentType: string | null;
  readonly webhooks: string | null;
};

const pairs = (fields: URLSearchParams) => [...fields].map(([name, value]) => `${name}=${value}`).sort();

export function wireOf(method: string, address: string, headers: Headers, body: string): Wire {
  const url = new URL(address);
  return {
    method,
    url: url.origin + url.pathname,
    query: pairs(url.searchParams),
    form: pairs(new URLSearchParams(body)),
    authorization: headers.get("Authorization"),
    contentType: headers.get("Content-Type"),
    webhooks: headers.get("X-Twilio-Webhook-Enabled"),
  };
}

export const json = (value: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(value), { status, headers });

/** Twilio's classic error body. */
export const twilioError = (status: number, code: number, headers: Record<string, string> = {}) =>
  json({ code, message: `error ${code}`, more_info: "", status }, status, headers);

/** A Twilio that gives the next answer of its script to each request; an `Error` in the script breaks the connection. */
export function scripted(...script: (Response | Error)[]): { fetch: Fetch; requests: Wire[] } {
  const requests: Wire[] = [];
  const fetch: Fetch = async (url, init) => {
    requests.push(wireOf(init.method ?? "GET", url, new Headers(init.headers), String(init.body ?? "")));
    const next = script.shift();
    if (next === undefined) throw new Error(`unexpected request: ${init.method} ${url}`);
    if (next instanceof Error) throw next;
    return next;
  };
  return { fetch, requests };
}

/** Sends nothing: notes what Twilio's own library would send. */
class Recorder extends twilio.RequestClient {
  readonly requests: Wire[] = [];

  override async request(options: Parameters<twilio.RequestClient["request"]>[0]): Promise<never> {
    const { method, uri, username = "", password = "", headers = {}, params = {}, data = {} } = options;
    const url = new URL(uri);
    url.search = fieldsOf(params).toString();
    const sent = new Headers(Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]));
    sent.set("Authorization", `Basic ${btoa(`${username}:${password}`)}`);
    this.requests.push(wireOf(method.toUpperCase(), url.href, sent, fieldsOf(data).toString()));
    throw new Error("recorded, not sent");
  }
}

function fieldsOf(values: unknown): URLSearchParams {
  const entries = Object.entries(values ?? {}).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, String(one)]),
  );
  return new URLSearchParams(entries);
}

/** What Twilio's own library sends for these calls, made with the API key. */
export async function recorded(...calls: ((client: twilio.Twilio) => Promise<unknown>)[]): Promise<Wire[]> {
  const { TWILIO_API_KEY_SID, TWILIO_API_KEY_SECRET, TWILIO_ACCOUNT_SID: accountSid } = CONFIG;
  const httpClient = new Recorder();
  const client = twilio(TWILIO_API_KEY_SID, TWILIO_API_KEY_SECRET, { accountSid, httpClient });
  for (const call of calls) await call(client).catch(() => undefined);
  return httpClient.requests;
}

/** The clients of the bridge on a scripted Twilio. */
export function bridge(...script: (Response | Error)[]) {
  const { fetch, requests } = scripted(...script);
  return { twilio: twilioRest({ fetch, now: () => NOON, config: CONFIG }), requests };
}
