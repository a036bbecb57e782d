import { describe, expect, test } from "vitest";
import type { FlexChannelSid, FlexInteractionSid, TaskSid } from "../../../src/conversation/ids.ts";
import type { Attempt } from "../../../src/delivery/drain.ts";
import { Bridge } from "../../support/bridge.ts";
import { LATER, times, UNKNOWN } from "../../support/outside.ts";
import { AGENT, COLLEAGUE } from "../../support/people.ts";
import { HOUR, MINUTE, SECOND } from "../../support/times.ts";

describe("a task that dies in the queue", () => {
  test("is followed by a second Interaction, then the member hears that nobody is there and has the assistant back", async () => {
    const bridge = new Bridge();
    await bridge.toQueue();
    bridge.outside.nextChannel("failed");
    await bridge.take(bridge.task({ type: "workflow-timeout" }));
    await bridge.take(bridge.task({ type: "task-canceled" }, { task: "WT1" }));
    expect(bridge.outside.count("create-interaction")).toBe(2);
    bridge.outside.nextChannel("failed");
    await bridge.take(bridge.task({ type: "task-canceled" }));
    expect(bridge.owner).toBe("assistant");
    expect(bridge.seen.at(-1)).toBe("no-agent-available");
    bridge.outside.nextChannel("failed");
    await bridge.take(bridge.wrote("live agent"));
    expect(bridge.outside.count("create-interaction")).toBe(3);
    expect(bridge.outside.count("create-conversation")).toBe(1);
  });

  test("of which nobody told is found by a look", async () => {
    const bridge = new Bridge();
    await bridge.toQueue();
    bridge.outside.nextChannel("failed");
    await bridge.pass(30 * SECOND);
    expect(bridge.outside.count("create-interaction")).toBe(2);
  });

  test("is found even a long time after its birth: whoever waits is looked after every few minutes", async () => {
    const bridge = new Bridge();
    await bridge.toQueue();
    await bridge.take(bridge.task({ type: "task-created" }));
    await bridge.pass(HOUR);
    const looks = bridge.outside.count("read-channel");
    expect(looks).toBeGreaterThan(5);
    expect(looks).toBeLessThan(20);
    bridge.outside.nextChannel("closed", { conversation: "closed" });
    await bridge.pass(10 * MINUTE);
    expect(bridge.seen.at(-1)).toBe("closed");
  });

  test("does not pass for the task of the present Interaction", async () => {
    const bridge = new Bridge();
    await bridge.toQueue();
    bridge.outside.nextChannel("failed");
    await bridge.pass(30 * SECOND);
    await bridge.take(bridge.task({ type: "task-created" }, { task: "WT2" }));
    await bridge.take(bridge.task({ type: "task-created" }, { task: "WT1" }));
    bridge.outside.nextChannel("failed");
    await bridge.take(bridge.task({ type: "workflow-timeout" }, { task: "WT2" }));
    expect(bridge.owner).toBe("assistant");
    expect(bridge.seen.at(-1)).toBe("no-agent-available");
  });

  test("before Flex has answered for its Interaction is followed by one more, once", async () => {
    const bridge = new Bridge();
    const answer = Promise.withResolvers<Attempt>();
    bridge.outside.next("create-interaction", answer.promise);
    await bridge.take(bridge.wrote("hello"));
    await bridge.begin(bridge.wrote("live agent"));
    await bridge.begin(bridge.task({ type: "workflow-timeout" }, { task: "WT1" }));
    expect(bridge.outside.count("create-interaction")).toBe(1);
    const task = "WT1" as TaskSid;
    bridge.outside.nextChannel("failed");
    answer.resolve({ kind: "done", result: { kind: "create-interaction", interaction: null, channel: null, task } });
    await bridge.settle();
    expect(bridge.outside.count("create-interaction")).toBe(2);
  });

  test("before Flex has answered for its Interaction is followed by none where the channel was left: Flex makes it", async () => {
    const bridge = new Bridge();
    const answer = Promise.withResolvers<Attempt>();
    bridge.outside.next("create-interaction", answer.promise);
    await bridge.take(bridge.wrote("hello"));
    await bridge.begin(bridge.wrote("live agent"));
    await bridge.begin(bridge.task({ type: "task-completed" }, { task: "WT1" }));
    const task = "WT1" as TaskSid;
    bridge.outside.nextChannel("inactive");
    answer.resolve({ kind: "done", result: { kind: "create-interaction", interaction: null, channel: null, task } });
    await bridge.settle();
    expect(bridge.outside.count("create-interaction")).toBe(1);
  });

  test("of which nobody knows whether it was ever made is looked for before another is asked for", async () => {
    const bridge = new Bridge();
    bridge.outside.next("create-interaction", UNKNOWN);
    bridge.outside.next("look:create-interaction", ...times(3000, UNKNOWN));
    await bridge.take(bridge.wrote("live agent"));
    await bridge.pass(25 * HOUR);
    expect(bridge.outside.calls.lastIndexOf("read-channel")).toBeGreaterThan(
      bridge.outside.calls.lastIndexOf("look:create-interaction"),
    );
    expect(bridge.outside.count("create-interaction")).toBe(1);
  });

  test("while another one lives is a reason to look, not for a new Interaction", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    await bridge.take(bridge.task({ type: "task-created" }, { task: "WT9" }));
    bridge.outside.nextChannel("inactive");
    bridge.now += SECOND;
    await bridge.take(bridge.participant("participant-left", AGENT.identity));
    expect(bridge.owner).toBe("queue");
    const looks = bridge.outside.count("read-channel");
    await bridge.take(bridge.task({ type: "task-canceled" }, { task: "WT9" }));
    expect(bridge.outside.count("read-channel")).toBe(looks + 1);
    expect(bridge.outside.count("create-interaction")).toBe(1);
  });
});

describe("an agent who passes the chat on", () => {
  test("stays until the other has come", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.now += SECOND;
    await bridge.take(bridge.task({ type: "reservation-accepted", worker: COLLEAGUE }, { task: "WT9" }));
    await bridge.take(bridge.participant("participant-left", AGENT.identity));
    expect(bridge.outside.said.slice(-2)).toEqual([
      { kind: "agent-joined", agent: COLLEAGUE.identity },
      { kind: "agent-left", agent: AGENT.identity },
    ]);
    expect(bridge.owner).toBe("agent");
  });

  test("to nobody who takes it leaves the member in the queue; when that task dies too, another person is fetched", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.now += SECOND;
    await bridge.take(bridge.task({ type: "task-created" }, { task: "WT9" }));
    bridge.now += SECOND;
    await bridge.take(bridge.participant("participant-left", AGENT.identity));
    expect(bridge.owner).toBe("queue");
    await bridge.pass(MINUTE);
    bridge.outside.nextChannel("active", { hasTask: false });
    await bridge.take(bridge.task({ type: "workflow-timeout" }, { task: "WT9" }));
    await bridge.take(bridge.task({ type: "task-canceled" }, { task: "WT9" }));
    expect(bridge.outside.count("create-interaction")).toBe(2);
  });

  test("is not announced again when an old sign of the first stay comes late", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const accepted = bridge.now;
    bridge.now += SECOND;
    await bridge.take(bridge.task({ type: "reservation-accepted", worker: COLLEAGUE }, { task: "WT9" }));
    await bridge.take(bridge.participant("participant-left", AGENT.identity));
    await bridge.take(bridge.task({ type: "reservation-accepted", worker: AGENT }, { at: accepted }));
    expect(bridge.seen.at(-1)).toBe("agent-left");
  });

  test("to a colleague who is here before Flex can be asked leaves the chat untouched", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("read-channel", ...times(100, LATER));
    bridge.now += SECOND;
    await bridge.take(bridge.participant("participant-left", AGENT.identity));
    bridge.now += SECOND;
    await bridge.take(bridge.task({ type: "reservation-accepted", worker: COLLEAGUE }, { task: "WT9" }));
    await bridge.pass(15 * MINUTE);
    expect(bridge.owner).toBe("agent");
    expect(bridge.outside.count("close-conversation")).toBe(0);
    expect(bridge.seen.slice(-2)).toEqual(["agent-left", "agent-joined"]);
  });
});

describe("an agent who leaves the chat", () => {
  test("puts the member back into the queue without a new Interaction of ours", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.nextChannel("inactive");
    bridge.now += SECOND;
    await bridge.take(bridge.participant("participant-left", AGENT.identity));
    expect(bridge.owner).toBe("queue");
    expect(bridge.seen.at(-1)).toBe("agent-left");
    await bridge.take(bridge.wrote("are you there?"));
    expect(bridge.outside.count("create-interaction")).toBe(1);
    bridge.now += SECOND;
    await bridge.take(bridge.task({ type: "reservation-accepted", worker: COLLEAGUE }, { task: "WT2" }));
    expect(bridge.owner).toBe("agent");
  });

  test("is followed by nobody if Flex makes no task of two messages of the member, who then has the assistant", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.now += SECOND;
    for (let n = 0; n < 20; n++) bridge.outside.nextChannel("inactive");
    await bridge.take(bridge.participant("participant-left", AGENT.identity));
    await bridge.pass(HOUR);
    expect(bridge.outside.count("create-interaction")).toBe(1);
    await bridge.take(bridge.wrote("are you there?"));
    await bridge.pass(30 * SECOND);
    expect(bridge.outside.posted.at(-1)?.content).toEqual({ kind: "asked-for-person" });
    await bridge.pass(30 * SECOND);
    // An Interaction of our own would be a second task as soon as the channel wakes.
    expect(bridge.outside.count("create-interaction")).toBe(1);
    expect(bridge.seen.at(-1)).toBe("no-agent-available");
  });

  test("is not waited for after the chat was closed, although nobody told us: it is looked after in silence", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.now += SECOND;
    for (let n = 0; n < 3; n++) bridge.outside.nextChannel("inactive");
    await bridge.take(bridge.participant("participant-left", AGENT.identity));
    for (let n = 0; n < 3; n++) bridge.outside.nextChannel("closed", { conversation: "closed" });
    await bridge.pass(HOUR);
    expect(bridge.seen.at(-1)).toBe("closed");
  });

  test("is followed by another one when Flex's own next task dies, even if nobody heard of its birth", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.now += SECOND;
    bridge.outside.nextChannel("active");
    await bridge.take(bridge.participant("participant-left", AGENT.identity));
    bridge.outside.nextChannel("active", { hasTask: false });
    await bridge.take(bridge.task({ type: "workflow-timeout" }, { task: "WT9" }));
    await bridge.pass(HOUR);
    expect(bridge.outside.count("create-interaction")).toBe(2);
  });

  test("is told gone, once, although Flex cannot be asked at first and more is heard meanwhile", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.now += 19 * SECOND;
    bridge.outside.next("read-channel", { kind: "later", reason: "503", afterMs: 5 * SECOND });
    bridge.outside.nextChannel("inactive");
    await bridge.take(bridge.participant("participant-left", AGENT.identity));
    await bridge.take(bridge.task({ type: "task-wrapup" }));
    await bridge.pass(MINUTE);
    expect(bridge.seen.filter((kind) => kind === "agent-left")).toHaveLength(1);
    expect(bridge.owner).toBe("queue");
  });

  test("who had ended the chat ends the session, though Flex says so a little late", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.now += SECOND;
    bridge.outside.nextChannel("active", { hasTask: false });
    await bridge.take(bridge.participant("participant-left", AGENT.identity));
    expect(bridge.owner).toBe("nobody");
    expect(bridge.outside.count("close-conversation")).toBe(1);
    expect(bridge.seen.slice(-1)).toEqual(["closed"]);
  });
});

describe("a look at Flex", () => {
  test("that finds no Interaction yet throws nobody out of the queue", async () => {
    const bridge = new Bridge();
    const task = "WT1" as TaskSid;
    bridge.outside.next("create-interaction", UNKNOWN);
    bridge.outside.next("look:create-interaction", {
      kind: "done",
      result: { kind: "create-interaction", interaction: null, channel: null, task },
    });
    await bridge.toQueue();
    await bridge.pass(2 * MINUTE);
    expect(bridge.outside.count("read-channel")).toBeGreaterThan(0);
    expect(bridge.owner).toBe("queue");
    expect(bridge.outside.count("create-interaction")).toBe(1);
  });

  test("finds the Interaction that a lost answer had named", async () => {
    const bridge = new Bridge();
    const found = { interaction: "KD7" as FlexInteractionSid, channel: "UO7" as FlexChannelSid };
    bridge.outside.next("create-interaction", UNKNOWN);
    bridge.outside.next("look:create-interaction", {
      kind: "done",
      result: { kind: "create-interaction", interaction: null, channel: null, task: "WT1" as TaskSid },
    });
    bridge.outside.next("read-channel", {
      kind: "done",
      result: { kind: "read-channel", channel: "active", conversation: "open", hasTask: true, found },
    });
    await bridge.toQueue();
    await bridge.pass(2 * MINUTE);
    expect(bridge.store.idsOf(bridge.session)).toMatchObject(found);
  });

  test("ends a session whose task was done without a word of who did it", async () => {
    const bridge = new Bridge();
    await bridge.toQueue();
    await bridge.take(bridge.task({ type: "task-created" }));
    bridge.outside.nextChannel("closed", { conversation: "closed" });
    await bridge.take(bridge.task({ type: "task-completed" }));
    expect(bridge.owner).toBe("nobody");
  });
});
