import { type Button, parseCustomId } from "../../src/conversation/buttons.ts";
import type {
  DiscordGuildId,
  DiscordInteractionId,
  DiscordMessageId,
  DiscordUserId,
} from "../../src/conversation/ids.ts";
import type { TwilioConversation } from "./far-conversations.ts";
import type { Account, DmMessage } from "./far-discord.ts";
import type { FlexTask } from "./far-flex.ts";
import type { Random } from "./random.ts";
import type { AgentMessage, MemberMessage, World } from "./world.ts";

/** The server that members use `/helpme` in. */
export const GUILD = "300000000000000001" as DiscordGuildId;
/** Discord waits so long for the answer to an interaction. */
const INTERACTION_LIMIT_MS = 3_000;
const LONG = [260, 480] as const;

/** What members and agents do. What is impossible at that moment does not happen. */
export class People {
  readonly #world: World;
  readonly #random: Random;
  #edits = 0;

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork("people");
  }

  write(account: Account, options: { readonly asksForPerson?: boolean; readonly isLong?: boolean } = {}): void {
    const { fromMembers, discord, bridge, timeline } = this.#world;
    const name = `m${fromMembers.length}`;
    const words = options.isLong ? this.#random.whole(...LONG) : 1;
    const text = `${options.asksForPerson ? "live agent " : ""}${textOf(name, words)}`;
    const state = bridge.stateOf(account.id);
    const session = state?.session?.id ?? null;
    const { message, session: gateway } = discord.write(account, text);
    this.#tell(
      account.id,
      `member writes ${name}${words > 1 ? `, ${words} words` : ""}${gateway ? "" : ", no Gateway session"}`,
    );
    fromMembers.push({
      name,
      account,
      id: message.id,
      versions: [{ name, words }],
      isDeleted: false,
      resent: 0,
      at: timeline.now(),
      gateway,
      session,
      isDmKnown: state?.dm.kind === "open",
    });
  }

  editOwn(account: Account): void {
    const own = this.#recentOf(account);
    if (!own) return;
    const name = `e${++this.#edits}`;
    this.#tell(account.id, `member edits ${own.written.name} into ${name}`);
    this.#world.discord.edit(account, own.message, `${name}w0`);
    own.written.versions.push({ name, words: 1 });
  }

  unfurl(account: Account): void {
    const own = this.#recentOf(account);
    if (own) this.#world.discord.unfurl(account, own.message);
  }

  deleteOwn(account: Account): void {
    const own = this.#recentOf(account);
    if (!own) return;
    this.#tell(account.id, `member deletes ${own.written.name}`);
    this.#world.discord.remove(account, own.message);
    own.written.isDeleted = true;
  }

  #recentOf(account: Account): { written: MemberMessage; message: DmMessage } | null {
    const written = this.#random.pick(this.#world.fromMembers.filter((one) => one.account === account).slice(-5));
    const message = account.messages.find(({ id }) => id === written?.id);
    return written && message ? { written, message } : null;
  }

  switchDms(account: Account): void {
    account.takesDms = !account.takesDms;
    this.#tell(account.id, account.takesDms ? "member takes DMs again" : "member takes no DMs any more");
  }

  helpme(account: Account): void {
    const { discord, doors, timeline, faults } = this.#world;
    const interaction = discord.nextId();
    const token = `token-${interaction}`;
    const open = { member: account.id, at: timeline.now(), deferred: false, answer: null };
    discord.interactions.set(token, open);
    this.#tell(account.id, "member uses /helpme");
    const asked = timeline.time;
    const stored = doors.ingest(account.id, {
      kind: "member-asked-for-help",
      interaction: interaction as DiscordInteractionId,
      token,
      profile: profileOf(account),
      guild: GUILD,
      at: timeline.now(),
    });
    const late = faults.strikes("interaction's answer is slow") ? this.#random.between(100, 2_500) : 0;
    stored.then(
      () => {
        const arrival = this.#random.between(5, 60) + late;
        if (timeline.time + arrival > asked + INTERACTION_LIMIT_MS) return;
        timeline.after(arrival, () => {
          open.deferred = true;
        });
      },
      () => this.#tell(account.id, "/helpme could not be stored"),
    );
  }

  /** Presses a button: mostly of the newest messages, but old ones stay there for ever. */
  press(account: Account): void {
    const all = account.messages.flatMap((message) => message.buttons.map((id) => ({ message, id })));
    const choice = this.#random.pick(this.#random.chance(0.7) ? all.slice(-3) : all);
    const pressed = choice && parseCustomId(choice.id);
    if (!choice || !pressed) return;
    this.#tell(account.id, `member presses ${choice.id}`);
    const { button } = pressed;
    const again = button.kind === "resend" && this.#world.fromMembers.find(({ id }) => id === button.message);
    if (again) again.resent += 1;
    this.#ingestPress(account, choice.message.id, pressed.session, pressed.button);
  }

  #ingestPress(
    account: Account,
    message: string,
    session: NonNullable<ReturnType<typeof parseCustomId>>["session"],
    button: Button,
  ): void {
    const { discord, doors, timeline } = this.#world;
    doors
      .ingest(account.id, {
        kind: "member-pressed",
        interaction: discord.nextId() as DiscordInteractionId,
        profile: profileOf(account),
        message: message as DiscordMessageId,
        session,
        button,
        at: timeline.now(),
      })
      .catch(() => this.#tell(account.id, "the button could not be stored"));
  }

  /** Somebody writes in a Twilio Conversation. */
  say(
    conversation: TwilioConversation,
    identity: string,
    options: { readonly isLong?: boolean; readonly hasFile?: boolean } = {},
  ): void {
    const { fromAgents, conversations } = this.#world;
    if (conversation.state === "closed") return;
    const name = `a${fromAgents.length}`;
    const words = options.isLong ? this.#random.whole(...LONG) : 1;
    this.#tell(conversation.member, `${identity} writes ${name}${words > 1 ? `, ${words} words` : ""}`);
    const media = options.hasFile ? [`ME${String(fromAgents.length).padStart(32, "0")}`] : [];
    const { sid, index } = conversations.say(conversation, identity, textOf(name, words), media);
    fromAgents.push({
      name,
      member: conversation.member,
      conversation: conversation.sid,
      sid,
      index,
      versions: [{ name, words }],
    });
  }

  editOfAgent(written: AgentMessage): void {
    const { conversations } = this.#world;
    const conversation = conversations.all.get(written.conversation);
    const message = conversation?.messages.find(({ sid }) => sid === written.sid);
    if (!conversation || !message || conversation.state === "closed") return;
    const name = `f${++this.#edits}`;
    this.#tell(written.member, `${message.author} edits ${written.name} into ${name}`);
    conversations.edit(conversation, message, textOf(name, 1));
    written.versions.push({ name, words: 1 });
  }

  command(conversation: TwilioConversation, identity: string): void {
    if (conversation.state === "closed") return;
    this.#tell(conversation.member, `${identity} writes /assistant`);
    this.#world.conversations.say(conversation, identity, "/assistant");
  }

  /** Does something with a task, and tells. */
  withTask(task: FlexTask, what: string, act: (task: FlexTask) => void): void {
    this.#tell(task.channel.conversation.member, `${what} (task ${task.sid.slice(-3)})`);
    act(task);
  }

  #tell(member: string, what: string): void {
    this.#world.trace.add(member, `● ${what}`);
  }
}

function profileOf(account: Account) {
  return { member: account.id as DiscordUserId, displayName: account.name, locale: "en" } as const;
}

/** A text that can be told from all others, whole and in parts. */
export function textOf(name: string, words: number): string {
  const all = Array.from({ length: words }, (_, n) => `${name}w${n}`);
  return all.reduce(
    (text, word, n) => `${text}${n === 0 ? "" : n % 40 === 0 ? "\n\n" : n % 9 === 0 ? ". " : " "}${word}`,
    "",
  );
}
