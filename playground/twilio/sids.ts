import { randomBytes } from "node:crypto";

/** Two capital letters that tell what a Twilio id names. */
export type SidPrefix =
  | "AC" // account
  | "SK" // API key
  | "IS" // chat service
  | "CH" // conversation
  | "IM" // message
  | "MB" // conversation participant
  | "WH" // scoped webhook
  | "ME" // media
  | "RL" // role
  | "KD" // interaction
  | "UO" // interaction channel
  | "UT" // interaction channel participant
  | "KG" // invite
  | "UX" // transfer
  | "GO" // Flex instance
  | "WS" // workspace
  | "WW" // workflow
  | "WQ" // task queue
  | "WK" // worker
  | "WT" // task
  | "WR" // reservation
  | "TC" // task channel
  | "WA" // activity
  | "EV" // TaskRouter event
  | "FW" // Studio flow
  | "FN" // Studio execution
  | "RQ"; // request

/** A fresh id: the prefix and 32 hexadecimal digits. */
export function newSid(prefix: SidPrefix): string {
  return prefix + randomBytes(16).toString("hex");
}

/** A date as REST answers carry it: ISO 8601 in UTC, whole seconds. `at` in milliseconds since 1970. */
export function restDate(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** A date as webhooks carry it: ISO 8601 in UTC with milliseconds. `at` in milliseconds since 1970. */
export function webhookDate(at: number): string {
  return new Date(at).toISOString();
}
