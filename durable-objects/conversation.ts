import { DurableObject } from "cloudflare:workers";
import { faqAssistant } from "../src/assistant/faq.ts";
import { readConfig } from "../src/config.ts";
import type { ConversationEvent, IngestReply, Time } from "../src/conversation/events.ts";
import type { DiscordUserId } from "../src/conversation/ids.ts";
import { catchUp } from "../src/delivery/catch-up.ts";
import { DiscordLane } from "../src/delivery/discord.ts";
import { Drain } from "../src/delivery/drain.ts";
import { newDeliveryId } from "../src/delivery/ids.ts";
import { InsideLane } from "../src/delivery/inside.ts";
import { LanePerformer } from "../src/delivery/performer.ts";
import { FORGOTTEN_AFTER_MS } from "../src/delivery/policy.ts";
import { ConversationStore } from "../src/delivery/store.ts";
import { TwilioLane } from "../src/delivery/twilio.ts";
import { type DiscordRest, discordRest } from "../src/discord/rest.ts";
import { log } from "../src/log.ts";
import { twilioRest } from "../src/twilio/rest.ts";
import { storageOf } from "./storage.ts";

/**
 * All that passes between one member and the bot; named by the member's Discord user id. This shell gives storage, clock,
 * alarm and outside calls to the code in `src/`; see `docs/architecture.md`.
 */
export class Conversation extends DurableObject<Env> {
  readonly #store: ConversationStore;
  readonly #drain: Drain;
  readonly #discord: DiscordRest;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const read = readConfig({ ...env });
    if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join("; "));
    const { config } = read;
    const member = ctx.id.name as DiscordUserId;
    const fetcher = (url: string, init: RequestInit) => fetch(url, init);
    const now = () => Date.now();
    this.#store = new ConversationStore(storageOf(ctx), member, now, newDeliveryId);
    this.#discord = discordRest({
      fetch: fetcher,
      now,
      apiUrl: config.DISCORD_API_URL,
      botToken: config.DISCORD_BOT_TOKEN,
      applicationId: config.DISCORD_APPLICATION_ID,
      publicUrl: config.PUBLIC_URL,
    });
    const twilio = twilioRest({ fetch: fetcher, now, config });
    const performer = new LanePerformer(
      new DiscordLane(this.#discord, twilio, this.#store, now),
      new TwilioLane(twilio, config, this.#store),
      new InsideLane(faqAssistant(env.DB, config.PUBLIC_URL), env.DB, this.#store, now),
    );
    this.#drain = new Drain(this.#store, performer, now, Math.random);
  }

  /**
   * Takes an event: it is stored, with all that follows from it, in one synchronous turn. The output gate holds the reply back
   * until it is on disk. The same event may come any number of times.
   */
  ingest(event: ConversationEvent): IngestReply {
    const reply = this.#store.ingest(event);
    this.ctx.waitUntil(this.#drain.run());
    return reply;
  }

  /**
   * Reads what the member wrote since the Gateway lost its session at `lostAt`; resolves when it is stored. False when it has
   * to be asked for again.
   */
  catchUp(lostAt: Time): Promise<boolean> {
    return catchUp(this.#store, this.#discord, lostAt, (event) => this.ingest(event));
  }

  /** Looks after whatever is due; for the sweep that finds objects whose alarm was lost. */
  async wake(): Promise<void> {
    this.#store.rearm();
    this.#store.ring();
    await this.#drain.run();
  }

  /** The clock of retries and the net under everything: it never throws, since a seventh failure would end it for good. */
  override async alarm(): Promise<void> {
    try {
      await this.wake();
    } catch (error) {
      log("error", "conversation.alarm-failed", { reason: error instanceof Error ? error.message : "unknown" });
      await this.ctx.storage.setAlarm(Date.now() + FORGOTTEN_AFTER_MS);
    }
  }
}
