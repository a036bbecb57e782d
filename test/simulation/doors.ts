import type { ConversationEvent, IngestReply } from "../../src/conversation/events.ts";
import type { DiscordUserId } from "../../src/conversation/ids.ts";
import { readConversationEvent } from "../../src/twilio/conversation-events.ts";
import type { Form } from "../../src/twilio/reading.ts";
import { readStudioQuestion } from "../../src/twilio/studio-events.ts";
import { readTaskEvent } from "../../src/twilio/task-events.ts";
import type { Bridge } from "./bridge.ts";
import type { Faults } from "./faults.ts";
import type { Random } from "./random.ts";
import type { Timeline } from "./timeline.ts";
import type { Trace } from "./trace.ts";

type Parts = {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly faults: Faults;
  readonly trace: Trace;
  readonly bridge: () => Bridge;
};

/** The latest that a late webhook comes. */
const LATEST_MS = 4 * 60_000;

/**
 * The Worker's doors, less signatures and HTTP: what Twilio sends is read, handed to its conversation, and never sent again.
 * On the way it may get lost, come twice, late, or in another order.
 */
export class Doors {
  readonly #parts: Parts;
  /** Webhooks that are on their way. */
  underWay = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A webhook of a Twilio Conversation. */
  conversationEvent(url: string, form: Form): void {
    const member = url.slice(url.lastIndexOf("/") + 1) as DiscordUserId;
    const what = `${form.EventType}${form.Body === undefined ? "" : ` “${short(form.Body)}”`}`;
    this.#send(member, what, () => {
      const read = readConversationEvent(form, member, this.#parts.timeline.now());
      if (read.kind === "bad") throw new Error(`the simulation sends bad webhooks: ${read.problem}`);
      return read.kind === "ignored" ? null : read;
    });
  }

  /** An event of TaskRouter. */
  taskEvent(form: Form): void {
    const read = readTaskEvent(form);
    if (read.kind === "bad") throw new Error(`the simulation sends bad events: ${read.problem}`);
    if (read.kind !== "ignored")
      this.#send(read.member, `${form.EventType} ${form.TaskSid?.slice(-3)}`, () => read.event);
  }

  /** A question of the Studio flow. Whether it was taken, which the flow waits for. */
  async studioQuestion(form: Form): Promise<boolean> {
    const read = readStudioQuestion(form, this.#parts.timeline.now());
    if (read.kind === "bad") throw new Error(`the simulation asks badly: ${read.problem}`);
    if (read.kind === "foreign") return true;
    try {
      await this.ingest(read.member, read.event);
      return true;
    } catch {
      return false;
    }
  }

  /** Hands an event over; what is not stored is not sent again. */
  async ingest(member: string, event: ConversationEvent): Promise<IngestReply> {
    return this.#parts
      .bridge()
      .conversationOf(member)
      .call(null, (conversation) => conversation.ingest(event));
  }

  #send(member: DiscordUserId, what: string, read: () => ConversationEvent | null): void {
    const { timeline, random, faults, trace } = this.#parts;
    if (faults.strikes("webhook lost")) {
      trace.add(member, `⇢ ${what} ⚡ lost`);
      return;
    }
    const copies = faults.strikes("webhook twice") ? 2 : 1;
    for (let n = 0; n < copies; n++) {
      const late = faults.strikes("webhook late") ? random.between(500, LATEST_MS) : 0;
      this.underWay += 1;
      timeline.after(random.between(20, 250) + late, () => {
        this.underWay -= 1;
        const event = read();
        if (!event) return;
        trace.add(member, `⇢ ${what}${late > 0 ? " ⚡ late" : ""}`);
        this.ingest(member, event).catch((error: Error) => {
          trace.add(member, `⇢ ${what} was not stored: ${error.message}`);
        });
      });
    }
  }
}

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 30)}…` : text;
}
