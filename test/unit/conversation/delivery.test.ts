import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Attempt } from "../../../src/delivery/drain.ts";
import { AGENT, Bridge } from "../../support/bridge.ts";

const LATER: Attempt = { kind: "later", reason: "503" };
const UNKNOWN: Attempt = { kind: "unknown", reason: "no answer" };
const CLOSED: Attempt = { kind: "failed", cause: "conversation-closed", reason: "closed" };
const DAY = 24 * 60 * 60_000;

describe("an event", () => {
  test("counts once, however often it comes", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const wrote = bridge.wrote("hello");
    const answer = bridge.agentWrote("hi");
    for (let n = 0; n < 3; n++) {
      expect(await bridge.take(wrote)).toBe(n === 0 ? "accepted" : "duplicate");
      await bridge.take(answer);
      bridge.crash();
    }
    expect(bridge.memberTexts.slice(-1)).toEqual(["hello"]);
    expect(bridge.agentTexts).toEqual(["hi"]);
  });

  test("that cannot be stored leaves nothing behind and may come again", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const { sql } = bridge.storage;
    bridge.storage.sql = (statement, ...bindings) => {
      if (statement.includes("INTO deliveries")) throw new Error("disk full");
      return sql.call(bridge.storage, statement, ...bindings) as never;
    };
    const wrote = bridge.wrote("hello");
    expect(() => bridge.ingest(wrote)).toThrow("disk full");
    bridge.storage.sql = sql;
    expect(await bridge.take(wrote)).toBe("accepted");
    expect(bridge.memberTexts.slice(-1)).toEqual(["hello"]);
  });

  test("is on disk with its delivery and the mark of the first attempt before anything is called", () => {
    const bridge = new Bridge();
    bridge.ingest(bridge.wrote("hello"));
    const [row] = bridge.storage.sql("SELECT status, attempts FROM deliveries WHERE kind = 'ask-assistant'");
    expect(row).toEqual({ status: "trying", attempts: 1 });
    expect(bridge.outside.calls).toEqual([]);
    expect(bridge.storage.alarm).not.toBeNull();
  });

  test("costs the same number of rows after a long history", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const costs = [];
    for (let n = 0; n < 50; n++) {
      const before = bridge.storage.writes;
      await bridge.take(bridge.wrote(`message ${n}`));
      await bridge.take(bridge.agentWrote(`answer ${n}`));
      costs.push(bridge.storage.writes - before);
    }
    expect(new Set(costs).size).toBe(1);
  });
});

describe("order", () => {
  test("a slow message holds the next ones of its lane back, and only those", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("post", LATER, LATER);
    await bridge.take(bridge.wrote("one"));
    await bridge.take(bridge.wrote("two"));
    await bridge.take(bridge.agentWrote("meanwhile"));
    expect(bridge.agentTexts).toEqual(["meanwhile"]);
    await bridge.pass(60_000);
    expect(bridge.memberTexts.slice(-2)).toEqual(["one", "two"]);
  });

  test("agents' messages leave by index, whatever order the webhooks come in", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }),
        fc.array(fc.nat(5), { maxLength: 4 }),
        async (order, repeats) => {
          const bridge = new Bridge();
          await bridge.toAgent();
          const messages = order
            .map((n) => n)
            .sort((a, b) => a - b)
            .map((n) => bridge.agentWrote(`${n}`));
          for (const n of [...order, ...repeats]) await bridge.take(messages[n] as (typeof messages)[number]);
          expect(bridge.agentTexts).toEqual(["0", "1", "2", "3", "4", "5"]);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("a lost webhook is found by the hole it leaves, with one read after a second", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const lost = bridge.agentWrote("lost");
    const next = bridge.agentWrote("next");
    bridge.outside.next("read-messages", {
      kind: "done",
      result: { kind: "read-messages", messages: [lost, next], last: next.index },
    });
    await bridge.take(next);
    expect(bridge.agentTexts).toEqual([]);
    await bridge.pass(1_500);
    expect(bridge.agentTexts).toEqual(["lost", "next"]);
    await bridge.take(lost);
    expect(bridge.agentTexts).toEqual(["lost", "next"]);
    expect(bridge.outside.calls.filter((kind) => kind === "read-messages")).toHaveLength(1);
  });

  test("an index that stays empty is taken as skipped", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.nextIndex += 3;
    await bridge.take(bridge.agentWrote("after the gap"));
    await bridge.pass(1_500);
    expect(bridge.agentTexts).toEqual(["after the gap"]);
  });

  test("our own posts in flight explain a hole without any read", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const { promise: post, resolve } = Promise.withResolvers<Attempt>();
    bridge.outside.next("post", post);
    bridge.ingest(bridge.wrote("question"));
    const running = bridge.settle();
    const index = bridge.outside.nextIndex++;
    bridge.ingest(bridge.agentWrote("answer"));
    resolve({ kind: "done", result: { kind: "post", message: "IMquestion" as never, index } });
    await running;
    await bridge.settle();
    expect(bridge.agentTexts).toEqual(["answer"]);
    await bridge.pass(60_000);
    expect(bridge.outside.calls).not.toContain("read-messages");
  });
});

describe("a crash", () => {
  test("between the call and its record: the message is looked for before it is sent again", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("post", new Promise<Attempt>(() => undefined));
    bridge.ingest(bridge.wrote("hello"));
    void bridge.settle();
    await Promise.resolve();
    bridge.crash();
    bridge.outside.next("look:post", {
      kind: "done",
      result: { kind: "post", message: "IMfound" as never, index: bridge.outside.nextIndex++ },
    });
    await bridge.pass(60_000);
    expect(bridge.outside.calls.filter((kind) => kind.endsWith("post")).slice(-2)).toEqual(["post", "look:post"]);
    expect(bridge.store.deliveries.unsettled()).toBe(0);
  });

  test("before the call: what is not found is sent, once", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.ingest(bridge.wrote("hello"));
    bridge.crash();
    await bridge.pass(60_000);
    expect(bridge.outside.calls.slice(-2)).toEqual(["look:post", "post"]);
    expect(bridge.memberTexts.slice(-1)).toEqual(["hello"]);
  });

  test("at every call of a whole conversation leads to the same end", async () => {
    const whole = await story(new Bridge(), null);
    const { calls } = whole.outside;
    for (let n = 0; n < calls.length; n++) {
      const bridge = await story(new Bridge(), n);
      expect(bridge.seen, `after a crash at call ${n}, ${calls[n]}`).toEqual(whole.seen);
      expect(bridge.memberTexts).toEqual(whole.memberTexts);
      expect(bridge.store.deliveries.unsettled()).toBe(0);
    }
  });

  /** A conversation from `/helpme` to its end; the instance dies when call `n` has been made and before its outcome is stored. */
  async function story(bridge: Bridge, n: number | null): Promise<Bridge> {
    const { outside } = bridge;
    const { perform } = outside;
    const happened = new Map<string, Attempt>();
    outside.perform = async (row) => {
      const call = outside.calls.length;
      const attempt = await perform.call(outside, row);
      happened.set(row.id, attempt);
      return call === n ? new Promise<Attempt>(() => undefined) : attempt;
    };
    // Both platforms know what they have done: by nonce, by mark, by name.
    outside.look = async (row) => {
      const attempt = happened.get(row.id);
      return attempt ?? { kind: "absent" };
    };
    const step = async (event: Parameters<Bridge["ingest"]>[0]) => {
      bridge.ingest(event);
      void bridge.settle();
      for (let turn = 0; turn < 50; turn++) await Promise.resolve();
      if (n === null || outside.calls.length <= n) return;
      bridge.crash();
      await bridge.pass(60_000);
    };
    await step(bridge.helpme());
    await step(bridge.wrote("I lost my account"));
    await step(bridge.pressed({ kind: "person" }));
    await step(bridge.task({ type: "reservation-accepted", worker: AGENT }, { task: "WT1" }));
    await step(bridge.agentWrote("hello"));
    await step(bridge.wrote("thank you"));
    await step(bridge.closed());
    return bridge;
  }
});

describe("a call without an answer", () => {
  test("is repeated to Discord with the same id within two minutes", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("say", UNKNOWN);
    await bridge.take(bridge.agentWrote("hello"));
    await bridge.pass(10_000);
    expect(bridge.agentTexts).toEqual(["hello"]);
  });

  test("is not looked for on Twilio before a late commit is ruled out", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("post", UNKNOWN);
    await bridge.take(bridge.wrote("hello"));
    await bridge.pass(14_000);
    expect(bridge.outside.calls).not.toContain("look:post");
    await bridge.pass(2_000);
    expect(bridge.outside.calls.slice(-2)).toEqual(["look:post", "post"]);
  });

  test("that nobody can settle in a day is reported as maybe not delivered", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("post", UNKNOWN);
    bridge.outside.next("look:post", ...Array.from({ length: 3000 }, () => UNKNOWN));
    await bridge.take(bridge.wrote("hello"));
    await bridge.pass(DAY + 60_000);
    expect(bridge.seen.at(-1)).toBe("maybe-not-delivered");
  });
});

describe("failures", () => {
  test("a member's message that Twilio refuses is reported to its author, once for all parts, and the lane goes on", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const refused: Attempt = { kind: "failed", cause: "refused", reason: "400" };
    bridge.outside.next("post", refused, refused);
    await bridge.take(bridge.wrote("long ".repeat(600)));
    await bridge.take(bridge.wrote("short"));
    expect(bridge.seen.filter((kind) => kind === "not-delivered")).toHaveLength(1);
    expect(bridge.memberTexts.slice(-1)).toEqual(["short"]);
  });

  test("an agent's message that Discord refuses is reported to the agent", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("say", { kind: "failed", cause: "dm-closed", reason: "403/50007" });
    await bridge.take(bridge.agentWrote("hello"));
    expect(bridge.outside.posted.at(-1)).toMatchObject({ author: "bridge", content: { kind: "not-delivered" } });
  });

  test("what cannot cross is reported to the member", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    await bridge.take(bridge.wrote("", { incomplete: true }));
    expect(bridge.seen.at(-1)).toBe("not-delivered");
    await bridge.take(bridge.wrote("with a text", { incomplete: true }));
    expect(bridge.seen.at(-1)).toBe("partly-delivered");
  });

  test("messages that meet a closed conversation open the next session, in order", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const first = bridge.session;
    bridge.outside.next("post", LATER, CLOSED);
    await bridge.take(bridge.wrote("one"));
    await bridge.take(bridge.wrote("two"));
    const read = Promise.withResolvers<Attempt>();
    bridge.outside.next("read-messages", read.promise);
    const passing = bridge.pass(5_000);
    for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    bridge.ingest(bridge.wrote("three"));
    read.resolve({ kind: "done", result: { kind: "read-messages", messages: [], last: 0 } });
    await passing;
    await bridge.settle();
    expect(bridge.session).not.toBe(first);
    await bridge.take(bridge.wrote("live agent"));
    expect(bridge.memberTexts.slice(-4)).toEqual(["one", "two", "three", "live agent"]);
  });

  test("what an agent wrote before closing arrives before the closing notice, even if its webhook comes last", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const goodbye = bridge.agentWrote("goodbye");
    bridge.outside.next("read-messages", {
      kind: "done",
      result: { kind: "read-messages", messages: [goodbye], last: goodbye.index },
    });
    await bridge.take(bridge.closed());
    await bridge.take(goodbye);
    expect(bridge.seen.slice(-2)).toEqual(["agent-text", "closed"]);
  });

  test("a delivery gives up in the end and says so", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("post", ...Array.from({ length: 3000 }, () => LATER));
    await bridge.take(bridge.wrote("hello"));
    await bridge.pass(DAY + 60_000);
    expect(bridge.seen.at(-1)).toBe("not-delivered");
    expect(bridge.store.deliveries.unsettled()).toBe(0);
  });
});

describe("two events at once", () => {
  test("never work the same lane twice", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const first = Promise.withResolvers<Attempt>();
    bridge.outside.next("post", first.promise);
    bridge.ingest(bridge.wrote("one"));
    const running = bridge.settle();
    bridge.ingest(bridge.wrote("two"));
    const second = bridge.settle();
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    expect(bridge.memberTexts.at(-1)).not.toBe("two");
    first.resolve({
      kind: "done",
      result: { kind: "post", message: "IMone" as never, index: bridge.outside.nextIndex++ },
    });
    await Promise.all([running, second]);
    expect(bridge.outside.calls.slice(-2)).toEqual(["post", "post"]);
  });
});
