import type { ContentfulStatusCode } from "hono/utils/http-status";

/** The products that the stand-in answers for; the first path segment below its URL. */
export type Service = "conversations" | "flex-api" | "mcs.us1" | "taskrouter" | "studio" | "iam";

/**
 * What goes wrong with a REST call. `before`: it was not processed; `after`: it was, but the caller does not learn it.
 * `timeout` holds the connection without an answer until the caller gives up; `reset` breaks it at once. `delayMs` processes the
 * call that much later, whether or not the caller still waits. With `status` the call is refused, with this code of Twilio's
 * (https://www.twilio.com/docs/api/errors), and not processed.
 */
export type RestFaultKind =
  | "429"
  | "429-conversation"
  | "409-concurrent"
  | "5xx-before"
  | "5xx-after"
  | "timeout-before"
  | "timeout-after"
  | "reset-before"
  | "reset-after"
  | { readonly delayMs: number }
  | { readonly status: ContentfulStatusCode; readonly code: number; readonly message: string };

/** A fault for the next `times` calls (default 1) that match. `route`: part of the path below the service, or a pattern for it. */
export type RestFault = {
  readonly kind: RestFaultKind;
  readonly service?: Service;
  readonly route?: RegExp | string;
  readonly method?: string;
  readonly times?: number;
};

export type WebhookReceiver = "conversations" | "task-events";

/** Which webhooks a fault hits; all of them when empty. */
export type WebhookMatch = { readonly to?: WebhookReceiver; readonly eventType?: string };

export type WebhookFaultKind = "lose" | "duplicate" | "delay" | "reorder" | "forge";

type WebhookRule = { readonly kind: WebhookFaultKind; readonly match: WebhookMatch; left: number };

/** Switches for what can go wrong. Each counts down as it hits; `clear()` takes back what is left. */
export class Faults {
  /** REST calls that may run at once in the account; more are refused with 429/20429. `null`: no limit. */
  concurrencyLimit: number | null = null;

  #rest: { readonly fault: RestFault; left: number }[] = [];
  #webhooks: WebhookRule[] = [];
  #channelErrors: number[] = [];
  #indexGap = 0;

  /** Adds a fault; the function that comes back takes it away. The oldest match wins. */
  rest(fault: RestFault): () => void {
    const rule = { fault, left: fault.times ?? 1 };
    this.#rest.push(rule);
    return () => {
      this.#rest = this.#rest.filter((one) => one !== rule);
    };
  }

  /** The next `times` webhooks never arrive. */
  loseWebhooks(times = 1, match: WebhookMatch = {}): void {
    this.#addWebhookRule("lose", times, match);
  }

  /** The next `times` webhooks arrive twice. */
  duplicateWebhooks(times = 1, match: WebhookMatch = {}): void {
    this.#addWebhookRule("duplicate", times, match);
  }

  /** The next `times` webhooks are held back until `releaseWebhooks()`. */
  delayWebhooks(times = 1, match: WebhookMatch = {}): void {
    this.#addWebhookRule("delay", times, match);
  }

  /** The next `times` webhooks are held back and leave, last first, once there are so many (or on `releaseWebhooks()`). */
  reorderWebhooks(times = 2, match: WebhookMatch = {}): void {
    this.#addWebhookRule("reorder", times, match);
  }

  /** The next `times` webhooks carry a wrong signature. */
  forgeWebhooks(times = 1, match: WebhookMatch = {}): void {
    this.#addWebhookRule("forge", times, match);
  }

  /** The next interaction is accepted, but its channel then turns `failed` and there is no task. */
  failNextChannel(errorCode = 19025): void {
    this.#channelErrors.push(errorCode);
  }

  /** The next message's `Index` leaves out `n` numbers. */
  skipIndexes(n: number): void {
    this.#indexGap += n;
  }

  clear(): void {
    this.#rest = [];
    this.#webhooks = [];
    this.#channelErrors = [];
    this.#indexGap = 0;
    this.concurrencyLimit = null;
  }

  /** Uses up the fault for this REST call, if there is one. `path` is what follows the service, e.g. `/v1/Conversations`. */
  takeRest(service: string, method: string, path: string): RestFaultKind | null {
    const rule = this.#rest.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.service === undefined || fault.service === service) &&
        (fault.method === undefined || fault.method.toUpperCase() === method) &&
        (fault.route === undefined ||
          (typeof fault.route === "string" ? path.includes(fault.route) : path.search(fault.route) >= 0)),
    );
    if (rule === undefined) return null;
    rule.left -= 1;
    return rule.fault.kind;
  }

  /** Uses up the fault for this webhook. `last`: it is the last one that its rule hits. */
  takeWebhook(to: WebhookReceiver, eventType: string): { kind: WebhookFaultKind; last: boolean } | null {
    const rule = this.#webhooks.find(
      ({ match, left }) => left > 0 && (match.to ?? to) === to && (match.eventType ?? eventType) === eventType,
    );
    if (rule === undefined) return null;
    rule.left -= 1;
    return { kind: rule.kind, last: rule.left === 0 };
  }

  takeChannelError(): number | null {
    return this.#channelErrors.shift() ?? null;
  }

  takeIndexGap(): number {
    const gap = this.#indexGap;
    this.#indexGap = 0;
    return gap;
  }

  #addWebhookRule(kind: WebhookFaultKind, times: number, match: WebhookMatch): void {
    this.#webhooks.push({ kind, match, left: times });
  }
}
