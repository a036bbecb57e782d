import { type Config, readConfig } from "../../src/config.ts";
import type { CaseId, DeliveryId, DiscordUserId } from "../../src/conversation/ids.ts";
import type { ConversationState } from "../../src/conversation/state.ts";
import { catchUpAll } from "../../src/delivery/catch-up.ts";
import { forgetDeadLetters } from "../../src/delivery/dead-letters.ts";
import { RETENTION_MS } from "../../src/delivery/policy.ts";
import { RunningConversation } from "../../src/delivery/running-conversation.ts";
import { leastRecentlySwept } from "../../src/directory.ts";
import { DEFAULT_REQUESTS_PER_SECOND, type RequestBudget } from "../../src/discord/budget.ts";
import { StoredBudget } from "../../src/discord/budget-store.ts";
import { Shard } from "../../src/discord/gateway/shard.ts";
import { discordRest } from "../../src/discord/rest.ts";
import type { Pause } from "../../src/outside/call.ts";
import { assistantFor } from "./assistant.ts";
import type { SimulatedD1 } from "./d1.ts";
import { Dispatchers } from "./dispatchers.ts";
import { type ObjectLife, SimulatedObject } from "./durable-object.ts";
import type { FarGateway } from "./far-gateway.ts";
import type { Faults } from "./faults.ts";
import type { Network } from "./network.ts";
import type { Random } from "./random.ts";
import type { Timeline } from "./timeline.ts";
import type { Trace } from "./trace.ts";

export type ConversationObject = SimulatedObject<RunningConversation>;
type ShardObject = SimulatedObject<{ wake(): void; onAlarm(): void }>;
type BudgetObject = SimulatedObject<RequestBudget & { onAlarm(): void }>;

type Parts = {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly faults: Faults;
  readonly trace: Trace;
  readonly network: Network;
  readonly d1: SimulatedD1;
  readonly gateway: FarGateway;
  readonly config: Config;
};

const sid = (prefix: string) => `${prefix}${"0".repeat(31)}1`;

/** The settings of a simulated Worker; the addresses lead nowhere. */
const VARIABLES = {
  PUBLIC_URL: "https://flexcord.invalid",
  DISCORD_APPLICATION_ID: "900000000000000001",
  DISCORD_PUBLIC_KEY: "0".repeat(64),
  DISCORD_BOT_TOKEN: "bot-token-of-the-simulation",
  DISCORD_API_URL: "https://discord.invalid/api/v10",
  TWILIO_ACCOUNT_SID: sid("AC"),
  TWILIO_AUTH_TOKEN: "auth-token-of-the-simulation",
  TWILIO_API_KEY_SID: sid("SK"),
  TWILIO_API_KEY_SECRET: "api-key-secret-of-the-simulation",
  TWILIO_API_URL: "https://{service}.twilio.invalid",
  TWILIO_CHAT_SERVICE_SID: sid("IS"),
  TWILIO_WORKSPACE_SID: sid("WS"),
  TWILIO_WORKFLOW_SID: sid("WW"),
  SIGNING_SECRET: "signing-secret-of-the-simulation-0123",
};
export const CONFIG: Config = configured(VARIABLES);
/** The same where a flow of Studio decides who answers. */
export const STUDIO_CONFIG: Config = configured({
  ...VARIABLES,
  TWILIO_STUDIO_FLOW_SID: sid("FW"),
  STUDIO_PASSWORD: "studio-password-of-the-simulation",
});

const SWEEP_EVERY_MS = 60_000;
const SWEEP_SIZE = 40;
const AFTER_FAILURE_MS = 20_000;
/** So long new events wait for those that the Gateway had missed. */
const GAP_PATIENCE_MS = 15_000;

/** Our side: the production code in its objects, and the cron that looks after them. */
export class Bridge {
  readonly conversations = new Map<string, ConversationObject>();
  readonly shard: ShardObject;
  readonly budget: BudgetObject;
  readonly dispatchers: Dispatchers;
  /** Whether the assistant finds an article for every question. */
  alwaysFinds = false;
  /** Readings of what the Gateway had missed that failed, or took longer than new events wait for them. */
  lateFills = 0;
  readonly #parts: Parts;
  #ids = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { timeline, faults, trace, d1 } = parts;
    const random = parts.random.fork("dispatchers");
    const conversationOf = (member: string) => this.conversationOf(member);
    this.dispatchers = new Dispatchers({ timeline, random, faults, trace, d1, conversationOf });
    this.shard = this.#shard();
    this.budget = this.#budget();
  }

  get objects(): readonly { readonly deaths: number; clockMoved(): void }[] {
    return [this.shard, this.budget, ...this.conversations.values()];
  }

  conversationOf(member: string): ConversationObject {
    const known = this.conversations.get(member);
    if (known) return known;
    const made = this.#conversation(member as DiscordUserId);
    this.conversations.set(member, made);
    return made;
  }

  /** What the conversation remembers, as it stands on its disk now; null before its first event. */
  stateOf(member: string): ConversationState | null {
    const { storage } = this.conversationOf(member);
    if (storage.read("SELECT 1 AS there FROM sqlite_master WHERE name = 'state'").length === 0) return null;
    const row = storage.read<{ body: string }>("SELECT body FROM state")[0];
    return row ? (JSON.parse(row.body) as ConversationState) : null;
  }

  /** The Worker's cron: for ever, every minute. `beforeSweep` may look at what the sweep is about to mend. */
  startCron(beforeSweep: () => void = () => undefined): void {
    const { timeline } = this.#parts;
    const tick = () => {
      timeline.after(SWEEP_EVERY_MS, tick);
      beforeSweep();
      void this.#sweep();
    };
    tick();
  }

  async #sweep(): Promise<void> {
    const { d1, timeline } = this.#parts;
    const connected = this.shard.call(null, (shard) => shard.wake()).catch(() => undefined);
    try {
      const members = await leastRecentlySwept(d1.seenBy(null), SWEEP_SIZE, timeline.now());
      await Promise.allSettled(members.map((member) => this.conversationOf(member).call(null, (one) => one.wake())));
      await forgetDeadLetters(d1.seenBy(null), timeline.now() - RETENTION_MS);
    } catch {
      // The next sweep finds them.
    }
    await connected;
    await this.dispatchers.sweep();
  }

  #conversation(member: DiscordUserId): ConversationObject {
    const { timeline, faults, trace, network, d1, config } = this.#parts;
    const random = this.#parts.random.fork(`conversation ${member}`);
    return new SimulatedObject<RunningConversation>({
      timeline,
      faults,
      trace,
      random,
      name: "conversation",
      about: member,
      create: (life, storage) =>
        new RunningConversation({
          member,
          config,
          storage,
          db: d1.seenBy(life),
          assistant: assistantFor({ timeline, faults, random, life, alwaysFinds: () => this.alwaysFinds }),
          budget: this.#budgetFor(life),
          fetch: network.fetchFor(life, member),
          now: () => life.now(),
          random: () => random.next(),
          pause: this.#pauseFor(life),
          newId: () => this.#newId(),
          background: () => undefined,
          changed: () => undefined,
          caseLink: async (id) => `${config.PUBLIC_URL}/desk/cases/${this.#numberOf(id)}`,
          caseChanged: (id) => this.dispatchers.changed(id),
          programs: { wantMessages: async () => false, tell: async () => undefined },
        }),
    });
  }

  #shard(): ShardObject {
    const { timeline, faults, trace, network, d1, gateway } = this.#parts;
    const random = this.#parts.random.fork("shard");
    return new SimulatedObject<{ wake(): void; onAlarm(): void }>({
      timeline,
      faults,
      trace,
      random,
      name: "shard",
      about: null,
      // It writes little.
      fragility: 6,
      onDeath: (life) => gateway.clientDied(life),
      create: (life, storage) => {
        const pause = this.#pauseFor(life);
        const fetch = network.fetchFor(life, null);
        const now = () => life.now();
        const rest = discordRest({
          fetch,
          now,
          apiUrl: CONFIG.DISCORD_API_URL,
          botToken: CONFIG.DISCORD_BOT_TOKEN,
          applicationId: CONFIG.DISCORD_APPLICATION_ID,
          publicUrl: CONFIG.PUBLIC_URL,
          shared: { budget: this.#budgetFor(life), pause, background: () => undefined },
        });
        const shard = new Shard({
          storage,
          now,
          random: () => random.next(),
          botToken: CONFIG.DISCORD_BOT_TOKEN,
          tokenMark: "mark",
          askGateway: () => rest.gateway(),
          connect: gateway.connectFor(life),
          fillGap: async (since) => {
            const patience = timeline.after(GAP_PATIENCE_MS, () => {
              this.lateFills += 1;
            });
            try {
              await catchUpAll(d1.seenBy(life), (member) =>
                this.conversationOf(member).call(life, (one) => one.catchUp(since)),
              );
              patience.isOff = true;
            } catch (error) {
              this.lateFills += 1;
              throw error;
            }
          },
          handOver: (event) => this.conversationOf(event.profile.member).call(life, (one) => one.ingest(event)),
          pause,
          background: () => undefined,
        });
        return {
          wake: () => shard.wake(),
          onAlarm: () => {
            try {
              shard.onAlarm();
            } catch {
              storage.setAlarm(life.now() + AFTER_FAILURE_MS);
            }
          },
        };
      },
    });
  }

  #budget(): BudgetObject {
    const { timeline, faults, trace } = this.#parts;
    return new SimulatedObject({
      timeline,
      faults,
      trace,
      random: this.#parts.random.fork("budget"),
      name: "budget",
      about: null,
      create: (life, storage) => {
        const requestsPerSecond = CONFIG.DISCORD_REQUESTS_PER_SECOND ?? DEFAULT_REQUESTS_PER_SECOND;
        const budget = new StoredBudget({ storage, now: () => life.now(), requestsPerSecond, tokenMark: "mark" });
        return {
          lease: async (request) => budget.lease(request),
          report: async (report) => budget.report(report),
          onAlarm: () => undefined,
        };
      },
    });
  }

  #budgetFor(life: ObjectLife): RequestBudget {
    return {
      lease: (request) => this.budget.call(life, (budget) => budget.lease(request)),
      report: (report) => this.budget.call(life, (budget) => budget.report(report)),
    };
  }

  #pauseFor(life: ObjectLife): Pause {
    const { timeline } = this.#parts;
    return (ms, signal) =>
      new Promise((resolve) => {
        const due = timeline.after(ms, resolve, life);
        signal?.addEventListener("abort", () => {
          due.isOff = true;
          resolve();
        });
      });
  }

  /** Cases have random ids, histories none. */
  #numberOf(id: CaseId): number | undefined {
    const cases = this.#parts.d1.read<{ id: string; number: number }>("SELECT id, number FROM cases");
    return cases.find((one) => one.id === id)?.number;
  }

  #newId(): DeliveryId {
    this.#ids += 1;
    return `delivery${String(this.#ids).padStart(14, "0")}` as DeliveryId;
  }
}

function configured(variables: Readonly<Record<string, string>>): Config {
  const read = readConfig(variables);
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join("; "));
  return read.config;
}
