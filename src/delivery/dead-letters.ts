import type { D1Database } from "@cloudflare/workers-types";
import type { DeadLetter } from "../conversation/deliveries.ts";
import type { Time } from "../conversation/events.ts";
import type { DeadLetterId, DiscordUserId } from "../conversation/ids.ts";
import { log } from "../log.ts";

/** A dead letter as the operator finds it. */
export type DeadLetterEntry = DeadLetter & {
  readonly member: DiscordUserId;
  readonly id: DeadLetterId;
  readonly at: Time;
};

/** Enters a dead letter, or strikes it out (`letter` null). May be repeated. */
export async function noteDeadLetter(
  db: D1Database,
  { member, id, letter, at }: Pick<DeadLetterEntry, "member" | "id" | "at"> & { readonly letter: DeadLetter | null },
): Promise<void> {
  if (letter === null) {
    await db.prepare("DELETE FROM dead_letters WHERE member = ? AND id = ?").bind(member, id).run();
    return;
  }
  const { direction, outcome, reason } = letter;
  await db
    .prepare(
      `INSERT INTO dead_letters (member, id, direction, outcome, reason, at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (member, id) DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason, at = excluded.at`,
    )
    .bind(member, id, direction, outcome, reason, at)
    .run();
  log("error", "delivery.dead-letter", { member, letter: id, direction, outcome, reason });
}

/** How many dead letters stand. */
export async function countDeadLetters(db: D1Database): Promise<number> {
  return (await db.prepare("SELECT count(*) AS n FROM dead_letters").first<number>("n")) ?? 0;
}

/** Strikes out dead letters that are older than `before`: their conversations have forgotten the words. */
export async function forgetDeadLetters(db: D1Database, before: Time): Promise<void> {
  await db.prepare("DELETE FROM dead_letters WHERE at < ?").bind(before).run();
}
