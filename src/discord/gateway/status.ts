import type { Time } from "../../conversation/events.ts";
import type { HaltReason } from "./close-codes.ts";
import type { Phase } from "./connection-state.ts";

/** What an operator may see; nothing secret. Times are milliseconds since 1970. */
export type GatewayStatus = {
  readonly state: Phase["kind"];
  readonly since: Time;
  readonly cause: string;
  readonly lastAcknowledgedAt: Time | null;
  readonly identifiesIn24h: number;
  /** Identifies that Discord still grants, as last heard. */
  readonly identifiesRemaining: number | null;
  /** Events received that are still on their way to their conversations. */
  readonly lag: number;
  /** Events that their conversations would not take so far. */
  readonly parked: number;
  readonly halted: HaltReason | null;
};
