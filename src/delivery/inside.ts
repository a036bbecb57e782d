import type { D1Database } from "@cloudflare/workers-types";
import type { Assistant } from "../assistant/port.ts";
import { BRIDGE } from "../cases/actor.ts";
import { whenPeopleAreBack } from "../cases/availability.ts";
import type { Case } from "../cases/case.ts";
import { CaseBook } from "../cases/case-book.ts";
import { keepTranscript, type TranscriptLine } from "../cases/transcripts.ts";
import type { Delivery, DeliveryResult, OpenedCase } from "../conversation/deliveries.ts";
import type { Time } from "../conversation/events.ts";
import type { CaseId, DiscordGuildId, SessionId, StaffIdentity } from "../conversation/ids.ts";
import type { ConversationState } from "../conversation/state.ts";
import { updateDirectory } from "../directory.ts";
import type { ArticleLocale } from "../knowledge/article.ts";
import { noteFeedback } from "../knowledge/feedback.ts";
import { languagesFor } from "../knowledge/languages.ts";
import { type Clock, type Pause, within } from "../outside/call.ts";
import { noteDeadLetter } from "./dead-letters.ts";
import type { DeliveryRow } from "./deliveries-table.ts";
import type { Attempt } from "./drain.ts";
import { impossible } from "./outcome.ts";
import { sayContext } from "./say-context.ts";
import type { ConversationStore } from "./store.ts";

type InsideDelivery = Extract<Delivery, { lane: "inside" | "directory" }>;

/** How long the assistant or the database may take before the attempt counts as without an answer. */
const TIME_LIMIT_MS = 5_000;

/** An entry in the directory that was not made within this time was late. */
const LATE_ENTRY_MS = 1_000;

/** Programs that follow what is said about cases. */
export type Programs = {
  readonly wantMessages: () => Promise<boolean>;
  /** Tells them of a message in a session with a case. */
  readonly tell: (about: Case, session: SessionId, line: TranscriptLine) => Promise<void>;
};

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
  /** The server whose numbers cases follow where none is known; null for none. */
  readonly defaultServer: DiscordGuildId | null;
  /** Programs that want to know what is said. */
  readonly programs: Programs;
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

  async #result({ session, seq, createdAt }: DeliveryRow, delivery: InsideDelivery): Promise<DeliveryResult> {
    const { state } = this.#store;
    switch (delivery.kind) {
      case "ask-assistant": {
        if (!session) throw new Error("a question belongs to a session");
        const { displayName } = state;
        const { question: text, message } = delivery;
        this.#outside.showTyping();
        const locales = articleLanguages(state, this.#outside.defaultLanguage, text);
        const answer = await this.#outside.assistant.answer({ text, locales, session, message, displayName });
        return { kind: "ask-assistant", answer };
      }
      case "open-article":
        return {
          kind: "open-article",
          article: await this.#outside.assistant.article(
            delivery.slug,
            articleLanguages(state, this.#outside.defaultLanguage),
          ),
        };
      case "open-case": {
        if (!session) throw new Error("a case belongs to a session");
        return { kind: "open-case", ...(await this.#openCase(session, delivery)) };
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
      case "note-answer":
        if (session) await this.#noteAnswer(session, delivery);
        return { kind: "note-answer" };
      case "note-message":
        if (session) await this.#noteMessage(session, seq, delivery);
        return { kind: "note-message" };
      case "keep-transcript":
        if (session)
          await keepTranscript(this.#outside.db, session, this.#store.transcript(session), this.#outside.now());
        return { kind: "keep-transcript" };
      case "note-dead-letter": {
        const { id, letter } = delivery;
        await noteDeadLetter(this.#outside.db, { member: state.member, id, letter, at: this.#outside.now() });
        return { kind: "note-dead-letter" };
      }
      case "link-session":
        if (!session) throw new Error("there is no session to link");
        await this.#linkSession(session, delivery.case);
        return { kind: "link-session", wantsMessages: await this.#outside.programs.wantMessages() };
    }
  }

  async #openCase(session: SessionId, asked: Extract<Delivery, { kind: "open-case" }>): Promise<OpenedCase> {
    const { member: id, guild, displayName } = this.#store.state;
    const { db, now, defaultServer, programs } = this.#outside;
    const server = guild ?? defaultServer;
    const member = { id, displayName };
    // Whoever pressed the button before asking anything has given no title.
    const title = asked.title || displayName || id;
    const opened = await this.#cases.open(
      { server, member, title, description: asked.description, session },
      { kind: "member", id },
    );
    if (opened.kind !== "done") throw new Error(opened.problems.join("; "));
    const [back, wantsMessages] = await Promise.all([whenPeopleAreBack(db, server, now()), programs.wantMessages()]);
    return { number: opened.case.number, case: opened.case.id, back, wantsMessages };
  }

  /**
   * Done again it would stand in the history twice: it is done to the case as it was while the session was not linked, since an
   * earlier attempt that was given up may still be under way.
   */
  async #linkSession(session: SessionId, id: CaseId): Promise<void> {
    const before = await this.#cases.get(id);
    if (!before || (await this.#cases.ofSession(session))?.id === id) return;
    const { kind } = await this.#cases.change(id, { linkSession: session }, BRIDGE, before.version);
    if (kind === "conflict") throw new Error("the case was changed meanwhile");
  }

  async #noteMessage(
    session: SessionId,
    n: number,
    { agent, text, saidAt: at }: Extract<Delivery, { kind: "note-message" }>,
  ): Promise<void> {
    const about = await this.#cases.ofSession(session);
    if (!about) return;
    const { memberName, agentName } = sayContext(this.#store.state, session);
    const by = agent
      ? ({ author: "agent", name: agentName(agent) } as const)
      : ({ author: "member", name: memberName } as const);
    await this.#outside.programs.tell(about, session, { n, at, ...by, text, state: "sent" });
  }

  /** Whoever answers first has the case, unless somebody has it. */
  async #noteAnswer(
    session: SessionId,
    { agent, answeredAt }: Extract<Delivery, { kind: "note-answer" }>,
  ): Promise<void> {
    const found = await this.#cases.ofSession(session);
    // The case was given up, or is not there yet because its number is late: then nothing is measured.
    if (!found) return;
    const set = found.assignee === null ? { assignee: agent as string as StaffIdentity } : {};
    await this.#cases.change(found.id, { firstResponse: { at: answeredAt }, set }, BRIDGE);
  }
}

/** The languages of articles, best first, for a member who asks this; `defaultLanguage` where the member's own is not known. */
export function articleLanguages(
  { language, locale }: Pick<ConversationState, "language" | "locale">,
  defaultLanguage: ArticleLocale,
  question = "",
): ArticleLocale[] {
  return languagesFor(question, [language ?? [], locale, defaultLanguage, "en"].flat());
}
