import type { D1Database } from "@cloudflare/workers-types";
import type { Assistant } from "../assistant/port.ts";
import { BRIDGE } from "../cases/actor.ts";
import { CaseBook } from "../cases/case-book.ts";
import type { Delivery, DeliveryResult } from "../conversation/deliveries.ts";
import type { Time } from "../conversation/events.ts";
import type { CaseId } from "../conversation/ids.ts";
import { updateDirectory } from "../directory.ts";
import type { ArticleLocale } from "../knowledge/article.ts";
import { noteFeedback } from "../knowledge/feedback.ts";
import { languagesFor } from "../knowledge/languages.ts";
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
const LATE_ENTRY_MS = 1_000;

/** What the lane needs of the world. */
export type InsideOutside = {
  readonly assistant: Assistant;
  readonly db: D1Database;
  readonly now: Clock;
  readonly pause: Pause;
  /** The language of members whose own is not known, or has no articles. */
  readonly defaultLanguage: ArticleLocale;
  /** Shows the member that somebody is writing. */
  readonly showTyping: () => void;
  /** Called when a case was opened or changed: somebody may have to hear of it. */
  readonly caseChanged: (id: CaseId) => void;
  /** Reads what the member wrote since then; false when that must be tried again. */
  readonly catchUp: (since: Time) => Promise<boolean>;
};

/** Makes the deliveries happen that need no other company: the assistant's answers, cases, entries in D1. All may be repeated. */
export class InsideLane {
  readonly #store: ConversationStore;
  readonly #outside: InsideOutside;
  readonly #cases: CaseBook;

  constructor(store: ConversationStore, outside: InsideOutside) {
    this.#store = store;
    this.#outside = outside;
    this.#cases = new CaseBook({ db: outside.db, now: outside.now, changed: outside.caseChanged });
  }

  async perform(row: DeliveryRow, delivery: InsideDelivery): Promise<Attempt> {
    try {
      return { kind: "done", result: await within(this.#outside.pause, TIME_LIMIT_MS, this.#result(row, delivery)) };
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
        if (!session) throw new Error("a question belongs to a session");
        const { displayName } = state;
        const { question: text, message } = delivery;
        this.#outside.showTyping();
        const locales = this.#languages(text);
        const answer = await this.#outside.assistant.answer({ text, locales, session, message, displayName });
        return { kind: "ask-assistant", answer };
      }
      case "open-article":
        return {
          kind: "open-article",
          article: await this.#outside.assistant.article(delivery.slug, this.#languages()),
        };
      case "open-case": {
        if (!session) throw new Error("a case belongs to a session");
        const { member: id, guild: server, displayName } = state;
        const title = delivery.title || displayName || "…";
        const member = { id, displayName };
        const opened = await this.#cases.open({ server, member, title, session }, { kind: "member", id });
        if (opened.kind !== "done") throw new Error(opened.problems.join("; "));
        return { kind: "open-case", number: opened.case.number, case: opened.case.id };
      }
      case "update-directory":
        await updateDirectory(this.#outside.db, {
          member: state.member,
          channel: state.dm.kind === "open" ? state.dm.channel : null,
          conversation: state.session?.twilio?.conversation ?? null,
          openSince: state.session?.openedAt ?? null,
          at: this.#outside.now(),
        });
        // Whoever filled a gap of the Gateway meanwhile did not find this conversation.
        if (this.#outside.now() > createdAt + LATE_ENTRY_MS && !(await this.#outside.catchUp(createdAt))) {
          throw new Error("what may have been missed could not be read");
        }
        return { kind: "update-directory" };
      case "note-feedback":
        await noteFeedback(this.#outside.db, delivery.feedback);
        return { kind: "note-feedback" };
      case "note-dead-letter": {
        const { id, letter } = delivery;
        await noteDeadLetter(this.#outside.db, { member: state.member, id, letter, at: this.#outside.now() });
        return { kind: "note-dead-letter" };
      }
      case "link-session":
        if (!session) throw new Error("there is no session to link");
        // Done again it would stand in the history twice.
        if ((await this.#cases.ofSession(session))?.id !== delivery.case) {
          await this.#cases.change(delivery.case, { linkSession: session }, BRIDGE);
        }
        return { kind: "link-session" };
    }
  }

  /** The languages of articles, best first, for a member who asks this. */
  #languages(question = ""): ArticleLocale[] {
    const { language, locale } = this.#store.state;
    return languagesFor(question, [language ?? [], locale, this.#outside.defaultLanguage, "en"].flat());
  }
}
