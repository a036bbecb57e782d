import type { D1Database } from "@cloudflare/workers-types";
import type { Time } from "../conversation/events.ts";
import { takeUp } from "./deliveries.ts";
import { type EventQueue, enqueue } from "./queue.ts";
import type { Webhook } from "./webhooks.ts";

/** How many one replay takes up. */
const REPLAY_SIZE = 100;

export type ReplayResult =
  | { readonly kind: "replayed"; readonly count: number }
  | { readonly kind: "disabled" }
  | { readonly kind: "no-queue" };

/** Sends events again that did not arrive: this one, or (null) at most 100 of those that were given up. */
export async function replay(
  { db, queue, now }: { readonly db: D1Database; readonly queue: EventQueue; readonly now: Time },
  { id, disabled }: Webhook,
  event: string | null,
): Promise<ReplayResult> {
  if (disabled !== null) return { kind: "disabled" };
  if (!queue) return { kind: "no-queue" };
  const events = await takeUp(db, id, event, REPLAY_SIZE, now);
  await enqueue(
    queue,
    events.map((one) => ({ ...one, webhook: id })),
  );
  return { kind: "replayed", count: events.length };
}
