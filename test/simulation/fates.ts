import type { Say } from "../../src/conversation/deliveries.ts";
import { type Evidence, wordsOf } from "./evidence.ts";
import type { AgentMessage, MemberMessage } from "./world.ts";

/** One who would have reason to complain: the member concerned, what the trace should be searched for, and why. */
export type Grievance = { readonly about: string | null; readonly subject?: string; readonly what: string };

/** An attempt that began so long before a chat was closed may have ended after that. */
const ATTEMPT_MS = 15_000;

/** What has become of a member's message, where somebody could complain about it. */
export function fateOfMemberMessage(evidence: Evidence, message: MemberMessage): Grievance[] {
  const { account, versions, id, resent } = message;
  const there = evidence.onTwilio(account.id);
  // An edit may come both ways: by itself, and with the message, where that was read after it.
  const doubled = versions.flatMap((version, n) =>
    wordsOf(version).filter((word) => there.times(word) > (n === 0 ? 1 : 2) + resent),
  );
  if (doubled.length > 0) return [grievance(message, `is there ${there.times(doubled[0] ?? "")} times`)];
  const kept = evidence.kept(account.id);
  if (versions.some((version) => wordsOf(version).every((word) => there.times(word) > 0 || kept.has(word)))) return [];
  // Of a long chat with the assistant the newest lines are kept.
  if (evidence.trimmedLines(account.id) > 0) return [];
  if (wasTold(evidence, message, ["not-delivered", "maybe-not-delivered"])) return [];
  if (evidence.isAccepted(account.id, `discord/message/${id}`)) return [grievance(message, "is not there whole")];
  return wasToBeAccepted(evidence, message) ? [grievance(message, "was never taken in")] : [];
}

/** Whether all that a member wrote and changed is there. */
export function isWholeOnTwilio(evidence: Evidence, { account, versions }: MemberMessage): boolean {
  const there = evidence.onTwilio(account.id);
  return versions.every((version) => wordsOf(version).every((word) => there.times(word) > 0));
}

/** A notice counts also where it could not be brought: a notice that itself fails is not reported again. */
export function wasTold(evidence: Evidence, { account, id }: MemberMessage, kinds: readonly Say["kind"][]): boolean {
  const query = "SELECT body ->> '$.say.kind' AS kind FROM deliveries WHERE kind = 'say' AND body ->> '$.replyTo' = ?";
  return evidence.rows<{ kind: Say["kind"] }>(account.id, query, id).some(({ kind }) => kinds.includes(kind));
}

/**
 * What is sent again comes late; what was missed while nobody was being helped is not looked for, but may be found later; what the Gateway had missed is waited for, but not for ever; and what its author has taken back
 * is not found by a reading, so that its own event may come after it.
 */
export function mayComeLate({ world }: Evidence, { gateway, session, resent, isDeleted }: MemberMessage): boolean {
  if (resent > 0 || isDeleted) return true;
  const isMissed = gateway === null || !world.gateway.sessions.has(gateway);
  if (isMissed && session === null) return true;
  return isMissed && world.bridge.lateFills > 0;
}

/** Whoever was told that a message may not have been delivered was told that it may come late as well. */
export function isUndecided(evidence: Evidence, { member, sid }: AgentMessage): boolean {
  const query = "SELECT 1 AS there FROM deliveries WHERE status = 'undecided' AND body ->> '$.source' = ?";
  return evidence.has(member, query, sid);
}

/** Discord brings what was written in a Gateway session that lives; what came while none did is read for whoever is being helped. */
function wasToBeAccepted(evidence: Evidence, message: MemberMessage): boolean {
  const { account, gateway, session, isDeleted, isDmKnown } = message;
  const { world } = evidence;
  if (gateway !== null && world.gateway.sessions.has(gateway)) return true;
  if (session === null || isDeleted || !isDmKnown) return false;
  const query = "SELECT closed_at FROM sessions WHERE id = ?";
  const [found] = evidence.rows<{ closed_at: number | null }>(account.id, query, session);
  return found !== undefined && (found.closed_at === null || found.closed_at > world.calmSince);
}

/** What has become of an agent's message, where somebody could complain about it. */
export function fateOfAgentMessage(evidence: Evidence, message: AgentMessage): Grievance[] {
  const { name, member, sid, versions } = message;
  const there = evidence.inDm(member);
  const complain = (what: string): Grievance[] => [{ about: member, subject: name, what: `${name} ${what}` }];
  const doubled = versions.flatMap((version, n) =>
    wordsOf(version).filter((word) => there.times(word) > (n === 0 ? 1 : 2)),
  );
  if (doubled.length > 0) return complain(`is there ${there.times(doubled[0] ?? "")} times`);
  if (versions.some((version) => wordsOf(version).every((word) => there.times(word) > 0))) return [];
  const session = sessionOf(evidence, message);
  const failed = evidence.rows<{ tried_at: number | null }>(
    member,
    "SELECT tried_at FROM deliveries WHERE status IN ('failed', 'undecided') AND body ->> '$.source' = ?",
    sid,
  );
  if (failed.length > 0) {
    const lastTry = Math.max(...failed.map(({ tried_at }) => tried_at ?? 0));
    return isAgentTold(evidence, message, session, lastTry) ? [] : complain("failed, and its author was not told");
  }
  const unread =
    "SELECT 1 AS there FROM deliveries WHERE kind = 'read-messages' AND status IN ('failed', 'undecided') AND session = ?";
  if (evidence.has(member, unread, session)) return [];
  return complain(
    evidence.isAccepted(member, `twilio/message/${sid}`) ? "was taken in and is not there" : "was never taken in",
  );
}

/** By a system line in the chat; once the agents' part of it has ended nobody can be told. */
function isAgentTold(evidence: Evidence, message: AgentMessage, session: string, lastTry: number): boolean {
  const { member, conversation } = message;
  const chat = evidence.world.conversations.all.get(conversation);
  if (chat?.messages.some(({ author, body }) => author === "system" && body.includes("delivered"))) return true;
  const line =
    "SELECT 1 AS there FROM deliveries WHERE kind = 'post' AND session = ? AND body ->> '$.line.content.kind' LIKE '%not-delivered'";
  if (evidence.has(member, line, session)) return true;
  const closing =
    "SELECT 1 AS there FROM deliveries WHERE kind = 'read-messages' AND body ->> '$.final' AND session = ? AND created_at <= ?";
  if (evidence.has(member, closing, session, lastTry)) return true;
  return chat?.closedAt != null && chat.closedAt <= lastTry + ATTEMPT_MS;
}

function sessionOf({ world }: Evidence, { conversation }: AgentMessage): string {
  return world.conversations.all.get(conversation)?.uniqueName?.replace("flexcord-", "") ?? "";
}

function grievance({ account, name }: MemberMessage, what: string): Grievance {
  return { about: account.id, subject: name, what: `${name} ${what}` };
}
