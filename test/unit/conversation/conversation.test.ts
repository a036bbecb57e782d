import { describe, expect, test } from "vitest";
import type { ArticleSlug, SessionId, TwilioIdentity } from "../../../src/conversation/ids.ts";
import { AGENT, Bridge, COLLEAGUE, GUILD, UNNAMED } from "../../support/bridge.ts";

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
    expect(bridge.store.state.dm).toEqual({ kind: "closed" });
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

describe("asking for a person", () => {
  test("opens a case, writes the chat so far to Twilio in order and asks Flex for one task", async () => {
    const bridge = new Bridge();
    await bridge.take(bridge.wrote("I lost my account"));
    await bridge.take(bridge.pressed({ kind: "article", slug: LOST }));
    await bridge.take(bridge.pressed({ kind: "person" }));
    expect(bridge.seen).toEqual(["suggestions", "article", "case-opened", "transferring"]);
    expect(bridge.outside.posted.map(({ author, content }) => [author, content.kind])).toEqual([
      ["member", "text"],
      ["assistant", "say"],
      ["assistant", "say"],
      ["member", "asked-for-person"],
    ]);
    const twilio = bridge.outside.calls.filter((kind) => /^(create|add|post)/.test(kind));
    expect(twilio).toEqual([
      "create-conversation",
      "add-member",
      "add-webhook",
      "post",
      "post",
      "post",
      "post",
      "create-interaction",
    ]);
  });

  test("in words works like the button, and asking twice makes no second task", async () => {
    const bridge = new Bridge();
    await bridge.toQueue();
    await bridge.take(bridge.pressed({ kind: "person" }));
    await bridge.take(bridge.wrote("live agent"));
    expect(bridge.outside.calls.filter((kind) => kind === "create-interaction")).toHaveLength(1);
    expect(bridge.outside.calls.filter((kind) => kind === "open-case")).toHaveLength(1);
  });

  test("does not wait for the case when the database is down", async () => {
    const bridge = new Bridge();
    bridge.outside.next("open-case", ...Array.from({ length: 4 }, () => ({ kind: "unknown" as const, reason: "D1" })));
    await bridge.toQueue();
    await bridge.pass(5_000);
    expect(bridge.outside.calls).toContain("create-interaction");
    expect(bridge.seen).toContain("transferring");
    await bridge.pass(60_000);
    expect(bridge.seen.at(-1)).toBe("case-opened");
    expect(bridge.outside.posted.at(-1)).toMatchObject({
      author: "bridge",
      content: { kind: "case-opened", number: 12 },
    });
  });

  test("when Twilio is down tells the member once, keeps what is written and goes on in order later", async () => {
    const bridge = new Bridge();
    const down = Array.from({ length: 8 }, () => ({ kind: "later" as const, reason: "503" }));
    bridge.outside.next("create-conversation", ...down);
    await bridge.toQueue("first");
    await bridge.take(bridge.wrote("second"));
    await bridge.pass(10_000);
    expect(bridge.seen.filter((kind) => kind === "agents-unreachable")).toHaveLength(1);
    await bridge.pass(5 * 60_000);
    expect(bridge.memberTexts).toEqual(["first", "live agent", "second"]);
    expect(bridge.outside.calls.filter((kind) => kind === "create-interaction")).toHaveLength(1);
  });

  test("tries a second Interaction, then says that nobody is there, and the assistant is back", async () => {
    const bridge = new Bridge();
    await bridge.toQueue();
    await bridge.take(bridge.task({ type: "workflow-timeout" }));
    await bridge.take(bridge.task({ type: "task-canceled" }, { task: "WT1" }));
    expect(bridge.outside.calls.filter((kind) => kind === "create-interaction")).toHaveLength(2);
    await bridge.take(bridge.task({ type: "task-canceled" }));
    expect(bridge.owner).toBe("assistant");
    expect(bridge.seen.at(-1)).toBe("no-agent-available");
    await bridge.take(bridge.wrote("live agent"));
    expect(bridge.outside.calls.filter((kind) => kind === "create-interaction")).toHaveLength(3);
    expect(bridge.outside.calls.filter((kind) => kind === "create-conversation")).toHaveLength(1);
  });

  test("notices a channel that failed without a word", async () => {
    const bridge = new Bridge();
    await bridge.toQueue();
    bridge.outside.nextChannel("failed");
    await bridge.pass(30_000);
    expect(bridge.outside.calls.filter((kind) => kind === "create-interaction")).toHaveLength(2);
  });
});

describe("an agent", () => {
  test("is announced once, by whichever sign comes first, and before the first word", async () => {
    const signs = [
      (bridge: Bridge) => bridge.task({ type: "reservation-accepted", worker: AGENT }),
      (bridge: Bridge) => bridge.participant("participant-joined", AGENT.identity as TwilioIdentity),
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
      for (const n of order) await bridge.take((signs[n] as (bridge: Bridge) => ReturnType<Bridge["closed"]>)(bridge));
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
    expect(calls.slice(0, 3)).toEqual(["find-agent", "say", "say"]);
  });

  test("writes and reads with one outside call a message", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
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

  test("who ends the chat ends the session; the next message opens a new one", async () => {
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

  test("who wraps up is found gone even if the closing webhook is lost", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.nextChannel("closed", { conversation: "closed" });
    bridge.now += 1000;
    await bridge.take(bridge.task({ type: "reservation-wrapup", worker: AGENT }));
    expect(bridge.seen.at(-1)).toBe("closed");
    expect(bridge.seen).not.toContain("agent-left");
  });

  test("who leaves puts the member back into the queue without a new Interaction of ours", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.nextChannel("inactive");
    bridge.now += 1000;
    await bridge.take(bridge.participant("participant-left", AGENT.identity as TwilioIdentity));
    expect(bridge.owner).toBe("queue");
    expect(bridge.seen.at(-1)).toBe("agent-left");
    await bridge.take(bridge.wrote("are you there?"));
    expect(bridge.outside.calls.filter((kind) => kind === "create-interaction")).toHaveLength(1);
    bridge.now += 1000;
    await bridge.take(bridge.task({ type: "reservation-accepted", worker: COLLEAGUE }, { task: "WT2" }));
    expect(bridge.owner).toBe("agent");
  });

  test("who passes the chat on stays until the other has come", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.now += 1000;
    await bridge.take(bridge.task({ type: "reservation-accepted", worker: COLLEAGUE }, { task: "WT9" }));
    await bridge.take(bridge.participant("participant-left", AGENT.identity as TwilioIdentity));
    expect(bridge.outside.said.slice(-2)).toEqual([
      { kind: "agent-joined", agent: COLLEAGUE.identity },
      { kind: "agent-left", agent: AGENT.identity },
    ]);
    expect(bridge.owner).toBe("agent");
  });

  test("whose old sign comes late is not announced again", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const accepted = bridge.now;
    bridge.now += 1000;
    await bridge.take(bridge.task({ type: "reservation-accepted", worker: COLLEAGUE }, { task: "WT9" }));
    await bridge.take(bridge.participant("participant-left", AGENT.identity as TwilioIdentity));
    await bridge.take(bridge.task({ type: "reservation-accepted", worker: AGENT }, { at: accepted }));
    expect(bridge.seen.at(-1)).toBe("agent-left");
  });

  test("gives the member back to the assistant with a command", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.now += 1000;
    await bridge.take(bridge.agentWrote("/assistant"));
    expect(bridge.owner).toBe("assistant");
    expect(bridge.outside.calls).toContain("pause-channel");
    await bridge.take(bridge.wrote("I lost my account"));
    expect(bridge.seen.slice(-2)).toEqual(["back-to-assistant", "suggestions"]);
    const posts = bridge.outside.posted.length;
    await bridge.take(bridge.wrote("live agent"));
    expect(bridge.outside.posted.length).toBe(posts + 3);
    expect(bridge.outside.calls.filter((kind) => kind === "create-interaction")).toHaveLength(1);
  });

  test("edits cross as new messages, both ways", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const message = bridge.agentWrote("wnat is your id?");
    await bridge.take(message);
    await bridge.take({ ...message, kind: "agent-edited", revision: "2", text: "what is your id?" });
    expect(bridge.agentTexts).toEqual(["wnat is your id?", "edited: what is your id?"]);
    const wrote = bridge.wrote("123");
    await bridge.take(wrote);
    if (wrote.kind !== "member-wrote") throw new Error("unreachable");
    await bridge.take({ ...wrote, kind: "member-edited", revision: "2", text: "124" });
    expect(bridge.memberTexts.slice(-2)).toEqual(["123", "edited: 124"]);
  });
});

describe("while an agent owns the conversation", () => {
  test("the assistant says nothing, whatever it was about to say", async () => {
    const bridge = new Bridge();
    await bridge.take(bridge.wrote("hello"));
    const { promise: answer, resolve } = Promise.withResolvers<Parameters<typeof Object>[0]>();
    bridge.outside.next("ask-assistant", answer);
    bridge.ingest(bridge.wrote("I lost my account"));
    const running = bridge.settle();
    bridge.ingest(bridge.wrote("live agent"));
    resolve({
      kind: "done",
      result: { kind: "ask-assistant", answer: { kind: "suggestions", articles: [{ slug: LOST, title: "t" }] } },
    });
    await running;
    await bridge.settle();
    expect(bridge.seen.filter((kind) => kind === "suggestions")).toHaveLength(1);
    expect(bridge.owner).toBe("queue");
  });

  test("an assistant's message that waits for Discord is dropped", async () => {
    const bridge = new Bridge();
    await bridge.take(bridge.helpme());
    bridge.outside.next("say", { kind: "later", reason: "429", afterMs: 5_000 });
    await bridge.take(bridge.wrote("I lost my account"));
    await bridge.take(bridge.wrote("live agent"));
    await bridge.take(bridge.task({ type: "reservation-accepted", worker: AGENT }));
    await bridge.pass(60_000);
    expect(bridge.seen).toEqual(["greeting", "case-opened", "transferring", "agent-joined"]);
  });
});
