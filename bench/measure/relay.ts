import type { Bridge } from "../bridge.ts";
import type { Figure, Group } from "../figures.ts";
import type { RelayFloor } from "../floors.ts";
import type { Plan } from "../plan.ts";
import type { Talk } from "../talk.ts";
import type { Workerd } from "../workerd.ts";
import { sideBySide } from "./side-by-side.ts";

const WAYS = [
  { way: "toTwilio", title: "member to agent" },
  { way: "toDiscord", title: "agent to member" },
] as const;

/** Messages from where they come in until the far side has them, each way, in one conversation and in many. */
export async function measureRelay(plan: Plan, bridge: Bridge, floor: RelayFloor): Promise<Group> {
  const figures: Figure[] = [];
  for (const { talks, inFlight, pacedPerSecond } of [
    { talks: 1, inFlight: 16, pacedPerSecond: 100 },
    { talks: plan.many, inFlight: 64, pacedPerSecond: 100 },
  ]) {
    const ours = await bridge.openTalks(talks);
    const floors = floor.openTalks(talks);
    for (const { way, title } of WAYS) {
      const side = (workerd: Workerd, list: readonly Talk[]) => ({
        workerd,
        prepare: () => async (n: number) => list[n % list.length]?.[way](),
      });
      const comparison = {
        name: `${title}, ${talks} conversation${talks === 1 ? "" : "s"}`,
        count: plan.messages,
        inFlight,
        pacedPerSecond,
        ours: side(bridge.workerd, ours),
        floor: side(floor.workerd, floors),
      };
      figures.push(...(await sideBySide(plan, comparison)));
    }
  }
  return { title: "Relaying a message, end to end", figures };
}
