import { DurableObject } from "cloudflare:workers";
import { assistantOf } from "../src/assistant/engines.ts";
import { dispatchCase } from "../src/cases/outbox.ts";
import type { TranscriptLine } from "../src/cases/transcripts.ts";
import { readConfig } from "../src/config.ts";
import type { ConversationEvent, IngestReply, Time } from "../src/conversation/events.ts";
import type { DeadLetterId, DiscordUserId, SessionId } from "../src/conversation/ids.ts";
import { newDeliveryId } from "../src/delivery/ids.ts";
import { RunningConversation } from "../src/delivery/running-conversation.ts";
import { articlePath } from "../src/help/pages.ts";
import { searchArticles } from "../src/knowledge/search.ts";
import { getArticle } from "../src/knowledge/store.ts";
import { messengersOf, programsOf } from "../src/messengers.ts";
import { fetchWithin } from "../src/outside/call.ts";
import { discordBudgetOf } from "./discord-budget.ts";
import { LiveChat } from "./live-chat.ts";
import { pause } from "./pause.ts";
import { storageOf } from "./storage.ts";

/**
 * All that passes between one member and the bot; named by the member's Discord user id. This shell gives storage, clock,
 * alarm and outside calls to {@link RunningConversation}; see `docs/architecture.md`. The output gate holds every reply and
 * outside call back until what was written before it is on disk.
 */
export class Conversation extends DurableObject<Env> {
  readonly #conversation: RunningConversation;
  readonly #live: LiveChat;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const read = readConfig({ ...env });
    if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join("; "));
    const surroundings = { db: env.DB, fetch: fetchWithin, now: () => Date.now(), pause, newId: newDeliveryId };
    this.#conversation = new RunningConversation({
      ...surroundings,
      member: ctx.id.name as DiscordUserId,
      config: read.config,
      storage: storageOf(ctx),
      assistant: assistantOf(read.config, surroundings),
      budget: discordBudgetOf(env),
      random: () => Math.random(),
      background: (work) => ctx.waitUntil(work),
      changed: () => this.#live.publish(),
      programs: programsOf(env),
      caseChanged: (id) => ctx.waitUntil(dispatchCase(env.DB, id, messengersOf(env))),
    });
    this.#live = new LiveChat(ctx, {
      transcript: (session) => this.#conversation.transcript(session),
      openSession: () => this.#conversation.openSession,
      suggest: async (text) => {
        const found = await searchArticles(env.DB, text, this.#conversation.languagesFor(text));
        const articles = await Promise.all(found.map(({ slug, locale }) => getArticle(env.DB, slug, [locale])));
        return articles
          .filter((article) => article !== null)
          .map(({ slug, locale, title, summary }) => {
            return {
              slug,
              locale,
              title,
              summary,
              url: new URL(articlePath(slug, locale), read.config.PUBLIC_URL).href,
            };
          });
      },
    });
  }

  /** Lets somebody of the staff follow a session: a WebSocket's request to `/SESSION`. Whoever asks has checked who it is. */
  override async fetch(request: Request): Promise<Response> {
    if (request.headers.get("upgrade") !== "websocket") return new Response("a WebSocket is expected", { status: 426 });
    const session = new URL(request.url).pathname.slice(1) as SessionId;
    return this.#live.follow(session);
  }

  /** See {@link RunningConversation.transcript}. */
  transcript(session: SessionId): TranscriptLine[] {
    return this.#conversation.transcript(session);
  }

  /** See {@link RunningConversation.ingest}. */
  ingest(event: ConversationEvent): IngestReply {
    return this.#conversation.ingest(event);
  }

  /** See {@link RunningConversation.catchUp}. */
  catchUp(lostAt: Time): Promise<boolean> {
    return this.#conversation.catchUp(lostAt);
  }

  /** See {@link RunningConversation.retry}. */
  retry(letter: DeadLetterId, request: string): IngestReply {
    return this.#conversation.retry(letter, request);
  }

  /** See {@link RunningConversation.wake}. */
  wake(): Promise<void> {
    return this.#conversation.wake();
  }

  override alarm(): Promise<void> {
    return this.#conversation.onAlarm();
  }
}
