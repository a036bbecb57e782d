import type { D1Database } from "@cloudflare/workers-types";
import type { Assistant } from "../assistant/port.ts";
import type { TranscriptLine } from "../cases/transcripts.ts";
import type { Config } from "../config.ts";
import type { ConversationEvent, IngestReply, Time } from "../conversation/events.ts";
import type { CaseId, DeadLetterId, DeliveryId, DiscordUserId, SessionId } from "../conversation/ids.ts";
import type { RequestBudget } from "../discord/budget.ts";
import { type DiscordRest, discordRest } from "../discord/rest.ts";
import type { ArticleLocale } from "../knowledge/article.ts";
import { log } from "../log.ts";
import type { Clock, Fetch, Pause } from "../outside/call.ts";
import type { Storage } from "../storage.ts";
import { twilioRest } from "../twilio/rest.ts";
import { catchUp } from "./catch-up.ts";
import { DiscordLane } from "./discord.ts";
import { Drain } from "./drain.ts";
import { articleLanguages, InsideLane, type Programs } from "./inside.ts";
import { LanePerformer } from "./performer.ts";
import { FORGOTTEN_AFTER_MS } from "./policy.ts";
import { ConversationStore } from "./store.ts";
import { TwilioLane } from "./twilio.ts";

/** All that a conversation needs of the world: the runtime gives the real things, a simulation its own. */
export type ConversationOutside = {
  readonly member: DiscordUserId;
  readonly config: Config;
  readonly storage: Storage;
  readonly db: D1Database;
  readonly assistant: Assistant;
  /** Shared by all that call Discord with the same bot token. */
  readonly budget: RequestBudget;
  readonly fetch: Fetch;
  readonly now: Clock;
  /** Called after each change that was stored: whoever follows the chat may want to see it. */
  readonly changed: () => void;
  /** In [0, 1). */
  readonly random: () => number;
  readonly pause: Pause;
  readonly newId: () => DeliveryId;
  /** Programs that follow what is said about cases. */
  readonly programs: Programs;
  /** Called when a case was opened or changed: somebody may have to hear of it. */
  readonly caseChanged: (id: CaseId) => void;
  /** Keeps work alive that nobody waits for. It never rejects. */
  readonly background: (work: Promise<void>) => void;
};

/** One conversation at work: what it has stored, and the lanes that work it off. */
export class RunningConversation {
  readonly #outside: ConversationOutside;
  readonly #store: ConversationStore;
  readonly #drain: Drain;
  readonly #discord: DiscordRest;

  constructor(outside: ConversationOutside) {
    this.#outside = outside;
    const { member, config, storage, db, assistant, fetch, now, random, pause, newId, budget, background } = outside;
    const routing = config.TWILIO_STUDIO_FLOW_SID === undefined ? "bridge" : "studio";
    this.#store = new ConversationStore(storage, { member, routing }, now, newId, outside.changed);
    this.#discord = discordRest({
      fetch,
      now,
      apiUrl: config.DISCORD_API_URL,
      botToken: config.DISCORD_BOT_TOKEN,
      applicationId: config.DISCORD_APPLICATION_ID,
      publicUrl: config.PUBLIC_URL,
      shared: { budget, pause, background },
    });
    const twilio = twilioRest({ fetch, now, config });
    const performer = new LanePerformer(
      new DiscordLane(this.#discord, twilio, this.#store, now),
      new TwilioLane(twilio, config, this.#store),
      new InsideLane(this.#store, {
        assistant,
        db,
        now,
        pause,
        caseChanged: outside.caseChanged,
        programs: outside.programs,
        defaultServer: config.DISCORD_DEFAULT_SERVER ?? null,
        defaultLanguage: config.DEFAULT_LANGUAGE,
        showTyping: () => this.#showTyping(),
        catchUp: (since) => this.catchUp(since),
      }),
    );
    this.#drain = new Drain(this.#store, performer, now, random);
  }

  /** Takes an event: it is stored, with all that follows from it, in one synchronous turn. It may come any number of times. */
  ingest(event: ConversationEvent): IngestReply {
    const reply = this.#store.ingest(event);
    this.#outside.background(this.#drain.run());
    return reply;
  }

  /**
   * Reads what the member wrote since the Gateway lost its session at `lostAt`; resolves when it is stored. False when it has
   * to be asked for again.
   */
  catchUp(lostAt: Time): Promise<boolean> {
    const now = this.#outside.now();
    return catchUp(this.#store, this.#discord, { lostAt, now }, (event) => this.ingest(event));
  }

  /** Sends again what did not reach the other side, for the operator; `request` is unique. See {@link ConversationStore.retry}. */
  retry(letter: DeadLetterId, request: string): IngestReply {
    const reply = this.#store.retry(letter, request);
    this.#outside.background(this.#drain.run());
    return reply;
  }

  /** What was said in a session; empty when nothing of it is stored any more. */
  transcript(session: SessionId): TranscriptLine[] {
    return this.#store.transcript(session);
  }

  /** The open session; null when there is none. */
  get openSession(): SessionId | null {
    return this.#store.state.session?.id ?? null;
  }

  /** The languages of articles, best first, for what the member wrote. */
  languagesFor(text: string): ArticleLocale[] {
    return articleLanguages(this.#store.state, this.#outside.config.DEFAULT_LANGUAGE, text);
  }

  #showTyping(): void {
    const { dm } = this.#store.state;
    // Nothing depends on it.
    if (dm.kind === "open") this.#outside.background(this.#discord.showTyping(dm.channel).then(() => undefined));
  }

  /** Looks after whatever is due; for the sweep that finds objects whose alarm was lost. */
  async wake(): Promise<void> {
    this.#store.rearm();
    this.#store.ring();
    await this.#drain.run();
  }

  /** The clock of retries and the net under everything: it never throws, since a seventh failure would end it for good. */
  async onAlarm(): Promise<void> {
    try {
      await this.wake();
    } catch (error) {
      log("error", "conversation.alarm-failed", { reason: error instanceof Error ? error.message : "unknown" });
      this.#outside.storage.setAlarm(this.#outside.now() + FORGOTTEN_AFTER_MS);
    }
  }
}
