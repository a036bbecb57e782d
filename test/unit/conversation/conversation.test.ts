import { describe, expect, test } from "vitest";
import type { ConversationEvent } from "../../../src/conversation/events.ts";
import type { ArticleSlug, SessionId, TwilioIdentity } from "../../../src/conversation/ids.ts";
import type { Attempt } from "../../../src/delivery/drain.ts";
import { Bridge, GUILD, UNNAMED } from "../../support/bridge.ts";
import { LATER } from "../../support/outside.ts";
import { AGENT } from "../../support/people.ts";
import { MINUTE, SECOND } from "../../support/times.ts";

const LOST = "lost-account" as ArticleSlug;

describe("/helpme", () => {
  test("opens the DM, greets there and then answers in the server", async () => {
    const bridge = new Bridge();
    await bridge.take(bridge.helpme());
    expect(bridge.outside.calls.filter((kind) => kind !== "update-directory")).toEqual([
      "open-dm",
      "say",
      "answer-helpme",
    ]);
    expect(bridge.seen).toEqual(["greeting"]);
    expect(bridge.owner).toBe("assistant");
    expect(bridge.store.state.guild).toBe(GUILD);
  });

  test("says what to change when the DM is closed, and leaves no session behind", async () => {
    const bridge = new Bridge();
    bridge.outside.next("say", { kind: "failed", cause: "dm-closed", reason: "403/50007" });
    await bridge.take(bridge.helpme());
    expect(bridge.outside.calls).toContain("answer-helpme");
    expect(bridge.owner).toBe("nobody");
    expect(bridge.store.state.dm).toMatchObject({ kind: "closed" });
    await bridge.take(bridge.helpme());
    expect(bridge.seen).toEqual(["greeting"]);
  });

  test("in a conversation with an agent does not start over", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    await bridge.take(bridge.helpme());
    expect(bridge.owner).toBe("agent");
    expect(bridge.seen.at(-1)).toBe("still-here");
  });
});

describe("the assistant", () => {
  test("suggests articles and opens the one that was chosen", async () => {
    const bridge = new Bridge();
    await bridge.take(bridge.wrote("I lost my account"));
    await bridge.take(bridge.pressed({ kind: "article", slug: LOST }));
    await bridge.take(bridge.pressed({ kind: "helped", slug: LOST }));
    expect(bridge.seen).toEqual(["suggestions", "article", "glad-it-helped"]);
  });

  test("says so when it finds nothing", async () => {
    const bridge = new Bridge();
    bridge.outside.next("ask-assistant", {
      kind: "done",
      result: { kind: "ask-assistant", answer: { kind: "nothing" } },
    });
    await bridge.take(bridge.wrote("qwertz"));
    expect(bridge.seen).toEqual(["nothing-found"]);
  });

  test("fails open to a person", async () => {
    const bridge = new Bridge();
    bridge.outside.next("ask-assistant", { kind: "failed", cause: "refused", reason: "database is down" });
    await bridge.take(bridge.wrote("I lost my account"));
    expect(bridge.owner).toBe("queue");
    expect(bridge.seen).toEqual(["case-opened", "transferring"]);
    expect(bridge.memberTexts).toEqual(["I lost my account"]);
  });

  test("is not asked about a button of an earlier session", async () => {
    const bridge = new Bridge();
    await bridge.take(bridge.wrote("hello"));
    expect(await bridge.take(bridge.pressed({ kind: "person" }, "100000000000000001-9" as SessionId))).toBe("stale");
    expect(bridge.owner).toBe("assistant");
  });
});

describe("an agent", () => {
  test("is announced once, by whichever sign comes first, and before the first word", async () => {
    const signs = [
      (bridge: Bridge) => bridge.task({ type: "reservation-accepted", worker: AGENT }),
      (bridge: Bridge) => bridge.participant("participant-joined", AGENT.identity),
      (bridge: Bridge) => bridge.agentWrote("hello"),
    ];
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      const bridge = new Bridge();
      await bridge.toQueue();
      await bridge.take(bridge.task({ type: "reservation-created", worker: AGENT }));
      for (const n of order) await bridge.take((signs[n] as (bridge: Bridge) => ConversationEvent)(bridge));
      expect(bridge.seen.slice(-2)).toEqual(["agent-joined", "agent-text"]);
      expect(bridge.seen.filter((kind) => kind === "agent-joined")).toHaveLength(1);
      expect(bridge.owner).toBe("agent");
    }
  });

  test("whose name is unknown is looked up before the first text that needs it", async () => {
    const bridge = new Bridge();
    await bridge.toQueue();
    await bridge.take(bridge.agentWrote("hello", { author: UNNAMED }));
    const calls = bridge.outside.calls.slice(bridge.outside.calls.indexOf("find-agent"));
    expect(calls.filter((call) => call !== "note-answer").slice(0, 3)).toEqual(["find-agent", "say", "say"]);
  });

  test("writes and reads with one outside call a message", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    await bridge.take(bridge.agentWrote("first answer"));
    for (let n = 0; n < 3; n++) {
      const before = bridge.outside.calls.length;
      await bridge.take(bridge.wrote(`question ${n}`));
      await bridge.take(bridge.agentWrote(`answer ${n}`));
      expect(bridge.outside.calls.slice(before)).toEqual(["post", "say"]);
    }
  });

  test("who listens only is announced when speaking", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const supervisor = "supervisor" as TwilioIdentity;
    await bridge.take(bridge.participant("participant-joined", supervisor));
    expect(bridge.seen.filter((kind) => kind === "agent-joined")).toHaveLength(1);
    await bridge.take(bridge.agentWrote("let me help", { author: supervisor }));
    expect(bridge.outside.said.slice(-2)).toEqual([
      { kind: "agent-joined", agent: supervisor },
      { kind: "agent-text", agent: supervisor, text: "let me help", files: [] },
    ]);
  });
});

describe("while an agent owns the conversation", () => {
  test("the assistant says nothing, whatever it was about to say", async () => {
    const bridge = new Bridge();
    await bridge.take(bridge.wrote("hello"));
    const answer = Promise.withResolvers<Attempt>();
    bridge.outside.next("ask-assistant", answer.promise);
    await bridge.begin(bridge.wrote("I lost my account"));
    await bridge.begin(bridge.wrote("live agent"));
    answer.resolve({
      kind: "done",
      result: { kind: "ask-assistant", answer: { kind: "suggestions", articles: [{ slug: LOST, title: "t" }] } },
    });
    await bridge.settle();
    expect(bridge.seen.filter((kind) => kind === "suggestions")).toHaveLength(1);
    expect(bridge.owner).toBe("queue");
  });

  test("an assistant's message that waits for Discord is dropped", async () => {
    const bridge = new Bridge();
    await bridge.take(bridge.helpme());
    bridge.outside.next("say", { kind: "later", reason: "429", afterMs: 5 * SECOND });
    await bridge.take(bridge.wrote("I lost my account"));
    await bridge.take(bridge.wrote("live agent"));
    await bridge.take(bridge.task({ type: "reservation-accepted", worker: AGENT }));
    await bridge.pass(MINUTE);
    expect(bridge.seen).toEqual(["greeting", "case-opened", "transferring", "agent-joined"]);
  });

  test("an assistant's message that Discord puts off while a person is asked for is dropped as well", async () => {
    const bridge = new Bridge();
    const say = Promise.withResolvers<Attempt>();
    bridge.outside.next("say", say.promise);
    await bridge.begin(bridge.wrote("I lost my account"));
    await bridge.begin(bridge.wrote("live agent"));
    say.resolve(LATER);
    await bridge.settle();
    await bridge.pass(MINUTE);
    expect(bridge.seen).toEqual(["case-opened", "transferring"]);
  });

  test("an assistant that fails late fetches no second person", async () => {
    const bridge = new Bridge();
    await bridge.take(bridge.wrote("hello"));
    const { promise: answer, resolve } = Promise.withResolvers<Attempt>();
    bridge.outside.next("ask-assistant", answer);
    bridge.ingest(bridge.wrote("I lost my account"));
    const running = bridge.settle();
    bridge.ingest(bridge.wrote("live agent"));
    resolve({ kind: "failed", cause: "refused", reason: "database is down" });
    await running;
    await bridge.settle();
    expect(bridge.outside.count("create-conversation")).toBe(1);
    expect(bridge.outside.count("open-case")).toBe(1);
  });

  test("what the assistant was about to say stays unsaid, also when the member is handed back to it", async () => {
    const bridge = new Bridge();
    await bridge.take(bridge.wrote("hello"));
    const { promise: slow, resolve } = Promise.withResolvers<Attempt>();
    bridge.outside.next("say", slow);
    await bridge.begin(bridge.wrote("first question"));
    await bridge.begin(bridge.wrote("second question"));
    await bridge.begin(bridge.wrote("live agent"));
    bridge.now += 1000;
    await bridge.begin(bridge.agentWrote("/assistant"));
    resolve({ kind: "later", reason: "429" });
    await bridge.settle();
    await bridge.pass(60_000);
    expect(bridge.owner).toBe("assistant");
    expect(bridge.seen.filter((kind) => kind === "suggestions")).toHaveLength(1);
  });
});
