import type { Bridge } from "../bridge.ts";
import type { Troubles } from "../far/arrivals.ts";
import { alone, type Group } from "../figures.ts";
import type { RelayFloor } from "../floors.ts";

/** What became of all messages of the benchmark. A floor promises no order, but a lost message would spoil the comparison. */
export function measureDelivery(bridges: readonly Bridge[], floor: RelayFloor): Group {
  const sides = bridges.flatMap(({ discord, twilio }) => [discord.toMembers, twilio.toAgents]);
  const floorSides = [floor.discord.toMembers, floor.twilio.toAgents];
  const none = { kind: "at most", limit: 0 } as const;
  const total = (what: keyof Troubles, of = sides) => of.reduce((sum, { troubles }) => sum + troubles[what], 0);
  return {
    title: "All messages of these runs",
    figures: [
      alone("lost", "messages", [total("lost")], none),
      alone("doubled", "messages", [total("doubled")], none),
      alone("out of order", "messages", [total("disordered")], none),
      alone("lost by the floor", "messages", [total("lost", floorSides)], none),
    ],
  };
}
