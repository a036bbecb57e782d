import { beforeEach, describe, expect, test, vi } from "vitest";
import { RETENTION_MS, RETENTION_SLACK_MS } from "../../../src/delivery/policy.ts";
import { Bridge } from "../../support/bridge.ts";
import { HOUR } from "../../support/times.ts";

const DAY = 24 * HOUR;

const count = (bridge: Bridge, table: string): number =>
  Number(bridge.storage.sql<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)[0]?.n);

beforeEach(() => {
  vi.spyOn(console, "warn").mockReturnValue();
});

describe("what is older than 30 days", () => {
  test("is forgotten: journal, settled deliveries, closed sessions and what was said in them", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    for (let n = 0; n < 700; n++) await bridge.take(bridge.wrote(`message ${n}`));
    await bridge.take(bridge.closed());
    await bridge.take(bridge.wrote("a new question"));
    for (const table of ["journal", "deliveries"]) expect(count(bridge, table)).toBeGreaterThan(700);
    await bridge.pass(RETENTION_MS + 3 * DAY);
    expect(count(bridge, "journal")).toBe(0);
    expect(count(bridge, "deliveries")).toBe(0);
    expect(bridge.storage.sql("SELECT id FROM sessions")).toEqual([{ id: bridge.session }]);
    expect(bridge.storage.alarm).toBeNull();
  });

  test("is forgotten also where the last of it came long after all news", async () => {
    const bridge = new Bridge();
    await bridge.take(bridge.wrote("question"));
    await bridge.pass(HOUR);
    bridge.storage.sql("UPDATE deliveries SET created_at = ?", bridge.now + 5 * DAY);
    await bridge.pass(RETENTION_MS + 10 * DAY);
    expect(count(bridge, "deliveries")).toBe(0);
  });

  test("and came again would not be told from news: it is refused", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const wrote = bridge.wrote("hello");
    await bridge.take(wrote);
    for (let day = 0; day < 40; day++) {
      await bridge.pass(DAY);
      expect(await bridge.take(wrote), `after ${day + 1} days`).toBe("duplicate");
    }
    expect(bridge.memberTexts.filter((text) => text === "hello")).toHaveLength(1);
  });

  test("nothing younger goes", async () => {
    const bridge = new Bridge();
    await bridge.take(bridge.wrote("old"));
    await bridge.pass(20 * DAY);
    const young = bridge.wrote("young");
    await bridge.take(young);
    await bridge.pass(RETENTION_MS + RETENTION_SLACK_MS * 2 - 19 * DAY);
    const kept = bridge.storage.sql("SELECT key FROM journal WHERE key = ?", `discord/message/${young.message}`);
    expect(kept).toHaveLength(1);
    expect(bridge.storage.sql("SELECT at FROM journal ORDER BY seq")[0]).toEqual({ at: young.at });
  });
});

test("forgetting costs a wake-up a day at most, whatever was written", async () => {
  const bridge = new Bridge();
  await bridge.take(bridge.wrote("question"));
  let alarms = 0;
  const { setAlarm } = bridge.storage;
  bridge.storage.setAlarm = (time) => {
    alarms += 1;
    setAlarm.call(bridge.storage, time);
  };
  await bridge.pass(RETENTION_MS + 10 * DAY);
  expect(alarms).toBeLessThan(10);
});
