import { describe, expect, test } from "vitest";
import { AGENT_TEXT_LIMIT } from "../../../src/conversation/deliveries.ts";
import type { TwilioIdentity, TwilioMediaSid } from "../../../src/conversation/ids.ts";
import { identityOf } from "../../../src/conversation/ids.ts";
import { AGENT, COLLEAGUE, MEMBER } from "../../support/people.ts";
import { CONVERSATION, Decisions, OTHER_CONVERSATION, said } from "./decisions.ts";

describe("who is in the Twilio Conversation", () => {
  const joins = (conversation: Decisions, identity: TwilioIdentity, place = CONVERSATION) =>
    conversation.follows(conversation.participant("participant-joined", identity, place));

  test("joins as the agent while the member waits for one", () => {
    const conversation = new Decisions().toQueue();
    expect(joins(conversation, AGENT.identity)).toEqual(["find-agent", "say agent-joined"]);
    expect(conversation.owner).toBe("agent");
  });

  test("is the member, or in another one: that is no news", () => {
    const conversation = new Decisions().toQueue();
    expect(joins(conversation, identityOf(MEMBER))).toEqual([]);
    expect(joins(conversation, AGENT.identity, OTHER_CONVERSATION)).toEqual([]);
    expect(conversation.owner).toBe("queue");
  });

  test("may listen without a word beside an agent, unless the task was offered to them", () => {
    const conversation = new Decisions().toAgent();
    expect(joins(conversation, "supervisor" as TwilioIdentity)).toEqual([]);
    const colleague = { ...AGENT, identity: COLLEAGUE.identity };
    conversation.take(conversation.task({ type: "reservation-created", worker: colleague }));
    expect(joins(conversation, COLLEAGUE.identity)).toEqual(["say agent-joined"]);
  });

  test("leaves: who is not the last is said to have left, in another one nobody is", () => {
    const conversation = new Decisions().toAgent();
    conversation.take(conversation.agentWrote("hello", 2, { author: COLLEAGUE.identity }));
    expect(
      conversation.follows(conversation.participant("participant-left", COLLEAGUE.identity, OTHER_CONVERSATION)),
    ).toEqual([]);
    expect(conversation.follows(conversation.participant("participant-left", COLLEAGUE.identity))).toEqual([
      "say agent-left",
    ]);
    expect(conversation.follows(conversation.participant("participant-left", COLLEAGUE.identity))).toEqual([]);
  });
});

describe("an agent whose chat identity is not known", () => {
  const unknown = { ...AGENT, identity: null };

  test("has the conversation all the same, and is announced by the first word", () => {
    const conversation = new Decisions().toQueue();
    expect(conversation.follows(conversation.task({ type: "reservation-accepted", worker: unknown }))).toEqual([]);
    expect(conversation.owner).toBe("agent");
    expect(conversation.state.agentNames).toEqual({});
    expect(conversation.follows(conversation.task({ type: "reservation-completed", worker: unknown }))).toEqual([]);
    expect(conversation.follows(conversation.agentWrote("hello", 2))).toEqual([
      "find-agent",
      "say agent-joined",
      "say agent-text",
    ]);
  });
});

describe("what is written in the Twilio Conversation", () => {
  test("by the member, or in another one, is not said", () => {
    const conversation = new Decisions().toAgent();
    const echo = conversation.agentWrote("question", 2, { author: identityOf(MEMBER) });
    expect(conversation.follows(echo)).toEqual([]);
    expect(conversation.follows(conversation.agentWrote("hello", 3, { conversation: OTHER_CONVERSATION }))).toEqual([]);
    expect(conversation.follows(conversation.agentWrote("hello", 3))).toEqual(["say agent-text"]);
  });

  test("by an automation is said, and nobody joins with it", () => {
    const conversation = new Decisions().toQueue();
    const automatic = conversation.agentWrote("We are closed today.", 2, { author: "system" as TwilioIdentity });
    expect(conversation.follows(automatic)).toEqual(["say agent-text"]);
    expect(conversation.owner).toBe("queue");
  });

  test("as the command for it, with blanks around, gives the member back to the assistant", () => {
    const conversation = new Decisions().toAgent();
    expect(conversation.follows(conversation.agentWrote(" /assistant\n", 2))).toEqual([
      "pause-channel",
      "say back-to-assistant",
    ]);
    expect(conversation.owner).toBe("assistant");
  });

  test("and edited is said again, unless it is ours, the member's or of another one", () => {
    const conversation = new Decisions().toAgent();
    const edit = (more: object) => {
      const { files: _files, index: _index, ...rest } = conversation.agentWrote("hello", 1);
      return { ...rest, kind: "agent-edited", revision: "1", ...more } as const;
    };
    expect(said(conversation.take(edit({})))).toEqual([
      { kind: "agent-text", agent: AGENT.identity, text: "edited: hello", files: [] },
    ]);
    expect(conversation.follows(edit({ delivery: "mark-of-one-delivery-1" }))).toEqual([]);
    expect(conversation.follows(edit({ author: identityOf(MEMBER) }))).toEqual([]);
    expect(conversation.follows(edit({ conversation: OTHER_CONVERSATION }))).toEqual([]);
    expect(conversation.follows(edit({ author: COLLEAGUE.identity }))).toEqual([
      "find-agent",
      "say agent-joined",
      "say agent-text",
    ]);
  });

  test("and edited while it waits for its turn is said as it reads then, the others as they were", () => {
    const conversation = new Decisions().toAgent();
    conversation.take(conversation.agentWrote("four", 4));
    const three = conversation.agentWrote("three", 3);
    conversation.take(three);
    const { files: _files, index: _index, ...rest } = three;
    const change = { ...rest, kind: "agent-edited", revision: "1", text: "3" } as const;
    expect(conversation.take(change)).toEqual([]);
    const texts = said(conversation.take(conversation.agentWrote("two", 2))).map((say) => "text" in say && say.text);
    expect(texts).toEqual(["two", "3", "four"]);
  });

  test("and cannot be read leaves as far as it has come, with nothing of ours said", () => {
    const conversation = new Decisions().toAgent();
    conversation.take(conversation.agentWrote("four", 4));
    conversation.take(conversation.agentWrote("six", 6));
    conversation.take(conversation.clock());
    expect(conversation.follows(conversation.failed("read-messages"))).toEqual(["say agent-text", "say agent-text"]);
    expect(conversation.state.session?.twilio?.order).toMatchObject({ next: 7, skipped: [2, 3, 5], reading: false });
    expect(conversation.follows(conversation.agentWrote("three", 3))).toEqual(["say agent-text"]);
  });
});

describe("the files of an agent's message", () => {
  const FILE = { media: "ME1" as TwilioMediaSid, filename: "map.png" };
  const crossed = (conversation: Decisions, text: string, files = [FILE]) =>
    said(conversation.take(conversation.agentWrote(text, 2, { files }))).flatMap((say) =>
      say.kind === "agent-text" ? [[say.text.length, say.files]] : [],
    );

  test("go with its last part", () => {
    expect(crossed(new Decisions().toAgent(), "look")).toEqual([[4, [FILE]]]);
    const parts = crossed(new Decisions().toAgent(), "x".repeat(AGENT_TEXT_LIMIT + 1));
    expect(parts).toEqual([
      [AGENT_TEXT_LIMIT, []],
      [1, [FILE]],
    ]);
  });

  test("cross without a text; where there is neither, the agent learns that nothing crossed", () => {
    expect(crossed(new Decisions().toAgent(), "")).toEqual([[0, [FILE]]]);
    const conversation = new Decisions().toAgent();
    expect(crossed(conversation, "", [])).toEqual([]);
    const posts = conversation.open.flatMap(({ delivery }) => (delivery.kind === "post" ? [delivery.line] : []));
    expect(posts).toMatchObject([{ author: "bridge", content: { kind: "not-delivered" } }]);
  });
});
