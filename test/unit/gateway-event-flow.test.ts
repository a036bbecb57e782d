import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { captureLog, memberId, parkFirst, RESUME, reconnect, World } from "./gateway-support.ts";

const lines = captureLog();

describe("a conversation that refuses", () => {
  test("is asked three times, then its event is parked and counts as seen", async () => {
    const world = new World();
    await parkFirst(world);
    expect(world.tried).toEqual(["one", "one", "one"]);
    expect(world.shard.describe()).toMatchObject({ parked: 1, lag: 0 });
    await reconnect(world);
    expect(world.connection.sent).toEqual([RESUME(2)]);
  });

  test("counts as one that refuses when it never answers", async () => {
    const world = new World();
    await world.beReady();
    world.dm(2, 1, "one");
    for (let tries = 1; tries <= 3; tries++) {
      expect(world.tried).toHaveLength(tries);
      expect(world.shard.describe().lag).toBe(1);
      await world.exceedTimeLimit();
    }
    expect(world.shard.describe()).toMatchObject({ parked: 1, lag: 0 });
  });

  test("holds up nobody else", async () => {
    const world = new World();
    await parkFirst(world);
    world.dm(3, 2, "other");
    expect(world.tried).toContain("other");
  });

  test("gets later events of its member only after the parked ones, in order", async () => {
    const world = new World();
    await parkFirst(world);
    world.dm(3, 1, "two");
    world.dm(4, 1, "three");
    expect(world.tried).not.toContain("two");
    await world.ringUntil(() => world.attempts.length > 3);
    for (const text of ["one", "two", "three"]) {
      world.attempt(text).accept();
      await world.settle();
    }
    expect(world.tried.slice(3)).toEqual(["one", "two", "three"]);
    expect(world.shard.describe().parked).toBe(0);
    world.dm(5, 1, "four");
    expect(world.tried.at(-1)).toBe("four");
  });

  test("is asked ever less often while it goes on refusing", async () => {
    const world = new World();
    await parkFirst(world);
    const times: number[] = [];
    for (let tries = 4; tries < 12; tries++) {
      await world.ringUntil(() => {
        world.connection.listener.onText('{"op":11}');
        return world.attempts.length === tries;
      });
      times.push(world.now);
      world.attempt("one").refuse();
      await world.settle();
    }
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(pauses).toEqual([15, 30, 60, 120, 240, 450, 450].map((seconds) => seconds * 1000));
    expect(world.shard.describe().parked).toBe(1);
  });

  test("because it is overloaded is left alone at once", async () => {
    const world = new World();
    await world.beReady();
    world.dm(2, 1, "one");
    world.attempt("one").refuse(Object.assign(new Error("busy"), { overloaded: true }));
    await world.settle();
    expect(world.tried).toEqual(["one"]);
    expect(world.shard.describe().parked).toBe(1);
  });

  test("finds its parked events again after a restart", async () => {
    const world = new World();
    await parkFirst(world);
    world.dm(3, 1, "two");
    world.restart();
    world.now += 60_000;
    world.shard.onAlarm();
    world.attempt("one").accept();
    await world.settle();
    world.attempt("two").accept();
    await world.settle();
    expect(world.tried).toEqual(["one", "two"]);
    expect(world.shard.describe().parked).toBe(0);
  });

  test("has an event parked once, however often a resume repeats it", async () => {
    const world = new World();
    await parkFirst(world);
    world.dm(3, 1, "two");
    world.restart();
    world.shard.wake();
    world.hello();
    expect(world.connection.sent).toEqual([RESUME(1)]);
    world.dm(2, 1, "one");
    world.dm(3, 1, "two");
    expect(world.shard.describe()).toMatchObject({ state: "resuming", parked: 2 });
    expect(world.tried).toEqual([]);
  });

  test("is named in the log without a word of what the member wrote", async () => {
    const world = new World();
    await parkFirst(world);
    expect(lines).toContainEqual(expect.objectContaining({ event: "gateway.events-parked", events: 1 }));
    expect(JSON.stringify(lines)).not.toContain('"one"');
  });
});

test("whatever dies and whenever: every event reaches its conversation, each member's in order", async () => {
  const happening = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("dm" as const), member: fc.integer({ min: 1, max: 3 }) }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("accept" as const), pick: fc.nat() }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("refuse" as const), pick: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("restart" as const, "cut" as const, "ring" as const) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 60 }), async (happenings) => {
      const world = new World();
      const history: { seq: number; member: number; text: string }[] = [];
      const open = new Set<(typeof world.attempts)[number]>();
      const stored = new Map<string, string[]>();
      let looked = 0;

      /** What a conversation does: stores what is new to it, in the order of arrival. */
      const accept = async (attempt: (typeof world.attempts)[number]) => {
        const { member } = attempt.event.profile;
        const texts = stored.get(member) ?? [];
        if (!texts.includes(attempt.event.text)) stored.set(member, [...texts, attempt.event.text]);
        open.delete(attempt);
        attempt.accept();
        await world.settle();
      };
      const look = () => {
        for (const attempt of world.attempts.slice(looked)) open.add(attempt);
        looked = world.attempts.length;
      };
      /** Discord's side of a resume. */
      const resume = async () => {
        await world.ringUntil(() => world.shard.describe().state === "connecting");
        world.hello();
        const asked = world.connection.sent.find(({ op }) => op === 6)?.d as { seq: number };
        for (const { seq, member, text } of history.filter((one) => one.seq > asked.seq)) {
          if (member === 0) world.receive({ op: 0, s: seq, t: "RESUMED", d: {} });
          else world.dm(seq, member, text);
        }
        world.receive({ op: 0, s: history.length + 1, t: "RESUMED", d: {} });
        history.push({ seq: history.length + 1, member: 0, text: "" });
      };

      await world.beReady();
      history.push({ seq: 1, member: 0, text: "" });
      for (const next of happenings) {
        look();
        const attempt = "pick" in next && open.size > 0 ? [...open][next.pick % open.size] : undefined;
        if (next.kind === "dm") {
          const event = { seq: history.length + 1, member: next.member, text: `text ${history.length + 1}` };
          history.push(event);
          world.dm(event.seq, event.member, event.text);
        } else if (next.kind === "accept" && attempt !== undefined) {
          await accept(attempt);
        } else if (next.kind === "refuse" && attempt !== undefined) {
          open.delete(attempt);
          attempt.refuse();
          await world.settle();
        } else if (next.kind === "ring") {
          await world.ring();
          if (world.connection.closed === null) world.receive({ op: 11 });
        } else if (next.kind === "restart") {
          world.restart();
          open.clear();
          looked = 0;
          world.shard.wake();
          await resume();
        } else if (next.kind === "cut") {
          world.connection.listener.onClose(1006);
          await resume();
        }
        if (world.shard.describe().state === "waiting") await resume();
      }
      // Now all goes well for a while.
      for (
        let quiet = 0;
        quiet < 200 && (quiet < 3 || world.shard.describe().lag + world.shard.describe().parked > 0);
        quiet++
      ) {
        look();
        for (const attempt of [...open]) await accept(attempt);
        await world.ring();
        world.receive({ op: 11 });
      }
      for (const member of [1, 2, 3]) {
        const sent = history.filter((one) => one.member === member).map(({ text }) => text);
        expect(stored.get(memberId(member)) ?? []).toEqual(sent);
      }
    }),
    { numRuns: 150 },
  );
});
