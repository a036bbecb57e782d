import { describe, expect, test } from "vitest";
import type { DeliveryId, SessionId, TwilioMessageSid } from "../../../src/conversation/ids.ts";
import { nextWakeUp } from "../../../src/conversation/state.ts";
import { CASE_OPENED, MEMBER } from "../../support/people.ts";
import { MINUTE, SECOND } from "../../support/times.ts";
import { CONVERSATION, Decisions, DM } from "./decisions.ts";
import { asking, BUTTONS, CARD, closed, handedBack, helpme, left, pressed, TITLE } from "./happenings.ts";

describe("a hand-over", () => {
  test("of whoever has said nothing yet opens a case without a title", () => {
    const conversation = new Decisions();
    conversation.take(helpme(conversation));
    expect(conversation.take(pressed(conversation, { kind: "person" }))).toContainEqual({
      lane: "inside",
      kind: "open-case",
      title: "",
      description: "",
    });
  });

  test("expects nothing of Flex before Flex was asked", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("live agent"));
    conversation.take(conversation.done({ kind: "create-conversation", conversation: CONVERSATION }));
    for (const index of [0, 1]) conversation.take(conversation.posted(index));
    expect(conversation.state.session?.twilio?.nextLook).toBeNull();
  });

  test("is not ended by what is left of one that failed before it", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("live agent"));
    conversation.take(conversation.failed("create-conversation"));
    conversation.take(conversation.wrote("live agent", 2));
    expect(conversation.follows(conversation.failed("add-member", "no-conversation"))).toEqual([]);
    expect(conversation.owner).toBe("queue");
  });

  test("in a Twilio Conversation that turns out to be closed reads what is there, and ends the session", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("live agent"));
    conversation.take(conversation.done({ kind: "create-conversation", conversation: CONVERSATION }));
    expect(conversation.follows(conversation.failed("add-member", "conversation-closed"))).toEqual(["read-messages"]);
  });

  test("whose case is late tells its number to the member alone, where the assistant is back by then", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("live agent"));
    conversation.take(conversation.delayed("open-case"));
    conversation.take(conversation.failed("create-conversation"));
    expect(conversation.follows(conversation.done(CASE_OPENED))).toEqual(["say case-opened"]);
    expect(conversation.kept.map(({ content }) => content.kind)).not.toContain("case-opened");
  });

  test("does not go without its case's number because that of an earlier session is late", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("live agent"));
    const delivery = { lane: "inside", kind: "open-case", title: "", description: "" } as const;
    const earlier = { id: "delivery-0" as DeliveryId, session: `${MEMBER}-9` as SessionId, delivery };
    expect(conversation.follows({ kind: "delivery-delayed", ...earlier, at: conversation.now })).toEqual([]);
  });

  test("of which nobody knows whether Flex was asked looks, and asks again where no task is", () => {
    const conversation = asking();
    expect(conversation.follows(conversation.undecided("create-interaction"))).toEqual(["read-channel"]);
    expect(conversation.follows(conversation.channel("active"))).toEqual(["create-interaction"]);
    expect(conversation.follows(conversation.failed("create-interaction"))).toEqual(["say no-agent-available"]);
  });

  test("that Flex refuses is of no interest once an agent is there", () => {
    const conversation = asking();
    conversation.take(conversation.posted(0));
    conversation.take(conversation.posted(1));
    conversation.take(conversation.agentWrote("hello", 2));
    expect(conversation.owner).toBe("agent");
    expect(conversation.take(conversation.failed("create-interaction"))).toEqual([]);
    expect(conversation.owner).toBe("agent");
  });

  test("after one that brought nobody has two tries of its own", () => {
    const conversation = asking();
    conversation.take(conversation.failed("create-interaction"));
    conversation.take(conversation.failed("create-interaction"));
    expect(conversation.follows(conversation.wrote("live agent", 2))).toContain("read-channel");
    expect(conversation.follows(conversation.channel("failed"))).toEqual(["create-interaction"]);
    expect(conversation.follows(conversation.failed("create-interaction"))).toEqual(["create-interaction"]);
    expect(conversation.follows(conversation.failed("create-interaction"))).toEqual(["say no-agent-available"]);
  });

  test("into a chat that was left wakes Flex by a message, twice; then the member is told, and may ask again", () => {
    const conversation = left();
    conversation.take(conversation.channel("inactive"));
    conversation.take(conversation.wrote("are you there?", 5));
    conversation.take(conversation.posted(2));
    expect(conversation.follows(conversation.clock())).toEqual(["read-channel"]);
    expect(conversation.follows(conversation.channel("inactive"))).toEqual(["post asked-for-person"]);
    conversation.take(conversation.posted(3));
    expect(conversation.follows(conversation.clock())).toEqual(["read-channel"]);
    expect(conversation.follows(conversation.channel("inactive"))).toEqual(["say no-agent-available"]);
    conversation.take(conversation.wrote("live agent", 6));
    expect(conversation.take(conversation.channel("failed"))).toEqual([
      { lane: "twilio", kind: "create-interaction", attempt: 2 },
    ]);
  });
});

describe("the assistant that fails while the chat closes", () => {
  test("fetches a person for the next session, which begins with it", () => {
    const conversation = handedBack();
    conversation.take(conversation.done({ kind: "pause-channel" }));
    conversation.take(conversation.wrote("question", 8));
    conversation.take(closed(conversation));
    expect(conversation.take(conversation.failed("ask-assistant"))).toEqual([]);
    const follows = conversation.follows(conversation.done({ kind: "read-messages", messages: [], last: 2 }));
    expect(follows.slice(0, 2)).toEqual(["say closed", "open-case"]);
    expect(conversation.owner).toBe("queue");
  });
});

describe("an article that was pressed", () => {
  test("does not open any more once a person was asked for", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("question"));
    conversation.take(pressed(conversation, { kind: "article", slug: TITLE.slug }));
    conversation.take(pressed(conversation, { kind: "person" }));
    expect(conversation.follows(conversation.done({ kind: "open-article", article: CARD }))).toEqual([]);
  });
});

describe("a DM that opens", () => {
  test("is entered in the directory", () => {
    const conversation = new Decisions();
    conversation.take(helpme(conversation));
    expect(conversation.take(conversation.done({ kind: "open-dm", channel: DM }))).toEqual([
      { lane: "directory", kind: "update-directory" },
    ]);
  });
});

describe("what we have posted", () => {
  test("breaks the silence: the conversation is read a minute later, if nothing else is heard", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("live agent"));
    conversation.take(conversation.done({ kind: "create-conversation", conversation: CONVERSATION }));
    expect(nextWakeUp(conversation.state)).toBeNull();
    conversation.take(conversation.posted(0));
    expect(nextWakeUp(conversation.state)).toBe(conversation.now + MINUTE);
    expect(conversation.follows(conversation.clock())).toEqual(["read-messages"]);
  });
});

describe("a read of what agents wrote", () => {
  const sids = (conversation: Decisions) =>
    conversation.open.flatMap(({ delivery }) => (delivery.kind === "say" && delivery.source ? [delivery.source] : []));

  test("closes the holes that it covers; for those behind them the wait goes on", () => {
    const conversation = new Decisions().toAgent();
    conversation.take(conversation.agentWrote("three", 3));
    conversation.take(conversation.clock());
    conversation.take(conversation.agentWrote("five", 5));
    const messages = [conversation.agentWrote("two", 2)];
    conversation.take(conversation.done({ kind: "read-messages", messages, last: 3 }));
    expect(sids(conversation)).toEqual(["IM2", "IM3"]);
    conversation.take(conversation.agentWrote("four", 4));
    expect(sids(conversation)).toEqual(["IM2", "IM3", "IM4", "IM5"]);
  });

  test("that is the last one lets go whatever came after it was asked for, and then the session ends", () => {
    const conversation = new Decisions().toAgent();
    conversation.take(closed(conversation));
    conversation.take(conversation.agentWrote("five", 5));
    const messages = [conversation.agentWrote("two", 2)];
    expect(conversation.follows(conversation.done({ kind: "read-messages", messages, last: 2 }))).toEqual([
      "say agent-text",
      "say agent-text",
      "say closed",
    ]);
    expect(sids(conversation)).toEqual(["IM2", "IM5"] satisfies string[] as TwilioMessageSid[]);
  });

  test("that fails ends no session before the last one was tried", () => {
    const conversation = new Decisions().toAgent();
    conversation.take(conversation.agentWrote("three", 3));
    conversation.take(conversation.clock());
    conversation.take(closed(conversation));
    expect(conversation.follows(conversation.failed("read-messages"))).toEqual(["say agent-text"]);
    expect(conversation.follows(conversation.failed("read-messages"))).toEqual(["say closed"]);
  });
});

describe("a hand-back", () => {
  const again = (conversation: Decisions): string[] => {
    conversation.now += SECOND;
    conversation.take(conversation.agentWrote("one more thing", 3));
    return conversation.follows(conversation.agentWrote("/assistant", 4));
  };

  test("may follow another one that Flex has taken or refused, but not one that is under way", () => {
    const taken = handedBack();
    taken.take(taken.done({ kind: "pause-channel" }));
    expect(again(taken)).toContain("pause-channel");
    const refused = handedBack();
    refused.take(refused.failed("pause-channel"));
    expect(again(refused)).toContain("pause-channel");
    expect(again(handedBack())).toEqual([]);
  });

  test("that Flex refuses is of no interest to an agent who has come back meanwhile", () => {
    const conversation = handedBack();
    conversation.now += SECOND;
    conversation.take(conversation.agentWrote("one more thing", 3));
    expect(conversation.follows(conversation.failed("pause-channel"))).toEqual([]);
    expect(conversation.owner).toBe("agent");
  });
});

describe("a Twilio Conversation that could not be closed", () => {
  const ended = () => {
    const conversation = left();
    expect(conversation.follows(conversation.channel("closed"))).toContain("close-conversation");
    return conversation;
  };

  test("in time, or perhaps, is tried once more, for longer; the member does not wait for it", () => {
    const last = { lane: "twilio", kind: "close-conversation", again: true };
    const late = ended();
    expect(late.take(late.failed("close-conversation", "expired"))).toEqual([last]);
    expect(late.take(late.failed("close-conversation", "expired"))).toEqual([]);
    const unknown = ended();
    expect(unknown.take(unknown.undecided("close-conversation"))).toEqual([last]);
  });

  test("because Twilio says no stays as it is", () => {
    const conversation = ended();
    expect(conversation.take(conversation.failed("close-conversation"))).toEqual([]);
  });
});

describe("the button of an offered article", () => {
  test("belongs to its message: the article answers that", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("question"));
    conversation.take(pressed(conversation, { kind: "article", slug: TITLE.slug }));
    expect(conversation.take(conversation.done({ kind: "open-article", article: CARD }))).toContainEqual(
      expect.objectContaining({ kind: "say", replyTo: BUTTONS, say: { kind: "article", article: CARD } }),
    );
  });
});
