import { describe, expect, test } from "vitest";
import type { Happening } from "../../../src/conversation/events.ts";
import { MEMBER } from "../../support/people.ts";
import { MINUTE } from "../../support/times.ts";
import { Decisions, DM, messageId, NEXT_SESSION, SESSION, said } from "./decisions.ts";
import { BUTTONS, CARD, closed, helpme, pressed, TITLE } from "./happenings.ts";

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
