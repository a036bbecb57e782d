import { randomBytes } from "node:crypto";
import { Faults, type Service, type WebhookReceiver } from "./faults.ts";
import type { FlexToken } from "./flex-tokens.ts";
import type { Conversation, Interaction, InteractionChannel, Media, Task, Worker } from "./model.ts";
import { newSid } from "./sids.ts";
import type { Definition } from "./studio/definition.ts";
import type { Execution } from "./studio/execution.ts";

/** A REST call that the stand-in received. `status` is null while it runs and when the caller got no answer. */
export interface RestExchange {
  readonly kind: "rest";
  readonly at: number;
  readonly service: Service;
  readonly method: string;
  /** Below the service, without query: `/v1/Conversations`. */
  readonly path: string;
  readonly params: Readonly<Record<string, string | string[]>>;
  status: number | null;
  /** Twilio's error code. */
  code: number | null;
  /** The fault that hit it. */
  fault: string | null;
}

/** One attempt to send a webhook, or one call of Studio's HTTP widget. */
export interface WebhookExchange {
  readonly kind: "webhook";
  readonly at: number;
  readonly to: WebhookReceiver | "studio";
  readonly eventType: string;
  readonly url: string;
  readonly params: Readonly<Record<string, string>>;
  readonly outcome: "answered" | "timed-out" | "failed" | "lost";
  /** The receiver's answer. */
  readonly status: number | null;
}

export type Exchange = RestExchange | WebhookExchange;

/** Something that happened in the account, whether or not a webhook tells of it. REST calls show when they come and when they end. */
export type Happening =
  | { readonly kind: "exchange"; readonly exchange: Exchange }
  | { readonly kind: "conversation"; readonly eventType: string; readonly conversation: Conversation }
  | { readonly kind: "channel"; readonly channel: InteractionChannel }
  | { readonly kind: "task"; readonly eventType: string; readonly task: Task }
  | { readonly kind: "execution"; readonly execution: Execution };

export type Listener = (happening: Happening) => void;

/** One Twilio account with a Flex project: its ids, its memory, its clock and who listens to it. */
export class Account {
  readonly accountSid = newSid("AC");
  readonly authToken = randomBytes(16).toString("hex");
  readonly apiKeySid = newSid("SK");
  readonly apiKeySecret = randomBytes(16).toString("hex");
  readonly chatServiceSid = newSid("IS");
  readonly flexInstanceSid = newSid("GO");
  readonly workspaceSid = newSid("WS");
  readonly workflowSid = newSid("WW");
  readonly queueSid = newSid("WQ");

  readonly conversations = new Map<string, Conversation>();
  readonly media = new Map<string, Media>();
  readonly interactions = new Map<string, Interaction>();
  readonly tasks = new Map<string, Task>();
  readonly workers = new Map<string, Worker>();
  /** Who is signed in to Flex UI, by token. */
  readonly flexTokens = new Map<string, FlexToken>();
  /** Studio flows. */
  readonly flows = new Map<string, Definition>();
  readonly faults = new Faults();
  readonly log: Exchange[] = [];
  readonly now: () => number;
  readonly startedAt: number;
  taskEventsUrl: string | null = null;

  #listeners: Listener[] = [];
  readonly #work = new Set<Promise<void>>();
  readonly #ending = new AbortController();

  constructor(now: () => number) {
    this.now = now;
    this.startedAt = now();
  }

  /** Aborted when the stand-in closes. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  emit(happening: Happening): void {
    for (const listener of this.#listeners) listener(happening);
  }

  subscribe(listener: Listener): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((one) => one !== listener);
    };
  }

  record(exchange: Exchange): void {
    this.log.push(exchange);
    this.emit({ kind: "exchange", exchange });
  }

  /** Work that goes on after the answer; `settled()` waits for it. It must not reject. */
  inBackground(work: Promise<void>): void {
    const tracked: Promise<void> = work.finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }

  /** Resolves when no work is left, including work that other work started. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  /** Resolves with the first value of `probe` other than undefined, null and false, looking again whenever something happens. */
  until<T>(probe: () => T | undefined | null | false, what: string, timeLimitMs = 10_000): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const look = () => {
      try {
        const found = probe();
        if (found !== undefined && found !== null && found !== false) resolve(found);
      } catch (error) {
        reject(error);
      }
    };
    const unsubscribe = this.subscribe(look);
    const timer = setTimeout(() => reject(new Error(`not within ${timeLimitMs} ms: ${what}`)), timeLimitMs);
    const closed = () => reject(new Error(`the stand-in closed before: ${what}`));
    this.ending.addEventListener("abort", closed, { once: true });
    look();
    return promise.finally(() => {
      unsubscribe();
      clearTimeout(timer);
      this.ending.removeEventListener("abort", closed);
    });
  }

  end(): void {
    this.#ending.abort();
  }
}
