import { DurableObject } from "cloudflare:workers";
import { createHash } from "node:crypto";
import { readConfig } from "../src/config.ts";
import type { DiscordUserId } from "../src/conversation/ids.ts";
import { catchUpAll } from "../src/delivery/catch-up.ts";
import { Shard } from "../src/discord/gateway/shard.ts";
import type { GatewayStatus } from "../src/discord/gateway/status.ts";
import { discordRest } from "../src/discord/rest.ts";
import { log } from "../src/log.ts";
import { fetchWithin } from "../src/outside/call.ts";
import { discordBudgetOf } from "./discord-budget.ts";
import { connectGateway } from "./gateway-socket.ts";
import { pause } from "./pause.ts";
import { storageOf } from "./storage.ts";

const AFTER_FAILURE_MS = 20_000;

const NOT_CONFIGURED: GatewayStatus = {
  state: "idle",
  since: 0,
  cause: "not configured",
  lastAcknowledgedAt: null,
  identifiesIn24h: 0,
  identifiesRemaining: null,
  lag: 0,
  parked: 0,
  halted: null,
};

/**
 * The Discord Gateway connection: holds the socket, the storage and the alarm around {@link Shard}. The alarm is the only
 * clock, also of heartbeats: it is needed anyway to stay alive, and it survives an eviction, which a timer does not.
 */
export class GatewayShard extends DurableObject<Env> {
  /** Null while the configuration is incomplete, which only a new instance can change. */
  #shard: Shard | null | undefined;

  /** Connects where there is no connection; returns at once. Harmless however often it is called. */
  async ensureConnected(): Promise<void> {
    this.#running()?.wake();
  }

  /** How the connection is doing; `idle` as well while the configuration is incomplete. */
  async describe(): Promise<GatewayStatus> {
    return this.#running()?.describe() ?? NOT_CONFIGURED;
  }

  /** Connects again after a hard stop whose cause was removed. Another bot token does the same by itself. */
  async clearHalt(): Promise<void> {
    this.#running()?.clearHalt();
  }

  /** Never throws: an alarm that fails seven times is gone for good. */
  override async alarm(): Promise<void> {
    try {
      this.#running()?.onAlarm();
    } catch (error) {
      log("error", "gateway.alarm-failed", { reason: error instanceof Error ? error.message : "unknown" });
      await this.ctx.storage.setAlarm(Date.now() + AFTER_FAILURE_MS);
    }
  }

  #running(): Shard | null {
    if (this.#shard === undefined) this.#shard = this.#create();
    return this.#shard;
  }

  #create(): Shard | null {
    const result = readConfig({ ...this.env });
    if (!result.ok) {
      log("warn", "gateway.not-configured", { missing: result.problems.map(({ name }) => name).join(" ") });
      return null;
    }
    const { config } = result;
    const now = () => Date.now();
    const background = (work: Promise<void>) => this.ctx.waitUntil(work);
    const rest = discordRest({
      fetch: fetchWithin,
      now,
      apiUrl: config.DISCORD_API_URL,
      botToken: config.DISCORD_BOT_TOKEN,
      applicationId: config.DISCORD_APPLICATION_ID,
      publicUrl: config.PUBLIC_URL,
      shared: { budget: discordBudgetOf(this.env), pause, background },
    });
    return new Shard({
      storage: storageOf(this.ctx),
      now,
      random: () => Math.random(),
      botToken: config.DISCORD_BOT_TOKEN,
      tokenMark: createHash("sha256").update(config.DISCORD_BOT_TOKEN).digest("hex"),
      askGateway: () => rest.gateway(),
      connect: connectGateway,
      fillGap: (since) => catchUpAll(this.env.DB, (member) => this.#conversationOf(member).catchUp(since)),
      handOver: (event) => this.#conversationOf(event.profile.member).ingest(event),
      pause,
      background,
    });
  }

  /** A stub stays broken after a failed call, so each call has a new one. */
  #conversationOf(member: DiscordUserId) {
    return this.env.CONVERSATION.getByName(member);
  }
}
