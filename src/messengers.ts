import type { Messengers } from "./cases/outbox.ts";
import type { Programs } from "./delivery/inside.ts";

/** Who brings the news of cases to members, staff and programs. */
export function messengersOf(_env: Env): Messengers {
  return {
    member: async () => undefined,
    staff: async () => undefined,
    events: async () => undefined,
  };
}

/** The programs that follow what is said about cases. */
export function programsOf(_env: Env): Programs {
  return {
    wantMessages: async () => false,
    tell: async () => undefined,
  };
}
