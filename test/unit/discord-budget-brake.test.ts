import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Budget, type BudgetReport, type LeaseAnswer } from "../../src/discord/budget.ts";
import { countRefused, NO_BRAKE, refusedLately } from "../../src/discord/budget-brake.ts";
import { StoredBudget } from "../../src/discord/budget-store.ts";
import { SqliteStorage } from "../support/sqlite-storage.ts";
import { captureLog } from "./gateway-support.ts";

const FIRST = { turn: null, roundTripMs: 0 };
const START = 1_700_000_000_000;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const logged = captureLog();

/** A budget on disk whose clock is set by hand. */
class World {
  readonly storage = new SqliteStorage();
  now = START;
  #budget: StoredBudget;

  constructor() {
    this.#budget = this.#open("one token");
  }

  /** A new instance on the same disk. */
  restart(tokenMark = "one token"): void {
    this.#budget = this.#open(tokenMark);
  }

  #open(tokenMark: string): StoredBudget {
    const { storage } = this;
    return new StoredBudget({ storage, now: () => this.now, requestsPerSecond: 50, tokenMark });
  }

  lease(): LeaseAnswer {
    return this.#budget.lease(FIRST);
  }

  report(report: BudgetReport, times = 1): void {
    for (let n = 0; n < times; n++) this.#budget.report(report);
  }

  /** Asks every second for so long; how many calls were let out. */
  letOut(forMs: number): number {
    let calls = 0;
    for (const end = this.now + forMs; this.now < end; this.now += SECOND) {
      const answer = this.lease();
      calls += answer.kind === "lease" ? answer.calls : 0;
    }
    return calls;
  }

  get events(): unknown[] {
    return logged.map(({ event }) => event);
  }
}

const refused: BudgetReport = { kind: "refused", wasProbe: false };
const tokenRefused = (wasProbe: boolean): BudgetReport => ({ kind: "token-refused", wasProbe });

describe("refused requests", () => {
  test("hold up nothing while they are few", () => {
    const world = new World();
    world.report(refused, 500);
    expect(world.lease()).toMatchObject({ kind: "lease", calls: 5 });
    expect(logged).toEqual([]);
  });

  test("above five hundred in ten minutes let calls only trickle, one in ten seconds, and are told once", () => {
    const world = new World();
    world.report(refused, 600);
    expect(world.letOut(MINUTE)).toBe(5);
    expect(logged).toEqual([{ level: "error", event: "discord.many-refused", refused: 501 }]);
  });

  test("let all calls go again when half of them are ten minutes old", () => {
    const world = new World();
    world.report(refused, 300);
    world.now += 5 * MINUTE;
    world.report(refused, 300);
    world.now += 4 * MINUTE;
    expect(world.lease()).toMatchObject({ kind: "lease", calls: 1 });
    world.now += 2 * MINUTE;
    // The second half still counts, and is more than few.
    expect(world.lease()).toMatchObject({ kind: "lease", calls: 1 });
    world.now += 5 * MINUTE;
    expect(world.lease()).toMatchObject({ kind: "lease", calls: 5 });
    expect(world.events).toEqual(["discord.many-refused", "discord.few-refused"]);
  });

  test("are remembered by the next instance", () => {
    const world = new World();
    world.report(refused, 501);
    world.restart();
    expect(world.lease()).toMatchObject({ kind: "wait" });
  });

  test("stay far below Discord's ten thousand, if every call is refused for days", () => {
    const budget = new Budget(50, NO_BRAKE);
    let most = 0;
    for (let now = START; now < START + 2 * 24 * 60 * MINUTE; now += 500) {
      const answer = budget.lease(FIRST, now);
      for (let n = 0; answer.kind === "lease" && n < answer.calls; n++) budget.report(refused, now);
      most = Math.max(most, refusedLately(budget.brake, now));
    }
    expect(most).toBeGreaterThan(500);
    expect(most).toBeLessThan(600);
  });

  test("are counted in minutes: never fewer than those of the last nine, never older ones than ten", () => {
    const gaps = fc.array(fc.nat(MINUTE), { maxLength: 100 });
    fc.assert(
      fc.property(gaps, (pauses) => {
        const times: number[] = [];
        let [brake, now] = [NO_BRAKE, START];
        for (const pause of pauses) {
          now += pause;
          times.push(now);
          brake = countRefused(brake, now);
          const within = (minutes: number) => times.filter((time) => time > now - minutes * MINUTE).length;
          expect(refusedLately(brake, now)).toBeGreaterThanOrEqual(within(9));
          expect(refusedLately(brake, now)).toBeLessThanOrEqual(within(10));
          expect(brake.refused.length).toBeLessThanOrEqual(10);
        }
      }),
    );
  });
});

describe("a refused token", () => {
  test("is tried by one call, while all others wait", () => {
    const world = new World();
    world.report(tokenRefused(false));
    expect(world.lease()).toMatchObject({ kind: "lease", calls: 1, isProbe: true });
    expect(world.lease()).toEqual({ kind: "wait", afterMs: 5 * SECOND, turn: null });
  });

  test("is tried more and more rarely while it stays refused", () => {
    const world = new World();
    world.report(tokenRefused(false));
    const probes: number[] = [];
    for (; world.now < START + 30 * MINUTE; world.now += SECOND) {
      if (world.lease().kind !== "lease") continue;
      probes.push((world.now - START) / SECOND);
      world.report(tokenRefused(true));
    }
    expect(probes).toEqual([0, 5, 15, 35, 75, 155, 315, 615, 915, 1215, 1515]);
    expect(world.events).toEqual(["discord.token-refused"]);
  });

  test("is not tried more rarely because a thousand calls that were under way are refused as well", () => {
    const world = new World();
    world.report(tokenRefused(false), 400);
    world.lease();
    world.now += 5 * SECOND;
    expect(world.lease()).toMatchObject({ isProbe: true });
  });

  test.each([
    ["succeeds", { kind: "token-accepted" }],
    ["is refused for another reason", { kind: "refused", wasProbe: true }],
  ] as const)("holds up nobody any more when the call that tries it %s", (_, report) => {
    const world = new World();
    world.report(tokenRefused(false));
    world.lease();
    world.report(report);
    expect(world.lease()).toMatchObject({ kind: "lease", isProbe: false });
    expect(world.events).toEqual(["discord.token-refused", "discord.token-accepted"]);
  });

  test("is tried again when nobody tells how the call ended", () => {
    const world = new World();
    world.report(tokenRefused(false));
    world.lease();
    world.now += 5 * SECOND;
    expect(world.lease()).toMatchObject({ isProbe: true });
  });

  test("is remembered by the next instance, but not against another token", () => {
    const world = new World();
    world.report(tokenRefused(false));
    world.lease();
    world.restart();
    expect(world.lease()).toMatchObject({ kind: "wait" });
    world.restart("another token");
    expect(world.lease()).toMatchObject({ kind: "lease", calls: 5, isProbe: false });
  });
});

describe("a block of the whole bot", () => {
  test("holds up everybody for its time, also after a restart, and is told once", () => {
    const world = new World();
    world.report({ kind: "blocked", forMs: 3000 });
    world.now += 1;
    world.report({ kind: "blocked", forMs: 2000 });
    world.restart();
    expect(world.lease()).toMatchObject({ kind: "wait", afterMs: 2999 });
    expect(logged).toEqual([{ level: "warn", event: "discord.blocked", forMs: 3000 }]);
  });

  test("counts as a refused request", () => {
    const world = new World();
    world.report({ kind: "blocked", forMs: 0 }, 501);
    expect(world.events).toContain("discord.many-refused");
  });
});

test("a brake on disk that cannot be read brakes nothing", () => {
  const world = new World();
  world.report(refused, 501);
  world.storage.sql("UPDATE brake SET body = '{}'");
  world.restart();
  expect(world.lease()).toMatchObject({ kind: "lease", calls: 5 });
});

test("leave that is given costs no write", () => {
  const world = new World();
  const before = world.storage.writes;
  world.letOut(MINUTE);
  expect(world.storage.writes).toBe(before);
});
