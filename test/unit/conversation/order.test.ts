import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TwilioMessageSid } from "../../../src/conversation/ids.ts";
import type { Attempt } from "../../../src/delivery/drain.ts";
import { Bridge } from "../../support/bridge.ts";
import { LATER, REFUSED, times } from "../../support/outside.ts";
import { MINUTE, SECOND } from "../../support/times.ts";

describe("a lane", () => {
  test("waits for a slow message, and no other lane does", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("post", LATER, LATER);
    await bridge.take(bridge.wrote("one"));
    await bridge.take(bridge.wrote("two"));
    await bridge.take(bridge.agentWrote("meanwhile"));
    expect(bridge.agentTexts).toEqual(["meanwhile"]);
    await bridge.pass(MINUTE);
    expect(bridge.memberTexts.slice(-2)).toEqual(["one", "two"]);
  });

  test("is worked by one call at a time, however many events come at once", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const first = Promise.withResolvers<Attempt>();
    bridge.outside.next("post", first.promise);
    const posts = bridge.outside.count("post");
    await bridge.begin(bridge.wrote("one"));
    await bridge.begin(bridge.wrote("two"));
    expect(bridge.outside.count("post")).toBe(posts + 1);
    const index = bridge.outside.nextIndex++;
    first.resolve({ kind: "done", result: { kind: "post", message: "IMone" as TwilioMessageSid, index } });
    await bridge.settle();
    expect(bridge.memberTexts.slice(-2)).toEqual(["one", "two"]);
  });
});

describe("agents' messages", () => {
  test("leave by index, whatever order the webhooks come in and however often", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }),
        fc.array(fc.nat(5), { maxLength: 4 }),
        async (order, repeats) => {
          const bridge = new Bridge();
          await bridge.toAgent();
          const messages = [0, 1, 2, 3, 4, 5].map((n) => bridge.agentWrote(`${n}`));
          for (const n of [...order, ...repeats]) await bridge.take(messages[n] as (typeof messages)[number]);
          expect(bridge.agentTexts).toEqual(["0", "1", "2", "3", "4", "5"]);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("whose webhook is lost are found by the hole they leave, with one read after a second", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const lost = bridge.agentWrote("lost");
    const next = bridge.agentWrote("next");
    bridge.outside.nextRead(lost, next);
    await bridge.take(next);
    expect(bridge.agentTexts).toEqual([]);
    await bridge.pass(1.5 * SECOND);
    expect(bridge.agentTexts).toEqual(["lost", "next"]);
    await bridge.take(lost);
    expect(bridge.agentTexts).toEqual(["lost", "next"]);
    expect(bridge.outside.count("read-messages")).toBe(1);
  });

  test("do not wait for an index that stays empty", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.nextIndex += 3;
    await bridge.take(bridge.agentWrote("after the gap"));
    await bridge.pass(1.5 * SECOND);
    expect(bridge.agentTexts).toEqual(["after the gap"]);
  });

  test("do not wait for a post of ours that will explain the hole, and cost no read", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const post = Promise.withResolvers<Attempt>();
    bridge.outside.next("post", post.promise);
    await bridge.begin(bridge.wrote("question"));
    const index = bridge.outside.nextIndex++;
    await bridge.begin(bridge.agentWrote("answer"));
    post.resolve({ kind: "done", result: { kind: "post", message: "IMquestion" as TwilioMessageSid, index } });
    await bridge.settle();
    expect(bridge.agentTexts).toEqual(["answer"]);
    await bridge.pass(30 * SECOND);
    expect(bridge.outside.count("read-messages")).toBe(0);
  });

  test("that come after a read that failed still arrive, once", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const late = bridge.agentWrote("late");
    const next = bridge.agentWrote("next");
    bridge.outside.next("read-messages", REFUSED);
    await bridge.take(next);
    await bridge.pass(2 * SECOND);
    expect(bridge.agentTexts).toEqual(["next"]);
    await bridge.take(late);
    await bridge.take({ ...late });
    expect(bridge.agentTexts).toEqual(["next", "late"]);
  });

  test("that the read could not see yet still arrive", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const late = bridge.agentWrote("late");
    const next = bridge.agentWrote("next");
    bridge.outside.nextRead(next);
    await bridge.take(next);
    await bridge.pass(2 * SECOND);
    await bridge.take(late);
    expect(bridge.agentTexts).toEqual(["next", "late"]);
  });

  test("that were removed while they waited cost one read and leave as they came", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const from = bridge.outside.nextIndex++;
    const nothing: Attempt = { kind: "done", result: { kind: "read-messages", messages: [], last: from - 1 } };
    bridge.outside.next("read-messages", ...times(1000, nothing));
    await bridge.take(bridge.agentWrote("removed soon"));
    await bridge.pass(30 * SECOND);
    expect(bridge.outside.count("read-messages")).toBe(1);
    expect(bridge.agentTexts).toEqual(["removed soon"]);
  });
});

describe("an edit", () => {
  test("crosses as a new message, both ways", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const message = bridge.agentWrote("wnat is your id?");
    await bridge.take(message);
    await bridge.take(bridge.agentEdited(message, "what is your id?"));
    expect(bridge.agentTexts).toEqual(["wnat is your id?", "edited: what is your id?"]);
    const wrote = bridge.wrote("123");
    await bridge.take(wrote);
    await bridge.take(bridge.edited(wrote, "124"));
    expect(bridge.memberTexts.slice(-2)).toEqual(["123", "edited: 124"]);
  });

  test("of a message that has not left yet changes it: it is said once, after its author was announced", async () => {
    const bridge = new Bridge();
    await bridge.toQueue();
    bridge.outside.nextIndex += 1;
    const message = bridge.agentWrote("wnat?");
    await bridge.take(message);
    await bridge.take(bridge.agentEdited(message, "waht?"));
    await bridge.take(bridge.agentEdited(message, "what?"));
    expect(bridge.agentTexts).toEqual([]);
    await bridge.pass(3 * SECOND);
    expect(bridge.seen.slice(-2)).toEqual(["agent-joined", "agent-text"]);
    expect(bridge.agentTexts).toEqual(["what?"]);
  });
});
