import type { Bridge } from "../bridge.ts";
import type { Group } from "../figures.ts";
import type { AcknowledgeFloor } from "../floors.ts";
import type { Client } from "../load/client.ts";
import { helpme, oldButton } from "../load/payloads.ts";
import type { DiscordSigner } from "../load/signed.ts";
import type { Plan } from "../plan.ts";
import type { Workerd } from "../workerd.ts";
import { type Side, sideBySide } from "./side-by-side.ts";

const IN_FLIGHT = 32;
const PATH = "/discord/interactions";

/**
 * Signed interactions of many members. An old button is stored and nothing follows, which is what the floor does; what
 * `/helpme` brings about goes on behind its acknowledgement and competes with the next one.
 */
export async function measureAcknowledgement(plan: Plan, bridge: Bridge, floor: AcknowledgeFloor): Promise<Group> {
  const members = Array.from({ length: plan.many }, () => bridge.newConversation());
  const floorSide = sideOf(floor, members, oldButton);
  const comparison = { inFlight: IN_FLIGHT, floor: floorSide };
  const button = { ...comparison, name: "an old button", count: plan.interactions, pacedPerSecond: 200 };
  const command = { ...comparison, name: "/helpme", count: plan.interactions / 4, pacedPerSecond: 100 };
  return {
    title: "Acknowledging an interaction",
    figures: [
      ...(await sideBySide(plan, { ...button, ours: sideOf(bridge, members, oldButton) })),
      ...(await sideBySide(plan, { ...command, ours: sideOf(bridge, members, helpme) })).map((figure) => ({
        ...figure,
        // The floor does not do what follows: a fact to know, not a goal.
        goal: null,
      })),
    ],
  };
}

type Answering = { readonly workerd: Workerd; readonly client: Client; readonly signer: DiscordSigner };

function sideOf(
  { workerd, client, signer }: Answering,
  members: readonly number[],
  payload: (conversation: number) => object,
): Side {
  return {
    workerd,
    prepare: (count) => {
      const requests = Array.from({ length: count }, (_, n) =>
        signer.prepare(PATH, payload(members[n % members.length] ?? 0)),
      );
      return async (n) => {
        const request = requests[n];
        if (request) await client.post(request);
      };
    },
  };
}
