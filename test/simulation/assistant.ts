import type { Answer, Assistant } from "../../src/assistant/port.ts";
import type { ArticleSlug } from "../../src/conversation/ids.ts";
import type { ObjectLife } from "./durable-object.ts";
import type { Faults } from "./faults.ts";
import type { Random } from "./random.ts";
import type { Timeline } from "./timeline.ts";

/** What its answers in words begin with. */
export const REPLY = "In short: ";
const ARTICLE = { slug: "an-article" as ArticleSlug, title: "An article" };
const OTHER = { slug: "another-article" as ArticleSlug, title: "Another article" };

const SUGGESTIONS: Answer = { kind: "suggestions", articles: [ARTICLE] };

/** By weight. Most bring articles or nothing, so that conversations get deep. */
const ANSWERS: readonly (readonly [weight: number, answer: Answer])[] = [
  [56, SUGGESTIONS],
  [6, { kind: "suggestions", articles: [OTHER, ARTICLE] }],
  [22, { kind: "nothing" }],
  [2, { kind: "small-talk", topic: "greeting" }],
  [1, { kind: "small-talk", topic: "thanks" }],
  [1, { kind: "small-talk", topic: "goodbye" }],
  [3, { kind: "reply", text: `${REPLY}it depends.`, buttons: ["Tell me more", "live agent"], articles: [ARTICLE] }],
  [4, { kind: "reply", text: `${REPLY}yes.`, buttons: ["Why?"], articles: [] }],
  [1, { kind: "hand-over", text: null }],
  [1, { kind: "hand-over", text: "That is beyond me." }],
  [1, { kind: "end", text: null }],
  [1, { kind: "end", text: "Then we are done." }],
];

type Parts = {
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly random: Random;
  readonly life: ObjectLife;
  /** Whether it finds an article for every question. */
  readonly alwaysFinds: () => boolean;
};

/** An assistant of its own kind: what matters here is when it answers, whether it does, and that all kinds of answers occur. */
export function assistantFor({ timeline, faults, random, life, alwaysFinds }: Parts): Assistant {
  const think = <T>(result: T) =>
    new Promise<T>((resolve, reject) => {
      const ms = faults.strikes("assistant is slow") ? random.between(1_000, 9_000) : random.between(5, 80);
      const fails = faults.strikes("assistant fails");
      timeline.after(ms, () => (fails ? reject(new Error("the assistant failed")) : resolve(result)), life);
    });
  return {
    answer: () => think((alwaysFinds() ? null : random.weighted(ANSWERS)) ?? SUGGESTIONS),
    article: (slug) =>
      think(alwaysFinds() || random.chance(0.9) ? { ...ARTICLE, slug, summary: "What it says.", url: null } : null),
  };
}
