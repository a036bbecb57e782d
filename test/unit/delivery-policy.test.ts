import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Delivery } from "../../src/conversation/deliveries.ts";
import type { ArticleSlug, DiscordChannelId, DiscordMessageId, TwilioIdentity } from "../../src/conversation/ids.ts";
import { attemptOf, impossible } from "../../src/delivery/outcome.ts";
import {
  givenUpAt,
  lookableAfter,
  NONCE_WINDOW_MS,
  pauseAfter,
  RETENTION_MS,
  RETENTION_SLACK_MS,
  spread,
} from "../../src/delivery/policy.ts";
import { CALL_LIMIT_MS } from "../../src/outside/call.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const NOON = Date.UTC(2026, 10, 2, 12);

const CLOSE = { lane: "twilio", kind: "close-conversation", again: false } as const;
const ASK: Delivery = { lane: "inside", kind: "ask-assistant", question: "why?", message: null };
const INTERACTION: Delivery = { lane: "twilio", kind: "create-interaction", attempt: 1 };
const POST: Delivery = {
  lane: "twilio",
  kind: "post",
  line: { author: "bridge", content: { kind: "not-delivered" }, at: NOON, source: null },
};

const SAY: Delivery = {
  lane: "discord",
  kind: "say",
  say: { kind: "closed" },
  replyTo: null,
  source: null,
  helpme: null,
};
const PAUSE: Delivery = { lane: "twilio", kind: "pause-channel" };
const READ = { lane: "twilio", kind: "read-messages", from: 0, final: false } as const;
const MESSAGE = "600000000000000001" as DiscordMessageId;
const LETTER: Delivery = { lane: "directory", kind: "note-dead-letter", id: MESSAGE, letter: null };
const ARTICLE: Delivery = { lane: "inside", kind: "open-article", slug: "refunds" as ArticleSlug, replyTo: MESSAGE };
const AGENT = "agent_one" as TwilioIdentity;
const ANSWERED: Delivery = { lane: "directory", kind: "note-answer", agent: AGENT, answeredAt: NOON };
const FIND: Delivery = { lane: "discord", kind: "find-agent", identity: AGENT };

describe("a delivery is given up", () => {
  test.each<[string, Delivery, number]>([
    ["what people wrote, after a day", POST, 24 * HOUR],
    ["what the member is told, after a day", SAY, 24 * HOUR],
    ["the way to a person, after a day", INTERACTION, 24 * HOUR],
    ["each step to it as well", { lane: "twilio", kind: "create-conversation" }, 24 * HOUR],
    ["the member's place in it", { lane: "twilio", kind: "add-member" }, 24 * HOUR],
    ["our webhook in it", { lane: "twilio", kind: "add-webhook", again: false }, 24 * HOUR],
    ["Studio's webhook, after ten seconds", { lane: "twilio", kind: "add-studio-webhook", again: false }, 10 * SECOND],
    ["a word to Studio, after ten seconds", { lane: "twilio", kind: "tell-studio", wants: "person" }, 10 * SECOND],
    ["a hand-back, after two minutes", PAUSE, 2 * MINUTE],
    ["a read of what stands behind a hole, after an hour", READ, HOUR],
    ["the read that the end of a conversation waits for, after two minutes", { ...READ, final: true }, 2 * MINUTE],
    ["a case, after a day", { lane: "inside", kind: "open-case", title: "", description: "" }, 24 * HOUR],
    ["a DM that does not open, after ten minutes", { lane: "discord", kind: "open-dm" }, 10 * MINUTE],
    ["the end of a conversation, after two minutes", CLOSE, 2 * MINUTE],
    ["the end of one whose member knows of it, after a day", { ...CLOSE, again: true }, 24 * HOUR],
    ["the operator's list, after a week", { lane: "directory", kind: "update-directory" }, 7 * 24 * HOUR],
    ["a look at the channel, after two minutes", { lane: "twilio", kind: "read-channel" }, 2 * MINUTE],
    ["a message that nobody could deliver, in that list, after a week", LETTER, 7 * 24 * HOUR],
    ["what was said in a case, after a week", { lane: "directory", kind: "keep-transcript" }, 7 * 24 * HOUR],
    ["when an agent first answered, after a day", ANSWERED, 24 * HOUR],
    ["an answer somebody waits for, after five seconds", ASK, 5 * SECOND],
    ["an article somebody waits for, after five seconds", ARTICLE, 5 * SECOND],
    ["an agent's name that the agent's text waits for, after two seconds", FIND, 2 * SECOND],
  ])("%s", (_, delivery, patience) => {
    expect(givenUpAt(delivery, NOON)).toBe(NOON + patience);
  });

  test("the private answer to /helpme, when Discord takes none any more", () => {
    const request = { token: "interaction-token", expires: NOON + 7 };
    const answer: Delivery = { lane: "discord", kind: "answer-helpme", request, answer: "look-into-dm" };
    expect(givenUpAt(answer, NOON - HOUR)).toBe(NOON + 7);
  });
});

describe("the pause after a failed attempt", () => {
  test("doubles from half a second to a minute", () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1000].map((attempts) => pauseAfter(attempts, 1));
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, MINUTE, MINUTE, MINUTE]);
  });

  test("is cut by chance to half of it at most, in whole milliseconds", () => {
    expect(pauseAfter(1, 0)).toBe(250);
    expect(pauseAfter(1, 0.5)).toBe(375);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, random) => {
        const pause = pauseAfter(attempts, random);
        expect(Number.isInteger(pause)).toBe(true);
        expect(pause).toBeGreaterThanOrEqual(pauseAfter(attempts, 0));
        expect(pause).toBeLessThanOrEqual(2 * pauseAfter(attempts, 0));
      }),
    );
  });
});

test("the pause that a limit asks for is kept, and a tenth more at most by chance, so that crowds disperse", () => {
  expect(spread(1000, 0)).toBe(1000);
  expect(spread(1000, 0.999)).toBe(1100);
  expect(spread(0, 0)).toBe(250);
});

test("only what would have a second effect is looked for, and not before a late first effect must have shown", () => {
  expect(lookableAfter(POST)).toBe(CALL_LIMIT_MS + 5 * SECOND);
  expect(lookableAfter(INTERACTION)).toBe(CALL_LIMIT_MS + 5 * SECOND);
  expect(lookableAfter(PAUSE)).toBe(CALL_LIMIT_MS + 5 * SECOND);
  expect(lookableAfter(CLOSE)).toBe(0);
  expect(lookableAfter(ASK)).toBe(0);
});

test("30 days are remembered, and forgotten a day later; Discord's nonce is trusted for two minutes", () => {
  expect(RETENTION_MS).toBe(30 * 24 * HOUR);
  expect(RETENTION_SLACK_MS).toBe(24 * HOUR);
  expect(NONCE_WINDOW_MS).toBe(2 * MINUTE);
});

describe("the result of a call becomes that of an attempt", () => {
  const resultOf = (channel: string) => ({ kind: "open-dm", channel: channel as DiscordChannelId }) as const;
  const never = () => {
    throw new Error("nothing was refused");
  };

  test("what was done brings its result", () => {
    expect(attemptOf({ kind: "done", value: "200000000000000001" }, resultOf, never)).toEqual({
      kind: "done",
      result: { kind: "open-dm", channel: "200000000000000001" },
    });
  });

  test("what may work later, or may have happened, stays that", () => {
    const later = { kind: "later", reason: "slow mode", afterMs: 7 } as const;
    const unknown = { kind: "unknown", reason: "HTTP 500" } as const;
    expect(attemptOf(later, resultOf, never)).toEqual(later);
    expect(attemptOf(unknown, resultOf, never)).toEqual(unknown);
  });

  test("what was refused has failed, with status and code for those who read the log", () => {
    const refused = { kind: "refused", status: 403, code: 50007, reason: "no DMs" } as const;
    expect(attemptOf(refused, resultOf, ({ code }) => (code === 50007 ? "dm-closed" : "refused"))).toEqual({
      kind: "failed",
      cause: "dm-closed",
      reason: "403/50007 no DMs",
    });
  });

  test("what was refused for wrong credentials waits half a minute for them to be mended", () => {
    const refused = { kind: "refused", status: 401, code: 0, reason: "not authorized" } as const;
    expect(attemptOf(refused, resultOf, () => null)).toEqual({
      kind: "later",
      reason: "401/0 not authorized",
      afterMs: 30 * SECOND,
    });
  });

  test("what cannot be tried has failed", () => {
    expect(impossible("refused", "no DM")).toEqual({ kind: "failed", cause: "refused", reason: "no DM" });
  });
});
