import { ApiError, formError, refusals } from "../../playground/discord/api-error.ts";
import { RateLimits, routeOf } from "../../playground/discord/rate-limits.ts";
import { createSnowflakes, isAfter } from "../../playground/discord/snowflake.ts";
import type { FarGateway } from "./far-gateway.ts";
import type { Faults } from "./faults.ts";
import type { Answer, FarRequest, FarSide } from "./network.ts";
import type { Random } from "./random.ts";

/** A message in a DM. */
export type DmMessage = {
  readonly id: string;
  readonly by: "member" | "bot";
  content: string;
  edited: string | null;
  readonly at: number;
  readonly replyTo: string | null;
  /** The `custom_id` of each button. */
  readonly buttons: readonly string[];
  /** Our delivery's id, in what the bot says. */
  readonly nonce: string | null;
};

/** Somebody on Discord and the DM with the bot. */
export type Account = {
  readonly id: string;
  readonly name: string;
  readonly channel: string;
  takesDms: boolean;
  /** When the member last took no DMs, by the clock; 0 for never. */
  tookNoneAt: number;
  readonly messages: DmMessage[];
};

/** A use of a command whose private answer is waited for. */
export type OpenInteraction = {
  readonly member: string;
  readonly at: number;
  deferred: boolean;
  answer: string | null;
};

type Parts = {
  readonly now: () => number;
  /** Milliseconds that have passed, whatever clocks show. */
  readonly elapsed: () => number;
  readonly random: Random;
  readonly faults: Faults;
  readonly gateway: FarGateway;
  readonly token: string;
  /** Told of each message that the bot has brought into a DM. */
  readonly onSaid: (account: Account, message: DmMessage) => void;
};

const NONCE_WINDOW_MS = 3 * 60_000;
const TOKEN_LIFE_MS = 15 * 60_000;
const MOST_CHARACTERS = 2000;
/** Stands for an answer without a body. */
const NOTHING = Symbol("nothing");

/** Discord's REST API as far as the bridge knows it, by its documented rules. */
export class FarDiscord implements FarSide {
  readonly side = "discord";
  isDown = false;
  readonly accounts = new Map<string, Account>();
  readonly interactions = new Map<string, OpenInteraction>();
  /** When requests were refused by 401, 403 or 429. */
  readonly invalid: number[] = [];
  readonly nextId: () => string;
  readonly #parts: Parts;
  readonly #limits = new RateLimits();
  readonly #nonces = new Map<string, { readonly message: DmMessage; readonly at: number }>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.nextId = createSnowflakes(parts.now);
  }

  addAccount(name: string): Account {
    const account: Account = {
      id: this.nextId(),
      name,
      channel: this.nextId(),
      takesDms: true,
      tookNoneAt: 0,
      messages: [],
    };
    this.accounts.set(account.id, account);
    return account;
  }

  /** A member writes in the DM. Returns the message and the Gateway session that heard of it. */
  write(account: Account, content: string): { message: DmMessage; session: string | null } {
    const message = this.#add(account, { by: "member", content, replyTo: null, buttons: [], nonce: null });
    const data = { ...shown(account, message), channel_type: 1 };
    return { message, session: this.#parts.gateway.dispatch("MESSAGE_CREATE", data) };
  }

  edit(account: Account, message: DmMessage, content: string): void {
    message.content = content;
    message.edited = new Date(this.#parts.now()).toISOString();
    this.#parts.gateway.dispatch("MESSAGE_UPDATE", { ...shown(account, message), channel_type: 1 });
  }

  /** A link's preview appears: an update that is no edit. */
  unfurl(account: Account, message: DmMessage): void {
    this.#parts.gateway.dispatch("MESSAGE_UPDATE", { ...shown(account, message), channel_type: 1 });
  }

  remove(account: Account, message: DmMessage): void {
    account.messages.splice(account.messages.indexOf(message), 1);
    this.#parts.gateway.dispatch("MESSAGE_DELETE", { id: message.id, channel_id: account.channel });
  }

  handle(request: FarRequest): Answer {
    const answer = this.#answer(request);
    if ([401, 403, 429].includes(answer.status)) this.invalid.push(this.#parts.now());
    return answer;
  }

  tooMany(): Answer {
    const { random, faults, now } = this.#parts;
    this.invalid.push(now());
    if (faults.strikes("discord: Cloudflare's page")) return { status: 429, body: "error code: 1015" };
    const scope = faults.strikes("discord: all limits at once") ? "global" : random.chance(0.3) ? "shared" : "user";
    return limited(random.between(0.2, 20), scope);
  }

  refusal({ method, path }: FarRequest): Answer | null {
    if (method !== "POST" || !path.endsWith("/messages")) return null;
    return json(400, new ApiError(400, 240000, "Message blocked by harmful links filter"));
  }

  fails(): Answer {
    return this.#parts.random.chance(0.5)
      ? json(500, { message: "500: Internal Server Error", code: 0 })
      : { status: 502, body: "<html>502 Bad Gateway</html>" };
  }

  #answer(request: FarRequest): Answer {
    const { now, token } = this.#parts;
    const path = request.url.pathname.replace("/api/v10", "");
    const byToken = path.startsWith("/webhooks/");
    if (!byToken && request.headers.get("authorization") !== `Bot ${token}`) return json(401, refusals.unauthorized());
    if (!byToken) {
      const all = this.#limits.takeGlobal(now());
      if (!all.allowed) return limited((all.resetAt - now()) / 1000, "global");
    }
    const bucket = this.#limits.take(request.method, routeOf(path), now());
    const left = (bucket.resetAt - now()) / 1000;
    const headers = {
      "x-ratelimit-limit": String(bucket.limit),
      "x-ratelimit-remaining": String(bucket.remaining),
      "x-ratelimit-reset-after": left.toFixed(3),
      "x-ratelimit-bucket": bucket.hash,
    };
    if (!bucket.allowed) return { ...limited(left, "user"), headers };
    try {
      const value = this.#route(request, path);
      return { ...(value === NOTHING ? { status: 204, body: "" } : json(200, value)), headers };
    } catch (error) {
      if (error instanceof ApiError) return { ...json(error.status, error), headers };
      throw error;
    }
  }

  #route({ method, url, body }: FarRequest, path: string): unknown {
    const [, top, id = "", third] = path.split("/");
    if (method === "GET" && path === "/gateway/bot") return this.#parts.gateway.describe();
    if (method === "POST" && path === "/users/@me/channels") {
      const account = this.accounts.get(String(fieldsOf(body).recipient_id));
      if (!account) throw refusals.unknownUser();
      return { id: account.channel, type: 1 };
    }
    if (top === "webhooks" && method === "PATCH") return this.#complete(third ?? "", body);
    if (top === "channels") {
      const account = [...this.accounts.values()].find(({ channel }) => channel === id);
      if (!account) throw refusals.unknownChannel();
      if (method === "POST" && third === "typing") return NOTHING;
      if (third !== "messages") throw refusals.notFound();
      return method === "POST" ? this.#say(account, fieldsOf(body)) : this.#list(account, url.searchParams);
    }
    throw refusals.notFound();
  }

  #say(account: Account, form: Readonly<Record<string, unknown>>): unknown {
    const { now, elapsed, onSaid } = this.#parts;
    const { nonce, content = "", embeds, components, message_reference: reference } = form;
    if (typeof nonce !== "string" || nonce.length > 25 || form.enforce_nonce !== true) {
      throw refusals.invalidForm(formError(["nonce"], "BASE_TYPE_MAX_LENGTH", "every message has its nonce here"));
    }
    const known = this.#nonces.get(nonce);
    if (known && elapsed() < known.at + NONCE_WINDOW_MS) {
      if (!account.messages.includes(known.message)) throw refusals.unknownMessage();
      return shown(account, known.message);
    }
    if (!account.takesDms) {
      account.tookNoneAt = now();
      throw refusals.closedDm();
    }
    const text = String(content).trim();
    if (text.length > MOST_CHARACTERS) {
      throw refusals.invalidForm(formError(["content"], "BASE_TYPE_MAX_LENGTH", "Must be 2000 or fewer in length."));
    }
    if (text === "" && !embeds) throw refusals.empty();
    const replyTo = fieldOf(reference, "message_id");
    const buttons = customIdsOf(components);
    const message = this.#add(account, { by: "bot", content: text, replyTo, buttons, nonce });
    this.#nonces.set(nonce, { message, at: elapsed() });
    this.#parts.gateway.dispatch("MESSAGE_CREATE", { ...shown(account, message), channel_type: 1, nonce });
    onSaid(account, message);
    return shown(account, message);
  }

  #list(account: Account, query: URLSearchParams): unknown {
    const after = query.get("after");
    const limit = Number(query.get("limit") ?? 50);
    const all = account.messages.filter(({ id }) => after === null || isAfter(id, after));
    const page = after === null ? all.slice(-limit) : all.slice(0, limit);
    return page.map((message) => shown(account, message)).reverse();
  }

  #complete(token: string, body: string): unknown {
    const open = this.interactions.get(decodeURIComponent(token));
    if (!open?.deferred) throw refusals.unknownWebhook();
    if (this.#parts.now() > open.at + TOKEN_LIFE_MS) throw refusals.invalidWebhookToken();
    open.answer = String(fieldsOf(body).content);
    return { id: this.nextId() };
  }

  #add(account: Account, draft: Omit<DmMessage, "id" | "at" | "edited">): DmMessage {
    const message: DmMessage = { ...draft, id: this.nextId(), at: this.#parts.now(), edited: null };
    account.messages.push(message);
    return message;
  }
}

/** A message as REST and Gateway show it. */
function shown(account: Account, message: DmMessage): Record<string, unknown> {
  const { id, by, content, edited, at } = message;
  const author =
    by === "bot"
      ? { id: BOT_USER, username: "bot", global_name: null, bot: true }
      : { id: account.id, username: "member", global_name: account.name };
  return {
    id,
    channel_id: account.channel,
    type: 0,
    author,
    content,
    timestamp: new Date(at).toISOString(),
    edited_timestamp: edited,
    attachments: [],
  };
}
const BOT_USER = "900000000000000001";

function json(status: number, value: unknown): Answer {
  return { status, body: JSON.stringify(value) };
}

function limited(seconds: number, scope: "user" | "shared" | "global"): Answer {
  const body = {
    message: "You are being rate limited.",
    retry_after: Number(seconds.toFixed(3)),
    global: scope === "global",
  };
  const headers = { "retry-after": String(Math.ceil(seconds)), "x-ratelimit-scope": scope };
  return { status: 429, headers, body: JSON.stringify(body) };
}

function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  const parsed: unknown = JSON.parse(body);
  return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
}

function fieldOf(value: unknown, name: string): string | null {
  const found =
    typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name) : null;
  return found ? String(found[1]) : null;
}

function customIdsOf(components: unknown): string[] {
  return JSON.stringify(components ?? [])
    .split('"custom_id":"')
    .slice(1)
    .map((rest) => rest.slice(0, rest.indexOf('"')));
}
