import { ApiError, refusals } from "../api-error.ts";
import type { File } from "../attachments.ts";
import type { Credentials } from "../credentials.ts";
import type { Account, Channel, Dispatch, Entry, World } from "../world.ts";
import { payloadOf, type Use } from "./payload.ts";
import type { InteractionRecord, InteractionType, OpenInteraction } from "./record.ts";
import { applyResponse } from "./responses.ts";

/** docs: interactions/receiving-and-responding: 3 s for the first answer, 15 min for the token. */
const ANSWER_WITHIN_MS = 3000;
const TOKEN_LIFETIME_MS = 15 * 60 * 1000;
const USER_AGENT = "Discord-Interactions/1.0 (+https://discord.com)";

export type EndpointCheck = {
  /** Whether Discord would take the URL. */
  readonly ok: boolean;
  /** HTTP status of the answer to a PING signed well, 0 when there was none; and whether it was a PONG. */
  readonly wellSigned: { readonly status: number; readonly pong: boolean };
  /** HTTP status of the answer to a PING signed badly; 401 is right. */
  readonly badlySigned: { readonly status: number };
};

export type NewUse = {
  readonly type: InteractionType;
  readonly account: Account;
  readonly locale: string;
  readonly channel: Channel;
  readonly data: object;
  readonly source: Entry | null;
};

type Answer = { readonly status: number; readonly contentType: string; readonly body: string };

/** Sends what members do to the bot, and takes its answers. */
export class Interactions {
  /** Where signed interactions are posted; `null`: they go over the Gateway. */
  url: string | null = null;
  readonly #world: World;
  readonly #credentials: Credentials;
  readonly #dispatch: (event: Dispatch) => void;
  readonly #closing: AbortSignal;
  readonly #byToken = new Map<string, OpenInteraction>();

  constructor(parts: {
    world: World;
    credentials: Credentials;
    dispatch: (event: Dispatch) => void;
    closing: AbortSignal;
  }) {
    this.#world = parts.world;
    this.#credentials = parts.credentials;
    this.#dispatch = parts.dispatch;
    this.#closing = parts.closing;
  }

  /** One use by a member. Resolves when the bot answered, or failed to within three seconds. */
  async send(newUse: NewUse): Promise<InteractionRecord> {
    const open = this.#open(newUse);
    const payload = payloadOf(this.#world, this.#credentials.applicationId, open.use);
    const { record } = open;
    const exchange = this.#world.feed.record({
      kind: "interaction",
      at: this.#world.now(),
      request: payload,
      status: null as number | null,
      answer: undefined as unknown,
    });
    if (this.url === null) {
      const guildId = this.#world.guildOf(newUse.channel);
      this.#dispatch({ type: "INTERACTION_CREATE", data: payload, guildId, intent: 0 });
      await this.#answeredByCallback(open);
    } else {
      const answer = await this.#post(this.url, JSON.stringify(payload), "good");
      if (answer) this.#takeAnswer(open, answer);
      else record.problem = `no answer within ${ANSWER_WITHIN_MS} ms, or no connection`;
      exchange.status = answer?.status ?? null;
      exchange.answer = answer && (parsed(answer.body) ?? answer.body);
      if (answer?.status === 202 && !open.acknowledged) await this.#answeredByCallback(open);
    }
    if (!open.acknowledged) {
      record.state = "failed";
      record.problem ??= "not answered in time";
    }
    this.#world.feed.publish({ type: "exchange", exchange });
    this.#world.feed.publish({ type: "interaction", record });
    return record;
  }

  /** `POST /interactions/{id}/{token}/callback`. */
  callback(id: string, token: string, body: unknown, files: readonly File[]): OpenInteraction {
    const open = this.#byToken.get(token);
    if (!open || open.record.id !== id || open.record.state === "failed") throw refusals.unknownInteraction();
    if (open.acknowledged) throw refusals.alreadyAcknowledged();
    applyResponse(this.#world, open, body, files);
    this.#world.feed.publish({ type: "interaction", record: open.record });
    return open;
  }

  /** The use behind a token in a webhook path: unknown until it is acknowledged, worthless after fifteen minutes. */
  acknowledged(applicationId: string, token: string): OpenInteraction {
    const open = this.#byToken.get(token);
    if (applicationId !== this.#credentials.applicationId) throw refusals.unknownWebhook();
    if (!open || open.createdAt + TOKEN_LIFETIME_MS < this.#world.now()) throw refusals.invalidWebhookToken();
    if (!open.acknowledged) throw refusals.unknownWebhook();
    return open;
  }

  /** The message whose component led to this use, or below which its form was opened. */
  sourceOf({ token }: InteractionRecord): Entry | null {
    return this.#byToken.get(token)?.source ?? null;
  }

  /** What Discord does when the endpoint's URL is saved in the developer portal, and again from time to time. */
  async checkEndpoint(): Promise<EndpointCheck> {
    if (this.url === null) throw new Error("the Discord stand-in has no interactionsUrl");
    const ping = () =>
      JSON.stringify({
        version: 1,
        id: this.#world.nextId(),
        application_id: this.#credentials.applicationId,
        type: 1,
        token: this.#credentials.newInteractionToken(),
        user: this.#world.bot,
        entitlements: [],
        authorizing_integration_owners: {},
      });
    const good = await this.#post(this.url, ping(), "good");
    const bad = await this.#post(this.url, ping(), "bad");
    const pong = Boolean(good?.contentType.startsWith("application/json") && isPong(parsed(good.body)));
    const wellSigned = { status: good?.status ?? 0, pong };
    const badlySigned = { status: bad?.status ?? 0 };
    return { ok: wellSigned.status === 200 && pong && badlySigned.status === 401, wellSigned, badlySigned };
  }

  #open({ type, account, locale, channel, data, source }: NewUse): OpenInteraction {
    const id = this.#world.nextId();
    const token = this.#credentials.newInteractionToken();
    const use: Use = { id, token, type, account, locale, channel, data, message: source?.message ?? null };
    const record: InteractionRecord = {
      id,
      token,
      type,
      memberId: account.user.id,
      channelId: channel.id,
      state: "waiting",
      ephemeral: false,
      message: null,
      modal: null,
      choices: null,
      followUps: [],
      httpStatus: 0,
      problem: null,
    };
    const open = { record, use, source, createdAt: this.#world.now(), acknowledged: false, original: null };
    this.#byToken.set(token, open);
    return open;
  }

  #takeAnswer(open: OpenInteraction, { status, contentType, body }: Answer): void {
    const { record } = open;
    record.httpStatus = status;
    if (open.acknowledged || status === 202) return;
    if (status !== 200 || !contentType.startsWith("application/json")) {
      record.problem = `answered with HTTP ${status} ${contentType}`;
      return;
    }
    try {
      applyResponse(this.#world, open, parsed(body), []);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      record.problem = JSON.stringify(error);
    }
  }

  async #answeredByCallback(open: OpenInteraction): Promise<void> {
    const isAnswered = () => open.acknowledged;
    await this.#world.feed.until(isAnswered, "answer to an interaction", ANSWER_WITHIN_MS).catch(() => false);
  }

  async #post(url: string, body: string, signature: "good" | "bad"): Promise<Answer | null> {
    const timestamp = String(Math.floor(this.#world.now() / 1000));
    const good = this.#credentials.sign(timestamp, body);
    const headers = {
      "content-type": "application/json",
      "user-agent": USER_AGENT,
      "x-signature-ed25519": signature === "good" ? good : this.#credentials.sign(timestamp, `${body} `),
      "x-signature-timestamp": timestamp,
    };
    const signal = AbortSignal.any([AbortSignal.timeout(ANSWER_WITHIN_MS), this.#closing]);
    try {
      const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
      return {
        status: response.status,
        contentType: response.headers.get("content-type") ?? "",
        body: await response.text(),
      };
    } catch {
      return null;
    }
  }
}

function isPong(answer: unknown): boolean {
  return typeof answer === "object" && answer !== null && "type" in answer && answer.type === 1;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
