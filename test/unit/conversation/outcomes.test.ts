import { describe, expect, test } from "vitest";
import type { Delivery, DeliveryResult, Line } from "../../../src/conversation/deliveries.ts";
import type { DeliveryId, SessionId, TwilioMessageSid } from "../../../src/conversation/ids.ts";
import { CASE_OPENED, MEMBER } from "../../support/people.ts";
import { Decisions, messageId, OTHER_CONVERSATION } from "./decisions.ts";
import { BUTTONS, CARD, closed, TITLE } from "./happenings.ts";

describe("the outcome of a delivery of an earlier session", () => {
  const EARLIER = `${MEMBER}-9` as SessionId;
  const line: Line = { author: "bridge", content: { kind: "not-delivered" }, at: 0, source: null };
  const request = { token: "interaction-token", expires: 0 };
  const say = { lane: "discord", kind: "say", replyTo: null, source: null, helpme: null } as const;
  const channel = { kind: "read-channel", conversation: "open", hasTask: false, found: null } as const;
  /** One of each kind, with the news that would change most if it were of this session. */
  const news: readonly [Delivery, DeliveryResult][] = [
    [
      { ...say, say: { kind: "greeting" } },
      { kind: "say", message: BUTTONS },
    ],
    [{ lane: "discord", kind: "answer-helpme", request, answer: "look-into-dm" }, { kind: "answer-helpme" }],
    [
      { lane: "twilio", kind: "create-conversation" },
      { kind: "create-conversation", conversation: OTHER_CONVERSATION },
    ],
    [{ lane: "twilio", kind: "add-member" }, { kind: "add-member" }],
    [{ lane: "twilio", kind: "add-webhook", again: false }, { kind: "add-webhook" }],
    [
      { lane: "twilio", kind: "post", line },
      { kind: "post", message: "IMown" as TwilioMessageSid, index: 7 },
    ],
    [
      { lane: "twilio", kind: "create-interaction", attempt: 1 },
      { kind: "create-interaction", interaction: null, channel: null, task: null },
    ],
    [
      { lane: "twilio", kind: "read-messages", from: 0, final: true },
      { kind: "read-messages", messages: [], last: 9 },
    ],
    [
      { lane: "twilio", kind: "read-channel" },
      { ...channel, channel: "closed" },
    ],
    [{ lane: "twilio", kind: "pause-channel" }, { kind: "pause-channel" }],
    [{ lane: "twilio", kind: "close-conversation", again: true }, { kind: "close-conversation" }],
    [
      { lane: "inside", kind: "ask-assistant", question: "why?", message: null },
      { kind: "ask-assistant", answer: { kind: "nothing" } },
    ],
    [
      { lane: "inside", kind: "open-article", slug: TITLE.slug, replyTo: BUTTONS },
      { kind: "open-article", article: CARD },
    ],
    [
      { lane: "inside", kind: "open-case", title: "", description: "" },
      { ...CASE_OPENED, number: 99 },
    ],
    [{ lane: "directory", kind: "update-directory" }, { kind: "update-directory" }],
    [{ lane: "directory", kind: "note-dead-letter", id: messageId(1), letter: null }, { kind: "note-dead-letter" }],
  ];
  const stages: readonly [string, () => Decisions][] = [
    ["nobody owns", () => new Decisions()],
    ["the assistant owns", () => owned((conversation) => conversation.take(conversation.wrote("question")))],
    ["has asked for a person", () => owned((conversation) => conversation.take(conversation.wrote("live agent")))],
    ["waits for an agent", () => new Decisions().toQueue()],
    ["an agent owns", () => new Decisions().toAgent()],
    ["is closing", () => owned((conversation) => conversation.toAgent().take(closed(conversation)))],
  ];

  function owned(begin: (conversation: Decisions) => unknown): Decisions {
    const conversation = new Decisions();
    begin(conversation);
    return conversation;
  }

  test.each(stages)("changes nothing in a conversation that %s", (_, stage) => {
    for (const [delivery, result] of news) {
      for (const outcome of [
        { kind: "sent", result },
        { kind: "failed", cause: "refused", reason: "no" },
        { kind: "failed", cause: "no-conversation", reason: "no" },
        { kind: "failed", cause: "conversation-closed", reason: "no" },
        { kind: "undecided", reason: "no answer" },
      ] as const) {
        for (const session of [EARLIER, null]) {
          const conversation = stage();
          const before = conversation.state;
          const id = "delivery-0" as DeliveryId;
          const at = conversation.now;
          expect(conversation.take({ kind: "delivery-settled", id, session, delivery, outcome, at })).toEqual([]);
          expect(conversation.last.effects).toEqual([]);
          expect(conversation.state).toEqual(before);
        }
      }
    }
  });

  test("that takes long is told to a member who waits for an agent: it keeps this session waiting as well", () => {
    const conversation = new Decisions().toQueue();
    const late = { kind: "delivery-delayed", id: "delivery-0" as DeliveryId, session: EARLIER, at: 0 } as const;
    const openCase = { lane: "inside", kind: "open-case", title: "", description: "" } as const;
    expect(conversation.take({ ...late, delivery: openCase })).toEqual([]);
    expect(new Decisions().take({ ...late, delivery: openCase })).toEqual([]);
    const create = { lane: "twilio", kind: "create-conversation" } as const;
    expect(conversation.follows({ ...late, delivery: create })).toEqual(["say agents-unreachable"]);
    expect(conversation.follows({ ...late, delivery: create })).toEqual([]);
  });
});
