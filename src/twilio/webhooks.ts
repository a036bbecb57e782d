import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { routePath } from "hono/route";
import { auth } from "hono/utils/basic-auth";
import { timingSafeEqual } from "hono/utils/buffer";
import type { Config } from "../config.ts";
import type { ConversationEvent, IngestReply } from "../conversation/events.ts";
import type { DiscordUserId } from "../conversation/ids.ts";
import { log } from "../log.ts";
import type { Clock } from "../outside/call.ts";
import { readConversationEvent } from "./conversation-events.ts";
import { isForm, parseForm } from "./form.ts";
import type { Form } from "./reading.ts";
import { verifyTwilioSignature } from "./signature.ts";
import { readStudioQuestion } from "./studio-events.ts";
import { readTaskEvent } from "./task-events.ts";

/** The largest body that is read, in bytes. Twilio's are far smaller. */
export const WEBHOOK_BODY_LIMIT = 256 * 1024;

export type TwilioWebhooksOptions = {
  readonly config: Pick<
    Config,
    "PUBLIC_URL" | "TWILIO_AUTH_TOKEN" | "TWILIO_AUTH_TOKEN_SECONDARY" | "TWILIO_STUDIO_FLOW_SID" | "STUDIO_PASSWORD"
  >;
  readonly now: Clock;
  /** Stores an event in the member's conversation. Resolves once it is stored. */
  readonly ingest: (member: DiscordUserId, event: ConversationEvent) => Promise<IngestReply>;
};

/** The path of the scoped webhook that each Twilio Conversation gets. */
export function forwardPath(member: DiscordUserId): string {
  return `/twilio/forward-to-discord/${member}`;
}

/** What Twilio calls. Nothing of a refused request reaches `ingest`. */
export function twilioWebhooks({ config, now, ingest }: TwilioWebhooksOptions): Hono {
  const app = new Hono();
  const limit = bodyLimit({ maxSize: WEBHOOK_BODY_LIMIT, onError: (c) => refuse(c, 413, "Body too large") });

  const isFromTwilio: MiddlewareHandler = async (c, next) => ((await isSigned(c, config)) ? next() : forbidden(c));
  const isFromStudio: MiddlewareHandler = async (c, next) =>
    (await hasPassword(c, config)) || (await isSigned(c, config)) ? next() : forbidden(c);

  const studioDecides: MiddlewareHandler = async (c, next) =>
    config.TWILIO_STUDIO_FLOW_SID === undefined ? refuse(c, 404, "Studio routing is not set up") : next();

  async function store(
    c: Context,
    member: DiscordUserId,
    event: ConversationEvent,
    answer = accepted,
  ): Promise<Response> {
    try {
      await ingest(member, event);
      return answer(c);
    } catch (error) {
      log("error", "twilio.event-not-stored", {
        member,
        kind: event.kind,
        reason: error instanceof Error ? error.message : "unknown",
      });
      return refuse(c, 503, "The event could not be stored");
    }
  }

  const FORWARD = "/twilio/forward-to-discord/:member{[0-9]{15,20}}";
  app.post(FORWARD, claimsToBeTwilio, limit, isFromTwilio, isAForm, async (c) => {
    const member = c.req.param("member") as DiscordUserId;
    const reading = readConversationEvent(await formOf(c), member, now());
    if (reading.kind === "ignored") return accepted(c);
    return reading.kind === "bad" ? refuse(c, 400, reading.problem) : store(c, member, reading);
  });

  const TASK_EVENTS = "/twilio/task-events";
  app.post(TASK_EVENTS, claimsToBeTwilio, limit, isFromTwilio, isAForm, async (c) => {
    const reading = readTaskEvent(await formOf(c));
    if (reading.kind === "ignored") return accepted(c);
    return reading.kind === "bad" ? refuse(c, 400, reading.problem) : store(c, reading.member, reading.event);
  });

  const CHATBOT = "/twilio/chatbot-to-discord";
  app.post(CHATBOT, claimsToBeStudio, limit, isFromStudio, studioDecides, isAForm, async (c) => {
    const reading = readStudioQuestion(await formOf(c), now());
    switch (reading.kind) {
      case "bad":
        return refuse(c, 400, reading.problem);
      case "foreign":
        log("warn", "twilio.studio-author-ignored", { conversation: reading.conversation });
        return acceptedFromStudio(c);
      case "event":
        return store(c, reading.member, reading.event, acceptedFromStudio);
    }
  });

  for (const path of [FORWARD, TASK_EVENTS, CHATBOT]) {
    app.all(path, (c) => {
      c.header("Allow", "POST");
      return refuse(c, 405, "Method not allowed");
    });
  }
  return app;
}

/** Turns away what does not even claim to be from Twilio, before its body is read. */
const claimsToBeTwilio: MiddlewareHandler = async (c, next) =>
  c.req.header("X-Twilio-Signature") === undefined ? forbidden(c) : next();

/** The same for Studio, which may have the password instead. */
const claimsToBeStudio: MiddlewareHandler = async (c, next) =>
  c.req.header("Authorization") === undefined ? claimsToBeTwilio(c, next) : next();

const isAForm: MiddlewareHandler = async (c, next) =>
  isForm(c.req.header("Content-Type")) ? next() : refuse(c, 400, "The body must be a form");

async function isSigned(c: Context, config: TwilioWebhooksOptions["config"]): Promise<boolean> {
  const { pathname, search } = new URL(c.req.url);
  return verifyTwilioSignature({
    authTokens: [config.TWILIO_AUTH_TOKEN, config.TWILIO_AUTH_TOKEN_SECONDARY].filter((token) => token !== undefined),
    publicUrl: config.PUBLIC_URL,
    pathAndQuery: pathname + search,
    rawBody: new Uint8Array(await c.req.arrayBuffer()),
    contentType: c.req.header("Content-Type"),
    signature: c.req.header("X-Twilio-Signature"),
  });
}

/** Where Studio's HTTP widget does not sign, it sends the password, under any user name. */
async function hasPassword(c: Context, config: TwilioWebhooksOptions["config"]): Promise<boolean> {
  const given = auth(c.req.raw)?.password;
  if (given === undefined || config.STUDIO_PASSWORD === undefined) return false;
  return timingSafeEqual(given, config.STUDIO_PASSWORD);
}

async function formOf(c: Context): Promise<Form> {
  return Object.fromEntries(parseForm(new Uint8Array(await c.req.arrayBuffer())));
}

/** TaskRouter wants the content type even of an empty answer; the others do not mind. */
function accepted(c: Context): Response {
  return c.body(null, 204, { "Content-Type": "application/json" });
}

/** The HTTP widget reads JSON and takes 2xx for success. */
function acceptedFromStudio(c: Context): Response {
  return c.json({ accepted: true });
}

function forbidden(c: Context): Response {
  log("warn", "twilio.request-refused", { route: routePath(c) });
  return refuse(c, 403, "The signature is missing or wrong");
}

function refuse(c: Context, status: 400 | 403 | 404 | 405 | 413 | 503, error: string): Response {
  return c.json({ error }, status);
}
