import { describe, expect, test } from "vitest";
import type { Delivery } from "../../../src/conversation/deliveries.ts";
import type { TwilioMessageSid } from "../../../src/conversation/ids.ts";
import { apologyFor } from "../../../src/conversation/undelivered.ts";
import { AGENT, MEMBER } from "../../support/people.ts";
import { Decisions, messageId, NEXT_SESSION, said } from "./decisions.ts";

/** The dead letters that are noted, or struck out. */
const letters = (deliveries: readonly Delivery[]) =>
  deliveries.flatMap((delivery) => (delivery.kind === "note-dead-letter" ? [delivery] : []));

describe("what was not delivered", () => {
  test("of an agent's message is told to the agent once for all its parts, and noted", () => {
    for (const [end, content, outcome] of [
      ["failed", "not-delivered", "failed"],
      ["undecided", "maybe-not-delivered", "undecided"],
    ] as const) {
      const conversation = new Decisions().toAgent();
      conversation.open = [];
      conversation.take(conversation.agentWrote("x".repeat(5000), 2));
      const first = conversation.take(conversation[end]("say"));
      expect(letters(first)).toEqual([
        {
          lane: "directory",
          kind: "note-dead-letter",
          id: "IM2",
          letter: { direction: "to-member", outcome, reason: end === "failed" ? "refused" : "no answer" },
        },
      ]);
      expect(first.filter(({ kind }) => kind === "post")).toMatchObject([
        { line: { author: "bridge", content: { kind: content }, source: null } },
      ]);
      expect(conversation.take(conversation[end]("say"))).toEqual([]);
    }
  });

  test("of a member's message is told to the member, with a button to send it again, and noted", () => {
    for (const [end, kind] of [
      ["failed", "not-delivered"],
      ["undecided", "maybe-not-delivered"],
    ] as const) {
      const conversation = new Decisions().toAgent();
      conversation.take(conversation.wrote("x".repeat(4000), 9));
      const first = conversation.take(conversation[end]("post"));
      expect(said(first)).toEqual([{ kind, resend: messageId(9) }]);
      expect(first).toContainEqual(expect.objectContaining({ kind: "say", replyTo: messageId(9) }));
      expect(letters(first)).toMatchObject([{ id: messageId(9), letter: { direction: "to-agents" } }]);
      expect(conversation.take(conversation[end]("post"))).toEqual([]);
    }
  });

  test("of the bridge's or the assistant's own words is nobody's loss", () => {
    const conversation = new Decisions().toAgent();
    conversation.open = [];
    conversation.take({ kind: "messages-missed", after: messageId(1), at: conversation.now });
    expect(conversation.take(conversation.failed("post"))).toEqual([]);
    expect(conversation.take(conversation.failed("say"))).toEqual([]);
  });

  test("because the Twilio Conversation is closed opens the next session", () => {
    const conversation = new Decisions().toAgent();
    conversation.take(conversation.wrote("one more thing", 9));
    expect(conversation.follows(conversation.failed("post", "conversation-closed"))).toEqual(["read-messages"]);
    const end = conversation.done({ kind: "read-messages", messages: [], last: 2 });
    expect(conversation.follows(end)).toEqual(["say closed", "ask-assistant"]);
    expect(conversation.state.session).toMatchObject({ id: NEXT_SESSION, topic: "one more thing" });
    expect(conversation.state.sessions).toBe(2);
  });

  test("is sent again as it was written, to wherever the conversation is now", () => {
    const conversation = new Decisions().toAgent();
    conversation.take(conversation.wrote("lost words", 9));
    const post = conversation.open.find(({ delivery }) => delivery.kind === "post")?.delivery;
    conversation.take(conversation.failed("post"));
    if (post?.kind !== "post") throw new Error("nothing was posted");
    const profile = { member: MEMBER, displayName: "renamed" };
    const resend = { kind: "resend-asked", key: "again", profile, undelivered: [post], at: conversation.now } as const;
    const again = conversation.take(resend);
    expect(again).toContainEqual({
      lane: "directory",
      kind: "note-dead-letter",
      id: messageId(9),
      letter: null,
    });
    expect(again.filter(({ kind }) => kind === "post")).toMatchObject([
      { line: { author: "member", content: { text: "lost words" }, source: messageId(9) } },
    ]);
    expect(conversation.state).toMatchObject({ displayName: "renamed", failureTold: null });
    expect(said(conversation.take(conversation.failed("post")))).toHaveLength(1);
    expect(conversation.take({ ...resend, undelivered: [] })).toEqual([]);
    expect(conversation.last.reply).toBe("stale");
  });

  test("of an agent's is said again in all its parts", () => {
    const conversation = new Decisions().toAgent();
    const say = (text: string) =>
      ({
        lane: "discord",
        kind: "say",
        say: { kind: "agent-text", agent: AGENT.identity, text, files: [] },
        replyTo: null,
        source: "IM7" as TwilioMessageSid,
        helpme: null,
      }) as const;
    const undelivered = [say("one"), say("two")];
    const again = conversation.take({ kind: "resend-asked", key: "again", profile: null, undelivered, at: 0 });
    expect(again.filter(({ kind }) => kind === "say")).toEqual(undelivered);
    expect(letters(again)).toMatchObject([{ id: "IM7", letter: null }]);
    expect(conversation.last.reply).toBe("accepted");
  });
});

describe("an event that could not be made sense of", () => {
  const noted = (direction: string) =>
    expect.objectContaining({
      kind: "note-dead-letter",
      id: "its key",
      letter: { direction, outcome: "unprocessable", reason: "a fault" },
    });

  test("is told to the member who wrote it", () => {
    const conversation = new Decisions();
    const wrote = conversation.wrote("question", 9);
    const { incomplete: _incomplete, ...rest } = wrote;
    for (const event of [wrote, { ...rest, kind: "member-edited", revision: "1" } as const])
      expect(apologyFor(event, "its key", "a fault")).toEqual([
        noted("to-agents"),
        {
          lane: "discord",
          kind: "say",
          say: { kind: "not-delivered", resend: null },
          replyTo: messageId(9),
          source: null,
          helpme: null,
        },
      ]);
  });

  test("is told to the agent who wrote it", () => {
    const conversation = new Decisions();
    const wrote = conversation.agentWrote("hello", 2);
    const { files: _files, index: _index, ...rest } = wrote;
    for (const event of [wrote, { ...rest, kind: "agent-edited", revision: "1" } as const])
      expect(apologyFor(event, "its key", "a fault")).toEqual([
        noted("to-member"),
        {
          lane: "twilio",
          kind: "post",
          line: { author: "bridge", content: { kind: "not-delivered" }, at: conversation.now, source: null },
        },
      ]);
  });

  test("is only noted where nobody wrote it", () => {
    const conversation = new Decisions();
    const task = conversation.task({ type: "task-created" });
    if (task.kind !== "task-changed") throw new Error("not an event of a task");
    expect(apologyFor(task, "its key", "a fault")).toEqual([noted("to-member")]);
  });
});
