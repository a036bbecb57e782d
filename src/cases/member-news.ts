import type { CaseNewsCame, MemberNews } from "../conversation/case-events.ts";
import type { DiscordUserId } from "../conversation/ids.ts";
import { CASE_STATUSES, isOver } from "./case.ts";
import type { CaseNews, Messenger } from "./outbox.ts";

/** Hands news to the member's conversation; resolves when it is stored. */
export type HandToMember = (member: DiscordUserId, news: CaseNewsCame) => Promise<unknown>;

/**
 * Brings the news of cases to their members, by way of their conversations. Also what there is nothing to say about any more:
 * the conversation then knows that the change is over, and takes nothing of it from whoever read it earlier and comes later.
 */
export function memberMessenger(hand: HandToMember): Messenger {
  return async (changed) => {
    const news = newsForMember(changed);
    const { case: one, version, entries } = changed;
    const at = entries[0]?.at ?? one.updatedAt;
    await hand(one.member, { kind: "case-news", case: one.id, number: one.number, version, news, at });
  };
}

/**
 * What a member is told of a change: the new status, unless they gave it themselves or are asked whether it is solved; and once
 * the case is closed they are asked how it was. What the case has left behind meanwhile is not asked about any more.
 */
export function newsForMember({ case: one, entries }: CaseNews): MemberNews[] {
  const isMembers = entries[0]?.actor.kind === "member";
  if (entries.some(({ what }) => what === "check-in")) return isOver(one.status) ? [] : [{ kind: "check-in" }];
  const news: MemberNews[] = [];
  for (const entry of entries) {
    if (entry.what !== "field" || entry.field !== "status") continue;
    const status = CASE_STATUSES.find((known) => known === entry.after);
    if (!status) continue;
    if (!isMembers) news.push({ kind: "status", status });
    if (status === "closed" && isOver(one.status) && !one.satisfaction) news.push({ kind: "how-was-it" });
  }
  return news;
}
