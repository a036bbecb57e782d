import type { Messengers } from "./cases/outbox.ts";
import { caseEvents } from "./events/case-events.ts";

/** Who brings the news of cases to members, staff and programs. */
export function messengersOf(env: Env): Messengers {
  return {
    member: async () => undefined,
    staff: async () => undefined,
    events: caseEvents({ db: env.DB, queue: env.EVENTS }),
  };
}
