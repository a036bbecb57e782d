import type { Bridge } from "../bridge.ts";
import { alone, compared, type Figure, type Group } from "../figures.ts";
import { saturate, type Work } from "../load/patterns.ts";
import type { Plan } from "../plan.ts";

const IN_FLIGHT = 16;
/** Messages in one run: few against the histories, so that measuring does not make them much longer. */
const SAMPLE = 240;
/** The conversations take turns within a run: whatever else the machine does happens to all of them. */
const TURNS = 6;

/** What a message costs in a conversation that has had few, and in one that has had many; each way in turn. */
export async function measureHistory(plan: Plan, bridge: Bridge): Promise<Group> {
  const talks = await Promise.all(
    plan.histories.map(async (history) => {
      const [talk] = await bridge.openTalks(1);
      const work: Work = async (n) => (n % 2 === 0 ? talk?.toTwilio() : talk?.toDiscord());
      return { history, work, ms: [] as number[], cpuMs: [] as number[] };
    }),
  );
  for (const { history, work } of talks) await saturate({ count: history, inFlight: IN_FLIGHT }, work);
  for (let run = 0; run < plan.runs; run++) {
    const spent = talks.map(() => ({ ms: 0, cpuMs: 0 }));
    for (let turn = 0; turn < TURNS; turn++) {
      for (const [n, { work }] of talks.entries()) {
        const [startedAt, cpuBefore] = [performance.now(), bridge.workerd.cpuMs()];
        await saturate({ count: SAMPLE / TURNS, inFlight: IN_FLIGHT }, work);
        const one = spent[n];
        if (!one) continue;
        one.ms += performance.now() - startedAt;
        one.cpuMs += (bridge.workerd.cpuMs() ?? Number.NaN) - (cpuBefore ?? Number.NaN);
      }
    }
    for (const [n, { ms, cpuMs }] of spent.entries()) {
      talks[n]?.ms.push(ms / SAMPLE);
      talks[n]?.cpuMs.push(cpuMs / SAMPLE);
    }
  }
  const [shortest, ...longer] = talks;
  const figures: Figure[] = shortest ? [alone(`after ${shortest.history} messages: time each`, "ms", shortest.ms)] : [];
  for (const talk of longer) {
    const name = `after ${talk.history} messages`;
    const goal = { kind: "at most", limit: 1.1 } as const;
    figures.push(compared(`${name}: time each, against the shortest`, "ms", talk.ms, shortest?.ms ?? [], goal));
    figures.push(compared(`${name}: processor time each, likewise`, "ms", talk.cpuMs, shortest?.cpuMs ?? []));
  }
  return { title: "The cost of a long history", figures };
}
