import { waitUntil } from "cloudflare:workers";
import { discordBudgetOf } from "../durable-objects/discord-budget.ts";
import { pause } from "../durable-objects/pause.ts";
import { memberMessenger } from "./cases/member-news.ts";
import type { Messenger, Messengers } from "./cases/outbox.ts";
import { staffMessenger } from "./cases/staff-news.ts";
import { readConfig } from "./config.ts";
import type { Programs } from "./delivery/inside.ts";
import { discordRest } from "./discord/rest.ts";
import { caseEvents, messageEvents } from "./events/case-events.ts";
import { fetchWithin } from "./outside/call.ts";

/** Who brings the news of cases to members, staff and programs. */
export function messengersOf(env: Env): Messengers {
  let staff: Messenger | undefined;
  return {
    member: memberMessenger(async (member, news) => env.CONVERSATION.getByName(member).ingest(news)),
    // One client for all the news of a sweep: it remembers which limits of Discord are used up.
    staff: async (news) => {
      staff ??= staffMessengerOf(env);
      await staff(news);
    },
    events: caseEvents({ db: env.DB, queue: env.EVENTS }),
  };
}

/** The programs that follow what is said about cases. */
export function programsOf(env: Env): Programs {
  const { wantsMessages, emitMessage } = messageEvents({ db: env.DB, queue: env.EVENTS });
  return { wantMessages: wantsMessages, tell: (about, session, line) => emitMessage({ case: about, session, line }) };
}

function staffMessengerOf(env: Env): Messenger {
  const result = readConfig({ ...env });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("; "));
  const { config } = result;
  const discord = discordRest({
    fetch: fetchWithin,
    now: () => Date.now(),
    apiUrl: config.DISCORD_API_URL,
    botToken: config.DISCORD_BOT_TOKEN,
    applicationId: config.DISCORD_APPLICATION_ID,
    publicUrl: config.PUBLIC_URL,
    shared: { budget: discordBudgetOf(env), pause, background: (work) => waitUntil(work) },
  });
  return staffMessenger({ db: env.DB, discord, publicUrl: config.PUBLIC_URL });
}
