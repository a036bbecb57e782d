import { notFound, TwilioError } from "../../playground/twilio/errors.ts";
import { matcher } from "../../playground/twilio/expressions.ts";
import type { FarConversations, ScopedWebhook, TwilioConversation, TwilioMessage } from "./far-conversations.ts";
import type { FarFlex } from "./far-flex.ts";
import type { Faults } from "./faults.ts";
import type { Answer, FarRequest, FarSide } from "./network.ts";
import type { Random } from "./random.ts";

type Parts = {
  readonly random: Random;
  readonly faults: Faults;
  readonly conversations: FarConversations;
  readonly flex: FarFlex;
  /** `Basic` credentials of the API key. */
  readonly authorization: string;
};

/** Twilio's REST APIs as far as the bridge knows them. */
export class FarTwilio implements FarSide {
  readonly side = "twilio";
  isDown = false;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  handle(request: FarRequest): Answer {
    if (request.headers.get("authorization") !== this.#parts.authorization) return json(401, { code: 20003 });
    try {
      return json(200, this.#route(request));
    } catch (error) {
      if (error instanceof TwilioError) return json(error.status, error);
      throw error;
    }
  }

  tooMany(): Answer {
    const { random, faults } = this.#parts;
    if (faults.strikes("twilio: a busy conversation")) {
      return random.chance(0.5) ? json(409, { code: 50391 }) : json(429, { code: 50063 });
    }
    const seconds = random.chance(0.3) ? { "retry-after": String(random.whole(1, 8)) } : {};
    return { ...json(429, { code: 20429 }), headers: seconds };
  }

  refusal({ method, path, body }: FarRequest): Answer | null {
    // What it has taken once it does not refuse when it comes again.
    const isMade = this.#parts.conversations.find(new URLSearchParams(body).get("UniqueName") ?? "") !== undefined;
    if (path === "/Conversations" && isMade) return null;
    // Twilio refuses what is wrong with a call; nothing can be wrong with an end.
    if (method !== "POST" || /^(?:\/Conversations\/[^/]+|\/v1\/Interactions\/.*)$/.test(path)) return null;
    return json(400, { code: 20001, message: "Bad request" });
  }

  fails(): Answer {
    const { random, faults } = this.#parts;
    if (faults.strikes("twilio: Flex in part")) return json(400, { code: random.pick([45352, 45357, 45361]) });
    return random.chance(0.5) ? json(500, { code: 20500 }) : { status: 503, body: "upstream unavailable" };
  }

  #route(request: FarRequest): unknown {
    const { method, url, body } = request;
    const [service = ""] = url.host.split(".");
    const form = new URLSearchParams(method === "POST" ? body : "");
    const parts = url.pathname.split("/").slice(2);
    switch (service) {
      case "conversations":
        return this.#conversations(request, parts.slice(3), form);
      case "flex-api":
        return method === "POST" && parts.length === 1 ? this.#interaction(form) : this.#channel(parts, form);
      case "taskrouter":
        return parts.at(-1) === "Tasks" ? this.#tasks(url.searchParams) : this.#workers(url.searchParams);
      case "mcs":
        return { links: { content_direct_temporary: `https://media.invalid/${parts.at(-1)}` } };
      default:
        throw notFound(url.href);
    }
  }

  /** `path` is what follows `/Conversations`. */
  #conversations({ method, url, headers }: FarRequest, [id, kind]: string[], form: URLSearchParams): unknown {
    const { conversations } = this.#parts;
    if (id === undefined) {
      const attributes = objectOf(form.get("Attributes"));
      return shown(conversations.create(form.get("UniqueName"), attributes));
    }
    const conversation = conversations.find(decodeURIComponent(id));
    if (!conversation) throw notFound(url.pathname);
    if (method === "POST") conversations.act(conversation);
    switch (kind) {
      case undefined:
        if (form.get("State") === "closed") this.#parts.flex.end(conversation, "API", false);
        if (form.has("Attributes")) conversations.setAttributes(conversation, objectOf(form.get("Attributes")));
        return shown(conversation);
      case "Participants":
        return conversations.join(conversation, form.get("Identity") ?? "", false);
      case "Webhooks":
        if (method === "POST") conversations.addWebhook(conversation, webhookOf(form));
        return { webhooks: conversation.webhooks.map(webhookShown) };
      case "Messages":
        return method === "POST" ? this.#post(conversation, form, headers) : page(conversation, url.searchParams);
      default:
        throw notFound(url.pathname);
    }
  }

  #post(conversation: TwilioConversation, form: URLSearchParams, headers: Headers): unknown {
    const author = form.get("Author") ?? "system";
    const draft = {
      author,
      body: form.get("Body") ?? "",
      attributes: form.get("Attributes") ?? "{}",
      at: Date.parse(form.get("DateCreated") ?? ""),
    };
    const isAloud = headers.get("x-twilio-webhook-enabled") === "true";
    const message = this.#parts.conversations.post(conversation, draft, isAloud);
    this.#parts.flex.wake(conversation, author);
    return { sid: message.sid, index: message.index };
  }

  #interaction(form: URLSearchParams): unknown {
    const { conversations, flex } = this.#parts;
    const channel = objectOf(form.get("Channel"));
    const sid = String(objectOf(channel.properties).media_channel_sid);
    const conversation = conversations.find(sid);
    if (!conversation) throw notFound(sid);
    const [customer] = Array.isArray(channel.participants) ? channel.participants : [];
    const attributes = objectOf(objectOf(objectOf(form.get("Routing")).properties).attributes);
    const made = flex.createInteraction(conversation, String(objectOf(customer).identity), attributes);
    return { sid: made.interaction, channel: { sid: made.channel }, routing: { properties: { sid: made.task } } };
  }

  #channel(path: readonly string[], form: URLSearchParams): unknown {
    const [, interaction, , sid] = path;
    const { flex } = this.#parts;
    const channel = flex.channels.find((one) => one.interaction === interaction && one.sid === sid);
    if (!channel) throw notFound(path.join("/"));
    if (form.get("Status") === "inactive") flex.deactivate(channel);
    return { status: channel.status };
  }

  #tasks(query: URLSearchParams): unknown {
    const matches = matcher(query.get("EvaluateTaskAttributes") ?? "");
    const tasks = this.#parts.flex.tasks.filter(
      ({ attributes, status }) => status !== "deleted" && matches(attributes),
    );
    return {
      tasks: tasks.map(({ sid, status, attributes }) => ({
        sid,
        assignment_status: status,
        attributes: JSON.stringify(attributes),
      })),
    };
  }

  #workers(query: URLSearchParams): unknown {
    const expression = query.get("TargetWorkersExpression");
    const matches = expression === null ? () => true : matcher(expression);
    const name = query.get("FriendlyName");
    const workers = this.#parts.flex.workers.filter(
      (one) => matches(objectOf(one.attributes)) && (name === null || name === one.identity),
    );
    return {
      workers: workers.map(({ sid, identity, attributes }) => ({ sid, friendly_name: identity, attributes })),
    };
  }
}

function shown({ sid, state }: TwilioConversation): unknown {
  return { sid, state };
}

function webhookOf(form: URLSearchParams): ScopedWebhook {
  return form.get("Target") === "studio"
    ? { target: "studio", flow: form.get("Configuration.FlowSid") ?? "" }
    : { target: "webhook", url: form.get("Configuration.Url") ?? "" };
}

function webhookShown(webhook: ScopedWebhook): unknown {
  return { configuration: webhook.target === "studio" ? { flow_sid: webhook.flow } : { url: webhook.url } };
}

/** One page of messages, newest first; `PageToken` is how many came before. */
function page({ messages }: TwilioConversation, query: URLSearchParams): unknown {
  const size = Number(query.get("PageSize"));
  const from = Number(query.get("PageToken") ?? 0);
  const rest = messages.toReversed().slice(from);
  const next = rest.length > size ? `https://twilio.invalid/?PageToken=${from + size}` : null;
  return { messages: rest.slice(0, size).map(messageShown), meta: { next_page_url: next } };
}

function messageShown({ sid, index, author, body, attributes, at, media }: TwilioMessage): unknown {
  const files = media.map((one) => ({ sid: one, filename: "picture.png" }));
  return {
    sid,
    index,
    author,
    body,
    attributes,
    media: files.length > 0 ? files : null,
    date_created: `${new Date(at).toISOString().slice(0, 19)}Z`,
  };
}

function json(status: number, value: unknown): Answer {
  return { status, body: JSON.stringify(value) };
}

/** An object, or the JSON text of one. */
function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  const parsed: unknown = typeof value === "string" ? JSON.parse(value) : value;
  return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
}
