import { describe, expect, test } from "vitest";
import { AGENT, CASE_OPENED } from "../../support/people.ts";
import { CONVERSATION, Decisions, SESSION } from "./decisions.ts";
import { asking, closed, handedBack } from "./happenings.ts";

describe("the hand-over", () => {
  test("asks for the case and prepares Twilio, and for the agent once the case has its number", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("question"));
    expect(conversation.take(conversation.wrote("live agent", 2)).filter(({ lane }) => lane !== "directory")).toEqual([
      { lane: "inside", kind: "open-case", title: "question", description: "" },
      { lane: "twilio", kind: "create-conversation" },
      { lane: "twilio", kind: "add-member" },
      { lane: "twilio", kind: "add-webhook", again: false },
      expect.objectContaining({ lane: "twilio", kind: "post" }),
    ]);
    expect(
      conversation.open.filter(({ delivery }) => delivery.kind === "post").map(({ delivery }) => delivery),
    ).toEqual([
      expect.objectContaining({ line: expect.objectContaining({ author: "bridge" }) }),
      expect.objectContaining({
        line: expect.objectContaining({ content: expect.objectContaining({ text: "question" }) }),
      }),
      expect.objectContaining({
        line: expect.objectContaining({ content: expect.objectContaining({ text: "live agent" }) }),
      }),
    ]);
    expect(conversation.follows(conversation.done(CASE_OPENED))).toEqual([
      "say case-opened",
      "say transferring",
      "create-interaction",
    ]);
  });

  test("goes on without a number that is late, and tells the agent when it comes", () => {
    for (const late of ["delayed", "failed"] as const) {
      const conversation = new Decisions();
      conversation.take(conversation.wrote("live agent"));
      expect(conversation.follows(conversation[late]("open-case"))).toEqual(["say transferring", "create-interaction"]);
      if (late === "failed") continue;
      expect(conversation.follows(conversation.delayed("open-case"))).toEqual([]);
      expect(conversation.follows(conversation.done(CASE_OPENED))).toEqual(["say case-opened", "post case-opened"]);
    }
  });

  test("that is slow at Twilio is told to the member once", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("live agent"));
    expect(conversation.follows(conversation.delayed("create-conversation"))).toEqual(["say agents-unreachable"]);
    expect(conversation.follows(conversation.delayed("add-member"))).toEqual([]);
    expect(new Decisions().toAgent().state.session?.owner).toEqual({ kind: "agent" });
  });

  test("that fails gives the assistant back; the next one makes what is missing, and opens no second case", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("live agent"));
    conversation.take(conversation.done(CASE_OPENED));
    conversation.take(conversation.done({ kind: "create-conversation", conversation: CONVERSATION }));
    conversation.take(conversation.done({ kind: "add-member" }));
    expect(conversation.follows(conversation.failed("add-webhook"))).toEqual(["say no-agent-available"]);
    expect(conversation.last.effects).toContainEqual({ kind: "withdraw-interaction", session: SESSION });
    expect(conversation.owner).toBe("assistant");
    const again = conversation.take(conversation.wrote("live agent", 2)).filter(({ lane }) => lane === "twilio");
    expect(again).toContainEqual({ lane: "twilio", kind: "add-webhook", again: true });
    expect(again.map(({ kind }) => kind)).toEqual(["add-webhook", "read-channel", "post"]);
    expect(conversation.follows(conversation.channel("active"))).toEqual(["create-interaction"]);
  });

  test("whose steps fail because an earlier one did says so once", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("live agent"));
    expect(conversation.follows(conversation.failed("create-conversation"))).toEqual(["say no-agent-available"]);
    expect(conversation.follows(conversation.failed("add-member", "no-conversation"))).toEqual([]);
    expect(conversation.follows(conversation.failed("add-webhook", "no-conversation"))).toEqual([]);
  });

  test("whose Interaction fails is tried once more, then the member is told", () => {
    const conversation = asking();
    expect(conversation.take(conversation.failed("create-interaction"))).toContainEqual({
      lane: "twilio",
      kind: "create-interaction",
      attempt: 2,
    });
    expect(conversation.follows(conversation.failed("create-interaction"))).toEqual(["say no-agent-available"]);
    expect(conversation.owner).toBe("assistant");
  });

  test("in a Twilio Conversation that is closed ends the session", () => {
    const conversation = asking();
    expect(conversation.follows(conversation.failed("create-interaction", "conversation-closed"))).toEqual([
      "read-messages",
    ]);
    const unborn = new Decisions();
    unborn.take(unborn.wrote("live agent"));
    expect(unborn.follows(unborn.failed("create-conversation", "conversation-closed"))).toEqual([
      "say no-agent-available",
    ]);
    expect(unborn.owner).toBe("nobody");
  });

  test("back to the assistant that Flex refuses leaves the agent in charge, who learns of it", () => {
    const conversation = new Decisions().toAgent();
    conversation.take(conversation.agentWrote("/assistant", 2));
    expect(conversation.follows(conversation.failed("pause-channel"))).toEqual(["post not-delivered"]);
    expect(conversation.owner).toBe("agent");
  });
});

describe("an agent who gives the member back", () => {
  test("is gone then, and nothing more is said of it", () => {
    const conversation = handedBack();
    expect(conversation.state.session?.twilio?.agents[AGENT.identity]).toMatchObject({
      present: false,
      leftAt: conversation.now,
    });
    expect(conversation.follows(conversation.participant("participant-left"))).toEqual([]);
    expect(conversation.follows(conversation.agentWrote("/assistant", 3))).toEqual([]);
    conversation.take(conversation.done({ kind: "pause-channel" }));
    expect(conversation.state.session?.twilio).toMatchObject({ inactive: true, nextLook: null });
    expect(conversation.follows(conversation.wrote("another question", 9))).toEqual(["ask-assistant"]);
  });

  test("cannot end a chat with it that is closing already", () => {
    const conversation = new Decisions().toAgent();
    conversation.take(closed(conversation));
    expect(conversation.follows(conversation.agentWrote("/assistant", 2))).toEqual([]);
    expect(conversation.owner).toBe("agent");
  });

  test("keeps the case that is open: the next hand-over opens no other, and makes nothing twice", () => {
    const conversation = handedBack();
    conversation.take(conversation.done({ kind: "pause-channel" }));
    const again = conversation.take(conversation.wrote("live agent", 9)).map(({ kind }) => kind);
    for (const kind of ["open-case", "create-conversation", "add-member", "add-webhook"] as const)
      expect(again).not.toContain(kind);
    expect(conversation.state.session).toMatchObject({ case: { kind: "open", number: 12 }, owner: { kind: "queue" } });
  });
});

describe("who an agent is", () => {
  test("is looked up once, and an unknown name stays unknown", () => {
    for (const [worker, name] of [
      [AGENT, "Agent One"],
      [null, null],
    ] as const) {
      const conversation = new Decisions().toQueue();
      expect(conversation.follows(conversation.agentWrote("hello", 2))[0]).toBe("find-agent");
      expect(conversation.take(conversation.done({ kind: "find-agent", worker }))).toEqual([]);
      expect(conversation.state.agentNames).toEqual({ [AGENT.identity]: name });
      expect(conversation.follows(conversation.agentWrote("hello", 3))).toEqual(["say agent-text"]);
    }
  });
});
