import type { D1Database } from "@cloudflare/workers-types";
import type { Assistant } from "../assistant/port.ts";
import { openCase } from "../cases/cases.ts";
import type { Delivery, DeliveryResult } from "../conversation/deliveries.ts";
import type { Time } from "../conversation/events.ts";
import { updateDirectory } from "../directory.ts";
import { type Clock, type Pause, within } from "../outside/call.ts";
import { noteDeadLetter } from "./dead-letters.ts";
import type { DeliveryRow } from "./deliveries-table.ts";
import type { Attempt } from "./drain.ts";
import { impossible } from "./outcome.ts";
import type { ConversationStore } from "./store.ts";

type InsideDelivery = Extract<Delivery, { lane: "inside" | "directory" }>;

/** How long the assistant or the database may take before the attempt counts as without an answer. */
const TIME_LIMIT_MS = 5_000;

/** An entry in the directory that was not made within this time was late. */
const LATE_ENTRY_MS = 10_000;

/** Makes the deliveries happen that need no other company: the assistant's answers, cases, entries in D1. All may be repeated. */
export class InsideLane {
  readonly #assistant: Assistant;
  readonly #db: D1Database;
  readonly #store: ConversationStore;
  readonly #now: Clock;
  readonly #pause: Pause;
  readonly #catchUp: (since: Time) => Promise<boolean>;

  /** `catchUp` reads what the member wrote since then; false when that must be tried again. */
  constructor(
    assistant: Assistant,
    db: D1Database,
    store: ConversationStore,
    time: { readonly now: Clock; readonly pause: Pause },
    catchUp: (since: Time) => Promise<boolean>,
  ) {
    this.#assistant = assistant;
    this.#db = db;
    this.#store = store;
    this.#now = time.now;
    this.#pause = time.pause;
    this.#catchUp = catchUp;
  }

  async perform(row: DeliveryRow, delivery: InsideDelivery): Promise<Attempt> {
    try {
      return { kind: "done", result: await within(this.#pause, TIME_LIMIT_MS, this.#result(row, delivery)) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : "unknown error";
      // Whoever asked the assistant sits before the screen: a person is better than a second try.
      const isAssistants = delivery.kind === "ask-assistant" || delivery.kind === "open-article";
      return isAssistants ? impossible("refused", reason) : { kind: "unknown", reason };
    }
  }

  async #result({ session, createdAt }: DeliveryRow, delivery: InsideDelivery): Promise<DeliveryResult> {
    const { state } = this.#store;
    switch (delivery.kind) {
      case "ask-assistant": {
        const answer = await this.#assistant.answer({ text: delivery.question, locale: state.locale });
        return { kind: "ask-assistant", answer };
      }
      case "open-article":
        return { kind: "open-article", article: await this.#assistant.article(delivery.slug) };
      case "open-case": {
        if (!session) throw new Error("a case belongs to a session");
        const { member, guild: server } = state;
        const number = await openCase(this.#db, { session, server, member, title: delivery.title, at: this.#now() });
        return { kind: "open-case", number };
      }
      case "update-directory":
        await updateDirectory(this.#db, {
          member: state.member,
          channel: state.dm.kind === "open" ? state.dm.channel : null,
          conversation: state.session?.twilio?.conversation ?? null,
          openSince: state.session?.openedAt ?? null,
          at: this.#now(),
        });
        // Whoever filled a gap of the Gateway meanwhile did not find this conversation.
        if (this.#now() > createdAt + LATE_ENTRY_MS && !(await this.#catchUp(createdAt))) {
          throw new Error("what may have been missed could not be read");
        }
        return { kind: "update-directory" };
      case "note-dead-letter": {
        const { id, letter } = delivery;
        await noteDeadLetter(this.#db, { member: state.member, id, letter, at: this.#now() });
        return { kind: "note-dead-letter" };
      }
    }
  }
}
