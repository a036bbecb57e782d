import type { ChannelStatus, DeliveryKind, DeliveryResult, Line, Say } from "../../src/conversation/deliveries.ts";
import type {
  AgentWrote,
  ConversationEvent,
  FlexWorker,
  IngestReply,
  TaskChange,
} from "../../src/conversation/events.ts";
import type {
  ArticleSlug,
  DeliveryId,
  DiscordChannelId,
  DiscordGuildId,
  DiscordInteractionId,
  DiscordMessageId,
  DiscordUserId,
  FlexChannelSid,
  FlexInteractionSid,
  SessionId,
  TaskSid,
  TwilioConversationSid,
  TwilioIdentity,
  TwilioMessageSid,
  WorkerSid,
} from "../../src/conversation/ids.ts";
import type { DeliveryRow } from "../../src/delivery/deliveries-table.ts";
import { type Attempt, Drain, type Look, type Performer } from "../../src/delivery/drain.ts";
import { ConversationStore } from "../../src/delivery/store.ts";
import { SqliteStorage } from "./sqlite-storage.ts";

export const MEMBER = "100000000000000001" as DiscordUserId;
export const DM = "200000000000000001" as DiscordChannelId;
export const GUILD = "300000000000000001" as DiscordGuildId;
export const AGENT: FlexWorker = {
  worker: "WK1" as WorkerSid,
  identity: "agent_one" as TwilioIdentity,
  name: "Agent One",
};
export const COLLEAGUE: FlexWorker = {
  worker: "WK2" as WorkerSid,
  identity: "agent_two" as TwilioIdentity,
  name: "Agent Two",
};
export const UNNAMED = "agent_unnamed" as TwilioIdentity;

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
  readonly #script = new Map<string, (Attempt | Look | Promise<Attempt>)[]>();
  #count = 0;

  /** The next call of this kind ends so; several are used in turn. A promise keeps the call open. */
  next(kind: DeliveryKind | `look:${DeliveryKind}`, ...attempts: (Attempt | Look | Promise<Attempt>)[]): void {
    this.#script.set(kind, [...(this.#script.get(kind) ?? []), ...attempts]);
  }

  /** What the next look at the channel finds. */
  nextChannel(channel: ChannelStatus, options: { conversation?: "open" | "closed"; hasTask?: boolean } = {}): void {
    const { conversation = "open", hasTask = false } = options;
    const result: DeliveryResult = { kind: "read-channel", channel, conversation, hasTask, found: null };
    this.next("read-channel", { kind: "done", result });
  }

  async perform(row: DeliveryRow): Promise<Attempt> {
    const { delivery } = row;
    this.calls.push(delivery.kind);
    const scripted = this.#script.get(delivery.kind)?.shift();
    const attempt = scripted ? await scripted : this.success(row);
    if (attempt.kind === "absent" || attempt.kind === "repeat") throw new Error("only a look can end so");
    if (attempt.kind === "done" && delivery.kind === "say") this.said.push(delivery.say);
    if (attempt.kind === "done" && delivery.kind === "post") this.posted.push(delivery.line);
    return attempt;
  }

  async look(row: DeliveryRow): Promise<Look> {
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
        return { kind: "open-case", number: 12 };
      default:
        return { kind: delivery.kind };
    }
  }
}

/**
 * One conversation with its real store and drain on SQLite in memory, a clock that moves only when told, and {@link Outside}.
 */
export class Bridge {
  readonly storage = new SqliteStorage();
  readonly outside = new Outside();
  now = 1_700_000_000_000;
  store: ConversationStore;
  #drain: Drain;
  #ids = 0;
  #events = 0;

  constructor() {
    [this.store, this.#drain] = this.#start();
  }

  /** What a crash leaves: the rows. A new instance starts from them. */
  crash(): void {
    [this.store, this.#drain] = this.#start();
  }

  #start(): [ConversationStore, Drain] {
    const now = () => this.now;
    const newId = () => `delivery${String(++this.#ids).padStart(14, "0")}` as DeliveryId;
    const store = new ConversationStore(this.storage, MEMBER, now, newId);
    return [store, new Drain(store, this.outside, now, () => 0.5)];
  }

  /** Works off all that is due now. */
  async settle(): Promise<void> {
    await this.#drain.run();
  }

  /** Lets time pass; alarms ring on the way. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    while (this.storage.alarm !== null && this.storage.alarm <= end) {
      this.now = Math.max(this.now, this.storage.alarm);
      this.storage.alarm = null;
      this.store.rearm();
      this.store.ring();
      await this.#drain.run();
    }
    this.now = end;
  }

  /** Takes an event without waiting for what follows. */
  ingest(event: ConversationEvent): IngestReply {
    return this.store.ingest(event);
  }

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

  wrote(text: string, options: { incomplete?: boolean } = {}): ConversationEvent {
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

  /** A message of an agent; it takes the next index unless one is given. */
  agentWrote(text: string, options: { index?: number; author?: TwilioIdentity } = {}): AgentWrote {
    const index = options.index ?? this.outside.nextIndex++;
    return {
      kind: "agent-wrote",
      conversation: this.conversation,
      message: `IM${this.#id("")}` as TwilioMessageSid,
      index,
      author: options.author ?? (AGENT.identity as TwilioIdentity),
      text,
      files: [],
      delivery: null,
      at: this.now,
    };
  }

  participant(kind: "participant-joined" | "participant-left", identity: TwilioIdentity): ConversationEvent {
    const participant = `MB${this.#id("")}`;
    return { kind, conversation: this.conversation, participant, identity, at: this.now };
  }

  closed(): ConversationEvent {
    return { kind: "conversation-closed", conversation: this.conversation, at: this.now };
  }

  task(change: TaskChange, options: { task?: string; at?: number } = {}): ConversationEvent {
    return {
      kind: "task-changed",
      id: `${change.type}/${this.#id("")}`,
      session: this.session,
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
