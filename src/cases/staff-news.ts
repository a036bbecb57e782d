import { createHash } from "node:crypto";
import type { D1Database } from "@cloudflare/workers-types";
import type { CaseId, DeliveryId } from "../conversation/ids.ts";
import { nameAsText } from "../discord/names.ts";
import type { MessageBody } from "../discord/render.ts";
import type { DiscordRest } from "../discord/rest.ts";
import { log } from "../log.ts";
import { settingsOf } from "../settings/store.ts";
import type { Breach } from "./case.ts";
import type { CaseNews, Messenger } from "./outbox.ts";
import { dueOf } from "./service-levels.ts";

export type StaffNewsOptions = {
  readonly db: D1Database;
  readonly discord: Pick<DiscordRest, "createMessage">;
  /** Where the desk is; without a slash at its end. */
  readonly publicUrl: string;
};

const TITLE_LIMIT = 100;
const MISSED: Readonly<Record<Breach, string>> = {
  "first-response": "has had no first response",
  resolution: "is not solved",
};

/** Posts in the server's staff channel what was missed; a server without one is not told. */
export function staffMessenger({ db, discord, publicUrl }: StaffNewsOptions): Messenger {
  return async (news) => {
    const body = renderStaffNews(news, publicUrl);
    const { staffChannel } = await settingsOf(db, news.case.server);
    if (!body || !staffChannel) return;
    const result = await discord.createMessage(staffChannel, body, nonceOf(news.case.id, news.version));
    switch (result.kind) {
      case "done":
        return;
      // The channel is gone, or not ours to write in: trying again would not help. The desk shows the case as elevated.
      case "refused":
        return log("warn", "cases.staff-refused", {
          case: news.case.id,
          channel: staffChannel,
          status: result.status,
          code: result.code,
          reason: result.reason,
        });
      case "later":
      case "unknown":
        throw new Error(result.reason);
    }
  };
}

/** The message that tells staff what a case has missed; null where the news are of something else. */
export function renderStaffNews({ case: about, entries }: CaseNews, publicUrl: string): MessageBody | null {
  const lines = entries.flatMap((entry) => {
    if (entry.what !== "breach") return [];
    const due = dueOf(about, entry.after);
    // The target may have been set anew since.
    const since = due === null || due > entry.at ? entry.at : due;
    return [`It ${MISSED[entry.after]}, which was due <t:${Math.floor(since / 1000)}:R>.`];
  });
  if (lines.length === 0) return null;
  const heading = `**Case #${about.number}** ${nameAsText(about.title, TITLE_LIMIT)}`;
  // Angle brackets: a link without a preview.
  const link = `<${publicUrl}/desk/cases/${about.id}>`;
  return { content: [heading, ...lines, link].join("\n"), allowed_mentions: { parse: [] } };
}

/** The same news told again within a few minutes are the same message for Discord: at most 25 characters. */
function nonceOf(id: CaseId, version: number): DeliveryId {
  return createHash("sha256").update(`${id} ${version}`).digest("base64url").slice(0, 22) as DeliveryId;
}
