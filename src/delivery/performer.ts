import type { Delivery } from "../conversation/deliveries.ts";
import type { DeliveryRow } from "./deliveries-table.ts";
import type { DiscordLane } from "./discord.ts";
import type { Attempt, Look, Performer } from "./drain.ts";
import type { InsideLane } from "./inside.ts";
import type { TwilioLane } from "./twilio.ts";

/** Hands each delivery to the side it is for. */
export class LanePerformer implements Performer {
  readonly #discord: DiscordLane;
  readonly #twilio: TwilioLane;
  readonly #inside: InsideLane;

  constructor(discord: DiscordLane, twilio: TwilioLane, inside: InsideLane) {
    this.#discord = discord;
    this.#twilio = twilio;
    this.#inside = inside;
  }

  perform(row: DeliveryRow): Promise<Attempt> {
    const delivery: Delivery = row.delivery;
    switch (delivery.lane) {
      case "discord":
        return this.#discord.perform(row, delivery);
      case "twilio":
        return this.#twilio.perform(row, delivery);
      case "inside":
      case "directory":
        return this.#inside.perform(row, delivery);
    }
  }

  async look(row: DeliveryRow, mayRepeat: boolean): Promise<Look> {
    const delivery: Delivery = row.delivery;
    switch (delivery.lane) {
      case "discord":
        return this.#discord.look(row, delivery, mayRepeat);
      case "twilio":
        return this.#twilio.look(row, delivery);
      case "inside":
      case "directory":
        return { kind: "repeat" };
    }
  }
}
