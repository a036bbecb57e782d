import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { INTERVAL, START, World } from "./gateway-support.ts";

let lines: Record<string, unknown>[] = [];

beforeEach(() => {
  lines = [];
  for (const level of ["info", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line) => {
      lines.push(JSON.parse(line));
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});

const RESUME = (seq: number) => ({ op: 6, d: { token: "bot-token", session_id: "s1", seq } });
const identifies = (world: World) => world.connections.flatMap(({ sent }) => sent).filter(({ op }) => op === 2).length;

/** The connection breaks; the shard connects again and Discord greets it. */
async function reconnect(world: World): Promise<void> {
  world.connection.listener.onClose(1006);
  await world.ring();
  world.hello();
}

describe("an event", () => {
  test("is handed over before its number counts: a resume asks for it again until then", async () => {
    const world = new World();
    await world.beReady();
    world.dm(2, 1, "first");
    await reconnect(world);
    expect(world.connection.sent).toEqual([RESUME(1)]);
    world.attempt("first").accept();
    await world.settle();
    await reconnect(world);
    expect(world.connection.sent).toEqual([RESUME(2)]);
  });

  test("that was not handed over when the instance died is asked for again, and handed over again", async () => {
    const world = new World();
    await world.beReady();
    world.dm(2, 1, "first");
    world.dm(3, 2, "second");
    world.attempt("second").accept();
    await world.settle();
    world.restart();
    world.shard.wake();
    world.hello();
    expect(world.connection).toMatchObject({ url: "wss://resume.example", sent: [RESUME(1)] });
    world.dm(2, 1, "first");
    world.dm(3, 2, "second");
    expect(world.tried).toEqual(["first", "second"]);
  });

  test("is repeated by a resume while it is on its way without being handed over twice", async () => {
    const world = new World();
    await world.beReady();
    world.dm(2, 1, "first");
    await reconnect(world);
    world.dm(2, 1, "first");
    expect(world.tried).toEqual(["first"]);
  });

  test("waits for the member's earlier ones, and for nobody else's", async () => {
    const world = new World();
    await world.beReady();
    world.dm(2, 1, "one");
    world.dm(3, 1, "two");
    world.dm(4, 2, "other");
    expect(world.tried).toEqual(["one", "other"]);
    world.attempt("one").accept();
    await world.settle();
    expect(world.tried).toEqual(["one", "other", "two"]);
  });

  test("in a shape that nobody documents is left out, and said so, without its text", async () => {
    const world = new World();
    await world.beReady();
    world.receive({ op: 0, s: 2, t: "MESSAGE_CREATE", d: { content: "secret words" } });
    expect(lines).toContainEqual({ level: "error", event: "gateway.unreadable-event", name: "MESSAGE_CREATE", seq: 2 });
    expect(JSON.stringify(lines)).not.toContain("secret words");
    await reconnect(world);
    expect(world.connection.sent).toEqual([RESUME(2)]);
  });
});

describe("a conversation that refuses", () => {
  /** The first event of member 1 is refused until it is parked. */
  async function parkFirst(world: World): Promise<void> {
    await world.beReady();
    world.dm(2, 1, "one");
    for (let attempt = 0; attempt < 3; attempt++) {
      world.attempt("one").refuse();
      await world.settle();
    }
  }

  test("is asked three times, then its event is parked and counts as seen", async () => {
    const world = new World();
    await parkFirst(world);
    expect(world.tried).toEqual(["one", "one", "one"]);
    expect(world.shard.describe()).toMatchObject({ parked: 1, lag: 0 });
    await reconnect(world);
    expect(world.connection.sent).toEqual([RESUME(2)]);
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
    while (world.attempts.length === 3) await world.ring();
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
    while (times.length < 8) {
      const before = world.attempts.length;
      await world.ring();
      world.connection.listener.onText('{"op":11}');
      if (world.attempts.length === before) continue;
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

  test("is named in the log without a word of what the member wrote", async () => {
    const world = new World();
    await parkFirst(world);
    expect(lines).toContainEqual(expect.objectContaining({ event: "gateway.events-parked", events: 1 }));
    expect(JSON.stringify(lines)).not.toContain('"one"');
  });
});

describe("a lost session", () => {
  test("leaves no event behind: what was on its way is kept on disk and handed over by the next instance", async () => {
    const world = new World();
    await world.beReady();
    world.dm(2, 1, "one");
    world.dm(3, 1, "two");
    world.dm(4, 2, "other");
    world.receive({ op: 9, d: false });
    world.restart();
    await world.ring();
    expect(new Set(world.tried)).toEqual(new Set(["one", "other"]));
    world.attempt("one").accept();
    world.attempt("other").accept();
    await world.settle();
    expect(world.tried.at(-1)).toBe("two");
  });

  test("is replaced by a new one that counts from 1, and the gap is reported once it stands", async () => {
    const world = new World();
    await world.beReady();
    world.dm(2, 1, "one");
    world.attempt("one").accept();
    await world.settle();
    world.connection.listener.onClose(4009);
    while (world.asked < 2) await world.ring();
    world.hello();
    expect(lines.map(({ event }) => event)).not.toContain("gateway.session-lost");
    world.receive({ op: 0, s: 1, t: "READY", d: { session_id: "s2", resume_gateway_url: "wss://resume.example" } });
    expect(lines.map(({ event }) => event)).toContain("gateway.session-lost");
    world.dm(2, 1, "again");
    expect(world.tried).toEqual(["one", "again"]);
  });
});

describe("the alarm", () => {
  test("is never further away than twenty seconds while a connection is wanted", async () => {
    const world = new World();
    await world.beReady();
    for (let rings = 0; rings < 30; rings++) {
      await world.ring();
      world.receive({ op: 11 });
      expect((world.storage.alarm ?? Number.POSITIVE_INFINITY) - world.now).toBeLessThanOrEqual(20_000);
    }
    const beats = world.connection.sent.filter(({ op }) => op === 1).length;
    expect(beats).toBe(Math.floor((world.now - START - INTERVAL / 2) / INTERVAL) + 1);
    expect(world.connections).toHaveLength(1);
  });

  test("finds a connection that died without a word, and resumes", async () => {
    const world = new World();
    await world.beReady();
    while (world.connections.length === 1) await world.ring();
    expect(world.connections[0]?.closed).toBe(4900);
    expect(world.now - START).toBeLessThan(2 * INTERVAL);
    world.hello();
    expect(world.connection.sent).toEqual([RESUME(1)]);
  });

  test("that was lost is set again by whoever needs the connection", async () => {
    const world = new World();
    await world.beReady();
    world.storage.alarm = null;
    world.now += 60_000;
    world.shard.wake();
    expect(world.storage.alarm).not.toBeNull();
  });

  test("does not ring for a shard that has stopped for good", async () => {
    const world = new World();
    await world.beReady();
    world.connection.listener.onClose(4014);
    await world.ring();
    expect(world.storage.alarm).toBeNull();
  });
});

describe("storage", () => {
  test("is not written to for each event: at most once in a hundred, and by the alarm", async () => {
    const world = new World();
    await world.beReady();
    const before = world.storage.writes;
    for (let seq = 2; seq <= 1001; seq++) {
      world.dm(seq, seq % 50, `${seq}`);
      world.attempt(`${seq}`).accept();
      await world.settle();
    }
    expect(world.storage.writes - before).toBe(10);
    await world.ring();
    world.restart();
    world.shard.wake();
    world.hello();
    expect(world.connection.sent).toEqual([RESUME(1001)]);
  });

  test("remembers the Identifies: restarts do not make them any faster", async () => {
    const world = new World();
    const times: number[] = [];
    for (let restarts = 0; restarts < 200; restarts++) {
      world.restart();
      world.shard.wake();
      await world.settle();
      if (world.shard.describe().state === "connecting") {
        world.hello();
        times.push(world.now);
      }
      world.now += 1000;
    }
    expect(times.map((at) => (at - START) / 1000)).toEqual([0, 5, 15, 35, 75, 155]);
    expect(identifies(world)).toBe(6);
    expect(world.shard.describe().identifiesIn24h).toBe(6);
  });

  test("remembers a hard stop until an operator clears it", async () => {
    const world = new World();
    world.gateway = { kind: "refused", status: 401, code: 0, reason: "401: Unauthorized" };
    world.shard.wake();
    await world.settle();
    expect(world.shard.describe()).toMatchObject({ state: "halted", halted: "token-refused" });
    for (let restarts = 0; restarts < 10; restarts++) {
      world.restart();
      world.now += 3_600_000;
      world.shard.wake();
      world.shard.onAlarm();
      await world.settle();
    }
    expect(world.asked).toBe(1);
    world.gateway = { kind: "done", value: { url: "wss://gateway.example", shards: 1, remaining: 9, resetAfterMs: 0 } };
    world.shard.clearHalt();
    await world.settle();
    expect(world.asked).toBe(2);
    expect(world.shard.describe().halted).toBeNull();
  });
});

test("a token refused at the upgrade stops the shard, any other refusal does not", async () => {
  const world = new World();
  world.shard.wake();
  await world.settle();
  world.connection.listener.onFailure(502);
  expect(world.shard.describe()).toMatchObject({ state: "waiting", cause: "no connection: HTTP 502" });
  while (world.connections.length === 1) await world.ring();
  world.connection.listener.onFailure(401);
  expect(world.shard.describe()).toMatchObject({ state: "halted", halted: "token-refused" });
});

test("the log names each change of state, and never the token", async () => {
  const world = new World();
  await world.beReady();
  world.dm(2, 1, "secret words");
  await reconnect(world);
  const states = lines.filter(({ event }) => event === "gateway.state").map(({ state }) => state);
  expect(states).toEqual(["asking", "connecting", "identifying", "ready", "waiting", "connecting", "resuming"]);
  expect(JSON.stringify(lines)).not.toMatch(/bot-token|secret words/);
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
        while (world.shard.describe().state !== "connecting") await world.ring();
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
        expect(stored.get(String(1_200_000_000_000_000_000n + BigInt(member))) ?? []).toEqual(sent);
      }
    }),
    { numRuns: 150 },
  );
});
