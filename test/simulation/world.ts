import type { Say } from "../../src/conversation/deliveries.ts";
import { Bridge, CONFIG, STUDIO_CONFIG } from "./bridge.ts";
import { SimulatedD1 } from "./d1.ts";
import type { CasePress, StaffChange } from "./desk.ts";
import { Doors } from "./doors.ts";
import { FarConversations } from "./far-conversations.ts";
import { type Account, type DmMessage, FarDiscord } from "./far-discord.ts";
import { FarFlex } from "./far-flex.ts";
import { FarGateway } from "./far-gateway.ts";
import { FarStudio } from "./far-studio.ts";
import { FarTwilio } from "./far-twilio.ts";
import { Faults } from "./faults.ts";
import { Network } from "./network.ts";
import { Random } from "./random.ts";
import { Timeline } from "./timeline.ts";
import { Trace } from "./trace.ts";
import { Watch } from "./watch.ts";

/** What a member wrote. */
export type MemberMessage = {
  readonly name: string;
  readonly account: Account;
  readonly id: string;
  /** Its text and each edit: so many words `m3w0 m3w1 …`. */
  readonly versions: Version[];
  isDeleted: boolean;
  /** How often the member has asked to send it again. */
  resent: number;
  readonly at: number;
  /** The Gateway session that it was sent to; null when there was none. */
  readonly gateway: string | null;
  /** The session of help that was open. */
  readonly session: string | null;
  /** The conversation knew the way to the member then. */
  readonly isDmKnown: boolean;
};

/** A text: so many words that begin with its name. */
export type Version = { readonly name: string; readonly words: number };

/** What an agent wrote. */
export type AgentMessage = {
  readonly name: string;
  readonly member: string;
  readonly conversation: string;
  readonly sid: string;
  readonly index: number;
  readonly versions: Version[];
};

/** What the bot has said in a DM, with what it meant by it. */
export type Said = {
  readonly account: Account;
  readonly message: DmMessage;
  readonly session: string | null;
  readonly say: Say | null;
};

const MEMBERS = [2, 4] as const;
const WORKERS = 3;
/** In one of so many histories a flow of Studio decides who answers. */
const STUDIO_EVERY = 5;
/** In so many histories staff are at work on cases. */
const WITH_DESK = 0.5;

/** One history's world: both far sides, our side between them, and what people have written. */
export class World {
  /** Who decides whether the assistant or a person answers. */
  readonly routing: "bridge" | "studio";
  readonly random: Random;
  readonly timeline: Timeline;
  readonly trace: Trace;
  readonly faults: Faults;
  readonly watch: Watch;
  readonly network: Network;
  readonly gateway: FarGateway;
  readonly discord: FarDiscord;
  readonly conversations: FarConversations;
  readonly flex: FarFlex;
  readonly studio: FarStudio;
  readonly twilio: FarTwilio;
  readonly d1: SimulatedD1;
  readonly doors: Doors;
  readonly bridge: Bridge;
  readonly fromMembers: MemberMessage[] = [];
  readonly fromAgents: AgentMessage[] = [];
  readonly said: Said[] = [];
  /** Whether staff are at work on cases, with settings of their own. */
  readonly hasDesk: boolean;
  readonly staffChanges: StaffChange[] = [];
  readonly casePresses: CasePress[] = [];
  /** Since when all is at rest and nothing goes wrong any more, by the clock. */
  calmSince = Number.POSITIVE_INFINITY;
  #sids = 0;

  constructor(seed: number, without: readonly string[]) {
    const random = new Random(`seed ${seed}`);
    this.routing = seed % STUDIO_EVERY === STUDIO_EVERY - 1 ? "studio" : "bridge";
    this.hasDesk = random.fork("has a desk").chance(WITH_DESK);
    this.random = random;
    this.timeline = new Timeline(random.fork("timeline"));
    const timeline = this.timeline;
    const now = () => timeline.now();
    this.trace = new Trace(timeline);
    this.faults = new Faults(random.fork("faults"), without);
    const { trace, faults } = this;
    this.watch = new Watch(this);
    const token = CONFIG.DISCORD_BOT_TOKEN;
    this.gateway = new FarGateway({ timeline, random: random.fork("gateway"), faults, trace, token });
    this.discord = new FarDiscord({
      now,
      elapsed: () => timeline.time,
      random: random.fork("discord"),
      faults,
      gateway: this.gateway,
      token,
      onSaid: (account, message) => this.#hear(account, message),
    });
    this.doors = new Doors({ timeline, random: random.fork("doors"), faults, trace, bridge: () => this.bridge });
    const newSid = (prefix: string) => this.#newSid(prefix);
    this.conversations = new FarConversations({
      now,
      faults,
      newSid,
      tell: (url, form) => this.doors.conversationEvent(url, form),
      startFlow: (conversation, message) => this.studio.start(conversation, message),
      onMessage: (conversation, { author, body, index }) =>
        trace.add(conversation.member, `▪ Twilio ${conversation.sid.slice(-3)}#${index} ${author}: ${short(body)}`),
      onCreated: (conversation) => {
        trace.add(conversation.member, `▪ Twilio ${conversation.sid.slice(-3)} is made: ${conversation.uniqueName}`);
        this.watch.conversationMade(conversation);
      },
    });
    this.flex = new FarFlex({
      timeline,
      random: random.fork("flex"),
      faults,
      conversations: this.conversations,
      newSid,
      tell: (form) => this.doors.taskEvent(form),
      onTask: (task) => {
        trace.add(task.channel.conversation.member, `▪ Flex makes task ${task.sid.slice(-3)}`);
        this.watch.taskMade(task);
      },
    });
    this.studio = new FarStudio({
      timeline,
      random: random.fork("studio"),
      faults,
      trace,
      conversations: this.conversations,
      flex: this.flex,
      ask: (form) => this.doors.studioQuestion(form),
    });
    this.twilio = new FarTwilio({
      random: random.fork("twilio"),
      faults,
      conversations: this.conversations,
      flex: this.flex,
      authorization: `Basic ${btoa(`${CONFIG.TWILIO_API_KEY_SID}:${CONFIG.TWILIO_API_KEY_SECRET}`)}`,
    });
    this.network = new Network({
      timeline,
      random: random.fork("network"),
      faults,
      trace,
      sideOf: (url) => ({
        far: url.host.startsWith("discord.") ? this.discord : this.twilio,
        path: url.pathname.replace("/api/v10", "").replace(/^\/v1\/Services\/[^/]+/, "") + url.search,
      }),
      watcher: this.watch,
    });
    this.d1 = new SimulatedD1(timeline, random.fork("d1"), faults);
    this.bridge = new Bridge({
      timeline,
      random: random.fork("bridge"),
      faults,
      trace,
      network: this.network,
      d1: this.d1,
      gateway: this.gateway,
      config: this.routing === "studio" ? STUDIO_CONFIG : CONFIG,
    });
    for (let n = random.whole(...MEMBERS); n > 0; n--) this.discord.addAccount(`Member ${n}`);
    for (let n = 1; n <= WORKERS; n++) this.flex.addWorker(`Agent ${"ABC"[n - 1]}`, `agent_${n}`);
  }

  get accounts(): readonly Account[] {
    return [...this.discord.accounts.values()];
  }

  /** Moves all clocks. */
  shiftClocks(ms: number): void {
    this.timeline.shiftClocks(ms);
    for (const object of this.bridge.objects) object.clockMoved();
  }

  #hear(account: Account, message: DmMessage): void {
    this.trace.add(account.id, `▪ DM: ${short(message.content)}`);
    const row = this.bridge
      .conversationOf(account.id)
      .storage.read<{ session: string | null; body: string }>(
        "SELECT session, body FROM deliveries WHERE id = ?",
        message.nonce,
      )[0];
    const say = row ? (JSON.parse(row.body) as { say?: Say }).say : undefined;
    this.said.push({ account, message, session: row?.session ?? null, say: say ?? null });
  }

  #newSid(prefix: string): string {
    this.#sids += 1;
    return prefix + String(this.#sids).padStart(32, "0");
  }
}

function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 50)}…${text.slice(-25)}` : text;
}
