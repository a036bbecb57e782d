import { elevateBreached } from "../../src/cases/breach-sweep.ts";
import { memberMessenger } from "../../src/cases/member-news.ts";
import { dispatchCase, type Messengers, sweepOutbox } from "../../src/cases/outbox.ts";
import type { CaseId } from "../../src/conversation/ids.ts";
import { caseEvents } from "../../src/events/case-events.ts";
import type { ConversationObject } from "./bridge.ts";
import type { SimulatedD1 } from "./d1.ts";
import type { Faults } from "./faults.ts";
import type { Random } from "./random.ts";
import type { Life, Timeline } from "./timeline.ts";
import type { Trace } from "./trace.ts";

type Parts = {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly faults: Faults;
  readonly trace: Trace;
  readonly d1: SimulatedD1;
  readonly conversationOf: (member: string) => ConversationObject;
};

/** As in `src/worker.ts`: what was stored so long ago should have been told. */
const TOLD_WITHIN_MS = 60_000;
/** A Worker that dies while it tells of a case has lived no longer than that. */
const LONGEST_LIFE_MS = 500;
/** Workers' clocks differ by some milliseconds. */
const MOST_SKEW_MS = 5;

/**
 * The Workers that tell of cases: each begins after a change, or by the cron, and may die in the middle, or be two at once. All
 * that is left to chance here has a stream of its own.
 */
export class Dispatchers {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A case was changed: some Worker tells of it, or none, or two. */
  changed(id: CaseId): void {
    const { timeline, random } = this.#parts;
    if (this.#strikes("cases: nobody begins to tell")) return;
    for (let n = this.#howMany(); n > 0; n--) {
      timeline.after(random.between(0, 50), () => {
        const life = this.worker();
        void dispatchCase(this.#parts.d1.seenBy(life, random), id, this.#messengers(life));
      });
    }
  }

  /** The part of the Worker's cron that is about cases. */
  async sweep(): Promise<void> {
    await Promise.all(Array.from({ length: this.#howMany() }, () => this.#sweepOnce()));
  }

  /** A Worker at work: null for one that lives as long as it wants. */
  worker(): Life | null {
    const { timeline, random } = this.#parts;
    if (!this.#strikes("cases: a Worker dies")) return null;
    const life = { isOver: false, endTurn: () => undefined };
    timeline.after(random.between(0, LONGEST_LIFE_MS), () => {
      life.isOver = true;
    });
    return life;
  }

  /** What a Worker's clock shows. */
  clock(): () => number {
    const skew = this.#parts.random.whole(0, MOST_SKEW_MS);
    return () => this.#parts.timeline.now() + skew;
  }

  async #sweepOnce(): Promise<void> {
    const { d1, random } = this.#parts;
    const [life, now] = [this.worker(), this.clock()];
    const [db, messengers] = [d1.seenBy(life, random), this.#messengers(life)];
    await elevateBreached({ db, now, tell: (id) => dispatchCase(db, id, messengers) });
    await sweepOutbox(db, now() - TOLD_WITHIN_MS, messengers);
  }

  #messengers(life: Life | null): Messengers {
    const { conversationOf, d1, random, trace } = this.#parts;
    return {
      member: memberMessenger((member, news) => {
        const { number, version } = news;
        trace.add(member, `⇢ version ${version} of case ${number}: ${news.news.map(({ kind }) => kind).join()}`);
        return conversationOf(member).call(life, (one) => one.ingest(news));
      }),
      staff: async () => {
        if (this.#strikes("cases: the staff channel fails")) throw new Error("the staff channel cannot be reached");
      },
      events: caseEvents({ db: d1.seenBy(life, random), queue: undefined }),
    };
  }

  #howMany(): number {
    return this.#strikes("cases: two tell at once") ? 2 : 1;
  }

  #strikes(kind: Parameters<Faults["strikes"]>[0]): boolean {
    return this.#parts.faults.strikes(kind, 1, this.#parts.random);
  }
}
