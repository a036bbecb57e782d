import { describe, expect, test } from "vitest";
import type { ArticleSlug } from "../../../src/conversation/ids.ts";
import type { Attempt } from "../../../src/delivery/drain.ts";
import { Bridge } from "../../support/bridge.ts";
import { CLOSED, LATER, times } from "../../support/outside.ts";
import { AGENT } from "../../support/people.ts";
import { HOUR, MINUTE, SECOND } from "../../support/times.ts";

describe("the end of a conversation", () => {
  test("is told, and the next message opens a new session", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const first = bridge.session;
    await bridge.take(bridge.closed());
    expect(bridge.owner).toBe("nobody");
    expect(bridge.seen.at(-1)).toBe("closed");
    await bridge.take(bridge.wrote("one more thing"));
    expect(bridge.session).not.toBe(first);
    expect(bridge.owner).toBe("assistant");
  });

  test("is noticed when the agent wraps up, even if the closing webhook is lost", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.nextChannel("closed", { conversation: "closed" });
    bridge.now += SECOND;
    await bridge.take(bridge.task({ type: "reservation-wrapup", worker: AGENT }));
    expect(bridge.seen.at(-1)).toBe("closed");
    expect(bridge.seen).not.toContain("agent-left");
  });

  test("comes after all that the agent wrote before, even if its webhook comes last", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const goodbye = bridge.agentWrote("goodbye");
    bridge.outside.nextRead(goodbye);
    await bridge.take(bridge.closed());
    await bridge.take(goodbye);
    expect(bridge.seen.slice(-2)).toEqual(["agent-text", "closed"]);
  });

  test("is told although the last messages cannot be read", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("read-messages", ...times(100, LATER));
    await bridge.take(bridge.closed());
    await bridge.pass(5 * MINUTE);
    expect(bridge.seen.at(-1)).toBe("closed");
    expect(bridge.owner).toBe("nobody");
  });

  test("is told although Twilio cannot close what Flex has ended, and the member is answered", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("close-conversation", ...times(1000, LATER));
    bridge.outside.nextChannel("closed");
    bridge.now += SECOND;
    await bridge.take(bridge.task({ type: "reservation-wrapup", worker: AGENT }));
    await bridge.take(bridge.wrote("one more question"));
    await bridge.pass(30 * MINUTE);
    expect(bridge.seen.slice(-2)).toEqual(["closed", "suggestions"]);
  });

  test("comes to Twilio as well once it can be reached, before the next Twilio Conversation is made", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("close-conversation", ...times(30, LATER));
    bridge.outside.nextChannel("closed");
    bridge.now += SECOND;
    await bridge.take(bridge.task({ type: "reservation-wrapup", worker: AGENT }));
    await bridge.pass(5 * MINUTE);
    await bridge.take(bridge.wrote("live agent"));
    expect(bridge.outside.count("create-conversation")).toBe(1);
    await bridge.pass(HOUR);
    const calls = bridge.outside.calls.filter((call) => call.endsWith("-conversation"));
    expect(calls.slice(-2)).toEqual(["close-conversation", "create-conversation"]);
    expect(bridge.outside.count("close-conversation")).toBe(31);
  });
});

describe("a member who writes while the conversation closes", () => {
  /** A session whose Twilio Conversation is closed and being read for the last time. `finish` ends the read. */
  async function closing(bridge: Bridge): Promise<() => Promise<void>> {
    const read = Promise.withResolvers<Attempt>();
    bridge.outside.next("read-messages", read.promise);
    await bridge.begin(bridge.closed());
    return async () => {
      read.resolve({ kind: "done", result: { kind: "read-messages", messages: [], last: -1 } });
      await bridge.settle();
    };
  }

  test("opens the next session with it", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const first = bridge.session;
    const finish = await closing(bridge);
    await bridge.begin(bridge.wrote("wait"));
    expect(bridge.session).toBe(first);
    await finish();
    expect(bridge.session).not.toBe(first);
    expect(bridge.seen.slice(-2)).toEqual(["closed", "suggestions"]);
  });

  test("is answered once, although the assistant had the conversation back already", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.now += SECOND;
    await bridge.take(bridge.agentWrote("/assistant"));
    const questions = bridge.outside.count("ask-assistant");
    const finish = await closing(bridge);
    await bridge.begin(bridge.wrote("where is my account"));
    await finish();
    expect(bridge.outside.count("ask-assistant")).toBe(questions + 1);
    expect(bridge.seen.slice(-2)).toEqual(["closed", "suggestions"]);
  });

  test("asks for a person once: the new session has the case and the transfer", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.now += SECOND;
    await bridge.take(bridge.agentWrote("/assistant"));
    const before = bridge.seen.length;
    const finish = await closing(bridge);
    await bridge.begin(bridge.wrote("live agent"));
    await finish();
    await bridge.pass(MINUTE);
    expect(bridge.seen.slice(before)).toEqual(["closed", "case-opened", "transferring"]);
  });

  test("may press the button that asks for a person: it counts for the new session, once", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.now += SECOND;
    await bridge.take(bridge.agentWrote("/assistant"));
    const before = bridge.seen.length;
    const session = bridge.session;
    const finish = await closing(bridge);
    expect(await bridge.begin(bridge.pressed({ kind: "article", slug: "lost-account" as ArticleSlug }, session))).toBe(
      "stale",
    );
    expect(await bridge.begin(bridge.pressed({ kind: "person" }, session))).toBe("accepted");
    await finish();
    expect(bridge.seen.slice(before)).toEqual(["closed", "case-opened", "transferring"]);
    expect(await bridge.take(bridge.pressed({ kind: "person" }, session))).toBe("stale");
  });
});

describe("messages that meet a closed Twilio Conversation", () => {
  test("open the next session, in order", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const first = bridge.session;
    bridge.outside.next("post", LATER, CLOSED);
    await bridge.take(bridge.wrote("one"));
    await bridge.take(bridge.wrote("two"));
    const read = Promise.withResolvers<Attempt>();
    bridge.outside.next("read-messages", read.promise);
    const passing = bridge.pass(5 * SECOND);
    await bridge.begin(bridge.wrote("three"));
    read.resolve({ kind: "done", result: { kind: "read-messages", messages: [], last: 0 } });
    await passing;
    expect(bridge.session).not.toBe(first);
    await bridge.take(bridge.wrote("live agent"));
    expect(bridge.memberTexts.slice(-4)).toEqual(["one", "two", "three", "live agent"]);
  });

  test("keep their order when the closing webhook comes while one of them waits", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("post", LATER, CLOSED);
    await bridge.take(bridge.wrote("one"));
    await bridge.take(bridge.closed());
    await bridge.take(bridge.wrote("two"));
    await bridge.pass(MINUTE);
    await bridge.take(bridge.wrote("live agent"));
    await bridge.pass(MINUTE);
    expect(bridge.memberTexts.slice(-3)).toEqual(["one", "two", "live agent"]);
  });

  test("are one question, however long", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("post", CLOSED);
    const questions = bridge.outside.count("ask-assistant");
    const long = "word ".repeat(700);
    await bridge.take(bridge.wrote(long));
    expect(bridge.outside.count("ask-assistant")).toBe(questions + 1);
    await bridge.take(bridge.wrote("live agent"));
    expect(bridge.memberTexts.slice(-4).join("")).toBe(`${long}live agent`);
  });

  // The parts are joined with the fences that cutting had added.
  test("are one code block again, however long", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("post", CLOSED);
    const code = `\`\`\`js\n${"let a = 1;\n".repeat(300)}\`\`\``;
    await bridge.take(bridge.wrote(code));
    const asked = bridge.storage.sql<{ question: string }>(
      "SELECT body ->> '$.question' AS question FROM deliveries WHERE kind = 'ask-assistant' ORDER BY seq DESC LIMIT 1",
    );
    expect(asked).toEqual([{ question: code }]);
  });

  test("survive when it was closed while the hand-over was still being set up", async () => {
    const bridge = new Bridge();
    bridge.outside.next("add-member", LATER, CLOSED);
    bridge.outside.next("add-webhook", CLOSED);
    bridge.outside.next("post", CLOSED);
    await bridge.toQueue("first");
    await bridge.take(bridge.closed());
    await bridge.take(bridge.wrote("second"));
    await bridge.pass(MINUTE);
    await bridge.take(bridge.wrote("live agent, please"));
    await bridge.pass(MINUTE);
    const texts = bridge.memberTexts;
    expect(texts.filter((text) => text === "second")).toHaveLength(1);
  });

  test("do not open a session when they are edits: what they correct has ended", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const wrote = bridge.wrote("123");
    await bridge.take(wrote);
    bridge.outside.next("post", CLOSED);
    await bridge.take(bridge.edited(wrote, "124"));
    await bridge.pass(MINUTE);
    expect(bridge.owner).toBe("nobody");
  });
});

describe("after the end", () => {
  test("an edit of the member is history: nothing is opened and nothing is said", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const wrote = bridge.wrote("123");
    await bridge.take(wrote);
    await bridge.take(bridge.closed());
    const { length } = bridge.seen;
    await bridge.take(bridge.edited(wrote, "124"));
    expect(bridge.seen).toHaveLength(length);
    expect(bridge.owner).toBe("nobody");
  });

  test("the assistant does not answer again what it had answered after a hand-back", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.now += SECOND;
    await bridge.take(bridge.agentWrote("/assistant"));
    await bridge.take(bridge.wrote("where is my account"));
    bridge.now += SECOND;
    bridge.outside.nextRead(bridge.agentWrote("goodbye"));
    bridge.outside.next("post", CLOSED, CLOSED);
    const questions = bridge.outside.count("ask-assistant");
    await bridge.take(bridge.closed());
    await bridge.pass(MINUTE);
    expect(bridge.outside.count("ask-assistant")).toBe(questions);
    expect(bridge.owner).toBe("nobody");
    expect(bridge.seen.slice(-2)).toEqual(["agent-text", "closed"]);
  });
});
