import { setImmediate } from "node:timers/promises";
import type {
  AgentWrote,
  ConversationEvent,
  IngestReply,
  MemberWrote,
  TaskChange,
} from "../../src/conversation/events.ts";
import type {
  DeliveryId,
  DiscordGuildId,
  DiscordInteractionId,
  DiscordMessageId,
  SessionId,
  TaskSid,
  TwilioConversationSid,
  TwilioIdentity,
  TwilioMessageSid,
} from "../../src/conversation/ids.ts";
import type { Routing } from "../../src/conversation/state.ts";
import { Drain } from "../../src/delivery/drain.ts";
import { ConversationStore } from "../../src/delivery/store.ts";
import { DM, Outside } from "./outside.ts";
import { AGENT, MEMBER } from "./people.ts";
import { SqliteStorage } from "./sqlite-storage.ts";

export const GUILD = "300000000000000001" as DiscordGuildId;
export const UNNAMED = "agent_unnamed" as TwilioIdentity;

/** More alarms at one moment, or more crashes, than any test needs: something goes round in circles. */
const ENDLESS = 100;

/**
 * One conversation with its real store and drain on SQLite in memory, a clock that moves only when told, and {@link Outside}.
 */
export class Bridge {
  readonly storage = new SqliteStorage();
  readonly outside: Outside;
  readonly routing: Routing;
  now = 1_700_000_000_000;
  store: ConversationStore;
  #drain: Drain;
  #ids = 0;
  #events = 0;

  constructor(outside: Outside = new Outside(), routing: Routing = "bridge") {
    this.outside = outside;
    this.routing = routing;
    [this.store, this.#drain] = this.#start();
  }

  /** What a crash leaves: the rows. A new instance starts from them. */
  crash(): void {
    this.outside.revive();
    [this.store, this.#drain] = this.#start();
  }

  #start(): [ConversationStore, Drain] {
    const now = () => this.now;
    const newId = () => `delivery${String(++this.#ids).padStart(14, "0")}` as DeliveryId;
    const store = new ConversationStore(this.storage, { member: MEMBER, routing: this.routing }, now, newId);
    return [store, new Drain(store, this.outside, now, () => 0.5)];
  }

  /** Works off all that is due now. Where {@link Outside.die} ends the instance, the next one goes on. */
  async settle(): Promise<void> {
    for (let crashes = 0; crashes < ENDLESS; crashes++) {
      await Promise.race([this.#drain.run(), this.outside.death]);
      if (!this.outside.isDead) return;
      // The other lanes come to a stop at their next call.
      await setImmediate();
      this.crash();
    }
    throw new Error("the instance crashes again and again");
  }

  /** Takes an event and goes on until every lane is idle or waits for a call that stays open. */
  async begin(event: ConversationEvent): Promise<IngestReply> {
    const reply = this.ingest(event);
    void this.settle();
    await setImmediate();
    return reply;
  }

  /** Lets time pass; alarms ring on the way. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    let rings = 0;
    while (this.storage.alarm !== null && this.storage.alarm <= end) {
      rings = this.storage.alarm > this.now ? 0 : rings + 1;
      if (rings > ENDLESS) throw new Error("the alarm rings without a pause");
      this.now = Math.max(this.now, this.storage.alarm);
      this.storage.alarm = null;
      this.store.rearm();
      this.store.ring();
      await this.settle();
    }
    this.now = end;
  }

  /** Takes an event without waiting for what follows. */
  ingest(event: ConversationEvent): IngestReply {
    return this.store.ingest(event);
  }

  /** Takes an event and works off what follows from it. */
  async take(event: ConversationEvent): Promise<IngestReply> {
    const reply = this.ingest(event);
    await this.settle();
    return reply;
  }

  get owner(): string {
    return this.store.state.session?.owner.kind ?? "nobody";
  }

  /** The kinds of all that the member sees, in order. */
  get seen(): string[] {
    return this.outside.said.map((say) => say.kind);
  }

  /** The texts that the member sees from agents. */
  get agentTexts(): string[] {
    return this.outside.said.flatMap((say) => (say.kind === "agent-text" ? [say.text] : []));
  }

  /** The texts of the member on Twilio. */
  get memberTexts(): string[] {
    return this.outside.posted.flatMap(({ content }) =>
      content.kind === "text" || content.kind === "edited-text" ? [content.text] : [],
    );
  }

  get session(): SessionId {
    const id = this.store.state.session?.id;
    if (!id) throw new Error("no session is open");
    return id;
  }

  get conversation(): TwilioConversationSid {
    const sid = this.store.state.session?.twilio?.conversation;
    if (!sid) throw new Error("there is no Twilio Conversation");
    return sid;
  }

  helpme(): ConversationEvent {
    return {
      kind: "member-asked-for-help",
      interaction: this.#id("4") as DiscordInteractionId,
      token: "interaction-token",
      profile: { member: MEMBER, displayName: "member", locale: "en" },
      guild: GUILD,
      at: this.now,
    };
  }

  wrote(text: string, options: { incomplete?: boolean } = {}): MemberWrote {
    return {
      kind: "member-wrote",
      message: this.#id("6") as DiscordMessageId,
      channel: DM,
      profile: { member: MEMBER, displayName: "member" },
      text,
      incomplete: options.incomplete ?? false,
      at: this.now,
    };
  }

  pressed(
    button: Extract<ConversationEvent, { kind: "member-pressed" }>["button"],
    session?: SessionId,
  ): ConversationEvent {
    return {
      kind: "member-pressed",
      interaction: this.#id("4") as DiscordInteractionId,
      profile: { member: MEMBER, displayName: "member", locale: "en" },
      message: this.#id("5") as DiscordMessageId,
      session: session ?? this.session,
      button,
      at: this.now,
    };
  }

  /** A message of the member in new words. */
  edited(wrote: MemberWrote, text: string): ConversationEvent {
    const { message, channel, profile } = wrote;
    return { kind: "member-edited", message, revision: this.#id(""), channel, profile, text, at: this.now };
  }

  /** A message of an agent; it takes the next index unless one is given. */
  agentWrote(
    text: string,
    options: { index?: number; author?: TwilioIdentity; conversation?: TwilioConversationSid } = {},
  ): AgentWrote {
    const index = options.index ?? this.outside.nextIndex++;
    return {
      kind: "agent-wrote",
      conversation: options.conversation ?? this.conversation,
      message: `IM${this.#id("")}` as TwilioMessageSid,
      index,
      author: options.author ?? AGENT.identity,
      text,
      files: [],
      delivery: null,
      at: this.now,
    };
  }

  /** A message of an agent in new words. */
  agentEdited(wrote: AgentWrote, text: string): ConversationEvent {
    const { conversation, message, author, delivery } = wrote;
    const revision = this.#id("");
    return { kind: "agent-edited", conversation, message, revision, author, text, delivery, at: this.now };
  }

  participant(
    kind: "participant-joined" | "participant-left",
    identity: TwilioIdentity,
    conversation = this.conversation,
  ): ConversationEvent {
    return { kind, conversation, participant: `MB${this.#id("")}`, identity, at: this.now };
  }

  closed(conversation = this.conversation): ConversationEvent {
    return { kind: "conversation-closed", conversation, at: this.now };
  }

  task(change: TaskChange, options: { task?: string; at?: number; session?: SessionId } = {}): ConversationEvent {
    return {
      kind: "task-changed",
      id: `${change.type}/${this.#id("")}`,
      session: options.session ?? this.session,
      task: (options.task ?? `WT${this.store.state.session?.twilio?.flex?.attempt}`) as TaskSid,
      change,
      at: options.at ?? this.now,
    };
  }

  /** A session that waits for a person: `question`, then `live agent`. */
  async toQueue(question = "my account is gone"): Promise<void> {
    await this.take(this.wrote(question));
    await this.take(this.wrote("live agent"));
  }

  /** A session that an agent has taken. */
  async toAgent(): Promise<void> {
    await this.toQueue();
    await this.take(this.task({ type: "reservation-created", worker: AGENT }));
    await this.take(this.task({ type: "reservation-accepted", worker: AGENT }));
  }

  #id(prefix: string): string {
    return `${prefix}${String(++this.#events).padStart(18 - prefix.length, "0")}`;
  }
}
