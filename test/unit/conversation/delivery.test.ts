import { describe, expect, test } from "vitest";
import type { ConversationEvent } from "../../../src/conversation/events.ts";
import { Bridge } from "../../support/bridge.ts";
import { LATER, REFUSED, times } from "../../support/outside.ts";
import { AGENT } from "../../support/people.ts";
import { type Fate, rememberingBridge } from "../../support/remembering-outside.ts";
import { HOUR, MINUTE } from "../../support/times.ts";

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
    // The case learns of the first answer.
    await bridge.take(bridge.agentWrote("first answer"));
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

test("the end of a delivery counts once, and the first one stands", () => {
  const bridge = new Bridge();
  bridge.ingest(bridge.wrote("question"));
  const { store } = bridge;
  const row = store.deliveries.head("inside");
  if (!row) throw new Error("the assistant was not asked");
  const count = () => bridge.storage.sql("SELECT count(*) AS n FROM deliveries")[0];
  store.settle(row, { kind: "sent", result: { kind: "ask-assistant", answer: { kind: "nothing" } } });
  const after = count();
  store.settle(row, { kind: "failed", cause: "refused", reason: "no" });
  expect(count()).toEqual(after);
  expect(bridge.storage.sql("SELECT status FROM deliveries WHERE seq = ?", row.seq)).toEqual([{ status: "sent" }]);
});

describe("a crash", () => {
  test("between the call and its record: the message is looked for before it is sent again", async () => {
    const { bridge, outside } = rememberingBridge();
    await bridge.toAgent();
    outside.fates = ["crash-after"];
    await bridge.take(bridge.wrote("hello"));
    await bridge.pass(MINUTE);
    expect(outside.calls.filter((kind) => kind.endsWith("post")).slice(-2)).toEqual(["post", "look:post"]);
    expect(bridge.memberTexts.filter((text) => text === "hello")).toHaveLength(1);
    expect(bridge.store.deliveries.unsettled()).toBe(0);
  });

  test("before the call: what is not found is sent, once", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.ingest(bridge.wrote("hello"));
    bridge.crash();
    await bridge.pass(MINUTE);
    expect(bridge.outside.calls.slice(-2)).toEqual(["look:post", "post"]);
    expect(bridge.memberTexts.slice(-1)).toEqual(["hello"]);
  });

  for (const fate of ["crash-before", "crash-after"] as const) {
    test(`(${fate}) at every call of a whole conversation leads to the same end`, async () => {
      const whole = await story([]);
      const { calls } = whole.outside;
      expect(calls.length).toBeGreaterThan(20);
      for (let n = 0; n < calls.length; n++) {
        const bridge = await story([...times<Fate>(n, "ok"), fate]);
        expect(bridge.seen, `after a crash at call ${n}, ${calls[n]}`).toEqual(whole.seen);
        expect(bridge.memberTexts).toEqual(whole.memberTexts);
        expect(bridge.store.deliveries.unsettled()).toBe(0);
      }
    });
  }

  /** A conversation from `/helpme` to its end, whose calls meet these fates. */
  async function story(fates: Fate[]): Promise<Bridge> {
    const { bridge, outside } = rememberingBridge();
    outside.fates = fates;
    const step = async (event: ConversationEvent) => {
      await bridge.take(event);
      await bridge.pass(MINUTE);
    };
    await step(bridge.helpme());
    await step(bridge.wrote("I lost my account"));
    await step(bridge.pressed({ kind: "person" }));
    await step(bridge.task({ type: "reservation-accepted", worker: AGENT }, { task: "WT1" }));
    const far = outside.of(bridge.session);
    const answer = bridge.agentWrote("hello", { index: far?.messages.length ?? 0 });
    far?.messages.push({ message: answer, line: null });
    await step(answer);
    await step(bridge.wrote("thank you"));
    await step(bridge.closed());
    return bridge;
  }
});

describe("failures", () => {
  test("a member's message that Twilio refuses is reported to its author, once for all parts, and the lane goes on", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("post", REFUSED, REFUSED);
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

  test("an agent's message of which nothing can cross is reported to the agent", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const { length } = bridge.outside.posted;
    await bridge.take(bridge.agentWrote(""));
    expect(bridge.outside.posted.slice(length).map(({ content }) => content.kind)).toEqual(["not-delivered"]);
  });

  test("what cannot cross is reported to the member", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    await bridge.take(bridge.wrote("", { incomplete: true }));
    expect(bridge.seen.at(-1)).toBe("not-delivered");
    await bridge.take(bridge.wrote("with a text", { incomplete: true }));
    expect(bridge.seen.at(-1)).toBe("partly-delivered");
  });

  test("`/helpme` is answered within its 15 minutes, although Discord opens no DM for an hour", async () => {
    const bridge = new Bridge();
    bridge.outside.next("open-dm", { kind: "later", reason: "429/40003", afterMs: HOUR });
    await bridge.take(bridge.helpme());
    await bridge.pass(14 * MINUTE);
    expect(bridge.outside.count("answer-helpme")).toBe(1);
  });

  test("a delivery gives up in the end and says so", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("post", ...times(3000, LATER));
    await bridge.take(bridge.wrote("hello"));
    await bridge.pass(24 * HOUR + MINUTE);
    expect(bridge.seen.at(-1)).toBe("not-delivered");
    expect(bridge.store.deliveries.unsettled()).toBe(0);
  });
});
