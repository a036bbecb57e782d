import { DurableObject } from "cloudflare:workers";
import { createHash } from "node:crypto";
import { readConfig } from "../src/config.ts";
import type { Time } from "../src/conversation/events.ts";
import type { DiscordUserId } from "../src/conversation/ids.ts";
import { type DirectoryEntry, openConversations } from "../src/directory.ts";
import type { MemberEvent } from "../src/discord/gateway/event-queue.ts";
import { Shard } from "../src/discord/gateway/shard.ts";
import type { GatewayStatus } from "../src/discord/gateway/status.ts";
import { discordRest } from "../src/discord/rest.ts";
import { log } from "../src/log.ts";
import { connectGateway } from "./gateway-socket.ts";
import { storageOf } from "./storage.ts";

/** How long a conversation may take to store an event. Longer than that and it counts as stuck. */
const HAND_OVER_LIMIT_MS = 10_000;
const AFTER_FAILURE_MS = 20_000;
/** How many conversations read at the same time after a gap. */
const GAP_PAGE = 20;

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
    const rest = discordRest({
      fetch: (url, init) => fetch(url, init),
      now,
      apiUrl: config.DISCORD_API_URL,
      botToken: config.DISCORD_BOT_TOKEN,
      applicationId: config.DISCORD_APPLICATION_ID,
      publicUrl: config.PUBLIC_URL,
    });
    return new Shard({
      storage: storageOf(this.ctx),
      now,
      random: () => Math.random(),
      botToken: config.DISCORD_BOT_TOKEN,
      tokenMark: createHash("sha256").update(config.DISCORD_BOT_TOKEN).digest("hex"),
      askGateway: () => rest.gateway(),
      connect: connectGateway,
      fillGap: (since) => this.#fillGap(since),
      handOver: (event) => this.#handOver(event),
      pause: (ms) => scheduler.wait(ms),
      background: (work) => this.ctx.waitUntil(work),
    });
  }

  /** Each open conversation reads for itself: it knows its channel and what it has heard last. One that fails stops no other. */
  async #fillGap(since: Time): Promise<void> {
    let failed = 0;
    let after: DiscordUserId | null = null;
    for (;;) {
      const page: DirectoryEntry[] = await openConversations(this.env.DB, { limit: GAP_PAGE, after });
      const read = await Promise.allSettled(
        page.map(({ member }) => this.env.CONVERSATION.getByName(member).catchUp(since)),
      );
      failed += read.filter((one) => one.status === "rejected" || !one.value).length;
      after = page.at(-1)?.member ?? null;
      if (page.length < GAP_PAGE) break;
    }
    if (failed > 0) throw new Error(`${failed} conversations could not be read`);
  }

  /** A stub stays broken after a failed call, so each attempt has a new one. */
  async #handOver(event: MemberEvent): Promise<void> {
    const limit = new AbortController();
    const tooLong = scheduler.wait(HAND_OVER_LIMIT_MS, { signal: limit.signal }).then(
      () => Promise.reject(new Error(`not stored within ${HAND_OVER_LIMIT_MS} ms`)),
      () => undefined,
    );
    try {
      await Promise.race([this.env.CONVERSATION.getByName(event.profile.member).ingest(event), tooLong]);
    } finally {
      limit.abort();
    }
  }
}
