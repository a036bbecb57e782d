import type { Bridge } from "../bridge.ts";
import { alone, type Figure, type Group } from "../figures.ts";
import { saturate } from "../load/patterns.ts";
import type { Plan } from "../plan.ts";
import type { Talk } from "../talk.ts";

const IN_FLIGHT = 64;

/** The same load on few conversations and on many, both ways. */
export async function measureBreadth(plan: Plan, bridge: Bridge): Promise<Group> {
  const talks: Talk[] = [];
  const figures: Figure[] = [];
  for (const breadth of plan.breadths) {
    const startedAt = performance.now();
    const opened = breadth - talks.length;
    talks.push(...(await bridge.openTalks(opened)));
    const openingRate = (opened * 1000) / (performance.now() - startedAt);
    const rates: number[] = [];
    for (let run = 0; run < plan.runs; run++) {
      const load = await saturate({ count: plan.messages, inFlight: IN_FLIGHT }, async (n) => {
        const talk = talks[Math.floor(n / 2) % talks.length];
        await (n % 2 === 0 ? talk?.toTwilio() : talk?.toDiscord());
      });
      rates.push(load.perSecond);
    }
    figures.push(alone(`${breadth} conversations: messages`, "/s", rates));
    if (opened > 1) figures.push(alone(`hand-overs to a person, up to ${breadth} conversations`, "/s", [openingRate]));
  }
  return { title: "Few conversations and many", figures };
}
