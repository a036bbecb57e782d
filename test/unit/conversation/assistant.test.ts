import { describe, expect, test } from "vitest";
import type { Answer } from "../../../src/assistant/port.ts";
import type { Delivery } from "../../../src/conversation/deliveries.ts";
import type { ArticleSlug } from "../../../src/conversation/ids.ts";
import { Bridge } from "../../support/bridge.ts";
import { AGENT } from "../../support/people.ts";
import { SECOND } from "../../support/times.ts";
import { Decisions, isSummary, messageId, said } from "./decisions.ts";
import { pressed } from "./happenings.ts";

const REFUNDS = { slug: "refunds" as ArticleSlug, title: "Refunds" };
const BAG = { slug: "bag-full" as ArticleSlug, title: "Bag full" };
const SUGGESTIONS: Answer = { kind: "suggestions", articles: [REFUNDS, BAG] };
const NOTHING: Answer = { kind: "nothing" };

/** A member who has asked, and was answered so. */
function asked(conversation: Decisions, question: string, n: number, answer: Answer): readonly Delivery[] {
  conversation.take(conversation.wrote(question, n));
  return conversation.take(conversation.done({ kind: "ask-assistant", answer }));
}

const feedback = (deliveries: readonly Delivery[]) =>
  deliveries.flatMap((delivery) => (delivery.kind === "note-feedback" ? [delivery.feedback] : []));

describe("an answer of the assistant", () => {
  test("that finds nothing twice in a row offers a person by itself; what was found in between counts", () => {
    const conversation = new Decisions();
    const answers = [NOTHING, SUGGESTIONS, NOTHING, NOTHING, NOTHING].map((answer, n) =>
      asked(conversation, "?", n, answer),
    );
    expect(answers.flatMap((deliveries) => said(deliveries).map(({ kind }) => kind))).toEqual([
      "nothing-found",
      "suggestions",
      "nothing-found",
      "offer-person",
      "offer-person",
    ]);
  });

  test("to small talk is small talk: nothing was asked", () => {
    const conversation = new Decisions();
    const deliveries = asked(conversation, "hi", 1, { kind: "small-talk", topic: "greeting" });
    expect(said(deliveries)).toEqual([{ kind: "small-talk", topic: "greeting" }]);
    expect(feedback(deliveries)).toEqual([]);
  });

  test("in words has choices that say what stands on them, each once", () => {
    const conversation = new Decisions();
    const reply: Answer = { kind: "reply", text: "Which?", buttons: ["This", "That", "This"], articles: [] };
    expect(said(asked(conversation, "?", 1, reply))).toEqual([
      { kind: "reply", text: "Which?", choices: ["This", "That"], articles: [] },
    ]);
    const next = conversation.take(pressed(conversation, { kind: "choice", text: "That" }));
    expect(next).toEqual([{ lane: "inside", kind: "ask-assistant", question: "That", message: null }]);
    expect(conversation.kept.at(-1)?.content).toMatchObject({ kind: "text", text: "That" });
  });

  test("may be that a person is to take over", () => {
    const conversation = new Decisions();
    const deliveries = asked(conversation, "?", 1, { kind: "hand-over", text: "One moment." });
    expect(said(deliveries)).toMatchObject([{ kind: "last-words", text: "One moment." }]);
    expect(conversation.owner).toBe("queue");
    expect(deliveries.find(isSummary)).toMatchObject({
      line: { content: { summary: { reason: "assistant-gave-up" } } },
    });
  });

  test("has its last words said and read by agents, although the assistant is silent from then on", async () => {
    const bridge = new Bridge();
    bridge.outside.next("ask-assistant", {
      kind: "done",
      result: { kind: "ask-assistant", answer: { kind: "hand-over", text: "One moment." } },
    });
    await bridge.take(bridge.wrote("?"));
    expect(bridge.seen).toEqual(["last-words", "case-opened", "transferring"]);
    expect(bridge.outside.posted.map(({ content }) => content.kind)).toEqual(["summary", "text", "say"]);
  });

  test("may be the end; a Twilio Conversation of an earlier hand-over is closed with it", async () => {
    const conversation = new Decisions();
    expect(said(asked(conversation, "?", 1, { kind: "end", text: "Bye." })).map(({ kind }) => kind)).toEqual([
      "last-words",
      "closed",
    ]);
    expect(conversation.owner).toBe("nobody");

    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.now += SECOND;
    await bridge.take(bridge.agentWrote("/assistant"));
    bridge.outside.next("ask-assistant", {
      kind: "done",
      result: { kind: "ask-assistant", answer: { kind: "end", text: null } },
    });
    await bridge.take(bridge.wrote("that is all"));
    expect(bridge.outside.count("close-conversation")).toBe(1);
    expect(bridge.owner).toBe("nobody");
  });

  test("that comes when a person was asked for meanwhile is not given", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("?", 1));
    conversation.take(conversation.wrote("live agent", 2));
    for (const answer of [SUGGESTIONS, NOTHING, { kind: "end", text: "Bye." }] as const) {
      conversation.open.push({
        id: "late" as never,
        session: conversation.state.session?.id ?? null,
        delivery: { lane: "inside", kind: "ask-assistant", question: "?", message: null },
      });
      expect(
        conversation
          .take(conversation.done({ kind: "ask-assistant", answer }))
          .filter(({ lane }) => lane !== "directory"),
      ).toEqual([]);
    }
    expect(conversation.owner).toBe("queue");
  });
});

describe("what is kept for those who write the articles", () => {
  test("is what was asked and shown, opened, found helpful, and that a person was asked for all the same", () => {
    const conversation = new Decisions();
    expect(feedback(asked(conversation, "where is my money", 7, SUGGESTIONS))).toMatchObject([
      {
        kind: "asked",
        question: messageId(7),
        text: "where is my money",
        shown: ["refunds", "bag-full"],
        answer: "suggestions",
      },
    ]);
    conversation.take(pressed(conversation, { kind: "article", slug: REFUNDS.slug }));
    const card = { ...REFUNDS, summary: "…", url: null };
    const about = { question: messageId(7), slug: "refunds" };
    expect(feedback(conversation.take(conversation.done({ kind: "open-article", article: card })))).toMatchObject([
      { kind: "opened", ...about },
    ]);
    expect(feedback(conversation.take(pressed(conversation, { kind: "helped", slug: REFUNDS.slug })))).toMatchObject([
      { kind: "helped", ...about },
    ]);
    expect(feedback(conversation.take(pressed(conversation, { kind: "person" })))).toMatchObject([
      { kind: "person-asked", question: messageId(7) },
    ]);
  });

  test("is nothing where a button spoke, or an article is pressed that no question brought up", () => {
    const conversation = new Decisions();
    asked(conversation, "?", 1, { kind: "reply", text: "Which?", buttons: ["That"], articles: [] });
    conversation.take(pressed(conversation, { kind: "choice", text: "That" }));
    expect(feedback(conversation.take(conversation.done({ kind: "ask-assistant", answer: SUGGESTIONS })))).toEqual([]);
    expect(
      feedback(conversation.take(pressed(conversation, { kind: "helped", slug: "other" as ArticleSlug }))),
    ).toEqual([]);
  });
});

describe("the summary for an agent", () => {
  test("stands before everything else in the chat, and names the last questions only", async () => {
    const bridge = new Bridge();
    for (let n = 0; n < 7; n++) await bridge.take(bridge.wrote(`question ${n}`));
    await bridge.take(bridge.wrote("live agent"));
    const [first] = bridge.outside.posted;
    if (first?.content.kind !== "summary") throw new Error("no summary");
    expect(first.author).toBe("bridge");
    expect(first.content.summary.reason).toBe("asked-for");
    expect(first.content.summary.asked.map(({ text }) => text)).toEqual([2, 3, 4, 5, 6].map((n) => `question ${n}`));
  });

  test("says so when the assistant failed, and is made anew for the next hand-over", async () => {
    const bridge = new Bridge();
    bridge.outside.next("ask-assistant", { kind: "failed", cause: "refused", reason: "broken" });
    await bridge.take(bridge.wrote("question"));
    await bridge.take(bridge.task({ type: "reservation-accepted", worker: AGENT }));
    bridge.now += SECOND;
    await bridge.take(bridge.agentWrote("/assistant"));
    await bridge.take(bridge.wrote("live agent"));
    const reasons = bridge.outside.posted.flatMap(({ content }) =>
      content.kind === "summary" ? [content.summary.reason] : [],
    );
    expect(reasons).toEqual(["assistant-failed", "asked-for"]);
  });

  test("that could not be posted is not kept: the next hand-over has its own", async () => {
    const bridge = new Bridge();
    bridge.outside.next("create-conversation", { kind: "failed", cause: "refused", reason: "no" });
    await bridge.take(bridge.wrote("live agent"));
    expect(bridge.owner).toBe("assistant");
    await bridge.take(bridge.wrote("live agent again"));
    const kinds = bridge.outside.posted.map(({ content }) => content.kind);
    expect(kinds.filter((kind) => kind === "summary")).toHaveLength(1);
    expect(kinds[0]).toBe("summary");
  });
});
