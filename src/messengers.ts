import { memberMessenger } from "./cases/member-news.ts";
import type { Messengers } from "./cases/outbox.ts";

/** Who brings the news of cases to members, staff and programs. */
export function messengersOf(env: Env): Messengers {
  return {
    member: memberMessenger(async (member, news) => env.CONVERSATION.getByName(member).ingest(news)),
    staff: async () => undefined,
    events: async () => undefined,
  };
}
