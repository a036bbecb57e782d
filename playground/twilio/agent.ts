import type { Account } from "./account.ts";
import type { Act, Conversations } from "./conversations.ts";
import { type FlexTokenOptions, makeFlexToken } from "./flex-tokens.ts";
import type { Interactions } from "./interactions.ts";
import { type NewMedia, storeMedia } from "./media.ts";
import type {
  ChannelParticipant,
  Conversation,
  InteractionChannel,
  Message,
  Reservation,
  Task,
  Worker,
} from "./model.ts";
import type { TaskRouter } from "./taskrouter.ts";

/** The parts of the stand-in that people in Flex UI work with. */
export type Desk = {
  readonly account: Account;
  readonly conversations: Conversations;
  readonly interactions: Interactions;
  readonly router: TaskRouter;
};

/** A person in Flex UI. */
export class Agent {
  readonly #desk: Desk;
  readonly #worker: Worker;

  constructor(desk: Desk, worker: Worker) {
    this.#desk = desk;
    this.#worker = worker;
  }

  /** How the agent is known in Conversations. */
  get identity(): string {
    return this.#worker.identity;
  }

  get workerSid(): string {
    return this.#worker.sid;
  }

  get name(): string {
    return this.#worker.name;
  }

  get available(): boolean {
    return this.#worker.available;
  }

  /** Who becomes available is offered what waits. */
  set available(available: boolean) {
    this.#desk.router.setAvailable(this.#worker, available);
  }

  /** The token that this agent's Flex UI holds; a new one each time. */
  flexToken(options?: FlexTokenOptions): string {
    return makeFlexToken(this.#desk.account, this.#worker, options);
  }

  /** Everything that was offered to this agent, whatever became of it. */
  get reservations(): Reservation[] {
    return [...this.#desk.account.tasks.values()].flatMap(({ reservations }) =>
      reservations.filter(({ worker }) => worker === this.#worker),
    );
  }

  /** Accepts the task, or the oldest one on offer. */
  async accept(task?: Task): Promise<Chat> {
    const reservation = this.#offered(task);
    this.#desk.router.accept(reservation);
    const channel = this.#desk.interactions.channelOf(reservation.task);
    if (channel === undefined) throw new Error(`task ${reservation.task.sid} belongs to no interaction`);
    return new Chat(this.#desk, this.#worker, channel, reservation.task);
  }

  async decline(task?: Task): Promise<void> {
    this.#desk.router.reject(this.#offered(task));
  }

  /** Lets the offer pass until it times out; the agent becomes unavailable. */
  async ignore(task?: Task): Promise<void> {
    this.#desk.router.timeOut(this.#offered(task));
  }

  #offered(task?: Task): Reservation {
    const found = this.reservations.find(
      (one) => one.status === "pending" && (task === undefined || one.task === task),
    );
    if (found === undefined) throw new Error(`nothing is on offer to ${this.name}`);
    return found;
  }
}

/** One accepted task in an agent's Flex UI. */
export class Chat {
  readonly task: Task;
  readonly channel: InteractionChannel;
  readonly #desk: Desk;
  readonly #worker: Worker;

  constructor(desk: Desk, worker: Worker, channel: InteractionChannel, task: Task) {
    this.#desk = desk;
    this.#worker = worker;
    this.channel = channel;
    this.task = task;
  }

  get conversation(): Conversation {
    return this.channel.conversation;
  }

  /** All that the agent sees, oldest first. */
  get messages(): readonly Message[] {
    return this.conversation.messages;
  }

  /** Sends a text, with a file if given. */
  async send(text: string, options: { readonly media?: Omit<NewMedia, "author"> } = {}): Promise<Message> {
    const author = this.#worker.identity;
    const media = options.media === undefined ? [] : [storeMedia(this.#desk.account, { ...options.media, author })];
    return this.#desk.conversations.addMessage(this.conversation, { author, body: text || null, media }, this.#act());
  }

  async edit(messageSid: string, text: string): Promise<Message> {
    const message = this.#message(messageSid);
    this.#desk.conversations.updateMessage(this.conversation, message, { body: text }, this.#act());
    return message;
  }

  async remove(messageSid: string): Promise<void> {
    this.#desk.conversations.removeMessage(this.conversation, this.#message(messageSid), this.#act());
  }

  /** "Leave": the channel becomes inactive, the task is completed, the conversation stays open. */
  async leave(): Promise<void> {
    this.#desk.interactions.deactivate(this.channel);
  }

  /** A cold transfer: the task waits in wrap-up, the chat goes on with whoever accepts. */
  async transfer(to: Agent | "queue"): Promise<void> {
    const worker = to === "queue" ? null : (this.#desk.account.workers.get(to.workerSid) ?? null);
    this.#desk.interactions.transfer(this.channel, this.task, worker, "cold");
  }

  /** "End chat": with other agents in the chat only this one goes, else channel and conversation are closed. */
  async wrapUp(): Promise<void> {
    const present = this.channel.participants.filter(({ type, status }) => type === "agent" && status === "active");
    const own: ChannelParticipant | undefined = present.find(({ task }) => task === this.task);
    if (own !== undefined && present.length > 1) {
      this.#desk.interactions.updateParticipant(this.channel, own, "wrapup");
    } else {
      this.#desk.interactions.close(this.channel, false);
    }
  }

  /** "Complete", after "End chat" if that has not happened yet. */
  async complete(): Promise<void> {
    if (this.task.status === "assigned") await this.wrapUp();
    this.#desk.router.complete(this.task);
  }

  #act(): Act {
    return { source: { kind: "SDK", identity: this.#worker.identity }, webhooks: true };
  }

  #message(sid: string): Message {
    const message = this.messages.find((one) => one.sid === sid);
    if (message === undefined) throw new Error(`the chat has no message ${sid}`);
    return message;
  }
}

/** Somebody who joined a conversation without a task of their own. */
export class Supervisor {
  readonly identity: string;
  readonly #desk: Desk;
  readonly #conversation: Conversation;

  constructor(desk: Desk, conversation: Conversation, worker: Worker) {
    this.#desk = desk;
    this.#conversation = conversation;
    this.identity = worker.identity;
    const participant = { identity: worker.identity, messagingBinding: null };
    desk.conversations.addParticipant(conversation, participant, this.#act());
  }

  async send(text: string): Promise<Message> {
    const message = { author: this.identity, body: text };
    return this.#desk.conversations.addMessage(this.#conversation, message, this.#act());
  }

  async leave(): Promise<void> {
    const own = this.#conversation.participants.find(({ identity }) => identity === this.identity);
    if (own !== undefined) this.#desk.conversations.removeParticipant(this.#conversation, own, this.#act());
  }

  #act(): Act {
    return { source: { kind: "SDK", identity: this.identity }, webhooks: true };
  }
}
