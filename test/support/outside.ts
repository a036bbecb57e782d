import type { ChannelStatus, DeliveryKind, DeliveryResult, Line, Say } from "../../src/conversation/deliveries.ts";
import type { AgentWrote } from "../../src/conversation/events.ts";
import type {
  ArticleSlug,
  DiscordChannelId,
  DiscordMessageId,
  FlexChannelSid,
  FlexInteractionSid,
  TaskSid,
  TwilioConversationSid,
  TwilioMessageSid,
} from "../../src/conversation/ids.ts";
import type { DeliveryRow } from "../../src/delivery/deliveries-table.ts";
import type { Attempt, Look, Performer } from "../../src/delivery/drain.ts";
import { CASE_OPENED } from "./people.ts";

export const DM = "200000000000000001" as DiscordChannelId;

/** How a call may end when it does not end well. */
export const LATER: Attempt = { kind: "later", reason: "503" };
export const UNKNOWN: Attempt = { kind: "unknown", reason: "no answer" };
export const REFUSED: Attempt = { kind: "failed", cause: "refused", reason: "400" };
export const CLOSED: Attempt = { kind: "failed", cause: "conversation-closed", reason: "closed" };

/** The same end for the next `n` calls. */
export function times<T>(n: number, end: T): T[] {
  return Array.from({ length: n }, () => end);
}

/** Articles that the assistant of the tests knows. */
const ARTICLE = { slug: "lost-account" as ArticleSlug, title: "I lost my account" };

/** Both sides of the conversation as they would see it, and a script for what goes wrong. All else succeeds at once. */
export class Outside implements Performer {
  /** What stands in the DM. */
  readonly said: Say[] = [];
  /** What stands in the Twilio Conversation, written by us. */
  readonly posted: Line[] = [];
  /** Every call in order, looks as `look:KIND`. */
  readonly calls: string[] = [];
  /** Twilio's next index: agents' messages take some too. */
  nextIndex = 0;
  /** Whether the instance has died in the middle of a call. */
  isDead = false;
  #death = Promise.withResolvers<void>();
  readonly #script = new Map<string, (Attempt | Look | Promise<Attempt>)[]>();
  #count = 0;

  /** The next call of this kind ends so; several are used in turn. A promise keeps the call open. */
  next(kind: DeliveryKind | `look:${DeliveryKind}`, ...attempts: (Attempt | Look | Promise<Attempt>)[]): void {
    this.#script.set(kind, [...(this.#script.get(kind) ?? []), ...attempts]);
  }

  /** What the next look at the channel finds; TaskRouter knows a live task of an active channel unless it is said otherwise. */
  nextChannel(channel: ChannelStatus, options: { conversation?: "open" | "closed"; hasTask?: boolean } = {}): void {
    const { conversation = "open", hasTask = channel === "active" } = options;
    const result: DeliveryResult = { kind: "read-channel", channel, conversation, hasTask, found: null };
    this.next("read-channel", { kind: "done", result });
  }

  /** What the next read of the Twilio Conversation finds. */
  nextRead(...messages: readonly AgentWrote[]): void {
    const last = Math.max(-1, ...messages.map(({ index }) => index));
    this.next("read-messages", { kind: "done", result: { kind: "read-messages", messages, last } });
  }

  /** Resolves when the instance dies. */
  get death(): Promise<void> {
    return this.#death.promise;
  }

  /** The instance dies in the middle of this call, whose outcome it never learns; no other call of it gets through. */
  die(): Promise<never> {
    this.isDead = true;
    this.#death.resolve();
    return new Promise<never>(() => undefined);
  }

  /** A new instance is there. */
  revive(): void {
    this.isDead = false;
    this.#death = Promise.withResolvers<void>();
  }

  /** How many calls of this kind were made. */
  count(kind: DeliveryKind | `look:${DeliveryKind}`): number {
    return this.calls.filter((call) => call === kind).length;
  }

  async perform(row: DeliveryRow): Promise<Attempt> {
    const { delivery } = row;
    this.calls.push(delivery.kind);
    const scripted = this.#script.get(delivery.kind)?.shift();
    const attempt = scripted ? await scripted : this.success(row);
    if (!isAttempt(attempt)) throw new Error("only a look can end so");
    if (attempt.kind === "done" && delivery.kind === "say") this.said.push(delivery.say);
    if (attempt.kind === "done" && delivery.kind === "post") this.posted.push(delivery.line);
    return attempt;
  }

  async look(row: DeliveryRow, _mayRepeat: boolean): Promise<Look> {
    this.calls.push(`look:${row.delivery.kind}`);
    const scripted = this.#script.get(`look:${row.delivery.kind}`)?.shift();
    return scripted ? await scripted : { kind: "absent" };
  }

  /** A plausible success of this delivery. */
  success(row: DeliveryRow): Attempt {
    return { kind: "done", result: this.#success(row) };
  }

  #success({ delivery }: DeliveryRow): DeliveryResult {
    const n = ++this.#count;
    switch (delivery.kind) {
      case "open-dm":
        return { kind: "open-dm", channel: DM };
      case "say":
        return { kind: "say", message: String(500_000_000_000_000_000n + BigInt(n)) as DiscordMessageId };
      case "find-agent":
        return { kind: "find-agent", worker: null };
      case "create-conversation":
        this.nextIndex = 0;
        return { kind: "create-conversation", conversation: `CH${n}` as TwilioConversationSid };
      case "post":
        return { kind: "post", message: `IMown${n}` as TwilioMessageSid, index: this.nextIndex++ };
      case "create-interaction":
        return {
          kind: "create-interaction",
          interaction: `KD${n}` as FlexInteractionSid,
          channel: `UO${n}` as FlexChannelSid,
          task: `WT${delivery.attempt}` as TaskSid,
        };
      case "read-messages":
        return { kind: "read-messages", messages: [], last: this.nextIndex - 1 };
      case "read-channel":
        return { kind: "read-channel", channel: "active", conversation: "open", hasTask: true, found: null };
      case "ask-assistant":
        return { kind: "ask-assistant", answer: { kind: "suggestions", articles: [ARTICLE] } };
      case "open-article":
        return { kind: "open-article", article: { ...ARTICLE, summary: "How to get it back.", url: null } };
      case "open-case":
        return CASE_OPENED;
      default:
        return { kind: delivery.kind };
    }
  }
}

function isAttempt(end: Look): end is Attempt {
  return end.kind !== "absent" && end.kind !== "repeat";
}
