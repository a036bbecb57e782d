/** Why the shard stopped for good: going on would endanger the bot's token. Only an operator starts it again. */
export const HALT_REASONS = [
  "token-refused",
  "invalid-shard",
  "sharding-required",
  "invalid-version",
  "invalid-intents",
  "intents-not-allowed",
] as const;
export type HaltReason = (typeof HALT_REASONS)[number];

/** What to do after the Gateway closed the connection. */
export type AfterClose =
  | { readonly kind: "resume" }
  | { readonly kind: "identify" }
  | { readonly kind: "halt"; readonly reason: HaltReason };

/**
 * We close with this code: 1000 and 1001 would end the session.
 * @see https://docs.discord.com/developers/events/gateway#initiating-a-disconnect
 */
export const CLOSE_AND_RESUME = 4900;

/**
 * The Gateway's close codes. Codes that are not listed, such as 1006 for a broken connection, leave the session intact.
 * @see https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
 */
export function afterClose(code: number): AfterClose {
  switch (code) {
    case 1000: // closed in order: the session is over
    case 1001: // going away: likewise
    case 4003: // not authenticated
    case 4005: // already authenticated
    case 4007: // sequence number out of range
    case 4008: // rate limited
    case 4009: // session timed out
      return { kind: "identify" };
    case 4004:
      return { kind: "halt", reason: "token-refused" };
    case 4010:
      return { kind: "halt", reason: "invalid-shard" };
    case 4011:
      return { kind: "halt", reason: "sharding-required" };
    case 4012:
      return { kind: "halt", reason: "invalid-version" };
    case 4013:
      return { kind: "halt", reason: "invalid-intents" };
    case 4014:
      return { kind: "halt", reason: "intents-not-allowed" };
    default:
      return { kind: "resume" };
  }
}
