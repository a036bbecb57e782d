import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Delivery } from "../../../src/conversation/deliveries.ts";
import { TWILIO_TEXT_LIMIT } from "../../../src/conversation/deliveries.ts";
import type { ConversationEvent } from "../../../src/conversation/events.ts";
import type { DeadLetterId, DiscordMessageId, TwilioMessageSid } from "../../../src/conversation/ids.ts";
import { Bridge } from "../../support/bridge.ts";
import { CLOSED, REFUSED, times, UNKNOWN } from "../../support/outside.ts";
import { HOUR, MINUTE, SECOND } from "../../support/times.ts";

/** What was entered into the operator's list of dead letters, and struck out of it. */
function noted(bridge: Bridge): string[] {
  const rows = bridge.storage.sql<{ body: string }>(
    "SELECT body FROM deliveries WHERE kind = 'note-dead-letter' ORDER BY seq",
  );
  return rows.map(({ body }) => {
    const note = JSON.parse(body) as Extract<Delivery, { kind: "note-dead-letter" }>;
    return note.letter ? `${note.id} ${note.letter.direction} ${note.letter.outcome}` : `${note.id} settled`;
  });
}

const sendAgain = (bridge: Bridge, wrote: { message: DiscordMessageId }, session = bridge.session): ConversationEvent =>
  bridge.pressed({ kind: "resend", message: wrote.message }, session);

beforeEach(() => {
  vi.spyOn(console, "warn").mockReturnValue();
  vi.spyOn(console, "error").mockReturnValue();
});

describe("a member's message that Twilio refuses", () => {
  test("is told with a button that sends it again, once", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const wrote = bridge.wrote("hello");
    bridge.outside.next("post", REFUSED);
    await bridge.take(wrote);
    expect(bridge.outside.said.at(-1)).toEqual({ kind: "not-delivered", resend: wrote.message });
    expect(noted(bridge)).toEqual([`${wrote.message} to-agents failed`]);

    expect(await bridge.take(sendAgain(bridge, wrote))).toBe("accepted");
    expect(bridge.memberTexts.slice(-1)).toEqual(["hello"]);
    expect(noted(bridge).slice(-1)).toEqual([`${wrote.message} settled`]);
    expect(await bridge.take(sendAgain(bridge, wrote))).toBe("stale");
    expect(bridge.memberTexts.filter((text) => text === "hello")).toHaveLength(1);
  });

  test("keeps its place behind what was written since, and may fail again", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const wrote = bridge.wrote("first");
    bridge.outside.next("post", REFUSED, REFUSED);
    await bridge.take(wrote);
    bridge.outside.next("post", ...[]);
    await bridge.take(sendAgain(bridge, wrote));
    expect(bridge.seen.filter((kind) => kind === "not-delivered")).toHaveLength(2);
    expect(noted(bridge).map((note) => note.split(" ").slice(1).join(" "))).toEqual([
      "to-agents failed",
      "settled",
      "to-agents failed",
    ]);
    await bridge.take(bridge.wrote("second"));
    await bridge.take(sendAgain(bridge, wrote));
    expect(bridge.memberTexts.slice(-2)).toEqual(["second", "first"]);
  });

  test("is sent again whole where it had been cut, and only the parts that failed where some had arrived", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const text = `${"a".repeat(TWILIO_TEXT_LIMIT)}${"b".repeat(TWILIO_TEXT_LIMIT)}${"c".repeat(10)}`;
    const wrote = bridge.wrote(text);
    bridge.outside.next("post", REFUSED, ...times(1, UNKNOWN));
    bridge.outside.next("look:post", REFUSED);
    await bridge.take(wrote);
    await bridge.pass(MINUTE);
    expect(bridge.memberTexts.at(-1)).toBe("c".repeat(10));
    expect(bridge.seen.filter((kind) => kind.endsWith("not-delivered"))).toEqual(["not-delivered"]);
    const before = bridge.memberTexts.length;
    await bridge.take(sendAgain(bridge, wrote));
    expect(bridge.memberTexts.slice(before).join("")).toBe(text.slice(0, 2 * TWILIO_TEXT_LIMIT));
  });

  test("opens the next session when the one it was written in is over", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const wrote = bridge.wrote("live agent please, once more");
    bridge.outside.next("post", REFUSED);
    await bridge.take(wrote);
    const { session } = bridge;
    await bridge.take(bridge.closed());
    expect(bridge.owner).toBe("nobody");
    expect(await bridge.take(sendAgain(bridge, wrote, session))).toBe("accepted");
    expect(bridge.owner).toBe("queue");
    expect(bridge.memberTexts.slice(-1)).toEqual(["live agent please, once more"]);
  });

  test("asks the assistant when the assistant has the conversation again", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const wrote = bridge.wrote("what about my refund?");
    bridge.outside.next("post", REFUSED);
    await bridge.take(wrote);
    await bridge.take(bridge.agentWrote("/assistant"));
    const asked = bridge.outside.count("ask-assistant");
    await bridge.take(sendAgain(bridge, wrote));
    expect(bridge.outside.count("ask-assistant")).toBe(asked + 1);
  });

  test("after it was carried over from a closed chat is sent again once, not as often as it was tried", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const wrote = bridge.wrote("live agent, I am still here");
    const summary = { kind: "post", message: "IMsummary" as TwilioMessageSid, index: 0 } as const;
    bridge.outside.next("post", CLOSED, { kind: "done", result: summary }, REFUSED);
    await bridge.take(wrote);
    await bridge.pass(MINUTE);
    expect(bridge.seen).toContain("not-delivered");
    const before = bridge.memberTexts.length;
    await bridge.take(sendAgain(bridge, wrote));
    expect(bridge.memberTexts.slice(before)).toEqual(["live agent, I am still here"]);
  });

  test("that may have arrived says so, and offers the same", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const wrote = bridge.wrote("hello");
    bridge.outside.next("post", UNKNOWN);
    bridge.outside.next("look:post", REFUSED);
    await bridge.take(wrote);
    await bridge.pass(MINUTE);
    expect(bridge.outside.said.at(-1)).toEqual({ kind: "maybe-not-delivered", resend: wrote.message });
    expect(noted(bridge)).toEqual([`${wrote.message} to-agents undecided`]);
  });

  test("an edit of it is sent again as an edit", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const wrote = bridge.wrote("helo");
    await bridge.take(wrote);
    bridge.outside.next("post", REFUSED);
    await bridge.take(bridge.edited(wrote, "hello"));
    await bridge.take(sendAgain(bridge, wrote));
    expect(bridge.outside.posted.at(-1)?.content).toMatchObject({ kind: "edited-text", text: "edited: hello" });
  });
});

describe("an agent's message that Discord refuses", () => {
  test("is told on Flex, and the operator's retry says it in all its parts", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const wrote = bridge.agentWrote("x".repeat(3000));
    bridge.outside.next("say", REFUSED, REFUSED);
    await bridge.take(wrote);
    expect(bridge.outside.posted.at(-1)?.content).toEqual({ kind: "not-delivered" });
    expect(noted(bridge)).toEqual([`${wrote.message} to-member failed`]);

    expect(bridge.store.retry(wrote.message, "request-1")).toBe("accepted");
    await bridge.settle();
    expect(bridge.agentTexts.join("")).toBe("x".repeat(3000));
    expect(noted(bridge).slice(-1)).toEqual([`${wrote.message} settled`]);
    expect(bridge.store.retry(wrote.message, "request-2")).toBe("stale");
  });

  test("is noted also when the session has ended meanwhile", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const open = Promise.withResolvers<typeof REFUSED>();
    bridge.outside.next("say", open.promise);
    const wrote = bridge.agentWrote("bye");
    await bridge.begin(wrote);
    await bridge.begin(bridge.closed());
    open.resolve(REFUSED);
    await bridge.settle();
    expect(bridge.owner).toBe("nobody");
    expect(noted(bridge)).toEqual([`${wrote.message} to-member failed`]);
  });
});

test("the operator's retry sends a member's message as its button would", async () => {
  const bridge = new Bridge();
  await bridge.toAgent();
  const wrote = bridge.wrote("hello");
  bridge.outside.next("post", REFUSED);
  await bridge.take(wrote);
  expect(bridge.store.retry(wrote.message, "request-1")).toBe("accepted");
  await bridge.settle();
  expect(bridge.memberTexts.slice(-1)).toEqual(["hello"]);
  expect(await bridge.take(sendAgain(bridge, wrote))).toBe("stale");
});

test("a message of the assistant or the bridge that fails is no dead letter", async () => {
  const bridge = new Bridge();
  bridge.outside.next("say", REFUSED);
  await bridge.take(bridge.wrote("question"));
  await bridge.pass(HOUR);
  expect(noted(bridge)).toEqual([]);
});

describe("an event that cannot be made sense of", () => {
  /** A state as a faulty version could have left it: agents' messages and posts cannot be put in order any more. */
  async function broken(): Promise<{ bridge: Bridge; repair: () => void }> {
    const bridge = new Bridge();
    await bridge.toAgent();
    const stored = bridge.storage.sql<{ body: string }>("SELECT body FROM state")[0]?.body ?? "";
    const damaged = JSON.parse(stored);
    damaged.session.twilio.order.held = null;
    damaged.session.twilio.order.own = null;
    const put = (body: string) => {
      bridge.storage.sql("UPDATE state SET body = ?", body);
      bridge.crash();
    };
    put(JSON.stringify(damaged));
    return { bridge, repair: () => put(stored) };
  }

  test("is set aside once, its author is told, and the next one goes on", async () => {
    const { bridge, repair } = await broken();
    const event = bridge.agentWrote("lost on you");
    expect(await bridge.take(event)).toBe("accepted");
    expect(await bridge.take(event)).toBe("duplicate");
    expect(noted(bridge)).toHaveLength(1);
    expect(noted(bridge)).toEqual([`twilio/message/${event.message} to-member unprocessable`]);
    expect(bridge.outside.posted.at(-1)?.content).toEqual({ kind: "not-delivered" });
    repair();
    await bridge.take(bridge.agentWrote("still here"));
    await bridge.pass(2 * SECOND);
    expect(bridge.agentTexts).toContain("still here");
  });

  test("is taken in by the operator's retry once the cause is gone, and not before", async () => {
    const { bridge, repair } = await broken();
    const event = bridge.agentWrote("hello");
    const letter = `twilio/message/${event.message}` as DeadLetterId;
    await bridge.take(event);
    expect(bridge.store.retry(letter, "too-early")).toBe("stale");
    repair();
    expect(bridge.store.retry(letter, "in-time")).toBe("accepted");
    await bridge.settle();
    expect(noted(bridge).slice(-1)).toEqual([`${letter} settled`]);
    expect(bridge.agentTexts).toEqual(["hello"]);
  });

  test("an outcome of ours that cannot be made sense of does not stop its lane", async () => {
    const { bridge } = await broken();
    await bridge.take(bridge.wrote("one"));
    await bridge.take(bridge.wrote("two"));
    await bridge.pass(30 * SECOND);
    expect(bridge.memberTexts.slice(-2)).toEqual(["one", "two"]);
    expect(bridge.store.deliveries.unsettled()).toBe(0);
  });
});
