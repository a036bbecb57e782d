import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextWake } from "../../src/discord/gateway/connection-state.ts";
import type { Frame } from "../../src/discord/gateway/frames.ts";
import { FOUND, INTERVAL, kinds, Machine, NEW, ready, SESSION, START, type Unnumbered } from "./gateway-machine.ts";

describe("the first connection", () => {
  test("asks for the address and the Identifies left, connects, counts the Identify, identifies and is ready", () => {
    const machine = new Machine();
    expect(machine.take({ kind: "wake" })).toEqual([{ kind: "ask-gateway", epoch: 1 }]);
    expect(machine.take({ ...FOUND, shards: 2 })).toEqual([
      { kind: "connect", epoch: 1, url: "wss://gateway.example" },
    ]);
    expect(machine.hello()).toEqual([{ kind: "save" }, { kind: "identify", shards: 2 }]);
    expect(machine.state.lasting.identifies).toEqual([START]);
    expect(machine.frame({ kind: "ready", seq: 1, session: SESSION })).toEqual([
      { kind: "event", seq: 1, name: null, data: null },
      { kind: "save" },
    ]);
    expect(machine.phase).toBe("ready");
    expect(machine.state.lasting.session).toEqual(SESSION);
  });

  test("waking it again while it is on its way changes nothing", () => {
    const machine = new Machine();
    machine.take({ kind: "wake" });
    const before = machine.state;
    expect(machine.take({ kind: "wake" })).toEqual([]);
    expect(machine.state).toBe(before);
  });

  test("for people it is said why each phase began", () => {
    const machine = new Machine();
    const causes = [machine.state.cause];
    const and = () => causes.push(machine.state.cause);
    machine.take({ kind: "wake" });
    and();
    machine.take({ ...FOUND, remaining: 7 });
    and();
    machine.wakeWhenDue();
    machine.take({ kind: "gateway-not-found", afterMs: 0, reason: "HTTP 502" });
    and();
    machine.wakeWhenDue();
    machine.take(FOUND);
    and();
    machine.hello();
    and();
    machine.frame({ kind: "ready", seq: 1, session: SESSION });
    and();
    machine.frame({ kind: "reconnect-requested" });
    and();
    machine.wakeWhenDue();
    machine.hello();
    and();
    machine.frame({ kind: "resumed", seq: 1 });
    and();
    machine.take({ kind: "closed", code: 4000 });
    and();
    machine.wakeWhenDue();
    machine.take({ kind: "connect-failed", reason: "HTTP 502" });
    and();
    machine.wakeWhenDue();
    machine.hello();
    machine.frame({ kind: "session-invalid", resumable: false });
    and();
    machine.wakeWhenDue();
    and();
    machine.take({ kind: "token-refused" });
    and();
    machine.take({ kind: "clear-halt" });
    and();
    expect(causes).toEqual([
      "started",
      "asked to connect",
      "7 Identifies remain",
      "no address: HTTP 502",
      "address known",
      "connected",
      "session began",
      "asked to reconnect",
      "connected",
      "session resumed",
      "closed with 4000",
      "no connection: HTTP 502",
      "session invalid",
      "session invalid",
      "HTTP 401",
      "cleared by an operator",
    ]);
  });

  test("a second address, or a second Hello, opens and begins nothing more", () => {
    const machine = new Machine();
    machine.take({ kind: "wake" });
    machine.take(FOUND);
    expect(machine.take(FOUND)).toEqual([]);
    machine.hello();
    expect(machine.hello()).toEqual([]);
    expect(machine.phase).toBe("identifying");
    machine.frame({ kind: "ready", seq: 1, session: SESSION });
    expect(machine.hello()).toEqual([]);
    expect(machine.phase).toBe("ready");
  });

  test("Ready where no Identify was sent begins nothing", () => {
    const machine = new Machine();
    machine.take({ kind: "wake" });
    machine.take(FOUND);
    expect(machine.frame({ kind: "ready", seq: 1, session: SESSION })).toEqual([]);
    expect(machine.phase).toBe("connecting");
  });

  test("a pause between two attempts is kept, however often it is woken", () => {
    const machine = ready();
    machine.take({ kind: "closed", code: 1006 });
    const before = machine.state;
    expect(machine.take({ kind: "wake" })).toEqual([]);
    expect(machine.state).toBe(before);
  });

  test("one that fails before a session began leaves none behind, and no gap", () => {
    const machine = new Machine();
    machine.take({ kind: "wake" });
    machine.take(FOUND);
    machine.hello();
    expect(kinds(machine.take({ kind: "closed", code: 1006 }))).toEqual(["close", "forget-session", "save"]);
    expect(machine.state.lasting).toMatchObject({ session: null, gapSince: null });
  });

  test("Identifies that were made lately are waited for", () => {
    const machine = new Machine({ ...NEW, identifies: [START - 1000] });
    expect(machine.take({ kind: "wake" })).toEqual([]);
    expect(machine.state.phase).toEqual({ kind: "waiting", until: START + 4000 });
    expect(machine.state.cause).toBe("saving Identifies");
    expect(kinds(machine.wakeWhenDue())).toEqual(["ask-gateway"]);
  });

  test.each([["asking"], ["connecting"], ["identifying"]])("%s that takes too long is given up", (phase) => {
    const machine = new Machine();
    machine.take({ kind: "wake" });
    if (phase !== "asking") machine.take(FOUND);
    if (phase === "identifying") machine.hello();
    machine.now += 60_000;
    expect(kinds(machine.take({ kind: "wake" }))).toContain("close");
    expect(machine.phase).toBe("waiting");
    expect(machine.state.cause).toBe(`${phase} took too long`);
  });

  test("and each later step has its time: it is given up at that moment, not before", () => {
    const machine = ready();
    machine.take({ kind: "closed", code: 1006 });
    for (const [phase, limit] of [
      ["connecting", 20_000],
      ["resuming", 120_000],
    ] as const) {
      machine.wakeWhenDue();
      if (phase === "resuming") machine.frame({ kind: "hello", heartbeatIntervalMs: 10 * 60_000 });
      expect(machine.phase).toBe(phase);
      const since = machine.now;
      expect(nextWake(machine.state)).toBe(since + limit);
      machine.now = since + limit - 1;
      expect(machine.take({ kind: "wake" })).toEqual([]);
      machine.now = since + limit;
      expect(machine.take({ kind: "wake" })).toEqual([{ kind: "close", code: 4900 }]);
      expect(machine.state.cause).toBe(`${phase} took too long`);
    }
    const asking = new Machine();
    asking.take({ kind: "wake" });
    expect(nextWake(asking.state)).toBe(START + 15_000);
    asking.take(FOUND);
    asking.frame({ kind: "hello", heartbeatIntervalMs: 10 * 60_000 });
    expect(nextWake(asking.state)).toBe(START + 30_000);
  });

  test("does not identify while Discord grants only the reserve", () => {
    const machine = new Machine();
    machine.take({ kind: "wake" });
    expect(machine.take({ ...FOUND, remaining: 50, resetAfterMs: 3_600_000 })).toEqual([]);
    expect(machine.state.phase).toEqual({ kind: "waiting", until: START + 3_600_000 });
  });
});

describe("heartbeats", () => {
  test("the first comes after a random part of the interval, the others after the whole of it", () => {
    const machine = new Machine();
    machine.take({ kind: "wake" });
    machine.take(FOUND);
    machine.hello();
    expect(nextWake(machine.state)).toBe(START + INTERVAL / 2);
    expect(machine.wakeWhenDue()).toEqual([{ kind: "heartbeat" }]);
    machine.frame({ kind: "heartbeat-acknowledged" });
    machine.frame({ kind: "ready", seq: 1, session: SESSION });
    expect(nextWake(machine.state)).toBe(machine.now + INTERVAL);
  });

  test("a heartbeat that was not acknowledged before the next means a dead connection: it is resumed elsewhere", () => {
    const machine = ready();
    machine.take({ kind: "wake" });
    expect(machine.phase).toBe("ready");
    const effects = machine.wakeWhenDue();
    expect(effects).toEqual([{ kind: "close", code: 4900 }]);
    expect(machine.state.cause).toBe("heartbeat not acknowledged");
    expect(machine.wakeWhenDue()).toEqual([{ kind: "connect", epoch: machine.state.epoch, url: SESSION.resumeUrl }]);
    expect(machine.hello()).toEqual([{ kind: "resume", session: SESSION }]);
  });

  test("an acknowledgement before the first Hello, or one more than was asked for, changes nothing", () => {
    const machine = new Machine();
    machine.take({ kind: "wake" });
    expect(machine.frame({ kind: "heartbeat-acknowledged" })).toEqual([]);
    const standing = ready();
    expect(standing.frame({ kind: "heartbeat-acknowledged" })).toEqual([]);
    expect(standing.phase).toBe("ready");
  });

  test("an acknowledged connection goes on", () => {
    const machine = ready();
    for (let beats = 0; beats < 20; beats++) {
      expect(machine.wakeWhenDue()).toEqual([{ kind: "heartbeat" }]);
      machine.frame({ kind: "heartbeat-acknowledged" });
    }
    expect(machine.phase).toBe("ready");
  });

  test("a heartbeat is sent at once when Discord asks for it, even before it said how often", () => {
    const machine = ready();
    expect(machine.frame({ kind: "heartbeat-requested" })).toEqual([{ kind: "heartbeat" }]);
    expect(nextWake(machine.state)).toBe(machine.now + INTERVAL);
    const early = new Machine();
    early.take({ kind: "wake" });
    early.take(FOUND);
    expect(early.frame({ kind: "heartbeat-requested" })).toEqual([{ kind: "heartbeat" }]);
  });
});

describe("the hard stop", () => {
  test.each([4004, 4010, 4011, 4012, 4013, 4014])("closed with %i it stops for good, also after a restart", (code) => {
    const machine = ready();
    machine.take({ kind: "closed", code });
    expect(machine.phase).toBe("halted");
    const restarted = new Machine(machine.state.lasting);
    restarted.now += 48 * 60 * 60_000;
    expect(restarted.take({ kind: "wake" })).toEqual([]);
    expect(restarted.phase).toBe("halted");
    expect(nextWake(restarted.state)).toBeNull();
  });

  test("a refused token stops it, wherever it was refused", () => {
    const machine = new Machine();
    machine.take({ kind: "wake" });
    expect(kinds(machine.take({ kind: "token-refused" }))).toContain("save");
    expect(machine.state.lasting.halted).toBe("token-refused");
  });

  test("only an operator starts it again", () => {
    const machine = ready();
    machine.take({ kind: "closed", code: 4004 });
    machine.now += 60_000;
    expect(kinds(machine.take({ kind: "clear-halt" }))).toEqual(["save", "ask-gateway"]);
    expect(machine.state.lasting.halted).toBeNull();
  });

  test("clearing what is not halted does nothing", () => {
    const machine = ready();
    expect(machine.take({ kind: "clear-halt" })).toEqual([]);
    expect(machine.phase).toBe("ready");
  });
});

test("what an earlier socket still says is ignored", () => {
  const machine = ready();
  const stale = machine.state.epoch;
  machine.take({ kind: "closed", code: 1006 });
  machine.wakeWhenDue();
  const before = machine.state;
  for (const late of [
    { kind: "closed", code: 4004 },
    { kind: "frame", frame: { kind: "event", seq: 99, name: "MESSAGE_CREATE", data: {} } },
    { kind: "token-refused" },
  ] as const) {
    expect(machine.take({ ...late, epoch: stale })).toEqual([]);
  }
  expect(machine.state).toBe(before);
});

test("whatever Discord does for a week: few Identifies, always after they were stored, and never a close that ends a session", () => {
  const frame = fc.constantFrom<Frame>(
    { kind: "hello", heartbeatIntervalMs: INTERVAL },
    { kind: "heartbeat-requested" },
    { kind: "heartbeat-acknowledged" },
    { kind: "reconnect-requested" },
    { kind: "session-invalid", resumable: true },
    { kind: "session-invalid", resumable: false },
    { kind: "ready", seq: 1, session: SESSION },
    { kind: "resumed", seq: 2 },
  );
  const input = fc.oneof(
    { weight: 4, arbitrary: fc.constant<Unnumbered>({ kind: "wake" }) },
    { weight: 4, arbitrary: frame.map((one): Unnumbered => ({ kind: "frame", frame: one })) },
    { weight: 2, arbitrary: fc.constant<Unnumbered>(FOUND) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(1000, 1001, 1006, 4000, 4007, 4009)
        .map((code): Unnumbered => ({ kind: "closed", code })),
    },
    { weight: 1, arbitrary: fc.constant<Unnumbered>({ kind: "connect-failed", reason: "HTTP 502" }) },
  );
  const script = fc.array(fc.tuple(input, fc.integer({ min: 0, max: 20_000 })), { minLength: 50, maxLength: 400 });
  fc.assert(
    fc.property(script, (inputs) => {
      const machine = new Machine();
      const identified: number[] = [];
      for (const [next, elapsed] of inputs) {
        machine.now += elapsed;
        const effects = machine.take(next);
        for (const [index, effect] of effects.entries()) {
          if (effect.kind === "identify") {
            identified.push(machine.now);
            expect(effects[index - 1]).toEqual({ kind: "save" });
            expect(machine.state.lasting.identifies.at(-1)).toBe(machine.now);
          }
          if (effect.kind === "close") expect([1000, 1001]).not.toContain(effect.code);
          if (effect.kind === "resume") expect(machine.state.lasting.session).not.toBeNull();
        }
        const active = machine.phase !== "idle" && machine.phase !== "halted";
        expect(nextWake(machine.state) !== null).toBe(active);
      }
      for (const [index, at] of identified.entries())
        expect(at - (identified[index - 1] ?? 0)).toBeGreaterThanOrEqual(5_000);
      expect(identified.filter((at) => at > machine.now - 3_600_000).length).toBeLessThanOrEqual(11);
    }),
  );
});
