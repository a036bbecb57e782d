import { describe, expect, test } from "vitest";
import type { FlexChannelSid, FlexInteractionSid } from "../../../src/conversation/ids.ts";
import { nextWakeUp } from "../../../src/conversation/state.ts";
import { COLLEAGUE } from "../../support/people.ts";
import { MINUTE, SECOND } from "../../support/times.ts";
import { CONVERSATION, Decisions } from "./decisions.ts";
import { asking, left, silent } from "./happenings.ts";

/** A member in the queue of whose task nothing was heard for long: Flex is asked. */
const unheard = () => silent(new Decisions().toQueue());

describe("after the last agent has gone, a channel that is", () => {
  test("closed ends the session: what agents wrote before is read first, and nobody is said to have left", () => {
    const conversation = left();
    expect(conversation.follows(conversation.channel("closed"))).toEqual(["close-conversation", "read-messages"]);
    const end = conversation.done({ kind: "read-messages", messages: [], last: 1 });
    expect(conversation.follows(end)).toEqual(["say closed"]);
    expect(conversation.owner).toBe("nobody");
  });

  test("gone ends the session as well", () => {
    const conversation = left();
    expect(conversation.follows(conversation.channel("gone"))).toEqual(["close-conversation", "read-messages"]);
  });

  test("whatever it is, of a closed conversation ends the session, and nothing is left to close", () => {
    for (const status of ["active", "inactive", "closed"] as const) {
      const conversation = left();
      const look = conversation.channel(status, { conversation: "closed", hasTask: true });
      expect(conversation.follows(look)).toEqual(["read-messages"]);
    }
  });

  test("active without a task was ended by the agent", () => {
    const conversation = left();
    expect(conversation.follows(conversation.channel("active"))).toEqual([
      "say agent-left",
      "close-conversation",
      "read-messages",
    ]);
  });

  test("active with a task was passed on: the member waits, and is looked after again in five minutes", () => {
    const conversation = left();
    expect(conversation.follows(conversation.channel("active", { hasTask: true }))).toEqual(["say agent-left"]);
    expect(conversation.owner).toBe("queue");
    expect(conversation.state.session?.owner).toEqual({ kind: "queue", told: false });
    const nextLook = conversation.now + 5 * MINUTE;
    expect(conversation.state.session?.twilio?.nextLook?.at).toBe(nextLook);
    conversation.take(conversation.wrote("are you there?", 5));
    conversation.now += SECOND;
    conversation.take(conversation.posted(2));
    expect(conversation.state.session?.twilio?.nextLook?.at).toBe(nextLook);
  });

  test("inactive was left: Flex makes the next task itself when the member writes", () => {
    const conversation = left();
    expect(conversation.follows(conversation.channel("inactive"))).toEqual(["say agent-left"]);
    expect(conversation.owner).toBe("queue");
    expect(conversation.state.session?.twilio).toMatchObject({ inactive: true, nextLook: null, look: null });
    expect(conversation.follows(conversation.wrote("are you there?", 5))).toEqual(["post text"]);
    conversation.take(conversation.posted(2));
    expect(conversation.state.session?.twilio?.nextLook?.at).toBe(conversation.now + 20 * SECOND);
  });

  test("failed is followed by a new Interaction", () => {
    const conversation = left();
    expect(conversation.follows(conversation.channel("failed"))).toEqual(["say agent-left", "create-interaction"]);
    expect(conversation.owner).toBe("queue");
  });

  test("unreadable puts the member back into the queue, and is looked at again after twenty seconds", () => {
    const conversation = left();
    expect(conversation.follows(conversation.failed("read-channel"))).toEqual(["say agent-left"]);
    expect(conversation.state.session?.owner).toEqual({ kind: "queue", told: false });
    expect(conversation.state.session?.twilio).toMatchObject({
      look: null,
      nextLook: { at: conversation.now + 20 * SECOND },
    });
  });
});

describe("a look at the channel", () => {
  test("is made once, whatever else is a reason for it meanwhile", () => {
    const conversation = left();
    const again = conversation.task({ type: "task-canceled" });
    expect(conversation.follows(again)).toEqual([]);
    expect(conversation.follows(conversation.channel("inactive"))).toEqual(["say agent-left"]);
  });

  test("changes nothing once another agent has come", () => {
    for (const end of [
      (conversation: Decisions) => conversation.channel("active"),
      (conversation: Decisions) => conversation.channel("inactive"),
      (conversation: Decisions) => conversation.failed("read-channel"),
    ]) {
      const conversation = left();
      conversation.take(conversation.agentWrote("I take over", 2, { author: COLLEAGUE.identity }));
      expect(conversation.follows(end(conversation))).toEqual([]);
      expect(conversation.owner).toBe("agent");
      expect(conversation.state.session?.twilio).toMatchObject({ inactive: false, look: null });
    }
  });

  test("changes nothing once the assistant is back", () => {
    const conversation = left();
    conversation.take(conversation.agentWrote("/assistant", 2));
    expect(conversation.owner).toBe("assistant");
    const { inactive } = conversation.state.session?.twilio ?? {};
    expect(conversation.follows(conversation.channel("failed"))).not.toContain("create-interaction");
    expect(conversation.owner).toBe("assistant");
    expect(conversation.state.session?.twilio?.inactive).toBe(inactive);
  });

  test("that comes while the conversation closes is of no interest", () => {
    const conversation = left();
    conversation.take({ kind: "conversation-closed", conversation: CONVERSATION, at: conversation.now });
    expect(conversation.follows(conversation.channel("closed"))).toEqual([]);
    expect(conversation.follows(conversation.participant("participant-left"))).toEqual([]);
  });

  test("tells which Interaction it is where the answer to our request was lost", () => {
    const conversation = unheard();
    const found = { interaction: "KD9" as FlexInteractionSid, channel: "UO9" as FlexChannelSid };
    conversation.take(
      conversation.done({
        kind: "read-channel",
        channel: "active",
        conversation: "open",
        hasTask: true,
        found,
      }),
    );
    expect(conversation.state.session?.twilio?.flex).toMatchObject(found);
  });

  test("of one who waits is repeated every five minutes while there is a task", () => {
    const conversation = unheard();
    expect(conversation.follows(conversation.channel("active", { hasTask: true }))).toEqual([]);
    expect(conversation.state.session?.twilio?.nextLook?.at).toBe(conversation.now + 5 * MINUTE);
  });

  test("of one who waits without a task fetches another person, unless Flex makes the next task itself", () => {
    for (const status of ["active", "failed"] as const) {
      const conversation = unheard();
      expect(conversation.follows(conversation.channel(status))).toEqual(["create-interaction"]);
    }
    const conversation = unheard();
    expect(conversation.follows(conversation.channel("inactive"))).toEqual([]);
    expect(conversation.state.session?.twilio?.inactive).toBe(true);
  });

  test("while Flex has not answered for its Interaction asks for no second one, and is repeated for the same end", () => {
    const conversation = asking();
    conversation.take(conversation.agentWrote("hello", 2));
    conversation.take(conversation.agentWrote("/assistant", 3));
    conversation.take(conversation.posted(0));
    conversation.take(conversation.posted(1));
    conversation.take(conversation.wrote("live agent", 5));
    expect(conversation.follows(conversation.channel("active"))).toEqual([]);
    expect(conversation.state.session?.twilio?.nextLook).toEqual({
      at: conversation.now + 20 * SECOND,
      purpose: "person-is-wanted",
    });
  });

  test("of a channel in which Flex is late with its next task is not without effect, although it failed once", () => {
    const conversation = left();
    conversation.take(conversation.channel("inactive"));
    conversation.take(conversation.wrote("are you there?", 5));
    conversation.take(conversation.posted(2));
    expect(conversation.follows(conversation.clock())).toEqual(["read-channel"]);
    conversation.take(conversation.failed("read-channel"));
    expect(conversation.follows(conversation.clock())).toEqual(["read-channel"]);
    expect(conversation.follows(conversation.channel("inactive"))).toHaveLength(1);
    expect(conversation.owner).toBe("queue");
  });
});

describe("what the member was told while waiting", () => {
  test("stays told, whatever a look at the channel finds", () => {
    for (const end of [
      (conversation: Decisions) => conversation.channel("active", { hasTask: true }),
      (conversation: Decisions) => conversation.failed("read-channel"),
    ]) {
      const conversation = unheard();
      conversation.take(conversation.wrote("are you there?", 5));
      expect(conversation.follows(conversation.delayed("post"))).toEqual(["say agents-unreachable"]);
      conversation.take(end(conversation));
      expect(conversation.state.session?.owner).toEqual({ kind: "queue", told: true });
    }
  });

  test("once the assistant is back, no failed look puts the member into the queue again", () => {
    const conversation = left();
    conversation.take(conversation.agentWrote("/assistant", 2));
    conversation.take(conversation.failed("read-channel"));
    expect(conversation.owner).toBe("assistant");
    expect(conversation.state.session?.twilio?.nextLook).toBeNull();
  });
});

describe("a conversation that closes", () => {
  test("is read once more to its end, and nothing else is read or looked at", () => {
    const conversation = new Decisions().toAgent();
    conversation.take(conversation.agentWrote("four", 4));
    expect(conversation.take({ kind: "conversation-closed", conversation: CONVERSATION, at: 0 })).toEqual([
      { lane: "twilio", kind: "read-messages", from: 2, final: true },
    ]);
    expect(conversation.state.session?.twilio?.closing).toEqual({ carried: [] });
    conversation.now += 60 * MINUTE;
    expect(conversation.follows({ kind: "clock-rang", at: conversation.now })).toEqual([]);
    expect(conversation.follows({ kind: "conversation-closed", conversation: CONVERSATION, at: 1 })).toEqual([]);
    const end = conversation.done({ kind: "read-messages", messages: [conversation.agentWrote("two", 2)], last: 4 });
    expect(conversation.follows(end)).toEqual(["say agent-text", "say agent-text", "say closed"]);
    expect(nextWakeUp(conversation.state)).toBeNull();
  });
});

describe("the clock", () => {
  test("has missing messages read once a hole is a second old, once", () => {
    const conversation = new Decisions().toAgent();
    conversation.take(conversation.agentWrote("two", 3));
    conversation.now += 999;
    expect(conversation.follows({ kind: "clock-rang", at: conversation.now })).toEqual([]);
    conversation.now += 1;
    expect(conversation.take({ kind: "clock-rang", at: conversation.now })).toEqual([
      { lane: "twilio", kind: "read-messages", from: 2, final: false },
    ]);
    conversation.now += 1;
    expect(conversation.follows({ kind: "clock-rang", at: conversation.now })).toEqual([]);
  });

  test("wakes a conversation for the hole, the look, or the silence, whichever comes first", () => {
    const conversation = new Decisions().toAgent();
    expect(nextWakeUp(conversation.state)).toBeGreaterThan(conversation.now + 50 * SECOND);
    conversation.take(conversation.agentWrote("two", 3));
    expect(nextWakeUp(conversation.state)).toBe(conversation.now + SECOND);
    conversation.take(conversation.clock());
    expect(nextWakeUp(conversation.state)).toBeGreaterThan(conversation.now + 50 * SECOND);
    expect(nextWakeUp(new Decisions().state)).toBeNull();
  });

  test("that rings too early does nothing", () => {
    const conversation = new Decisions().toAgent();
    const before = conversation.state;
    expect(conversation.follows({ kind: "clock-rang", at: conversation.now })).toEqual([]);
    expect(conversation.state).toEqual(before);
    expect(new Decisions().take({ kind: "clock-rang", at: 0 })).toEqual([]);
  });
});
