import { askForPersonAbout } from "./about-case.ts";
import type { CaseNewsCame, MemberNews, SaidStillAProblem } from "./case-events.ts";
import type { Say } from "./deliveries.ts";
import { sessionIdOf } from "./ids.ts";
import { meet } from "./member.ts";
import { addLine, deliver, openSession, say, type Turn } from "./turn.ts";

/** A case of the member's has changed: they hear of it in any case, whoever owns the conversation, and no session opens for it. */
export function caseNews(turn: Turn, event: CaseNewsCame): void {
  if (event.news.length > 0) reachMember(turn);
  for (const news of event.news) say(turn, sayOf(news, event));
}

function sayOf(news: MemberNews, { case: id, number }: CaseNewsCame): Say {
  switch (news.kind) {
    case "status":
      return { kind: "case-status", number, status: news.status };
    case "check-in":
      return { kind: "case-check-in", case: id, number };
    case "how-was-it":
      return { kind: "case-how-was-it", case: id, number };
  }
}

/** A case is not solved, says the member: a person is fetched, and the session is about that case. */
export function stillAProblem(turn: Turn, event: SaidStillAProblem): void {
  meet(turn, event.profile);
  reachMember(turn);
  const about = { id: event.case, number: event.number };
  const { owner, twilio } = openSession(turn, (n) => sessionIdOf(turn.state.member, n));
  // A chat that is over carries the wish into the next one.
  addLine(turn, "member", { kind: "asked-for-person", about }, { at: event.at });
  if (twilio?.closing) return;
  if (owner.kind === "assistant") askForPersonAbout(turn, about);
  else say(turn, { kind: owner.kind === "queue" ? "transferring" : "still-here" });
}

/** A DM that was refused may be open again: only Discord knows, and it is asked once for each thing that is to be said. */
function reachMember(turn: Turn): void {
  if (turn.state.dm.kind !== "open") deliver(turn, { lane: "discord", kind: "open-dm" });
}
