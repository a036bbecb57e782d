import { describe, expect, test } from "vitest";
import type { TaskChange } from "../../../src/conversation/events.ts";
import { nextWakeUp } from "../../../src/conversation/state.ts";
import { AGENT, COLLEAGUE } from "../../support/people.ts";
import { MINUTE, SECOND } from "../../support/times.ts";
import { CHANNEL, Decisions, INTERACTION, NEXT_TASK, TASK } from "./decisions.ts";
import { asking, closed, handedBack, isWaiting, left, preparing, silent } from "./happenings.ts";

const signs: readonly TaskChange[] = [
  { type: "task-created" },
  { type: "reservation-created", worker: COLLEAGUE },
  { type: "reservation-accepted", worker: COLLEAGUE },
];

const nextLook = (conversation: Decisions) => conversation.state.session?.twilio?.nextLook ?? null;
const created = (conversation: Decisions, task = TASK) => conversation.task({ type: "task-created" }, task);
const answered = (conversation: Decisions, task: typeof TASK | null = TASK) =>
  conversation.done({ kind: "create-interaction", interaction: INTERACTION, channel: CHANNEL, task });

describe("a sign that a task lives", () => {
  test("gives Flex five minutes to find somebody, where it had twenty seconds to make the task", () => {
    const conversation = new Decisions().toQueue();
    const asked = conversation.now - SECOND;
    expect(nextLook(conversation)?.at).toBe(asked + 20 * SECOND);
    conversation.take(created(conversation));
    expect(nextLook(conversation)?.at).toBe(conversation.now + 5 * MINUTE);
  });

  test("before Flex has answered for its Interaction gives as long", () => {
    const conversation = asking();
    conversation.take(created(conversation));
    conversation.take(answered(conversation));
    expect(nextLook(conversation)?.at).toBe(conversation.now + 5 * MINUTE);
  });

  test("is no reason to look at anything while an agent is there", () => {
    const conversation = new Decisions().toAgent();
    conversation.take(created(conversation, NEXT_TASK));
    expect(nextLook(conversation)).toBeNull();
    const early = asking();
    early.take(early.task({ type: "reservation-accepted", worker: AGENT }));
    early.take(answered(early));
    expect(nextLook(early)).toBeNull();
  });

  test("in a session that asked for nobody changes nothing", () => {
    const conversation = new Decisions();
    conversation.take(conversation.wrote("question"));
    const before = conversation.state;
    for (const change of signs) expect(conversation.take(conversation.task(change))).toEqual([]);
    expect(conversation.state).toEqual(before);
  });

  test("names the agent, also where no other news came before: nobody need look the name up", () => {
    const conversation = new Decisions().toQueue();
    const accepted = conversation.task({ type: "reservation-accepted", worker: AGENT });
    expect(conversation.follows(accepted)).toEqual(["say agent-joined"]);
    expect(conversation.state.agentNames).toEqual({ [AGENT.identity]: AGENT.name });
  });
});

describe("while another task lives", () => {
  test.each(signs)("as $type tells, the end of one is no reason to look; the end of the last one is", (change) => {
    for (const end of ["task-wrapup", "task-completed"] as const) {
      const conversation = new Decisions().toAgent();
      conversation.take(conversation.task(change, NEXT_TASK));
      expect(conversation.follows(conversation.task({ type: end }))).toEqual([]);
      expect(conversation.follows(conversation.task({ type: end }, NEXT_TASK))).toEqual(["read-channel"]);
    }
  });

  test("that Flex named in its answer, the end of one is no reason either", () => {
    const conversation = new Decisions().toQueue();
    conversation.take(created(conversation, NEXT_TASK));
    expect(conversation.follows(conversation.task({ type: "task-completed" }, NEXT_TASK))).toEqual([]);
  });
});

describe("a task that is over", () => {
  test.each(["task-canceled", "task-deleted", "workflow-timeout"] as const)(
    "by %s is a reason to look, once, whatever is heard of it later",
    (type) => {
      const conversation = new Decisions().toQueue();
      expect(conversation.follows(conversation.task({ type }))).toEqual(["read-channel"]);
      conversation.take(conversation.channel("active", { hasTask: true }));
      for (const late of [type, "task-deleted"] as const)
        expect(conversation.follows(conversation.task({ type: late }))).toEqual([]);
    },
  );

  test("does not come back to life by late news of it, nor by Flex's late answer", () => {
    const late = new Decisions().toQueue();
    late.take(late.task({ type: "task-canceled" }));
    late.take(late.channel("active", { hasTask: true }));
    late.take(created(late));

    const answer = asking();
    expect(answer.follows(answer.task({ type: "task-canceled" }))).toEqual([]);
    expect(answer.follows(answered(answer))).toEqual(["read-channel"]);
    answer.take(answer.channel("active", { hasTask: true }));

    const unnamed = asking();
    unnamed.take(answered(unnamed, null));

    for (const conversation of [late, answer, unnamed]) {
      conversation.take(created(conversation, NEXT_TASK));
      const end = conversation.task({ type: "task-completed" }, NEXT_TASK);
      expect(conversation.follows(end)).toEqual(["read-channel"]);
    }
  });

  test("is nothing to look at once the assistant is back, or the chat closes", () => {
    const back = handedBack();
    expect(back.follows(back.task({ type: "task-completed" }))).toEqual([]);
    const over = new Decisions().toAgent();
    over.take(closed(over));
    expect(over.follows(over.task({ type: "task-canceled" }))).toEqual([]);
    expect(over.state.session?.twilio?.look).toBeNull();
  });

  test("is remembered for a while only: what is remembered does not grow with the history", () => {
    const conversation = new Decisions().toAgent();
    for (let n = 0; n < 50; n++)
      conversation.take(conversation.task({ type: "task-completed" }, `WTold${n}` as typeof TASK));
    expect(conversation.state.session?.twilio?.flex?.ended).toHaveLength(20);
    conversation.take(conversation.agentWrote("/assistant", 2));
    conversation.take(conversation.done({ kind: "pause-channel" }));
    expect(conversation.state.session?.twilio?.flex?.ended).toHaveLength(20);
    expect(conversation.state.session?.twilio?.flex?.ended.at(-1)).toBe(TASK);
  });
});

describe("Flex's answer for an Interaction that was given up", () => {
  test("is of no interest, good or bad", () => {
    for (const end of [answered, (conversation: Decisions) => conversation.failed("create-interaction")]) {
      const conversation = preparing();
      conversation.take(conversation.failed("add-webhook"));
      conversation.take(conversation.wrote("live agent", 2));
      expect(conversation.follows(conversation.channel("active"))).toEqual(["create-interaction"]);
      const before = conversation.state;
      expect(conversation.take(end(conversation))).toEqual([]);
      expect(conversation.state).toEqual(before);
    }
  });
});

describe("of a chat that was left, Flex makes the next task when the member writes", () => {
  /** The chat was left; TASK is the one of the agent who went. */
  function inactive(): Decisions {
    const conversation = left();
    conversation.take(conversation.channel("inactive"));
    return conversation;
  }

  /** When Flex is asked if nothing is heard after the member has written. */
  function lookAfterWriting(conversation: Decisions): number | undefined {
    conversation.take(conversation.wrote("are you there?", 9));
    for (let index = 5; isWaiting(conversation, "post"); index++) conversation.take(conversation.posted(index));
    return nextLook(conversation)?.at;
  }

  test("so late news of the old task wake nothing: after twenty seconds Flex is asked", () => {
    const conversation = inactive();
    conversation.take(created(conversation));
    expect(lookAfterWriting(conversation)).toBe(conversation.now + 20 * SECOND);
  });

  test("but a new task is that one already", () => {
    const conversation = inactive();
    conversation.take(created(conversation, NEXT_TASK));
    const heard = conversation.now;
    conversation.now += SECOND;
    expect(lookAfterWriting(conversation)).toBe(heard + 5 * MINUTE);
  });

  test("so does it after a hand-back: news of tasks that it ends wake nothing", () => {
    const conversation = handedBack();
    conversation.take(created(conversation, NEXT_TASK));
    expect(conversation.state.session?.twilio?.inactive).toBe(true);
    conversation.take(conversation.done({ kind: "pause-channel" }));
    conversation.take(conversation.wrote("live agent", 8));
    conversation.take(conversation.channel("inactive"));
    conversation.take(created(conversation));
    expect(lookAfterWriting(conversation)).toBe(conversation.now + 20 * SECOND);
  });

  test("and only then: what the bridge writes there is nothing that Flex waits for", () => {
    const conversation = inactive();
    conversation.take({ kind: "messages-missed", after: "0" as never, at: conversation.now });
    conversation.take(conversation.posted(5));
    expect(nextLook(conversation)).toBeNull();
  });

  test("so is none expected of a message that an agent, now gone, was still to get", () => {
    const conversation = new Decisions().toAgent();
    conversation.take(conversation.wrote("thanks", 8));
    conversation.take(conversation.agentWrote("/assistant", 2));
    conversation.take(conversation.posted(3));
    expect(nextLook(conversation)).toBeNull();
  });
});

describe("an agent", () => {
  test("who wraps up or has done with the chat has left it", () => {
    for (const type of ["reservation-wrapup", "reservation-completed"] as const) {
      const conversation = new Decisions().toAgent();
      expect(conversation.follows(conversation.task({ type, worker: AGENT }))).toEqual(["read-channel"]);
      expect(conversation.follows(conversation.channel("inactive"))).toEqual(["say agent-left"]);
    }
  });

  test("stays although a sign of having left is older than the stay, and does not return by a sign of the old one", () => {
    const conversation = new Decisions().toAgent();
    const earlier = conversation.now - MINUTE;
    expect(conversation.take({ ...conversation.participant("participant-left"), at: earlier })).toEqual([]);
    conversation.take(conversation.participant("participant-left"));
    conversation.take(conversation.channel("active", { hasTask: true }));
    expect(conversation.take(conversation.participant("participant-joined"))).toEqual([]);
    expect(conversation.owner).toBe("queue");
  });

  test("who comes again before the name was found is not looked up a second time", () => {
    const conversation = new Decisions().toQueue();
    conversation.take(conversation.agentWrote("hello", 2));
    conversation.take(conversation.participant("participant-left"));
    conversation.now += SECOND;
    expect(conversation.follows(conversation.agentWrote("I am back", 3))).toEqual([
      "say agent-left",
      "say agent-joined",
      "say agent-text",
    ]);
  });

  test("of whose leaving all news were lost is found to be gone in the end, and cannot return by old signs", () => {
    const conversation = silent(new Decisions().toAgent());
    const accepted = conversation.now;
    conversation.now += SECOND;
    expect(conversation.follows(conversation.channel("inactive"))).toEqual(["say agent-left"]);
    expect(conversation.owner).toBe("queue");
    const late = { ...conversation.task({ type: "reservation-accepted", worker: AGENT }), at: accepted };
    conversation.take(late);
    expect(conversation.state.session?.twilio?.agents[AGENT.identity]?.present).toBe(false);
  });

  test("who came after Flex was asked stays, although nobody was there then", () => {
    const conversation = left();
    conversation.now += SECOND;
    conversation.take(conversation.agentWrote("I take over", 2, { author: COLLEAGUE.identity }));
    conversation.now += SECOND;
    expect(conversation.follows(conversation.channel("inactive"))).toEqual([]);
    expect(conversation.owner).toBe("agent");
  });

  test("who comes back while the assistant is about to speak silences it, and sees what it had heard", () => {
    const conversation = handedBack();
    conversation.take(conversation.wrote("another question", 8));
    conversation.now += SECOND;
    const decided = conversation.follows(conversation.agentWrote("one more thing", 3));
    expect(decided).toEqual(["say agent-joined", "say agent-text"]);
    const kinds = conversation.last.effects.map(({ kind }) => kind);
    expect(kinds.slice(0, 2)).toEqual(["silence-assistant", "replay"]);
    expect(conversation.kept).toEqual([]);
    const waiting = new Decisions().toQueue();
    waiting.take(waiting.agentWrote("hello", 2));
    expect(waiting.last.effects.map(({ kind }) => kind)).not.toContain("replay");
  });

  test("who comes back late is read after again, as before", () => {
    const conversation = handedBack();
    conversation.take(conversation.done({ kind: "pause-channel" }));
    conversation.take(conversation.clock());
    expect(nextWakeUp(conversation.state)).toBeNull();
    conversation.now += SECOND;
    conversation.take(conversation.task({ type: "reservation-accepted", worker: COLLEAGUE }, NEXT_TASK));
    expect(nextWakeUp(conversation.state)).toBe(conversation.now + MINUTE);
  });

  test("who came makes up for what failed before: later one more try is made to bring another", () => {
    const conversation = asking();
    conversation.take(conversation.failed("create-interaction"));
    conversation.take(answered(conversation, NEXT_TASK));
    conversation.take(conversation.task({ type: "reservation-accepted", worker: AGENT }, NEXT_TASK));
    conversation.now += SECOND;
    conversation.take(conversation.participant("participant-left"));
    conversation.take(conversation.channel("failed"));
    expect(conversation.owner).toBe("queue");
    expect(conversation.follows(conversation.failed("create-interaction"))).toEqual(["say no-agent-available"]);
  });
});
