import { describe, expect, test, vi } from "vitest";
import { captureLog, INTERVAL, parkFirst, RESUME, reconnect, START, World } from "./gateway-support.ts";

const lines = captureLog();

const identifies = (world: World) => world.connections.flatMap(({ sent }) => sent).filter(({ op }) => op === 2).length;

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

  test("that the disk would not take is not passed over: a resume brings it again", async () => {
    const world = new World();
    await parkFirst(world);
    const disk = vi.spyOn(world.storage, "transaction").mockImplementationOnce(() => {
      throw new Error("disk full");
    });
    world.dm(3, 1, "two");
    expect(disk).toHaveBeenCalledOnce();
    expect(world.shard.describe()).toMatchObject({ state: "waiting", parked: 1 });
    await world.ring();
    world.hello();
    expect(world.connection.sent).toEqual([RESUME(2)]);
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

  test("is replaced by a new one that counts from 1; what was missed is read before anything new is handed over", async () => {
    const world = new World();
    await world.beReady();
    world.dm(2, 1, "one");
    world.attempt("one").accept();
    await world.settle();
    world.connection.listener.onClose(4009);
    await world.ringUntil(() => world.asked === 2);
    world.hello();
    const gap = Promise.withResolvers<void>();
    world.gapFilling = gap.promise;
    world.pausing = new Promise(() => undefined);
    const before = world.gapsAsked;
    world.receive({ op: 0, s: 1, t: "READY", d: { session_id: "s2", resume_gateway_url: "wss://resume.example" } });
    expect(world.gapsAsked).toBe(before + 1);
    world.dm(2, 1, "again");
    await world.settle();
    expect(world.tried).toEqual(["one"]);
    gap.resolve();
    await world.settle();
    expect(world.tried).toEqual(["one", "again"]);
  });

  test("what was missed and could not be read is asked for again after a pause, and holds up nothing new meanwhile", async () => {
    const world = new World();
    await world.beReady();
    world.connection.listener.onClose(4009);
    await world.ringUntil(() => world.asked === 2);
    world.hello();
    world.gapFilling = Promise.reject(new Error("Discord is down"));
    world.receive({ op: 0, s: 1, t: "READY", d: { session_id: "s2", resume_gateway_url: "wss://resume.example" } });
    world.dm(2, 1, "new");
    await world.settle();
    expect(world.tried).toEqual(["new"]);
    expect(lines.map(({ event }) => event)).toContain("gateway.gap-not-filled");
    const failed = world.gapsAsked;
    world.gapFilling = Promise.resolve();
    await world.ring();
    expect(world.gapsAsked).toBe(failed);
    await world.ringUntil(() => world.gapsAsked > failed);
    await world.ring();
    await world.ring();
    expect(world.gapsAsked).toBe(failed + 1);
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
    await world.ringUntil(() => world.connections.length === 2);
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
    for (let seq = 2; seq <= 1050; seq++) {
      world.dm(seq, seq % 50, `${seq}`);
      world.attempt(`${seq}`).accept();
      await world.settle();
    }
    expect(world.storage.writes - before).toBe(10);
    await world.ring();
    world.restart();
    world.shard.wake();
    world.hello();
    expect(world.connection.sent).toEqual([RESUME(1050)]);
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

test("a hard stop ends with the token it was made for: a new token starts again, after the next deployment", async () => {
  const world = new World();
  world.gateway = { kind: "refused", status: 401, code: 0, reason: "401: Unauthorized" };
  world.shard.wake();
  await world.settle();
  world.gateway = { kind: "done", value: { url: "wss://gateway.example", shards: 1, remaining: 9, resetAfterMs: 0 } };
  world.restart();
  world.shard.wake();
  expect(world.shard.describe().halted).toBe("token-refused");
  world.tokenMark = "mark of another token";
  world.restart();
  world.shard.wake();
  await world.settle();
  expect(world.shard.describe().halted).toBeNull();
  expect(world.asked).toBe(2);
});

test("a token refused at the upgrade stops the shard, any other refusal does not", async () => {
  const world = new World();
  world.shard.wake();
  await world.settle();
  world.connection.listener.onFailure(502);
  expect(world.shard.describe()).toMatchObject({ state: "waiting", cause: "no connection: HTTP 502" });
  await world.ringUntil(() => world.connections.length === 2);
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
