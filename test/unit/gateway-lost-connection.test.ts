import { describe, expect, test } from "vitest";
import { nextWake } from "../../src/discord/gateway/connection-state.ts";
import { FOUND, kinds, Machine, NEW, ready, SESSION, START } from "./gateway-machine.ts";

describe("a lost connection", () => {
  test.each([1005, 1006, 4000, 4001, 4002])("closed with %i is resumed and costs no Identify", (code) => {
    const machine = ready();
    machine.take({ kind: "closed", code });
    machine.wakeWhenDue();
    machine.hello();
    expect(machine.frame({ kind: "resumed", seq: 9 })).toEqual([{ kind: "event", seq: 9, name: null, data: null }]);
    expect(machine.phase).toBe("ready");
    expect(machine.state.lasting.identifies).toHaveLength(1);
  });

  test("asked to reconnect, it resumes", () => {
    const machine = ready();
    expect(machine.frame({ kind: "reconnect-requested" })).toEqual([{ kind: "close", code: 4900 }]);
    machine.wakeWhenDue();
    expect(machine.hello()).toEqual([{ kind: "resume", session: SESSION }]);
  });

  test.each([1000, 1001, 4003, 4005, 4007, 4008, 4009])(
    "closed with %i begins a new session and has the gap filled",
    (code) => {
      const machine = ready();
      expect(kinds(machine.take({ kind: "closed", code }))).toEqual(["close", "forget-session", "save"]);
      expect(machine.state.lasting).toMatchObject({ session: null, gapSince: machine.now });
      machine.wakeWhenDue();
      machine.take(FOUND);
      expect(kinds(machine.hello())).toEqual(["save", "identify"]);
      expect(kinds(machine.frame({ kind: "ready", seq: 1, session: SESSION }))).toEqual(["event", "save", "fill-gap"]);
      expect(kinds(machine.take({ kind: "gap-filled" }))).toEqual(["save"]);
      expect(machine.state.lasting.gapSince).toBeNull();
    },
  );

  test("a gap is asked for with each wake-up until it is filled", () => {
    const machine = ready({ ...NEW, gapSince: START });
    expect(kinds(machine.take({ kind: "wake" }))).toContain("fill-gap");
    expect(kinds(machine.take({ kind: "wake" }))).toEqual(["fill-gap"]);
    machine.take({ kind: "gap-filled" });
    expect(machine.take({ kind: "wake" })).toEqual([]);
  });

  test("a gap that opened while an earlier one was being filled stays open", () => {
    const machine = ready({ ...NEW, gapSince: START });
    const { epoch } = machine.state;
    machine.take({ kind: "closed", code: 4009 });
    machine.take({ kind: "gap-filled", epoch });
    expect(machine.state.lasting.gapSince).toBe(START);
  });

  test("a resumed session fills a gap that is still open", () => {
    const machine = ready({ ...NEW, gapSince: START });
    machine.take({ kind: "closed", code: 1006 });
    machine.wakeWhenDue();
    machine.take(FOUND);
    machine.hello();
    expect(machine.frame({ kind: "resumed", seq: 2 })).toContainEqual({
      kind: "fill-gap",
      epoch: machine.state.epoch,
      since: START,
    });
  });

  test("a restart between the lost session and the new one still has the gap filled", () => {
    const fresh = new Machine({ ...NEW, gapSince: START });
    fresh.take({ kind: "wake" });
    fresh.take(FOUND);
    fresh.hello();
    expect(kinds(fresh.frame({ kind: "ready", seq: 1, session: SESSION }))).toContain("fill-gap");
  });

  test("an invalid session that may be resumed is, after one to five seconds", () => {
    const machine = ready();
    machine.frame({ kind: "session-invalid", resumable: true });
    expect(nextWake(machine.state)).toBe(machine.now + 3000);
    machine.wakeWhenDue();
    expect(machine.hello()).toEqual([{ kind: "resume", session: SESSION }]);
  });

  test("an invalid session that may not is replaced", () => {
    const machine = ready();
    expect(kinds(machine.frame({ kind: "session-invalid", resumable: false }))).toContain("forget-session");
    expect(kinds(machine.wakeWhenDue())).toEqual(["ask-gateway"]);
  });

  test("asking for an address to resume at waits for no Identify: none will be needed", () => {
    const identifies = Array.from({ length: 20 }, (_, n) => START - 20 + n);
    const machine = new Machine({ ...NEW, session: SESSION, identifies });
    const effects = kinds(machine.take({ kind: "wake" }));
    for (let attempts = 0; attempts < 3; attempts++) {
      machine.take({ kind: "connect-failed", reason: "HTTP 502" });
      effects.push(...kinds(machine.wakeWhenDue()));
    }
    expect(effects).toEqual(["connect", "connect", "connect", "ask-gateway"]);
    expect(machine.now - START).toBeLessThan(10_000);
  });

  test("a gap is filled only once a session stands", () => {
    const machine = ready({ ...NEW, gapSince: START });
    machine.take({ kind: "closed", code: 1006 });
    machine.wakeWhenDue();
    expect(machine.take({ kind: "wake" })).toEqual([]);
    machine.hello();
    expect(machine.take({ kind: "wake" })).toEqual([]);
  });

  test("Resumed where nothing was resumed is an event that counts, no more", () => {
    const machine = ready();
    const before = machine.state;
    expect(machine.frame({ kind: "resumed", seq: 5 })).toEqual([{ kind: "event", seq: 5, name: null, data: null }]);
    expect(machine.state).toBe(before);
  });

  test("one that stood for a minute begins the pauses anew; one that took a minute to fail does not", () => {
    const pause = (machine: Machine) => (nextWake(machine.state) ?? 0) - machine.now;
    const stood = (ms: number) => {
      const machine = ready();
      machine.take({ kind: "closed", code: 1006 });
      machine.wakeWhenDue();
      machine.hello();
      machine.frame({ kind: "resumed", seq: 2 });
      machine.now += ms;
      machine.take({ kind: "closed", code: 1006 });
      return machine;
    };
    expect(pause(stood(60_000))).toBe(375);
    expect(pause(stood(59_999))).toBe(750);
    const slow = stood(0);
    slow.wakeWhenDue();
    slow.hello();
    slow.now += 119_000;
    slow.take({ kind: "closed", code: 1006 });
    expect(pause(slow)).toBe(1500);
  });

  test("where the resume address does not answer, the general one is asked for and the session resumed there", () => {
    const machine = ready();
    machine.take({ kind: "closed", code: 1006 });
    const effects: string[] = [];
    for (let attempts = 0; attempts < 4; attempts++) {
      effects.push(...kinds(machine.wakeWhenDue()));
      if (machine.phase === "connecting") machine.take({ kind: "connect-failed", reason: "HTTP 502" });
    }
    expect(effects).toEqual(["connect", "connect", "connect", "ask-gateway"]);
    machine.take({ ...FOUND, remaining: 0 });
    expect(machine.hello()).toEqual([{ kind: "resume", session: SESSION }]);
  });

  test("pauses between failures grow to a minute", () => {
    const machine = ready();
    const pauses: number[] = [];
    machine.take({ kind: "closed", code: 1006 });
    for (let attempts = 0; attempts < 12; attempts++) {
      pauses.push((nextWake(machine.state) ?? 0) - machine.now);
      machine.wakeWhenDue();
      if (machine.phase === "asking") machine.take({ kind: "gateway-not-found", afterMs: 0, reason: "no answer" });
      else machine.take({ kind: "connect-failed", reason: "no answer" });
    }
    expect(pauses.slice(0, 4)).toEqual([375, 750, 1500, 3000]);
    expect(Math.max(...pauses)).toBe(45_000);
  });

  test("a connection that is cut again and again right after it stood is resumed every few seconds, not faster", () => {
    const machine = ready();
    const pauses: number[] = [];
    for (let cuts = 0; cuts < 8; cuts++) {
      machine.take({ kind: "closed", code: 1006 });
      pauses.push((nextWake(machine.state) ?? 0) - machine.now);
      expect(kinds(machine.wakeWhenDue())).toEqual(["connect"]);
      machine.hello();
      machine.frame({ kind: "resumed", seq: 9 });
    }
    expect(pauses).toEqual([375, 750, 1500, 1500, 1500, 1500, 1500, 1500]);
  });

  test("Discord's own waiting time is respected", () => {
    const machine = new Machine();
    machine.take({ kind: "wake" });
    machine.take({ kind: "gateway-not-found", afterMs: 90_000, reason: "rate limited" });
    expect(nextWake(machine.state)).toBe(START + 90_000);
  });
});
