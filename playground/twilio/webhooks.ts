import { randomUUID } from "node:crypto";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import type { Account } from "./account.ts";
import type { WebhookReceiver } from "./faults.ts";

/** A webhook to be sent. A fragment in the URL may carry connection overrides such as `#rc=2&rp=all`. */
export type Webhook = {
  readonly to: WebhookReceiver;
  readonly eventType: string;
  readonly url: string;
  readonly method: "POST" | "GET";
  readonly params: Readonly<Record<string, string>>;
  readonly timeLimitMs: number;
  /** Whether connection overrides in the URL's fragment count; scoped webhooks know none. */
  readonly overrides: boolean;
};

type Outcome = { readonly outcome: "answered" | "timed-out" | "failed"; readonly status: number | null };

/**
 * Sends webhooks, signed by Twilio's own library: in order for each URL, at most once unless overrides ask for retries. Nobody
 * waits for them; `Account.settled()` can.
 */
export class Webhooks {
  readonly #account: Account;
  readonly #queues = new Map<string, Promise<void>>();
  #held: Webhook[] = [];
  #shuffled: Webhook[] = [];

  constructor(account: Account) {
    this.#account = account;
  }

  send(webhook: Webhook): void {
    const fault = this.#account.faults.takeWebhook(webhook.to, webhook.eventType);
    switch (fault?.kind) {
      case undefined:
        this.#enqueue(webhook);
        break;
      case "lose":
        this.#record(webhook, { outcome: "lost", status: null });
        break;
      case "duplicate":
        this.#enqueue(webhook);
        this.#enqueue(webhook);
        break;
      case "delay":
        this.#held.push(webhook);
        break;
      case "forge":
        this.#enqueue(webhook, true);
        break;
      case "reorder":
        this.#shuffled.unshift(webhook);
        if (fault?.last) this.#sendShuffled();
    }
  }

  /** Lets go of all webhooks that faults hold back. */
  release(): void {
    const held = this.#held;
    this.#held = [];
    for (const webhook of held) this.#enqueue(webhook);
    this.#sendShuffled();
  }

  #sendShuffled(): void {
    const shuffled = this.#shuffled;
    this.#shuffled = [];
    for (const webhook of shuffled) this.#enqueue(webhook);
  }

  #enqueue(webhook: Webhook, forged = false): void {
    const before = this.#queues.get(webhook.url) ?? Promise.resolve();
    const sent = before.then(() => this.#deliver(webhook, forged));
    this.#queues.set(webhook.url, sent);
    this.#account.inBackground(sent);
  }

  async #deliver(webhook: Webhook, forged: boolean): Promise<void> {
    const token = randomUUID();
    const { retries, wanted } = readOverrides(webhook);
    for (let attempt = 0; attempt <= retries && !this.#account.ending.aborted; attempt++) {
      const outcome = await this.#attempt(webhook, token, forged);
      this.#record(webhook, outcome);
      if (!wanted(outcome)) return;
    }
  }

  async #attempt(webhook: Webhook, token: string, forged: boolean): Promise<Outcome> {
    const form = new URLSearchParams(webhook.params);
    const url = new URL(webhook.url);
    url.hash = "";
    if (webhook.method === "GET") for (const [name, value] of form) url.searchParams.append(name, value);
    const signed = webhook.method === "GET" ? url.href : webhook.url.replace(/#.*$/, "");
    const signature = getExpectedTwilioSignature(
      forged ? "not the account's token" : this.#account.authToken,
      signed,
      webhook.method === "GET" ? {} : webhook.params,
    );
    try {
      const response = await fetch(url, {
        method: webhook.method,
        headers: {
          "X-Twilio-Signature": signature,
          "I-Twilio-Idempotency-Token": token,
          "User-Agent": "TwilioProxy/1.1",
        },
        ...(webhook.method === "POST" ? { body: form } : {}),
        redirect: "manual",
        signal: AbortSignal.any([this.#account.ending, AbortSignal.timeout(webhook.timeLimitMs)]),
      });
      await response.arrayBuffer();
      return { outcome: "answered", status: response.status };
    } catch (error) {
      const timedOut = error instanceof Error && error.name === "TimeoutError";
      return { outcome: timedOut ? "timed-out" : "failed", status: null };
    }
  }

  #record(webhook: Webhook, result: Outcome | { readonly outcome: "lost"; readonly status: null }): void {
    const { to, eventType, url, params } = webhook;
    this.#account.record({ kind: "webhook", at: this.#account.now(), to, eventType, url, params, ...result });
  }
}

/**
 * Connection overrides: `rc` retries (0–5), wanted for the failures in `rp` (default: only failed connections).
 * https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
function readOverrides(webhook: Webhook): { retries: number; wanted: (outcome: Outcome) => boolean } {
  const fragment = new URLSearchParams(new URL(webhook.url).hash.slice(1));
  const count = fragment.get("rc") ?? "";
  const retries = webhook.overrides && /^[0-5]$/.test(count) ? Number(count) : 0;
  const policy = new Set((fragment.get("rp") ?? "ct").split(","));
  const wanted = ({ outcome, status }: Outcome): boolean => {
    if (outcome === "failed") return policy.has("ct") || policy.has("all");
    if (outcome === "timed-out") return policy.has("rt") || policy.has("all");
    if (status === null || status < 400) return false;
    return policy.has(status < 500 ? "4xx" : "5xx") || policy.has("all");
  };
  return { retries, wanted };
}
