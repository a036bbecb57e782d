import { badRequest } from "../../playground/twilio/errors.ts";
import { type Button, parseCustomId } from "../../src/conversation/buttons.ts";
import { type ConversationEvent, keyOf } from "../../src/conversation/events.ts";
import type {
  DiscordGuildId,
  DiscordInteractionId,
  DiscordMessageId,
  DiscordUserId,
} from "../../src/conversation/ids.ts";
import type { TwilioConversation } from "./far-conversations.ts";
import type { Account } from "./far-discord.ts";
import type { FlexTask } from "./far-flex.ts";
import { People } from "./people.ts";
import { World } from "./world.ts";

/** The only one: nothing in these histories is left to chance but some milliseconds. */
const SEED = 1;
const SECOND = 1000;
const LOOK_EVERY_MS = 20;
/** Longer than anything takes to be found: a lost webhook, a member who waits in the queue. */
const PATIENCE_MS = 20 * 60 * SECOND;
const SHORT_PATIENCE_MS = 5 * 60 * SECOND;
/** Discord waits so long for the answer to an interaction, and then tells the member that it failed. */
const INTERACTION_LIMIT_MS = 3 * SECOND;
/** How the assistant begins to answer a question. */
export const ANSWER = "Does one of these help?";
const GUILD = "300000000000000001" as DiscordGuildId;

/** A loss on the way to or from our side, with which a flow may be played without any crash. */
export type Loss =
  /** That Discord never hears that the n-th use of a command or button was taken: the member repeats it so much later. */
  | { readonly kind: "acknowledgement"; readonly use: number; readonly repeatedAfter: number }
  /** That these webhooks of Twilio never come. */
  | { readonly kind: "webhooks"; readonly keys: readonly string[] }
  /** That the first reading of what the Gateway had missed fails. */
  | { readonly kind: "reading" };

/**
 * One member, agents and both companies, without any fault of theirs. People wait for what they see, not for a time, so that
 * the same script makes sense however long our side takes.
 */
export class Scene {
  readonly world = new World(SEED, ["*"]);
  readonly people = new People(this.world);
  readonly account: Account;
  /** The uses of commands and buttons that were not acknowledged, counted from 0, and the keys of their events. */
  readonly unacknowledged: { readonly use: number; readonly key: string }[] = [];
  /** The keys of webhooks that were not acknowledged. */
  readonly refused: string[] = [];
  readonly #loss: Loss | null;
  #uses = 0;

  constructor(loss: Loss | null) {
    this.#loss = loss;
    const [account] = this.world.accounts;
    if (!account) throw new Error("nobody is there");
    this.account = account;
    this.world.calmSince = this.world.timeline.now();
    this.world.bridge.alwaysFinds = true;
    this.#standAtTheDoor();
    // No cron: its sweep would hide that an alarm is missing.
    void this.world.bridge.shard.call(null, (shard) => shard.wake());
  }

  /** Whether an event was taken in. */
  isStored(key: string): boolean {
    const { storage } = this.world.bridge.conversationOf(this.account.id);
    return storage.read("SELECT 1 AS there FROM journal WHERE key = ?", key).length > 0;
  }

  async pause(ms: number): Promise<void> {
    const { timeline } = this.world;
    await timeline.runUntil(timeline.time + ms);
  }

  /** Waits until somebody sees something. */
  async until(what: string, isSo: () => boolean): Promise<void> {
    if (!(await this.#sees(isSo, PATIENCE_MS))) throw new Error(`nobody has seen: ${what}`);
  }

  /** Waits until the bot's messages in the DM contain a text so many times. */
  async dmShows(text: string, times = 1): Promise<void> {
    await this.until(`“${text}” in the DM`, () => this.#countInDm(text) >= times);
  }

  /** Waits for a text in the DM, but not for ever: where the webhooks that tell of it are lost it may never come. */
  async dmMayShow(text: string): Promise<void> {
    await this.#sees(() => this.#countInDm(text) > 0, SHORT_PATIENCE_MS);
  }

  /** Waits until a text stands on Twilio, in whichever conversation. */
  async twilioShows(text: string): Promise<void> {
    const isThere = ({ messages }: TwilioConversation) => messages.some(({ body }) => body.includes(text));
    await this.until(`“${text}” on Twilio`, () => [...this.world.conversations.all.values()].some(isThere));
  }

  /** Writes, and gives the first word of it: no other text has that. */
  write(options: Parameters<People["write"]>[1] = {}): string {
    this.people.write(this.account, options);
    return `${this.world.fromMembers.at(-1)?.name}w0`;
  }

  /** The agent on the task writes. */
  say(task: FlexTask, options: Parameters<People["say"]>[2] = {}): string {
    this.people.say(task.channel.conversation, identityOf(task), options);
    return `${this.world.fromAgents.at(-1)?.name}w0`;
  }

  async ask(): Promise<void> {
    const answers = this.#countInDm(ANSWER);
    this.write();
    await this.dmShows(ANSWER, answers + 1);
  }

  /** Waits until a worker is offered a task. */
  async offer(): Promise<FlexTask> {
    const offered = () => this.world.flex.tasks.find(({ status }) => status === "reserved");
    await this.until("a task on offer", () => offered() !== undefined);
    const task = offered();
    if (!task) throw new Error("the task is gone");
    return task;
  }

  /** An agent takes the next task, and says hello. */
  async accept(): Promise<FlexTask> {
    const task = await this.offer();
    this.people.withTask(task, "an agent accepts", (one) => this.world.flex.accept(one));
    await this.pause(2 * SECOND);
    await this.dmShows(this.say(task));
    return task;
  }

  async talkToPerson(): Promise<FlexTask> {
    this.write({ asksForPerson: true });
    return this.accept();
  }

  async helpme(): Promise<void> {
    const { discord, timeline } = this.world;
    await this.#use((interaction) => {
      const token = `token-${interaction}`;
      const open = { member: this.account.id, at: timeline.now(), deferred: false, answer: null as string | null };
      discord.interactions.set(token, open);
      return {
        event: { kind: "member-asked-for-help", interaction, token, profile: this.#profile, guild: GUILD, at: open.at },
        acknowledge: () => {
          open.deferred = true;
        },
      };
    });
  }

  /** Presses the newest button of a kind. */
  async press(kind: Button["kind"]): Promise<void> {
    const { fromMembers, timeline } = this.world;
    const all = this.account.messages.flatMap(({ id, buttons }) => buttons.map((button) => ({ id, button })));
    const newest = all.findLast(({ button }) => parseCustomId(button)?.button.kind === kind);
    const pressed = newest && parseCustomId(newest.button);
    if (!pressed) throw new Error(`there is no button ${kind}`);
    const { session, button } = pressed;
    const again = button.kind === "resend" && fromMembers.find(({ id }) => id === button.message);
    if (again) again.resent += 1;
    await this.#use((interaction) => ({
      event: {
        kind: "member-pressed",
        interaction,
        profile: this.#profile,
        message: newest.id as DiscordMessageId,
        session,
        button,
        at: timeline.now(),
      },
      acknowledge: () => undefined,
    }));
  }

  /** The Gateway ends its session. */
  loseGatewaySession(): void {
    const { gateway, d1, bridge } = this.world;
    gateway.drop(4009);
    if (this.#loss?.kind !== "reading") return;
    d1.isDown = true;
    const end = () => {
      if (bridge.lateFills > 0) d1.isDown = false;
      else this.world.timeline.after(LOOK_EVERY_MS, end);
    };
    end();
  }

  /** From now on Twilio refuses each post with this text in it; returns how to end that. */
  refuseOnTwilio(text: string): () => void {
    const { conversations } = this.world;
    const post = conversations.post.bind(conversations);
    conversations.post = (conversation, message) => {
      if (message.body.includes(text)) throw badRequest("The message was refused");
      return post(conversation, message);
    };
    return () => {
      conversations.post = post;
    };
  }

  async #sees(isSo: () => boolean, patience: number): Promise<boolean> {
    const { timeline } = this.world;
    const end = timeline.time + patience;
    while (!isSo() && timeline.time < end) await this.pause(LOOK_EVERY_MS);
    return isSo();
  }

  #countInDm(text: string): number {
    return this.account.messages.filter(({ by, content }) => by === "bot" && content.includes(text)).length;
  }

  get #profile() {
    return { member: this.account.id as DiscordUserId, displayName: this.account.name, locale: "en" } as const;
  }

  /**
   * The member uses a command or a button. Discord does not repeat what was not acknowledged: it tells the member after three
   * seconds that it failed, and the member does it again.
   */
  async #use(make: (interaction: DiscordInteractionId) => Use): Promise<void> {
    const use = this.#uses++;
    const lost = this.#loss?.kind === "acknowledgement" && this.#loss.use === use ? this.#loss : null;
    if (lost) {
      this.#send(make(this.#newInteraction()).event, () => undefined);
      await this.pause(lost.repeatedAfter);
    }
    for (let isTaken = false; !isTaken; ) {
      const { event, acknowledge } = make(this.#newInteraction());
      const reply = this.#send(event, acknowledge);
      await this.pause(INTERACTION_LIMIT_MS);
      ({ isTaken } = reply);
      if (!isTaken) this.unacknowledged.push({ use, key: keyOf(event) });
    }
  }

  #newInteraction(): DiscordInteractionId {
    return this.world.discord.nextId() as DiscordInteractionId;
  }

  #send(event: ConversationEvent, acknowledge: () => void): { readonly isTaken: boolean } {
    const { world, account } = this;
    const reply = { isTaken: false };
    world.trace.add(account.id, `● ${event.kind}`);
    world.doors.ingest(account.id, event).then(
      () => {
        reply.isTaken = true;
        acknowledge();
      },
      () => world.trace.add(account.id, `● ${event.kind} was not acknowledged`),
    );
    return reply;
  }

  /** Notes which webhooks are refused. Those that are to be lost never come. */
  #standAtTheDoor(): void {
    const { doors } = this.world;
    const ingest = doors.ingest.bind(doors);
    doors.ingest = async (member, event) => {
      const key = keyOf(event);
      if (this.#loss?.kind === "webhooks" && this.#loss.keys.includes(key)) throw new Error("lost on the way");
      try {
        return await ingest(member, event);
      } catch (error) {
        this.refused.push(key);
        throw error;
      }
    };
  }
}

type Use = { readonly event: ConversationEvent; readonly acknowledge: () => void };

export function identityOf({ reservation }: FlexTask): string {
  return reservation?.worker.identity ?? "nobody";
}
