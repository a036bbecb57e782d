import type { Delivery, DeliveryResult } from "../conversation/deliveries.ts";
import { type DiscordMessageId, sessionIdOf } from "../conversation/ids.ts";
import { isDmClosed, isUnauthorized } from "../discord/errors.ts";
import { type FileLink, type MessageBody, renderHelpmeAnswer, renderSay, type SayContext } from "../discord/render.ts";
import type { DiscordRest } from "../discord/rest.ts";
import type { CallResult, Clock } from "../outside/call.ts";
import type { TwilioRest } from "../twilio/rest.ts";
import type { DeliveryRow } from "./deliveries-table.ts";
import type { Attempt, Look } from "./drain.ts";
import { attemptOf, impossible } from "./outcome.ts";
import { NONCE_WINDOW_MS } from "./policy.ts";
import { sayContext } from "./say-context.ts";
import type { ConversationStore } from "./store.ts";

type DiscordDelivery = Extract<Delivery, { lane: "discord" }>;
type SayDelivery = Extract<Delivery, { kind: "say" }>;

/** A look goes through what stands behind our last known message: at most so many pages of so many messages. */
const LOOK_PAGES = 10;
const LOOK_PAGE_SIZE = 100;

/** Makes the deliveries of the Discord lane happen. */
export class DiscordLane {
  readonly #discord: DiscordRest;
  readonly #twilio: TwilioRest;
  readonly #store: ConversationStore;
  readonly #now: Clock;

  constructor(discord: DiscordRest, twilio: TwilioRest, store: ConversationStore, now: Clock) {
    this.#discord = discord;
    this.#twilio = twilio;
    this.#store = store;
    this.#now = now;
  }

  async perform(row: DeliveryRow, delivery: DiscordDelivery): Promise<Attempt> {
    const { member, locale } = this.#store.state;
    switch (delivery.kind) {
      case "open-dm":
        return toAttempt(await this.#discord.openDm(member), (channel) => ({ kind: "open-dm", channel }));
      case "say":
        return this.#say(row, delivery);
      case "answer-helpme": {
        const body = renderHelpmeAnswer(delivery.answer, member, locale);
        const answered = await this.#discord.completeAnswer(delivery.request.token, body);
        if (isTooEarly(answered, row.attempts)) return { kind: "later", reason: "not deferred yet" };
        return toAttempt(answered, () => ({ kind: "answer-helpme" }));
      }
      case "find-agent": {
        const found = await this.#twilio.findWorker(delivery.identity);
        return toAttempt(found, (worker) => ({ kind: "find-agent", worker }));
      }
    }
  }

  /**
   * Discord recognises a repeated nonce for some minutes, so repeating is the look. Later, or when it must not be sent any
   * more, the message is searched in the DM by its author and content.
   */
  async look(row: DeliveryRow, delivery: DiscordDelivery, mayRepeat: boolean): Promise<Look> {
    const { dm, member } = this.#store.state;
    if (delivery.kind !== "say") return { kind: "repeat" };
    // A DM that was closed since can still be read; without any, nothing was ever sent.
    if (dm.kind === "unknown" || dm.channel === null) return { kind: "absent" };
    const isNonceFresh = row.firstTriedAt !== null && this.#now() < row.firstTriedAt + NONCE_WINDOW_MS;
    if (mayRepeat && isNonceFresh && dm.kind === "open") return { kind: "repeat" };
    const isIt = this.#matcherOf(row, delivery);
    let after = this.#store.deliveries.lastSaid();
    for (let n = 0; n < LOOK_PAGES; n++) {
      const read = await this.#discord.messagesAfter(dm.channel, after, LOOK_PAGE_SIZE);
      if (read.kind !== "done") return toAttempt<never>(read, (value) => value);
      const found = read.value.find(({ id, author, content }) => {
        return author.id !== member && isIt(content.trim()) && !this.#store.deliveries.isKnown(id);
      });
      if (found) return { kind: "done", result: said(found.id) };
      after = read.value.at(-1)?.id ?? null;
      if (read.value.length < LOOK_PAGE_SIZE) return { kind: "absent" };
    }
    return { kind: "unknown", reason: "too many messages to look through" };
  }

  /**
   * Tells our message by its content. Links to files are new with each attempt, so only the text before them counts; and an
   * agent's name may have become known since.
   */
  #matcherOf(row: DeliveryRow, delivery: SayDelivery): (content: string) => boolean {
    const context = this.#context(row);
    const texts = [context, { ...context, agentName: () => null }].map((known) => {
      return (renderSay(delivery.say, { ...known, files: [], replyTo: delivery.replyTo }).content ?? "").trim();
    });
    const hasFiles = delivery.say.kind === "agent-text" && delivery.say.files.length > 0;
    return (content) => texts.some((text) => (hasFiles ? content.startsWith(text) : content === text));
  }

  async #say(row: DeliveryRow, delivery: SayDelivery): Promise<Attempt> {
    const { dm } = this.#store.state;
    if (dm.kind !== "open") return impossible("dm-closed", "there is no open DM with the member");
    const wanted = await this.#body(row, delivery);
    if ("attempt" in wanted) return wanted.attempt;
    const isWanted = () => !this.#store.isSilenced(row);
    return toAttempt(await this.#discord.createMessage(dm.channel, wanted.body, row.id, isWanted), said);
  }

  async #body(row: DeliveryRow, delivery: SayDelivery): Promise<{ body: MessageBody } | { attempt: Attempt }> {
    const links: FileLink[] = [];
    for (const { media, filename } of delivery.say.kind === "agent-text" ? delivery.say.files : []) {
      const link = await this.#twilio.mediaLink(media);
      // Nothing was sent yet, so that whatever happened here can be tried again.
      if (link.kind === "later" || link.kind === "unknown") return { attempt: { ...link, kind: "later" } };
      links.push({ filename, url: link.kind === "done" ? link.value : null });
    }
    return { body: this.#render(row, delivery, links) };
  }

  #render(row: DeliveryRow, delivery: SayDelivery, files: readonly FileLink[]): MessageBody {
    return renderSay(delivery.say, { ...this.#context(row), files, replyTo: delivery.replyTo });
  }

  #context(row: DeliveryRow): SayContext {
    const { state } = this.#store;
    return sayContext(state, row.session ?? sessionIdOf(state.member, state.sessions));
  }
}

/** How often an answer is tried that Discord does not know yet. */
const EARLY_ATTEMPTS = 5;

/**
 * Our answer may overtake the deferral that was sent before it: to Discord its token does not exist until that has arrived
 * (10015, "Unknown Webhook").
 */
function isTooEarly(answered: CallResult<unknown>, attempts: number): boolean {
  return answered.kind === "refused" && answered.code === 10015 && attempts < EARLY_ATTEMPTS;
}

function said(message: DiscordMessageId): DeliveryResult {
  return { kind: "say", message };
}

function toAttempt<T>(call: CallResult<T>, resultOf: (value: T) => DeliveryResult): Attempt {
  return attemptOf(call, resultOf, ({ status, code }) => {
    if (isUnauthorized(status, code)) return null;
    return isDmClosed(code) ? "dm-closed" : "refused";
  });
}
