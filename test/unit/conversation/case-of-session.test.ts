import { describe, expect, test } from "vitest";
import { CASE, CASE_OPENED } from "../../support/people.ts";
import { CONVERSATION, Decisions } from "./decisions.ts";
import { closed, pressed } from "./happenings.ts";

const MONDAY = Date.UTC(2026, 10, 23, 9);

/** A person was asked for while nobody is there. */
function askedOutsideHours(): Decisions {
  const conversation = new Decisions();
  conversation.take(conversation.wrote("live agent"));
  return conversation;
}

describe("outside business hours", () => {
  test("the member learns the case's number and when people are back; nobody is fetched", () => {
    const conversation = askedOutsideHours();
    expect(conversation.follows(conversation.done({ ...CASE_OPENED, back: MONDAY }))).toEqual([
      "say case-opened",
      "say outside-hours",
    ]);
    expect(conversation.owner).toBe("assistant");
  });

  test("whoever leaves it at the case is told that it is kept, and can go on asking the assistant", () => {
    const conversation = askedOutsideHours();
    conversation.take(conversation.done({ ...CASE_OPENED, back: MONDAY }));
    expect(conversation.follows(pressed(conversation, { kind: "leave-case" }))).toEqual(["say left-as-case"]);
    expect(conversation.follows(conversation.wrote("how do I refund?", 2))).toEqual(["ask-assistant"]);
  });

  test("whoever asks for a person again gets one, with the same case", () => {
    const conversation = askedOutsideHours();
    conversation.take(conversation.done({ ...CASE_OPENED, back: MONDAY }));
    const follows = conversation.follows(pressed(conversation, { kind: "person" }));
    expect(follows).toContain("say transferring");
    expect(follows).toContain("create-interaction");
    expect(follows).not.toContain("open-case");
  });

  test("a number that is late does not keep anybody waiting for it", () => {
    const conversation = askedOutsideHours();
    conversation.take(conversation.delayed("open-case"));
    expect(conversation.follows(conversation.done({ ...CASE_OPENED, back: MONDAY }))).not.toContain(
      "say outside-hours",
    );
  });

  test("an agent who is there before the case has its number stays: nobody is told to come back later", () => {
    const conversation = askedOutsideHours();
    conversation.take(conversation.done({ kind: "create-conversation", conversation: CONVERSATION }));
    conversation.take(conversation.agentWrote("hello", 0));
    expect(conversation.follows(conversation.done({ ...CASE_OPENED, back: MONDAY }))).toEqual(["say case-opened"]);
    expect(conversation.owner).toBe("agent");
  });

  test("the button to leave it does nothing where no case is open", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("hello"));
    conversation.take(pressed(conversation, { kind: "leave-case" }));
    expect(conversation.last.reply).toBe("stale");
  });
});

describe("the case of a session", () => {
  const notes = (conversation: Decisions, kind: string) =>
    conversation.open.map(({ delivery }) => delivery).filter((delivery) => delivery.kind === kind);

  test("begins with what the assistant was asked, a line each", () => {
    const conversation = new Decisions();
    for (const [n, question] of ["where is my money", "and my gold"].entries()) {
      conversation.take(conversation.wrote(question, n));
      conversation.take(conversation.done({ kind: "ask-assistant", answer: { kind: "nothing" } }));
    }
    conversation.take(conversation.wrote("live agent", 2));
    expect(notes(conversation, "open-case")).toEqual([
      expect.objectContaining({ title: "where is my money", description: "where is my money\nand my gold" }),
    ]);
  });

  test("learns of the first answer of an agent, once", () => {
    const conversation = new Decisions().toAgent();
    conversation.take(conversation.agentWrote("hello", 2));
    conversation.now += 5;
    conversation.take(conversation.agentWrote("hello again", 3));
    expect(notes(conversation, "note-answer")).toEqual([
      { lane: "directory", kind: "note-answer", agent: "agent_one", answeredAt: expect.any(Number) },
    ]);
  });

  test("takes no message for an answer that has nothing in it", () => {
    const conversation = new Decisions().toAgent();
    conversation.take(conversation.agentWrote(" ", 2));
    expect(notes(conversation, "note-answer")).toEqual([]);
  });

  test("keeps what was said when the session ends", () => {
    const conversation = new Decisions().toAgent();
    conversation.take(closed(conversation));
    conversation.take(conversation.done({ kind: "read-messages", messages: [], last: 1 }));
    expect(notes(conversation, "keep-transcript")).toHaveLength(1);
    expect(conversation.state.session).toBeNull();
  });

  test("tells programs of messages only where one wants to know", () => {
    for (const wantsMessages of [true, false]) {
      const conversation = new Decisions();
      conversation.take(conversation.wrote("live agent"));
      conversation.take(conversation.done({ ...CASE_OPENED, wantsMessages }));
      conversation.take(conversation.wrote("the words of the member", 2));
      const expected = { lane: "directory", kind: "note-message", agent: null, text: "the words of the member" };
      expect(notes(conversation, "note-message")).toEqual(wantsMessages ? [expect.objectContaining(expected)] : []);
    }
  });

  test("is known by its id from then on", () => {
    const conversation = new Decisions().toAgent();
    expect(conversation.state.session?.case).toEqual({ kind: "open", number: 12, id: CASE, wantsMessages: false });
  });
});
