import type { ChannelStatus, DeliveryResult, Line, Say } from "../../src/conversation/deliveries.ts";
import type { AgentWrote } from "../../src/conversation/events.ts";
import {
  type DiscordMessageId,
  type FlexChannelSid,
  type FlexInteractionSid,
  identityOf,
  memberOfSession,
  type SessionId,
  type TaskSid,
  type TwilioConversationSid,
  type TwilioIdentity,
  type TwilioMessageSid,
} from "../../src/conversation/ids.ts";
import type { DeliveryRow } from "../../src/delivery/deliveries-table.ts";
import type { Attempt, Look } from "../../src/delivery/drain.ts";
import { NONCE_WINDOW_MS } from "../../src/delivery/policy.ts";
import { Bridge } from "./bridge.ts";
import { CLOSED, LATER, Outside, REFUSED, UNKNOWN } from "./outside.ts";

/** What becomes of one call. */
export const FATES = ["ok", "later", "lost-but-done", "lost-not-done", "crash-before", "crash-after"] as const;
export type Fate = (typeof FATES)[number];

/** A Twilio Conversation as it stands at Twilio, with what Flex knows of it. */
export type FarConversation = {
  readonly sid: TwilioConversationSid;
  readonly session: SessionId;
  /** In the order of their indexes; `line` is null for what we did not write. */
  readonly messages: { readonly message: AgentWrote; readonly line: Line | null }[];
  readonly present: Set<TwilioIdentity>;
  /** Attempts of Interactions that Flex has taken. */
  readonly attempts: Map<number, Attempt>;
  task: TaskSid | null;
  channel: Exclude<ChannelStatus, "gone"> | null;
  closed: boolean;
};

/** A message in the DM, and who owned the conversation when it was sent. */
export type Utterance = { readonly say: Say; readonly replyTo: DiscordMessageId | null; readonly owner: string };

/** How long Discord knows a nonce. */
const NONCE_MEMORY_MS = 5 * 60_000;

/**
 * The outside with a memory. Discord knows a repeated nonce for some minutes, Twilio takes the same post twice, Flex the
 * same Interaction; a look finds what stands. `fates` are used up call by call, looks included; after them all goes well.
 */
export class RememberingOutside extends Outside {
  readonly conversations: FarConversation[] = [];
  readonly utterances: Utterance[] = [];
  /** What must not happen and did. */
  readonly breaches: string[] = [];
  fates: Fate[] = [];
  readonly #now: () => number;
  readonly #owner: () => string;
  readonly #said = new Map<string, { readonly attempt: Attempt; readonly at: number }>();
  #tasks = 0;

  constructor(now: () => number, owner: () => string) {
    super();
    this.#now = now;
    this.#owner = owner;
  }

  of(session: SessionId | null): FarConversation | null {
    return this.conversations.find((one) => one.session === session) ?? null;
  }

  override perform(row: DeliveryRow): Promise<Attempt> {
    this.calls.push(row.delivery.kind);
    return this.#meet(() => this.#act(row));
  }

  override look(row: DeliveryRow, mayRepeat: boolean): Promise<Look> {
    this.calls.push(`look:${row.delivery.kind}`);
    return this.#meet<Look>(() => this.#find(row, mayRepeat));
  }

  async #meet<T>(act: () => T): Promise<T | Attempt> {
    if (this.isDead) return this.die();
    const fate = this.fates.shift() ?? "ok";
    switch (fate) {
      case "ok":
        return act();
      case "later":
        return LATER;
      case "lost-but-done":
        act();
        return UNKNOWN;
      case "lost-not-done":
        return UNKNOWN;
      case "crash-before":
        return this.die();
      case "crash-after":
        act();
        return this.die();
    }
  }

  #find(row: DeliveryRow, mayRepeat: boolean): Look {
    const { delivery } = row;
    const conversation = this.of(row.session);
    switch (delivery.kind) {
      case "post": {
        if (!conversation) return { kind: "repeat" };
        const found = conversation.messages.find(({ message }) => message.delivery === row.id);
        return found ? posted(found.message) : { kind: "absent" };
      }
      case "create-interaction":
        if (!conversation) return { kind: "repeat" };
        return conversation.attempts.get(delivery.attempt) ?? { kind: "absent" };
      case "say": {
        const isNonceFresh = row.firstTriedAt !== null && this.#now() < row.firstTriedAt + NONCE_WINDOW_MS;
        if (mayRepeat && isNonceFresh) return { kind: "repeat" };
        return this.#said.get(row.id)?.attempt ?? { kind: "absent" };
      }
      default:
        return { kind: "repeat" };
    }
  }

  #act(row: DeliveryRow): Attempt {
    const { delivery, session } = row;
    switch (delivery.lane) {
      case "discord":
        return delivery.kind === "say" ? this.#say(row, delivery.say, delivery.replyTo) : this.success(row);
      case "inside":
      case "directory":
        return this.success(row);
      case "twilio": {
        if (delivery.kind === "create-conversation") return this.#createConversation(session as SessionId);
        const conversation = this.of(session);
        if (!conversation) return { kind: "failed", cause: "no-conversation", reason: "there is none" };
        return this.#actIn(conversation, row);
      }
    }
  }

  #say(row: DeliveryRow, say: Say, replyTo: DiscordMessageId | null): Attempt {
    const before = this.#said.get(row.id);
    if (before && this.#now() < before.at + NONCE_MEMORY_MS) return before.attempt;
    const attempt = this.success(row);
    this.#said.set(row.id, { attempt, at: this.#now() });
    this.said.push(say);
    this.utterances.push({ say, replyTo, owner: this.#owner() });
    return attempt;
  }

  #createConversation(session: SessionId): Attempt {
    const before = this.of(session);
    if (before?.closed) return CLOSED;
    const sid = before?.sid ?? (`CH${session}` as TwilioConversationSid);
    if (!before) {
      if (this.conversations.some((one) => !one.closed)) this.breaches.push("a second Twilio Conversation is open");
      this.conversations.push({
        sid,
        session,
        messages: [],
        present: new Set(),
        attempts: new Map(),
        task: null,
        channel: null,
        closed: false,
      });
    }
    return done({ kind: "create-conversation", conversation: sid });
  }

  #actIn(conversation: FarConversation, row: DeliveryRow): Attempt {
    const { delivery } = row;
    switch (delivery.kind) {
      case "post":
        return conversation.closed ? CLOSED : this.#post(conversation, row, delivery.line);
      case "create-interaction":
        return conversation.closed ? CLOSED : this.#createInteraction(conversation, delivery.attempt);
      case "add-member":
      case "add-webhook":
        return conversation.closed ? CLOSED : this.success(row);
      case "read-messages": {
        const messages = conversation.messages
          .map(({ message }) => message)
          .filter((one) => one.index >= delivery.from);
        return done({ kind: "read-messages", messages, last: messages.at(-1)?.index ?? delivery.from - 1 });
      }
      case "read-channel":
        return done({
          kind: "read-channel",
          channel: conversation.channel ?? "active",
          conversation: conversation.closed ? "closed" : "open",
          hasTask: conversation.task !== null,
          found: null,
        });
      case "pause-channel":
        if (conversation.closed || !conversation.channel) return REFUSED;
        pause(conversation);
        return this.success(row);
      case "close-conversation":
        close(conversation);
        return this.success(row);
      default:
        throw new Error(`${delivery.kind} is not done in a Twilio Conversation`);
    }
  }

  #post(conversation: FarConversation, row: DeliveryRow, line: Line): Attempt {
    const message: AgentWrote = {
      kind: "agent-wrote",
      conversation: conversation.sid,
      message: `IM${row.id}/${conversation.messages.length}` as TwilioMessageSid,
      index: conversation.messages.length,
      author: identityOf(memberOfSession(conversation.session)),
      text: "",
      files: [],
      delivery: row.id,
      at: this.#now(),
    };
    conversation.messages.push({ message, line });
    this.posted.push(line);
    // Flex makes the next task of an inactive channel itself.
    if (conversation.channel === "inactive") this.#makeTask(conversation);
    return posted(message);
  }

  #createInteraction(conversation: FarConversation, attempt: number): Attempt {
    const task = this.#makeTask(conversation);
    const made = done({
      kind: "create-interaction",
      interaction: `KD${task}` as FlexInteractionSid,
      channel: `UO${task}` as FlexChannelSid,
      task,
    });
    conversation.attempts.set(attempt, made);
    return made;
  }

  #makeTask(conversation: FarConversation): TaskSid {
    if (this.conversations.some(({ task }) => task !== null)) this.breaches.push("a second task is live");
    const task = `WT${++this.#tasks}` as TaskSid;
    conversation.task = task;
    conversation.channel = "active";
    return task;
  }
}

/** An agent uses Leave, or is asked to go: the channel waits for the member. */
export function pause(conversation: FarConversation): void {
  conversation.present.clear();
  conversation.task = null;
  conversation.channel = "inactive";
}

/** The chat is ended: by an agent, a timer, or us. */
export function close(conversation: FarConversation): void {
  conversation.present.clear();
  conversation.task = null;
  conversation.closed = true;
  if (conversation.channel) conversation.channel = "closed";
}

function done(result: DeliveryResult): Attempt {
  return { kind: "done", result };
}

function posted({ message, index }: AgentWrote): Attempt {
  return done({ kind: "post", message, index });
}

/** A conversation whose outside remembers. */
export function rememberingBridge(): { bridge: Bridge; outside: RememberingOutside } {
  const outside: RememberingOutside = new RememberingOutside(
    () => bridge.now,
    () => bridge.owner,
  );
  const bridge = new Bridge(outside);
  return { bridge, outside };
}
