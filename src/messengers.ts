import type { Messengers } from "./cases/outbox.ts";

/** Who brings the news of cases to members, staff and programs. */
export function messengersOf(_env: Env): Messengers {
  return {
    member: async () => undefined,
    staff: async () => undefined,
    events: async () => undefined,
  };
}
