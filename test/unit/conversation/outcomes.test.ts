import { describe, expect, test } from "vitest";
import type { Delivery, DeliveryResult, Line } from "../../../src/conversation/deliveries.ts";
import type { Happening } from "../../../src/conversation/events.ts";
import type {
  ArticleSlug,
  DeliveryId,
  DiscordGuildId,
  DiscordInteractionId,
  DiscordMessageId,
  SessionId,
  TwilioMessageSid,
} from "../../../src/conversation/ids.ts";
import { apologyFor } from "../../../src/conversation/undelivered.ts";
import {
  AGENT,
  CONVERSATION,
  Decisions,
  DM,
  MEMBER,
  MINUTE,
  messageId,
  NEXT_SESSION,
  OTHER_CONVERSATION,
  SESSION,
  said,
} from "./decisions.ts";

const TITLE = { slug: "lost-account" as ArticleSlug, title: "I lost my account" };
const CARD = { ...TITLE, summary: "How to get it back.", url: null };
const BUTTONS = "500000000000000001" as DiscordMessageId;

const helpme = (conversation: Decisions, guild: string | null = null): Happening => ({
  kind: "member-asked-for-help",
  interaction: "400000000000000001" as DiscordInteractionId,
  token: "interaction-token",
  profile: { member: MEMBER, displayName: "member", locale: "de" },
  guild: guild as DiscordGuildId | null,
  at: conversation.now,
});

const pressed = (
  conversation: Decisions,
  button: Extract<Happening, { kind: "member-pressed" }>["button"],
  session = SESSION,
): Happening => ({
  kind: "member-pressed",
  interaction: "400000000000000002" as DiscordInteractionId,
  profile: { member: MEMBER, displayName: "member" },
  message: BUTTONS,
  session,
  button,
  at: conversation.now,
});

const closed = (conversation: Decisions): Happening => ({
  kind: "conversation-closed",
  conversation: CONVERSATION,
  at: conversation.now,
});

/** A hand-over that has come to asking Flex for a person. */
function asking(): Decisions {
  const conversation = new Decisions();
  conversation.take(conversation.wrote("live agent"));
  conversation.take(conversation.done({ kind: "create-conversation", conversation: CONVERSATION }));
  conversation.take(conversation.done({ kind: "add-member" }));
  conversation.take(conversation.done({ kind: "add-webhook" }));
  conversation.take(conversation.done({ kind: "open-case", number: 12 }));
  return conversation;
}

/** The dead letters that are noted, or struck out. */
const letters = (deliveries: readonly Delivery[]) =>
  deliveries.flatMap((delivery) => (delivery.kind === "note-dead-letter" ? [delivery] : []));

describe("/helpme", () => {
  test("greets in the DM, and its private answer waits for that, at most fifteen minutes", () => {
    const conversation = new Decisions();
    expect(conversation.follows(helpme(conversation, "300000000000000001"))).toEqual(["open-dm", "say greeting"]);
    expect(conversation.state).toMatchObject({ displayName: "member", locale: "de", guild: "300000000000000001" });
    conversation.take(conversation.done({ kind: "open-dm", channel: DM }));
    expect(conversation.state.dm).toEqual({ kind: "open", channel: DM });
    expect(conversation.take(conversation.done({ kind: "say", message: BUTTONS }))).toContainEqual({
      lane: "discord",
      kind: "answer-helpme",
      request: { token: "interaction-token", expires: conversation.now + 15 * MINUTE },
      answer: "look-into-dm",
    });
  });

  test("in the DM keeps the server that is known, and an open DM is not opened again", () => {
    const conversation = new Decisions();
    conversation.take(helpme(conversation, "300000000000000001"));
    conversation.take(conversation.done({ kind: "open-dm", channel: DM }));
    expect(conversation.follows(helpme(conversation))).toEqual(["say greeting"]);
    expect(conversation.state.guild).toBe("300000000000000001");
  });

  test("whose greeting is refused answers so, and closes the session that nobody saw", () => {
    const conversation = new Decisions();
    conversation.take(helpme(conversation));
    const after = conversation.take(conversation.failed("say", "dm-closed"));
    expect(after).toContainEqual(expect.objectContaining({ kind: "answer-helpme", answer: "dm-closed" }));
    expect(conversation.state).toMatchObject({ dm: { kind: "closed" }, session: null });
  });

  test("whose greeting may have arrived says to look", () => {
    const conversation = new Decisions();
    conversation.take(helpme(conversation));
    const after = conversation.take(conversation.undecided("say"));
    expect(after).toContainEqual(expect.objectContaining({ kind: "answer-helpme", answer: "look-into-dm" }));
  });

  test("that cannot open the DM remembers only a refusal by the member as closed", () => {
    for (const [cause, kind] of [
      ["dm-closed", "closed"],
      ["refused", "unknown"],
    ] as const) {
      const conversation = new Decisions();
      conversation.take(helpme(conversation));
      conversation.take(conversation.failed("open-dm", cause));
      expect(conversation.state.dm.kind).toBe(kind);
    }
  });

  test("in the middle of a talk does not end it when it cannot be answered", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("question"));
    conversation.take(helpme(conversation));
    conversation.take(conversation.failed("say", "refused"));
    expect(conversation.owner).toBe("assistant");
    const queued = new Decisions().toQueue();
    expect(queued.follows(helpme(queued))).toEqual(["say still-here"]);
  });
});

describe("a member's message", () => {
  test("opens a session with the first words as its topic, cut at a hundred characters", () => {
    const conversation = new Decisions();
    expect(conversation.follows(conversation.wrote(`  ${"👍".repeat(150)}`))).toEqual(["ask-assistant"]);
    expect(conversation.state.session).toMatchObject({
      id: SESSION,
      topic: "👍".repeat(98),
      openedAt: conversation.now,
    });
    conversation.take(conversation.wrote("more", 2));
    expect(conversation.state.session?.topic).toBe("👍".repeat(98));
    expect(conversation.kept.map(({ at, author, source }) => ({ at, author, source }))).toEqual([
      { at: conversation.now, author: "member", source: messageId(1) },
      { at: conversation.now, author: "member", source: messageId(2) },
    ]);
  });

  test("of which nothing, or not all, can cross is told to its author", () => {
    const conversation = new Decisions();
    const empty = { ...conversation.wrote(""), incomplete: true };
    expect(conversation.take(empty)).toContainEqual(
      expect.objectContaining({ say: { kind: "not-delivered", resend: null }, replyTo: messageId(1) }),
    );
    expect(conversation.owner).toBe("nobody");
    const poll = { ...conversation.wrote("vote", 2), incomplete: true };
    expect(conversation.follows(poll)).toEqual(["ask-assistant", "say partly-delivered"]);
    expect(conversation.follows(conversation.wrote("", 3))).toEqual([]);
  });

  test("shows where the DM is, which the directory learns once", () => {
    const conversation = new Decisions();
    const directory = (happening: Happening) =>
      conversation.take(happening).filter(({ kind }) => kind === "update-directory").length;
    expect(directory({ ...conversation.wrote(""), incomplete: true })).toBe(1);
    expect(directory({ ...conversation.wrote("", 2), incomplete: true })).toBe(0);
    expect(directory({ ...conversation.wrote("", 3), channel: "200000000000000002" as typeof DM })).toBe(1);
    expect(conversation.state.dm).toEqual({ kind: "open", channel: "200000000000000002" });
  });

  test("that was edited crosses as a new one, with nothing to answer", () => {
    const conversation = new Decisions().toAgent();
    const { kind: _kind, incomplete: _incomplete, ...wrote } = conversation.wrote("in other words", 9);
    expect(conversation.take({ kind: "member-edited", revision: "1", ...wrote })).toContainEqual({
      lane: "twilio",
      kind: "post",
      line: {
        author: "member",
        content: { kind: "edited-text", open: "", text: "edited: in other words", close: "" },
        at: conversation.now,
        source: messageId(9),
      },
    });
    expect(conversation.take({ kind: "member-edited", revision: "2", ...wrote, text: "" })).toEqual([]);
  });

  test("that may have been missed is told to both sides, where there is a session", () => {
    const missed: Happening = { kind: "messages-missed", after: messageId(1), at: 0 };
    expect(new Decisions().take(missed)).toEqual([]);
    const conversation = new Decisions().toAgent();
    expect(conversation.follows(missed)).toEqual(["post messages-missed", "say messages-missed"]);
  });
});

describe("a button", () => {
  test("of another session does nothing, nor does the one that sends again where nothing is left", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("question"));
    for (const press of [
      pressed(conversation, { kind: "person" }, NEXT_SESSION),
      pressed(conversation, { kind: "resend", message: messageId(1) }),
    ]) {
      expect(conversation.take(press)).toEqual([]);
      expect(conversation.last.reply).toBe("stale");
    }
  });

  test("for an article, and for one that helped, works while the assistant answers", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("question"));
    expect(conversation.take(pressed(conversation, { kind: "article", slug: TITLE.slug }))).toEqual([
      { lane: "inside", kind: "open-article", slug: TITLE.slug, replyTo: BUTTONS },
    ]);
    const opened = conversation.take(conversation.done({ kind: "open-article", article: CARD }));
    expect(opened).toContainEqual(
      expect.objectContaining({ say: { kind: "article", article: CARD }, replyTo: BUTTONS }),
    );
    expect(conversation.follows(pressed(conversation, { kind: "helped", slug: TITLE.slug }))).toEqual([
      "say glad-it-helped",
    ]);
    conversation.take(pressed(conversation, { kind: "article", slug: TITLE.slug }));
    expect(conversation.follows(conversation.done({ kind: "open-article", article: null }))).toEqual([
      "say article-gone",
    ]);
    const queued = new Decisions().toQueue();
    for (const kind of ["article", "helped"] as const) {
      expect(queued.take(pressed(queued, { kind, slug: TITLE.slug }))).toEqual([]);
      expect(queued.last.reply).toBe("stale");
    }
  });

  test("for a person fetches one, and says how it stands when one was asked for", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("question"));
    expect(conversation.follows(pressed(conversation, { kind: "person" }))).toContain("open-case");
    expect(conversation.last.reply).toBe("accepted");
    expect(conversation.owner).toBe("queue");
    expect(conversation.follows(pressed(conversation, { kind: "person" }))).toEqual(["say transferring"]);
    const withAgent = new Decisions().toAgent();
    expect(withAgent.follows(pressed(withAgent, { kind: "person" }))).toEqual(["say still-here"]);
  });

  test("pressed while the conversation closes: only the wish for a person is kept, for the next session", () => {
    const conversation = new Decisions().toAgent();
    conversation.take(conversation.agentWrote("/assistant", 2));
    conversation.take(closed(conversation));
    expect(conversation.take(pressed(conversation, { kind: "article", slug: TITLE.slug }))).toEqual([]);
    expect(conversation.last.reply).toBe("stale");
    expect(conversation.take(pressed(conversation, { kind: "person" }))).toEqual([]);
    const end = conversation.done({ kind: "read-messages", messages: [], last: 2 });
    expect(conversation.follows(end)).toEqual(expect.arrayContaining(["say closed", "open-case"]));
    expect(conversation.state.session).toMatchObject({ id: NEXT_SESSION, owner: { kind: "queue" } });
  });
});

describe("the assistant's answer", () => {
  test("is said, and kept for the agent once it was", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("question"));
    const answer = { kind: "ask-assistant", answer: { kind: "suggestions", articles: [TITLE] } } as const;
    const suggestions = { kind: "suggestions", articles: [TITLE] } as const;
    expect(said(conversation.take(conversation.done(answer)))).toEqual([suggestions]);
    conversation.take(conversation.done({ kind: "say", message: BUTTONS }));
    expect(conversation.kept.at(-1)).toMatchObject({ author: "assistant", content: { kind: "say", say: suggestions } });
    const nothing = new Decisions();
    nothing.take(nothing.wrote("question"));
    const none = nothing.done({ kind: "ask-assistant", answer: { kind: "nothing" } });
    expect(nothing.follows(none)).toEqual(["say nothing-found"]);
  });

  test("that comes once a person was asked for is dropped", () => {
    const conversation = new Decisions().toQueue();
    const answer = { kind: "ask-assistant", answer: { kind: "nothing" } } as const;
    expect(conversation.take(conversation.done(answer))).toEqual([]);
  });

  test("that fails, in the present session, fetches a person", () => {
    for (const kind of ["ask-assistant", "open-article"] as const) {
      const conversation = new Decisions();
      conversation.take(conversation.wrote("question"));
      conversation.take(pressed(conversation, { kind: "article", slug: TITLE.slug }));
      expect(conversation.follows(conversation.failed(kind))).toContain("open-case");
      expect(conversation.owner).toBe("queue");
    }
  });
});

describe("the hand-over", () => {
  test("asks for the case and prepares Twilio, and for the agent once the case has its number", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("question"));
    expect(conversation.take(conversation.wrote("live agent", 2)).filter(({ lane }) => lane !== "directory")).toEqual([
      { lane: "inside", kind: "open-case", title: "question" },
      { lane: "twilio", kind: "create-conversation" },
      { lane: "twilio", kind: "add-member" },
      { lane: "twilio", kind: "add-webhook", again: false },
    ]);
    expect(conversation.follows(conversation.done({ kind: "open-case", number: 12 }))).toEqual([
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
      expect(conversation.follows(conversation.done({ kind: "open-case", number: 12 }))).toEqual([
        "say case-opened",
        "post case-opened",
      ]);
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
    conversation.take(conversation.done({ kind: "open-case", number: 12 }));
    conversation.take(conversation.done({ kind: "create-conversation", conversation: CONVERSATION }));
    conversation.take(conversation.done({ kind: "add-member" }));
    expect(conversation.follows(conversation.failed("add-webhook"))).toEqual(["say no-agent-available"]);
    expect(conversation.last.effects).toContainEqual({ kind: "withdraw-interaction", session: SESSION });
    expect(conversation.owner).toBe("assistant");
    const again = conversation.take(conversation.wrote("live agent", 2)).filter(({ lane }) => lane === "twilio");
    expect(again).toContainEqual({ lane: "twilio", kind: "add-webhook", again: true });
    expect(again.map(({ kind }) => kind)).toEqual(["add-webhook", "read-channel"]);
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
    [{ lane: "twilio", kind: "close-conversation" }, { kind: "close-conversation" }],
    [
      { lane: "inside", kind: "ask-assistant", question: "why?", message: null },
      { kind: "ask-assistant", answer: { kind: "nothing" } },
    ],
    [
      { lane: "inside", kind: "open-article", slug: TITLE.slug, replyTo: BUTTONS },
      { kind: "open-article", article: CARD },
    ],
    [
      { lane: "inside", kind: "open-case", title: "" },
      { kind: "open-case", number: 99 },
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
    const openCase = { lane: "inside", kind: "open-case", title: "" } as const;
    expect(conversation.take({ ...late, delivery: openCase })).toEqual([]);
    expect(new Decisions().take({ ...late, delivery: openCase })).toEqual([]);
    const create = { lane: "twilio", kind: "create-conversation" } as const;
    expect(conversation.follows({ ...late, delivery: create })).toEqual(["say agents-unreachable"]);
    expect(conversation.follows({ ...late, delivery: create })).toEqual([]);
  });
});

describe("an agent who gives the member back", () => {
  const handedBack = () => {
    const conversation = new Decisions().toAgent();
    conversation.take(conversation.agentWrote("/assistant", 2));
    return conversation;
  };

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

describe("who the member is", () => {
  test("is learned from whatever the member does", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("question"));
    const name = (displayName: string, happening: Happening) => {
      if (!("profile" in happening)) throw new Error("nothing the member did");
      conversation.take({ ...happening, profile: { member: MEMBER, displayName } } as Happening);
      expect(conversation.state.displayName).toBe(displayName);
    };
    name("after a message", conversation.wrote("more", 2));
    name("after a button", pressed(conversation, { kind: "helped", slug: TITLE.slug }));
    name("after a command", helpme(conversation));
    const { incomplete: _incomplete, ...rest } = conversation.wrote("other words", 2);
    name("after an edit", { ...rest, kind: "member-edited", revision: "1" });
  });

  test("keeps the language where nothing is said of it", () => {
    const conversation = new Decisions();
    conversation.take(helpme(conversation));
    conversation.take(conversation.wrote("Frage", 2));
    expect(conversation.state.locale).toBe("de");
  });
});
