import type { InteractionRecord } from "./interactions/record.ts";
import type { Message } from "./world.ts";

/** One thing that crossed the wire, in either direction. `at` is in milliseconds since 1970. */
export type Exchange =
  | {
      readonly kind: "rest";
      readonly at: number;
      readonly method: string;
      /** Path below `/api/v10`, with the query. */
      readonly path: string;
      /** Parsed JSON (for multipart the parsed `payload_json`), or the text where it is not JSON. */
      readonly body: unknown;
      /** `null` while the request is worked on, and for ever when a fault left it without an answer. */
      status: number | null;
      answer: unknown;
    }
  | {
      readonly kind: "gateway";
      readonly at: number;
      /** As seen from the stand-in: `in` came from the bot. */
      readonly direction: "in" | "out";
      /** Counts the connections from 1. */
      readonly connection: number;
      readonly frame: unknown;
    }
  | {
      readonly kind: "connection";
      readonly at: number;
      readonly connection: number;
      readonly what: "opened" | "closed" | "refused";
      /** The close code, or the HTTP status of a refusal. */
      readonly code: number | null;
      /** Path and query the bot connected to. */
      readonly path: string;
    }
  | {
      readonly kind: "interaction";
      readonly at: number;
      readonly request: unknown;
      /** `null` when nothing was heard within the limit, or when it went over the Gateway. */
      status: number | null;
      answer: unknown;
    };

export type StandInEvent =
  | { readonly type: "message"; readonly what: "created" | "edited" | "deleted"; readonly message: Message }
  | { readonly type: "typing"; readonly channelId: string; readonly userId: string }
  | { readonly type: "interaction"; readonly record: InteractionRecord }
  | { readonly type: "commands" }
  /** A new entry of the log, or an entry that got its answer. */
  | { readonly type: "exchange"; readonly exchange: Exchange };

export type Listener = (event: StandInEvent) => void;

/** Everything that happens, as it happens: the log, the subscribers, and those who wait for something. */
export class Feed {
  readonly log: Exchange[] = [];
  readonly #listeners = new Set<Listener>();
  readonly #waiting = new Set<(reason: Error) => void>();

  publish(event: StandInEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  record<E extends Exchange>(exchange: E): E {
    this.log.push(exchange);
    this.publish({ type: "exchange", exchange });
    return exchange;
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves with the first truthy value of `probe`, which is asked now and after every event. */
  until<T>(probe: () => T | undefined | null | false, what: string, timeLimitMs = 10_000): Promise<T> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        unsubscribe();
        this.#waiting.delete(fail);
        settle();
      };
      const fail = (reason: Error) => finish(() => reject(reason));
      const look = () => {
        try {
          const value = probe();
          if (value) finish(() => resolve(value));
        } catch (error) {
          fail(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const timer = setTimeout(
        () => fail(new Error(`Discord stand-in: no ${what} within ${timeLimitMs} ms`)),
        timeLimitMs,
      );
      const unsubscribe = this.subscribe(look);
      this.#waiting.add(fail);
      look();
    });
  }

  close(): void {
    for (const fail of [...this.#waiting]) fail(new Error("Discord stand-in was closed"));
    this.#listeners.clear();
  }
}
