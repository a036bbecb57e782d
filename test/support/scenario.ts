import { afterAll, beforeAll } from "vitest";
import type { DiscordStandIn, Member, MemberOptions, Message } from "../../playground/discord/index.ts";
import { type Stage, type StageOptions, startStage } from "../../playground/stage.ts";
import type { Agent, Chat, Conversation, Task, TwilioStandIn } from "../../playground/twilio/index.ts";
import type { RunningWorker } from "../../scripts/lib/dev-server.ts";

/** The longest that anybody waits for what is not delayed on purpose. */
const PATIENCE_MS = 20_000;

/** A member and an agent who talk with each other. */
export type Talk = { readonly member: Member; readonly agent: Agent; readonly chat: Chat };

/** One stage for all tests of a file; members and agents are made for each test. */
export function useStage(options: StageOptions = {}): Scenario {
  const scenario = new Scenario(options);
  beforeAll(() => scenario.start());
  afterAll(() => scenario.end());
  return scenario;
}

/** What tests do and see on both sides of the Worker. */
export class Scenario {
  readonly #options: StageOptions;
  #stage: Stage | null = null;
  #people = 0;

  constructor(options: StageOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#stage = await startStage(this.#options);
  }

  async end(): Promise<void> {
    await this.#stage?.close();
  }

  get stage(): Stage {
    if (this.#stage === null) throw new Error("the stage has not been started");
    return this.#stage;
  }

  get discord(): DiscordStandIn {
    return this.stage.discord;
  }

  get twilio(): TwilioStandIn {
    return this.stage.twilio;
  }

  get worker(): RunningWorker {
    return this.stage.worker;
  }

  newMember(options: MemberOptions = {}): Member {
    this.#people += 1;
    return this.discord.createMember({ name: `Member ${this.#people}`, ...options });
  }

  /** An agent who is not offered anything until they become available. */
  newAgent(): Agent {
    this.#people += 1;
    return this.twilio.createAgent({ name: `Agent ${this.#people}`, available: false });
  }

  /** Resolves with the bot's first message in the DM that fits. */
  async reads(member: Member, what: string | RegExp, patienceMs = PATIENCE_MS): Promise<Message> {
    const fits = ({ content }: Message) => (typeof what === "string" ? content === what : what.test(content));
    const find = () => member.dmMessages.find((message) => message.author.bot && fits(message));
    return this.#explained(member, this.discord.until(find, `message ${what}`, patienceMs));
  }

  /** Resolves as soon as the member's words stand in the Twilio Conversation. */
  async reaches(conversation: Conversation, text: string, patienceMs = PATIENCE_MS): Promise<void> {
    const isThere = () => conversation.messages.some(({ body }) => body === text);
    await this.twilio.until(isThere, `"${text}" in the Twilio Conversation`, patienceMs);
  }

  /** The open task of a member, as soon as there is one besides those that are known. */
  async taskOf(member: Member, known: readonly Task[] = [], patienceMs = PATIENCE_MS): Promise<Task> {
    const find = () => this.tasksOf(member).find((task) => task.status === "pending" && !known.includes(task));
    return this.#explained(member, this.twilio.until(find, "a task", patienceMs));
  }

  /** The member asks for a person, and the agent takes the task. Resolves when the member was told. */
  async connect(member: Member = this.newMember(), agent: Agent = this.newAgent()): Promise<Talk> {
    member.dm("live agent");
    const chat = await this.accept(agent, await this.taskOf(member));
    await this.reads(member, `${agent.name} has joined the conversation.`);
    return { member, agent, chat };
  }

  /** The agent becomes available for this one task only. */
  async accept(agent: Agent, task: Task): Promise<Chat> {
    agent.available = true;
    const accepted = agent.accept(task);
    agent.available = false;
    for (const other of agent.reservations) if (other.status === "pending") void agent.decline(other.task);
    return accepted;
  }

  /** Both say something last. Each side's order holds, so what came before has been settled once these words arrived. */
  async sayLastWords({ member, agent, chat }: Talk, patienceMs = PATIENCE_MS): Promise<void> {
    member.dm("last words of the member");
    await chat.send("last words of the agent");
    await this.reaches(chat.conversation, "last words of the member", patienceMs);
    await this.reads(member, `**${agent.name}:** last words of the agent`, patienceMs);
  }

  tasksOf(member: Member): Task[] {
    return [...this.twilio.tasks.values()].filter((task) => attributesOf(task).memberId === member.id);
  }

  conversationsOf(member: Member): Conversation[] {
    const prefix = `flexcord-${member.id}-`;
    return [...this.twilio.conversations.values()].filter(({ uniqueName }) => uniqueName?.startsWith(prefix));
  }

  async #explained<T>(member: Member, awaited: Promise<T>): Promise<T> {
    try {
      return await awaited;
    } catch (error) {
      const seen = member.dmMessages.map(({ author, content }) => `${author.bot ? "bot" : "member"}: ${content}`);
      const printed = this.worker.output.slice(-15);
      throw new Error([String(error), "In the DM:", ...seen, "The Worker printed:", ...printed].join("\n  "), {
        cause: error,
      });
    }
  }
}

export function attributesOf(task: Task): Record<string, unknown> {
  return JSON.parse(task.attributes) as Record<string, unknown>;
}

/** All that the bot has said in the DM, oldest first. */
export function botTexts(member: Member): string[] {
  return member.dmMessages.filter(({ author }) => author.bot).map(({ content }) => content);
}

/** What the bot has said since (and without) the first message with this text. */
export function botTextsAfter(member: Member, text: string): string[] {
  const texts = botTexts(member);
  return texts.slice(texts.indexOf(text) + 1);
}

/** The agent's words as the member reads them, without the name in front. */
export function wordsOfAgent(member: Member, agent: Agent): string[] {
  const label = `**${agent.name}:** `;
  return botTexts(member).flatMap((text) => (text.startsWith(label) ? [text.slice(label.length)] : []));
}

/** The member's words as the agent reads them. */
export function wordsOfMember(member: Member, conversation: Conversation): string[] {
  return conversation.messages.flatMap(({ author, body }) =>
    author === `discord_${member.id}` && body !== null ? [body] : [],
  );
}

/** `n` different texts. */
export function numbered(what: string, n: number): string[] {
  return Array.from({ length: n }, (_, index) => `${what} ${index + 1}`);
}
