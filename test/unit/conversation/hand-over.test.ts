import { describe, expect, test } from "vitest";
import type { ArticleSlug } from "../../../src/conversation/ids.ts";
import { Bridge } from "../../support/bridge.ts";
import { LATER, REFUSED, times, UNKNOWN } from "../../support/outside.ts";
import { AGENT } from "../../support/people.ts";
import { rememberingBridge } from "../../support/remembering-outside.ts";
import { HOUR, MINUTE, SECOND } from "../../support/times.ts";

describe("asking for a person", () => {
  test("opens a case, writes the chat so far to Twilio in order and asks Flex for one task", async () => {
    const bridge = new Bridge();
    await bridge.take(bridge.wrote("I lost my account"));
    await bridge.take(bridge.pressed({ kind: "article", slug: "lost-account" as ArticleSlug }));
    await bridge.take(bridge.pressed({ kind: "person" }));
    expect(bridge.seen).toEqual(["suggestions", "article", "case-opened", "transferring"]);
    expect(bridge.outside.posted.map(({ author, content }) => [author, content.kind])).toEqual([
      ["bridge", "summary"],
      ["member", "text"],
      ["assistant", "say"],
      ["assistant", "say"],
      ["member", "asked-for-person"],
    ]);
    const steps = bridge.outside.calls.filter((kind) => /^(create|add|post)/.test(kind));
    expect(steps).toEqual([
      "create-conversation",
      "add-member",
      "add-webhook",
      ...times(5, "post"),
      "create-interaction",
    ]);
  });

  test("in words works like the button, and asking twice makes no second task", async () => {
    const bridge = new Bridge();
    await bridge.toQueue();
    await bridge.take(bridge.pressed({ kind: "person" }));
    await bridge.take(bridge.wrote("live agent"));
    expect(bridge.outside.count("create-interaction")).toBe(1);
    expect(bridge.outside.count("open-case")).toBe(1);
  });

  test("does not wait for the case when the database is down", async () => {
    const bridge = new Bridge();
    bridge.outside.next("open-case", ...times(4, UNKNOWN));
    await bridge.toQueue();
    await bridge.pass(5 * SECOND);
    expect(bridge.outside.count("create-interaction")).toBe(1);
    expect(bridge.seen).toContain("transferring");
    await bridge.pass(MINUTE);
    expect(bridge.seen.at(-1)).toBe("case-opened");
    expect(bridge.outside.posted.at(-1)).toMatchObject({
      author: "bridge",
      content: { kind: "case-opened", number: 12 },
    });
  });

  test("when Twilio is down tells the member once, keeps what is written and goes on in order later", async () => {
    const bridge = new Bridge();
    bridge.outside.next("create-conversation", ...times(8, LATER));
    await bridge.toQueue("first");
    await bridge.take(bridge.wrote("second"));
    await bridge.pass(10 * SECOND);
    expect(bridge.seen.filter((kind) => kind === "agents-unreachable")).toHaveLength(1);
    await bridge.pass(5 * MINUTE);
    expect(bridge.memberTexts).toEqual(["first", "live agent", "second"]);
    expect(bridge.outside.count("create-interaction")).toBe(1);
  });

  test("after months of questions takes the newest of them along", async () => {
    const bridge = new Bridge();
    for (let n = 0; n < 300; n++) await bridge.take(bridge.wrote(`question ${n}`));
    const before = bridge.outside.calls.length;
    await bridge.take(bridge.wrote("live agent"));
    expect(bridge.outside.calls.length - before).toBeLessThan(120);
    expect(bridge.memberTexts.slice(-2)).toEqual(["question 299", "live agent"]);
  });
});

describe("a hand-over that fails", () => {
  for (const step of ["create-conversation", "add-member", "add-webhook"] as const) {
    test(`at ${step} is told to the member, makes no task behind their back and gives the assistant back`, async () => {
      const { bridge } = rememberingBridge();
      refuseOnce(bridge, step);
      await bridge.toQueue();
      await bridge.pass(MINUTE);
      expect(bridge.seen.filter((kind) => kind === "no-agent-available")).toHaveLength(1);
      expect(bridge.owner).toBe("assistant");
      expect(bridge.outside.count("create-interaction")).toBe(0);
    });

    test(`at ${step} is made good by asking again, with each line once and in order`, async () => {
      const { bridge } = rememberingBridge();
      refuseOnce(bridge, step);
      await bridge.toQueue("one");
      await bridge.pass(MINUTE);
      await bridge.take(bridge.wrote("please, a live agent"));
      await bridge.pass(MINUTE);
      expect(bridge.outside.count(step)).toBe(2);
      expect(bridge.outside.count("create-interaction")).toBe(1);
      expect(bridge.memberTexts).toEqual(["one", "live agent", "please, a live agent"]);
      expect(bridge.outside.calls.indexOf("create-interaction")).toBeGreaterThan(
        bridge.outside.calls.lastIndexOf(step),
      );
    });
  }

  test("keeps the member's order, although the instance dies before the steps that follow it", async () => {
    const { bridge } = rememberingBridge();
    refuseOnce(bridge, "create-conversation");
    dieOnceAt(bridge, "add-member");
    await bridge.take(bridge.wrote("one"));
    await bridge.take(bridge.wrote("live agent"));
    await bridge.take(bridge.wrote("a live agent, please"));
    await bridge.pass(5 * MINUTE);
    expect(bridge.memberTexts).toEqual(["one", "live agent", "a live agent, please"]);
  });

  test("because Flex takes no Interaction is tried once more, then the member is told", async () => {
    const bridge = new Bridge();
    bridge.outside.next("create-interaction", REFUSED, REFUSED);
    await bridge.toQueue();
    expect(bridge.outside.count("create-interaction")).toBe(2);
    expect(bridge.seen.at(-1)).toBe("no-agent-available");
    expect(bridge.owner).toBe("assistant");
  });

  function refuseOnce(bridge: Bridge, kind: string): void {
    const { outside } = bridge;
    const perform = outside.perform.bind(outside);
    let isRefused = false;
    outside.perform = (row) => {
      if (isRefused || row.delivery.kind !== kind) return perform(row);
      isRefused = true;
      outside.calls.push(row.delivery.kind);
      return Promise.resolve(REFUSED);
    };
  }

  function dieOnceAt(bridge: Bridge, kind: string): void {
    const { outside } = bridge;
    const perform = outside.perform.bind(outside);
    let hasDied = false;
    outside.perform = (row) => {
      if (hasDied || row.delivery.kind !== kind) return perform(row);
      hasDied = true;
      return outside.die();
    };
  }
});

describe("an agent who hands the member back", () => {
  test("lets the assistant answer, and is fetched again through the same Twilio Conversation", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.now += SECOND;
    await bridge.take(bridge.agentWrote("/assistant"));
    expect(bridge.owner).toBe("assistant");
    expect(bridge.outside.calls).toContain("pause-channel");
    await bridge.take(bridge.wrote("I lost my account"));
    expect(bridge.seen.slice(-2)).toEqual(["back-to-assistant", "suggestions"]);
    const posts = bridge.outside.posted.length;
    await bridge.take(bridge.wrote("live agent"));
    expect(bridge.outside.posted.length).toBe(posts + 4);
    expect(bridge.outside.count("create-interaction")).toBe(1);
  });

  test("but cannot be let go owns the conversation again, and learns of it", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("pause-channel", REFUSED);
    bridge.now += SECOND;
    await bridge.take(bridge.agentWrote("/assistant"));
    expect(bridge.owner).toBe("agent");
    expect(bridge.outside.posted.at(-1)).toMatchObject({ author: "bridge", content: { kind: "not-delivered" } });
    await bridge.take(bridge.wrote("hello?"));
    expect(bridge.memberTexts.at(-1)).toBe("hello?");
    await bridge.pass(HOUR);
    expect(bridge.owner).toBe("agent");
  });

  // The tasks of an agent who was to be let go count as over, also when the agent stays.
  test("but cannot be let go is noticed to end the chat, even if the closing webhook is lost", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("pause-channel", REFUSED);
    bridge.now += SECOND;
    await bridge.take(bridge.agentWrote("/assistant"));
    bridge.outside.nextChannel("closed", { conversation: "closed" });
    await bridge.take(bridge.task({ type: "task-completed" }));
    expect(bridge.owner).toBe("nobody");
  });

  test("is not missed before Flex has had its time, which begins when the member's message is there", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.now += SECOND;
    await bridge.take(bridge.agentWrote("/assistant"));
    bridge.outside.next("post", ...times(8, LATER));
    for (let n = 0; n < 5; n++) bridge.outside.nextChannel("inactive");
    const texts = bridge.memberTexts.length;
    await bridge.take(bridge.wrote("live agent"));
    for (let n = 0; n < 300 && bridge.memberTexts.length === texts; n++) await bridge.pass(SECOND);
    expect(bridge.memberTexts).toHaveLength(texts + 1);
    const looks = bridge.outside.count("read-channel");
    await bridge.pass(10 * SECOND);
    expect(bridge.outside.count("read-channel")).toBe(looks);
    await bridge.pass(MINUTE);
    expect(bridge.outside.count("read-channel")).toBeGreaterThan(looks);
  });

  test("is fetched again with one task, although an old webhook of the first stay comes late", async () => {
    const bridge = new Bridge();
    await bridge.toQueue();
    await bridge.take(bridge.agentWrote("hello"));
    const accepted = bridge.task({ type: "reservation-accepted", worker: AGENT });
    bridge.now += SECOND;
    await bridge.take(bridge.agentWrote("/assistant"));
    await bridge.take(accepted);
    await bridge.take(bridge.wrote("live agent"));
    // Flex makes a task of this message itself.
    expect(bridge.outside.count("create-interaction")).toBe(1);
  });

  test("and comes back by writing owns the conversation again", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.now += SECOND;
    await bridge.take(bridge.agentWrote("/assistant"));
    bridge.now += SECOND;
    await bridge.take(bridge.agentWrote("one more thing"));
    expect(bridge.owner).toBe("agent");
    expect(bridge.seen.slice(-3)).toEqual(["back-to-assistant", "agent-joined", "agent-text"]);
    await bridge.take(bridge.task({ type: "reservation-accepted", worker: AGENT }));
    expect(bridge.seen.filter((kind) => kind === "agent-joined")).toHaveLength(2);
  });
});
