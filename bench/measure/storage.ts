import type { Bridge } from "../bridge.ts";
import { alone, compared, type Figure, type Group } from "../figures.ts";
import { saturate } from "../load/patterns.ts";
import type { Plan } from "../plan.ts";
import type { Talk } from "../talk.ts";
import type { StorageCounts } from "../worker/storage-counts.ts";

const SAMPLE = 20;
const IN_FLIGHT = 16;

/**
 * Rows and outside calls of a message, counted inside a Worker that differs from the real one by its counting alone. One
 * message at a time, so that none shares its writes with another; after few messages and after many.
 */
export async function measureStorage(plan: Plan, bridge: Bridge): Promise<Group> {
  const [talk] = await bridge.openTalks(1);
  if (!talk) throw new Error("no conversation was opened");
  const figures: Figure[] = [];
  const first = new Map<string, number>();
  let history = 0;
  for (const wanted of plan.histories) {
    const count = wanted - history;
    await saturate({ count, inFlight: IN_FLIGHT }, async (n) => (n % 2 === 0 ? talk.toTwilio() : talk.toDiscord()));
    for (const [way, title] of [
      ["toTwilio", "member to agent"],
      ["toDiscord", "agent to member"],
    ] as const) {
      const costs = await costsOf(bridge, talk, way);
      const name = `${title}, after ${wanted} messages`;
      figures.push(alone(name, "outside calls", [costs.calls], { kind: "at most", limit: 1 }));
      for (const [unit, cost] of Object.entries(costs.storage)) {
        const reference = first.get(title + unit);
        first.set(title + unit, reference ?? cost);
        if (reference === undefined) figures.push(alone(name, unit, [cost]));
        else figures.push(compared(name, unit, [cost], [reference], { kind: "at most", limit: 1.1 }));
      }
    }
    history = wanted + 2 * SAMPLE;
  }
  return { title: "Outside calls, rows and statements of a message", figures };
}

async function costsOf(
  bridge: Bridge,
  talk: Talk,
  way: "toTwilio" | "toDiscord",
): Promise<{ calls: number; storage: Record<string, number> }> {
  await takeCounts(bridge, talk);
  const callsBefore = bridge.discord.calls + bridge.twilio.calls;
  const all: StorageCounts[] = [];
  for (let n = 0; n < SAMPLE; n++) {
    await talk[way]();
    all.push(await takeCounts(bridge, talk));
  }
  const each = (of: (counts: StorageCounts) => number) => all.reduce((sum, counts) => sum + of(counts), 0) / SAMPLE;
  return {
    calls: (bridge.discord.calls + bridge.twilio.calls - callsBefore) / SAMPLE,
    storage: {
      // An alarm that is set is billed as a row.
      "rows written": each(({ rowsWritten, alarmsSet }) => rowsWritten + alarmsSet),
      "rows read": each(({ rowsRead }) => rowsRead),
      statements: each(({ statements }) => statements),
    },
  };
}

/** What the conversation did since this was asked last; it is at rest then. */
async function takeCounts(bridge: Bridge, { member }: Talk): Promise<StorageCounts> {
  return JSON.parse(await bridge.client.get(`/counts/${member}`)) as StorageCounts;
}
