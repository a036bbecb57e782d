import { describe, expect, test } from "vitest";
import { TWILIO_TEXT_LIMIT } from "../../../src/conversation/deliveries.ts";
import type { Happening } from "../../../src/conversation/events.ts";
import { identityOf, type SessionId, type TwilioMessageSid } from "../../../src/conversation/ids.ts";
import { newConversation } from "../../../src/conversation/state.ts";
import { AGENT, CASE_OPENED, MEMBER } from "../../support/people.ts";
import { SECOND } from "../../support/times.ts";
import { CONVERSATION, Decisions, OTHER_CONVERSATION } from "./decisions.ts";
import { BUTTONS, closed, helpme, isWaiting } from "./happenings.ts";

const ASK = { lane: "inside", kind: "ask-assistant", message: null };

function studioDecides(): Decisions {
  const conversation = new Decisions();
  conversation.state = newConversation(MEMBER, "studio");
  return conversation;
}

/** The member has written this, and the Twilio Conversation is there. */
function wrote(...texts: string[]): Decisions {
  const conversation = studioDecides();
  texts.forEach((text, n) => void conversation.take(conversation.wrote(text, n + 1)));
  conversation.take(conversation.done({ kind: "create-conversation", conversation: CONVERSATION }));
  conversation.take(conversation.done({ kind: "add-member" }));
  conversation.take(conversation.done({ kind: "add-webhook" }));
  conversation.take(conversation.done({ kind: "add-studio-webhook" }));
  return conversation;
}

/** Studio asks about the post with this index. */
const asks = (conversation: Decisions, index: number, place = CONVERSATION): Happening => ({
  kind: "studio-asked",
  conversation: place,
  message: `IMown${index}` as TwilioMessageSid,
  author: identityOf(MEMBER),
  text: "",
  at: conversation.now,
});

/** What the assistant is asked because of this. */
const questions = (conversation: Decisions, happening: Happening): string[] =>
  conversation.take(happening).flatMap((delivery) => (delivery.kind === "ask-assistant" ? [delivery.question] : []));

const rings = (conversation: Decisions): Happening => ({ kind: "clock-rang", at: conversation.now });

describe("with the first message to Studio", () => {
  test("what was said before it comes to Twilio as well", () => {
    const conversation = studioDecides();
    conversation.take(helpme(conversation));
    conversation.take(conversation.done({ kind: "say", message: BUTTONS }));
    conversation.take(conversation.wrote("question"));
    expect(conversation.open.map(({ delivery }) => delivery).filter(({ lane }) => lane === "twilio")).toMatchObject([
      { kind: "create-conversation" },
      { kind: "add-member" },
      { kind: "add-webhook", again: false },
      { kind: "add-studio-webhook", again: false },
      { kind: "post", line: { author: "assistant", content: { say: { kind: "greeting" } } } },
      { kind: "post", line: { author: "member", content: { text: "question" } }, forStudio: "to-answer" },
    ]);
  });
});

describe("a message that is too long for one post", () => {
  test("is asked about once, when all of it stands", () => {
    const conversation = wrote("x".repeat(TWILIO_TEXT_LIMIT + 1));
    const posts = conversation.open.flatMap(({ delivery }) => (delivery.kind === "post" ? [delivery.forStudio] : []));
    expect(posts).toEqual([undefined, "to-answer"]);
  });
});

describe("messages in quick succession", () => {
  test("are answered each when Studio asks about it, in whatever order", () => {
    const conversation = wrote("first", "second", "third");
    for (const index of [0, 1, 2]) conversation.take(conversation.posted(index));
    expect(questions(conversation, asks(conversation, 1))).toEqual(["second"]);
    expect(questions(conversation, asks(conversation, 0))).toEqual(["first"]);
    expect(questions(conversation, asks(conversation, 2))).toEqual(["third"]);
    expect(conversation.state.session?.studio).toEqual({ turns: [], early: [] });
  });

  test("are answered also where Studio asks before we know that they are posted, or both", () => {
    const conversation = wrote("first", "second");
    conversation.take(conversation.posted(0));
    expect(questions(conversation, asks(conversation, 1))).toEqual([]);
    expect(questions(conversation, asks(conversation, 0))).toEqual(["first"]);
    expect(questions(conversation, conversation.posted(1))).toEqual(["second"]);
    expect(conversation.state.session?.studio).toEqual({ turns: [], early: [] });
  });

  test("are not mixed up with what the assistant says between them", () => {
    const conversation = wrote("first");
    conversation.take(conversation.posted(0));
    conversation.take(asks(conversation, 0));
    conversation.take(conversation.done({ kind: "ask-assistant", answer: { kind: "nothing" } }));
    conversation.take(conversation.done({ kind: "say", message: BUTTONS }));
    conversation.take(conversation.wrote("second", 2));
    conversation.take(conversation.posted(1));
    conversation.take(conversation.posted(2));
    expect(questions(conversation, asks(conversation, 2))).toEqual(["second"]);
  });
});

describe("a message that Studio does not ask about", () => {
  test("is answered after eight seconds, once; a later one has its own eight", () => {
    const conversation = wrote("first");
    conversation.now += 3 * SECOND;
    conversation.take(conversation.wrote("second", 2));
    conversation.now += 5 * SECOND - 1;
    expect(questions(conversation, rings(conversation))).toEqual([]);
    conversation.now += 1;
    expect(questions(conversation, rings(conversation))).toEqual(["first"]);
    expect(questions(conversation, rings(conversation))).toEqual([]);
    conversation.now += 3 * SECOND;
    expect(questions(conversation, rings(conversation))).toEqual(["second"]);
    conversation.take(conversation.posted(0));
    expect(questions(conversation, asks(conversation, 0))).toEqual([]);
  });

  test("because it cannot be posted is answered at once, and does not stand in the way of the next", () => {
    const conversation = wrote("first");
    expect(questions(conversation, conversation.failed("post"))).toEqual(["first"]);
    conversation.take(conversation.wrote("second", 2));
    conversation.take(conversation.posted(0));
    expect(questions(conversation, asks(conversation, 0))).toEqual(["second"]);
  });

  test("is not answered sooner because one of an earlier session could not be posted", () => {
    const conversation = wrote("question");
    const post = conversation.open.find(({ delivery }) => delivery.kind === "post");
    if (!post) throw new Error("nothing is posted");
    const outcome = { kind: "failed", cause: "refused", reason: "no" } as const;
    const session = `${MEMBER}-9` as SessionId;
    const at = conversation.now;
    expect(questions(conversation, { kind: "delivery-settled", ...post, session, outcome, at })).toEqual([]);
  });

  test("because there is no Twilio Conversation is answered at once, those before it not again", () => {
    const conversation = studioDecides();
    conversation.take(conversation.wrote("first", 1));
    conversation.take(conversation.clock());
    conversation.take(conversation.wrote("second", 2));
    expect(questions(conversation, conversation.failed("create-conversation"))).toEqual(["second"]);
    expect(conversation.follows(conversation.wrote("third", 3))).toEqual(["ask-assistant"]);
  });
});

describe("Studio is not listened to", () => {
  test("where it does not decide, or of another Twilio Conversation", () => {
    const other = new Decisions().toAgent();
    expect(other.take(asks(other, 0))).toEqual([]);
    const nobodys = new Decisions();
    expect(nobodys.take(asks(nobodys, 0))).toEqual([]);
    const conversation = wrote("question");
    conversation.take(conversation.posted(0));
    expect(questions(conversation, asks(conversation, 0, OTHER_CONVERSATION))).toEqual([]);
  });

  test("once a person is on the way: the assistant does not speak any more", () => {
    const conversation = wrote("question", "live agent");
    conversation.take(conversation.posted(0));
    expect(questions(conversation, asks(conversation, 0))).toEqual([]);
    conversation.now += 9 * SECOND;
    expect(questions(conversation, rings(conversation))).toEqual([]);
    const unasked = wrote("question", "live agent");
    expect(questions(unasked, unasked.done(CASE_OPENED))).toEqual([]);
  });

  test("once the Twilio Conversation is closed: the session ends", () => {
    const conversation = wrote("question");
    conversation.take(conversation.posted(0));
    conversation.take(closed(conversation));
    expect(questions(conversation, asks(conversation, 0))).toEqual([]);
  });

  test("however often it asks about what nobody knows: it is remembered for a while only", () => {
    const conversation = wrote("question");
    for (let index = 100; index < 150; index++) conversation.take(asks(conversation, index));
    expect(conversation.state.session?.studio?.early).toHaveLength(20);
    expect(questions(conversation, conversation.posted(149))).toEqual(["question"]);
  });
});

describe("a person who is fetched by way of Studio", () => {
  /** Studio was told, and is to act upon the message that is posted next. */
  function called(): Decisions {
    const conversation = wrote("live agent");
    expect(conversation.take(conversation.done(CASE_OPENED)).filter(({ lane }) => lane === "twilio")).toEqual([
      { lane: "twilio", kind: "tell-studio", wants: "person" },
      expect.objectContaining({
        kind: "post",
        line: expect.objectContaining({ author: "assistant", content: { kind: "say", say: { kind: "transferring" } } }),
        forStudio: "to-hand-over",
      }),
    ]);
    for (const index of [0, 1]) conversation.take(conversation.posted(index));
    expect(conversation.state.session?.twilio?.nextLook).toBeNull();
    return conversation;
  }

  test("has twenty seconds from when its message stands; then Flex is asked, without Studio, up to two times", () => {
    const conversation = called();
    conversation.now += 5 * SECOND;
    conversation.take(conversation.posted(2));
    expect(conversation.state.session?.twilio?.nextLook?.at).toBe(conversation.now + 20 * SECOND);
    expect(conversation.follows(conversation.clock())).toEqual(["read-channel"]);
    expect(conversation.take(conversation.channel("active"))).toEqual([
      { lane: "twilio", kind: "tell-studio", wants: "nothing" },
      { lane: "twilio", kind: "create-interaction", attempt: 2 },
    ]);
    expect(conversation.follows(conversation.failed("create-interaction"))).toEqual(["create-interaction"]);
    expect(conversation.follows(conversation.failed("create-interaction"))).toEqual(["say no-agent-available"]);
  });

  test("is asked for at once where that message cannot be posted, up to two times as well", () => {
    const conversation = called();
    expect(conversation.follows(conversation.failed("post"))).toEqual(["read-channel"]);
    expect(conversation.follows(conversation.channel("active"))).toEqual(["tell-studio", "create-interaction"]);
    expect(conversation.follows(conversation.failed("create-interaction"))).toEqual(["create-interaction"]);
  });

  test("is not looked for sooner because news of the task are faster than that of the message", () => {
    const lives = called();
    lives.take(lives.task({ type: "task-created" }));
    const { nextLook } = lives.state.session?.twilio ?? {};
    lives.take(lives.posted(2));
    expect(lives.state.session?.twilio?.nextLook).toEqual(nextLook);

    const over = called();
    over.take(over.task({ type: "task-created" }));
    over.take(over.task({ type: "task-canceled" }));
    over.take(over.channel("active", { hasTask: true }));
    over.take(over.task({ type: "task-created" }, "WT2" as never));
    const looksAt = over.state.session?.twilio?.nextLook?.at;
    over.now += SECOND;
    over.take(over.posted(2));
    expect(over.state.session?.twilio?.nextLook?.at).toBe(looksAt);
  });

  test("is not looked for where the hand-over has failed meanwhile", () => {
    const conversation = studioDecides();
    conversation.take(conversation.wrote("live agent"));
    conversation.take(conversation.done({ kind: "create-conversation", conversation: CONVERSATION }));
    conversation.take(conversation.done(CASE_OPENED));
    expect(conversation.follows(conversation.failed("add-webhook"))).toEqual(["say no-agent-available"]);
    for (const index of [0, 1, 2]) conversation.take(conversation.posted(index));
    expect(conversation.state.session?.twilio?.nextLook).toBeNull();
  });

  test("has the chat from then on: after a hand-back the assistant answers without Studio", () => {
    for (const bySelf of [true, false]) {
      const conversation = bySelf ? wrote("question") : called();
      const accepted = conversation.task({ type: "reservation-accepted", worker: AGENT });
      if (bySelf) {
        const [summary] = conversation.take(accepted).filter(({ kind }) => kind === "post");
        expect(summary).toMatchObject({ line: { content: { summary: { reason: "assistant-failed" } } } });
      } else conversation.take(accepted);
      expect(conversation.owner).toBe("agent");
      let index = bySelf ? 0 : 2;
      while (isWaiting(conversation, "post")) conversation.take(conversation.posted(index++));
      conversation.now += SECOND;
      conversation.take(conversation.agentWrote("/assistant", index));
      expect(conversation.take(conversation.wrote("another question", 9))).toContainEqual({
        ...ASK,
        question: "another question",
        message: conversation.wrote("", 9).message,
      });
    }
  });
});
