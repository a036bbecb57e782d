import type { Button } from "../../src/conversation/buttons.ts";
import { parseCustomId } from "../../src/conversation/buttons.ts";
import type {
  DiscordGuildId,
  DiscordInteractionId,
  DiscordMessageId,
  DiscordUserId,
} from "../../src/conversation/ids.ts";
import { badRequest } from "../../playground/twilio/errors.ts";
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
/** Discord waits so long for the answer to an interaction, and then tells the member that it failed. */
const INTERACTION_LIMIT_MS = 3 * SECOND;
const GUILD = "300000000000000001" as DiscordGuildId;

/** A use of a command or button that was not acknowledged, so that the member used it again. */
export type Unacknowledged = { readonly use: number; readonly key: string };

/**
 * One member, agents and both companies, without any fault of theirs. People wait for what they see, not for a time, so that
 * the same script makes sense however long our side takes.
 */
export class Scene {
  readonly world = new World(SEED, []);
  readonly people = new People(this.world);
  readonly account: Account;
  readonly unacknowledged: Unacknowledged[] = [];
  /** What the member does twice although once would do: see {@link use}. */
  readonly #twice: number | null;
  #uses = 0;

  constructor(twice: number | null) {
    this.#twice = twice;
    const [account] = this.world.accounts;
    if (!account) throw new Error("nobody is there");
    this.account = account;
    this.world.faults.end();
    this.world.calmSince = this.world.timeline.now();
    this.world.bridge.alwaysFinds = true;
    this.world.bridge.startCron();
  }

  async pause(ms: number): Promise<void> {
    const { timeline } = this.world;
    await timeline.runUntil(timeline.time + ms);
  }

  /** Waits until somebody sees something. */
  async until(what: string, isSo: () => boolean): Promise<void> {
    const { timeline } = this.world;
    const end = timeline.time + PATIENCE_MS;
    while (!isSo()) {
      if (timeline.time >= end) throw new Error(`nobody has seen: ${what}`);
      await this.pause(LOOK_EVERY_MS);
    }
  }

  /** Waits until the bot's messages in the DM contain a text so many times. */
  async dmShows(text: string, times = 1): Promise<void> {
    const count = () => this.account.messages.filter(({ by, content }) => by === "bot" && content.includes(text)).length;
    await this.until(`“${text}” in the DM`, () => count() >= times);
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
    const answers = this.account.messages.filter(({ content }) => content === "Does one of these help?").length;
    this.write();
    await this.dmShows("Does one of these help?", answers + 1);
  }

  /** Waits until a worker is offered a task. */
  async offer(): Promise<FlexTask> {
    const offered = () => this.world.flex.tasks.find(({ status }) => status === "reserved");
    await this.until("a task on offer", () => offered() !== undefined);
    const task = offered();
    if (!task) throw new Error("the task is gone");
    return task;
  }

  /** An agent takes the next task. */
  async accept(joins = 1): Promise<FlexTask> {
    const task = await this.offer();
    this.people.withTask(task, "an agent accepts", (one) => this.world.flex.accept(one));
    await this.dmShows("has joined the conversation.", joins);
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

  get #profile() {
    return { member: this.account.id as DiscordUserId, displayName: this.account.name, locale: "en" } as const;
  }

  /**
   * The member uses a command or a button. Discord does not repeat what was not acknowledged: it shows that it failed, and the
   * member does it again. Uses are counted from 0.
   */
  async #use(
    make: (interaction: DiscordInteractionId) => {
      event: Parameters<World["doors"]["ingest"]>[1];
      acknowledge: () => void;
    },
  ): Promise<void> {
    const { world, account } = this;
    const use = this.#uses++;
    let left = use === this.#twice ? 2 : 1;
    while (left > 0) {
      const interaction = world.discord.nextId() as DiscordInteractionId;
      const { event, acknowledge } = make(interaction);
      world.trace.add(account.id, `● member uses ${event.kind}`);
      let reply: "none" | "yes" | "no" = "none";
      world.doors.ingest(account.id, event).then(
        () => {
          reply = "yes";
          acknowledge();
        },
        () => {
          reply = "no";
        },
      );
      await this.pause(INTERACTION_LIMIT_MS);
      if (isYes(reply)) left -= 1;
      else {
        world.trace.add(account.id, `● which was not acknowledged`);
        this.unacknowledged.push({ use, key: `discord/interaction/${interaction}` });
      }
    }
  }
}

/** The compiler does not see that promises change it. */
function isYes(reply: string): boolean {
  return reply === "yes";
}

export function identityOf({ reservation }: FlexTask): string {
  return reservation?.worker.identity ?? "nobody";
}
