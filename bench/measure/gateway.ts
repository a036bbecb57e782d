import type { Bridge } from "../bridge.ts";
import { alone, type Group } from "../figures.ts";
import { saturate } from "../load/patterns.ts";
import { ownMessage } from "../load/payloads.ts";
import type { Plan } from "../plan.ts";

/** How fast events of the Gateway are taken in: those of no interest, and direct messages until each has been passed on. */
export async function measureGateway(plan: Plan, bridge: Bridge): Promise<Group> {
  const talks = await bridge.openTalks(plan.many);
  const [ignored, direct]: [number[], number[]] = [[], []];
  for (let run = 0; run < plan.runs; run++) {
    const frames = Array.from({ length: plan.events }, ownMessage);
    const startedAt = performance.now();
    for (const frame of frames) bridge.discord.gateway.dispatch("MESSAGE_CREATE", frame);
    // Frames are read in order: when this one has been passed on, all before it have been read.
    await talks[0]?.toTwilio();
    ignored.push((plan.events * 1000) / (performance.now() - startedAt));
    // All at once, as after a pause of the connection.
    const count = plan.messages;
    direct.push(
      (await saturate({ count, inFlight: count }, async (n) => talks[n % talks.length]?.toTwilio())).perSecond,
    );
  }
  return {
    title: "Events of the Gateway",
    figures: [
      alone("of no interest", "/s", ignored),
      alone(`direct messages of ${plan.many} members, all at once`, "/s", direct),
    ],
  };
}
