import { describe, expect, test } from "vitest";
import type { Answer } from "../../../src/assistant/port.ts";
import type { Delivery, HandOverSummary } from "../../../src/conversation/deliveries.ts";
import type { ArticleSlug } from "../../../src/conversation/ids.ts";
import { Decisions, messageId } from "./decisions.ts";
import { helpme, pressed } from "./happenings.ts";

const REFUNDS = { slug: "refunds" as ArticleSlug, title: "Refunds" };
const BAG = { slug: "bag-full" as ArticleSlug, title: "Bag full" };
const MAPS = { slug: "maps" as ArticleSlug, title: "Maps" };
const NOTHING: Answer = { kind: "nothing" };
const found = (...articles: (typeof REFUNDS)[]): Answer => ({ kind: "suggestions", articles });

/** What is kept for those who write the articles because of a question that was answered so. */
function asked(conversation: Decisions, question: string, n: number, answer: Answer) {
  conversation.take(conversation.wrote(question, n));
  return feedback(conversation.take(conversation.done({ kind: "ask-assistant", answer })));
}

const feedback = (deliveries: readonly Delivery[]) =>
  deliveries.flatMap((delivery) => (delivery.kind === "note-feedback" ? [delivery.feedback] : []));

/** The member opens an article, or says that it helped; what is kept of it. */
function judged(conversation: Decisions, fate: "opened" | "helped", article: typeof REFUNDS) {
  if (fate === "helped")
    return feedback(conversation.take(pressed(conversation, { kind: "helped", slug: article.slug })));
  conversation.take(pressed(conversation, { kind: "article", slug: article.slug }));
  const card = { ...article, summary: "…", url: null };
  return feedback(conversation.take(conversation.done({ kind: "open-article", article: card })));
}

/** The summary that an agent reads when a person is asked for now. */
function summary(conversation: Decisions): HandOverSummary {
  for (const delivery of conversation.take(pressed(conversation, { kind: "person" })))
    if (delivery.kind === "post" && delivery.line.content.kind === "summary") return delivery.line.content.summary;
  throw new Error("there is no summary");
}

const fates = ({ asked }: HandOverSummary) =>
  asked.map(({ articles }) => articles.map(({ slug, fate }) => `${slug} ${fate}`));

describe("an agent reads in the summary", () => {
  test("what became of each article: what helped has helped, also when it is opened again", () => {
    const conversation = new Decisions();
    asked(conversation, "where is my money", 1, found(REFUNDS, BAG, MAPS));
    for (const fate of ["opened", "helped", "opened"] as const) judged(conversation, fate, REFUNDS);
    judged(conversation, "opened", MAPS);
    expect(fates(summary(conversation))).toEqual([["refunds helped", "bag-full suggested", "maps opened"]]);
  });

  test("of which question it helped: the last one that brought it up", () => {
    const conversation = new Decisions();
    asked(conversation, "where is my money", 1, found(REFUNDS));
    asked(conversation, "I want it back", 2, found(REFUNDS, BAG));
    asked(conversation, "where is the map", 3, found(MAPS));
    expect(judged(conversation, "opened", REFUNDS)).toMatchObject([{ kind: "opened", question: messageId(2) }]);
    expect(fates(summary(conversation))).toEqual([
      ["refunds suggested"],
      ["refunds opened", "bag-full suggested"],
      ["maps suggested"],
    ]);
  });

  test("the first 200 characters of a question, and nothing of an article that nobody asked for", () => {
    const conversation = new Decisions();
    asked(conversation, `${"🙂".repeat(199)} and more`, 1, NOTHING);
    judged(conversation, "opened", MAPS);
    expect(summary(conversation).asked).toEqual([{ text: "🙂".repeat(199), message: messageId(1), articles: [] }]);
  });
});

describe("those who write the articles", () => {
  test("learn of each question in full, what was shown for it, and the language that it was asked from", () => {
    const conversation = new Decisions();
    const long = "x".repeat(500);
    expect(asked(conversation, long, 1, NOTHING)).toMatchObject([
      { kind: "asked", text: long, shown: [], answer: "nothing", locale: "en" },
    ]);
    conversation.take(helpme(conversation));
    expect(asked(conversation, "?", 2, found(BAG))).toMatchObject([{ shown: ["bag-full"], locale: "de" }]);
    const wrote = conversation.wrote("?", 3);
    conversation.take({ ...wrote, profile: { ...wrote.profile, locale: "en", language: "pl" } });
    const answer = conversation.done({ kind: "ask-assistant", answer: found(MAPS) });
    expect(feedback(conversation.take(answer))).toMatchObject([{ shown: ["maps"], locale: "pl" }]);
  });

  test("do not learn what became of an article that a button's question brought up", () => {
    const conversation = new Decisions();
    asked(conversation, "?", 1, { kind: "reply", text: "Which?", buttons: ["That"], articles: [] });
    conversation.take(pressed(conversation, { kind: "choice", text: "That" }));
    conversation.take(conversation.done({ kind: "ask-assistant", answer: found(BAG) }));
    expect(judged(conversation, "opened", BAG)).toEqual([]);
    expect(fates(summary(conversation)).at(-1)).toEqual(["bag-full opened"]);
  });
});

test("after a person was there the assistant has its chance again, before it offers one unasked", () => {
  const conversation = new Decisions();
  for (const n of [1, 2]) asked(conversation, "?", n, NOTHING);
  conversation.take(pressed(conversation, { kind: "person" }));
  conversation.take(conversation.failed("create-conversation"));
  conversation.take(conversation.wrote("?", 3));
  const answer = conversation.done({ kind: "ask-assistant", answer: NOTHING });
  expect(conversation.follows(answer)).toEqual(["say nothing-found"]);
});
