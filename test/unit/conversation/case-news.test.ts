import { beforeEach, describe, expect, test } from "vitest";
import type { CaseNewsCame, MemberNews, SaidStillAProblem } from "../../../src/conversation/case-events.ts";
import { keyOf } from "../../../src/conversation/events.ts";
import type { CaseId, DiscordInteractionId } from "../../../src/conversation/ids.ts";
import { Bridge } from "../../support/bridge.ts";
import { CASE, MEMBER } from "../../support/people.ts";
import { CONVERSATION, Decisions, DM, messageId, NEXT_SESSION, SESSION } from "./decisions.ts";

const OTHER = "00000000-0000-4000-8000-000000000014" as CaseId;
const NOW_CLOSED: readonly MemberNews[] = [{ kind: "status", status: "closed" }, { kind: "how-was-it" }];

let conversation: Decisions;
beforeEach(() => {
  conversation = new Decisions();
});

const news = (told: readonly MemberNews[] = NOW_CLOSED, version = 3): CaseNewsCame => {
  return { kind: "case-news", case: CASE, number: 12, version, news: told, at: conversation.now };
};
const stillAProblem = (id = CASE, number = 12): SaidStillAProblem => ({
  kind: "said-still-a-problem",
  interaction: "400000000000000003" as DiscordInteractionId,
  profile: { member: MEMBER, displayName: "member", locale: "de", language: "de" },
  case: id,
  number,
  at: conversation.now,
});

test("the journal knows news by the case's version, and what a button said by its interaction", () => {
  expect(keyOf(news())).toBe(`case/${CASE}/3`);
  expect(keyOf(stillAProblem())).toBe("discord/interaction/400000000000000003");
});

describe("news of a case", () => {
  test("is said in order, opens the DM first where it is not open, and no session", () => {
    expect(conversation.follows(news())).toEqual(["open-dm", "say case-status", "say case-how-was-it"]);
    expect(conversation.owner).toBe("nobody");
    conversation.take(conversation.done({ kind: "open-dm", channel: DM }));
    expect(conversation.follows(news([{ kind: "check-in" }], 4))).toEqual(["say case-check-in"]);
  });

  test("is said also while an agent is there, and agents read nothing of it", () => {
    conversation.toAgent();
    expect(conversation.follows(news())).toEqual(["say case-status", "say case-how-was-it"]);
    expect(conversation.follows(conversation.done({ kind: "say", message: messageId(1) }))).toEqual([]);
    expect(conversation.owner).toBe("agent");
  });

  test("to a closed DM is tried once and then given up", () => {
    conversation.take(news());
    conversation.take(conversation.done({ kind: "open-dm", channel: DM }));
    expect(conversation.follows(conversation.failed("say", "dm-closed"))).toEqual([]);
    expect(conversation.state.dm.kind).toBe("closed");
    expect(conversation.follows(news([{ kind: "check-in" }], 4))).toEqual(["open-dm", "say case-check-in"]);
  });

  test("that the case has left behind says nothing, and is not said by whoever comes later with it", async () => {
    expect(conversation.follows(news([]))).toEqual([]);
    const bridge = new Bridge();
    expect(await bridge.take({ ...news([]), at: bridge.now })).toBe("accepted");
    expect(await bridge.take({ ...news(), at: bridge.now })).toBe("duplicate");
  });

  test("counts once, however often it comes", async () => {
    const bridge = new Bridge();
    const event = { ...news(), at: bridge.now };
    expect(await bridge.take(event)).toBe("accepted");
    expect(await bridge.take(event)).toBe("duplicate");
    expect(bridge.seen).toEqual(["case-status", "case-how-was-it"]);
    expect(await bridge.take({ ...event, version: 4, news: [{ kind: "check-in" }] })).toBe("accepted");
    expect(bridge.seen.at(-1)).toBe("case-check-in");
  });

  test("that Discord refuses because the DM is closed leaves nothing to try again", async () => {
    const bridge = new Bridge();
    const refused = { kind: "failed", cause: "dm-closed", reason: "50007" } as const;
    bridge.outside.next("say", refused, refused);
    await bridge.take({ ...news(), at: bridge.now });
    const calls = bridge.outside.calls.length;
    await bridge.pass(24 * 60 * 60_000);
    expect(bridge.outside.calls).toHaveLength(calls);
    expect(bridge.outside.count("say")).toBe(2);
  });
});

describe("a member for whom a case is still a problem", () => {
  test("gets a person, in a session about that case, without a second case", () => {
    expect(conversation.follows(stillAProblem())).toEqual([
      "open-dm",
      "create-conversation",
      "add-member",
      "add-webhook",
      "post summary",
      "say transferring",
      "create-interaction",
    ]);
    expect(conversation.state.session).toMatchObject({
      id: SESSION,
      owner: { kind: "queue" },
      case: { kind: "open", number: 12, id: CASE },
    });
    expect(conversation.state.locale).toBe("de");
    expect(
      conversation.open.flatMap(({ delivery }) => (delivery.kind === "post" ? [delivery.line.content.kind] : [])),
    ).toEqual(["summary", "asked-for-person"]);
    expect(conversation.open).toContainEqual(
      expect.objectContaining({
        session: SESSION,
        delivery: { lane: "directory", kind: "link-session", case: CASE },
      }),
    );
  });

  test("while the assistant answers takes that session to the person", () => {
    conversation.take(conversation.wrote("question"));
    const kinds = conversation.follows(stillAProblem());
    expect(kinds).toContain("create-interaction");
    expect(kinds).not.toContain("open-case");
    expect(conversation.state.session).toMatchObject({ id: SESSION, case: { kind: "open", id: CASE } });
  });

  test("while a person is there or comes is told so, and the person reads which case it is", () => {
    conversation.toQueue();
    const posts = conversation.take(stillAProblem(OTHER, 14));
    expect(posts).toMatchObject([
      {
        kind: "post",
        line: { author: "member", content: { kind: "asked-for-person", about: { id: OTHER, number: 14 } } },
      },
      { kind: "say", say: { kind: "transferring" } },
    ]);
    expect(conversation.state.session?.case).toMatchObject({ id: CASE });
    conversation = new Decisions().toAgent();
    expect(conversation.follows(stillAProblem())).toEqual(["post asked-for-person", "say still-here"]);
  });

  test("while the chat is being closed gets the person in the next one, about that case", () => {
    conversation.toAgent();
    conversation.take({ kind: "conversation-closed", conversation: CONVERSATION, at: conversation.now });
    expect(conversation.follows(stillAProblem(OTHER, 14))).toEqual([]);
    const kinds = conversation.follows(conversation.done({ kind: "read-messages", messages: [], last: 1 }));
    expect(kinds).toContain("create-interaction");
    expect(kinds).not.toContain("open-case");
    expect(conversation.state.session).toMatchObject({
      id: NEXT_SESSION,
      case: { kind: "open", number: 14, id: OTHER },
    });
  });
});
