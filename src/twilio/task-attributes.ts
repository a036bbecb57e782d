import * as v from "valibot";
import { type DiscordUserId, memberOfSession, type SessionId } from "../conversation/ids.ts";
import { parseJson } from "../outside/call.ts";

/** What agents and routing rules shall know about a session. */
export type TaskFacts = {
  /** The member's display name; the identity is opaque. */
  readonly customerName: string;
  /** Null when no case could be opened. */
  readonly caseNumber: number | null;
  readonly caseUrl: string | null;
  readonly sessionId: SessionId;
  readonly memberId: DiscordUserId;
};

/**
 * The attributes of a Flex task. Names have no hyphens, which routing expressions do not support, and numbers stay numbers, so
 * that expressions can compare them. Facts that are missing are left out.
 */
export function taskAttributes(facts: TaskFacts & { readonly interactionAttempt: number }) {
  const { customerName, caseNumber, caseUrl, sessionId, memberId, interactionAttempt } = facts;
  return {
    channelType: "discord",
    customerName,
    ...(caseNumber === null ? {} : { caseNumber }),
    ...(caseUrl === null ? {} : { caseUrl }),
    sessionId,
    memberId,
    interactionAttempt,
  };
}

const OurTask = v.object({
  channelType: v.literal("discord"),
  sessionId: v.pipe(
    v.string(),
    v.regex(/^[0-9]{15,20}-[1-9][0-9]{0,9}$/),
    v.transform((value) => value as SessionId),
  ),
  memberId: v.optional(v.unknown()),
});

/** Whose task this is, from its attributes: a workspace has many others. */
export type TaskOwner =
  | { readonly kind: "ours"; readonly session: SessionId; readonly member: DiscordUserId }
  | { readonly kind: "foreign" }
  /** It names a session and a member that do not belong together. */
  | { readonly kind: "contradictory" };

/** Reads the owner from a task's attributes as TaskRouter gives them, a JSON text. */
export function taskOwner(attributes: string): TaskOwner {
  const parsed = v.safeParse(OurTask, parseJson(attributes));
  if (!parsed.success) return { kind: "foreign" };
  const member = memberOfSession(parsed.output.sessionId);
  const { sessionId, memberId = member } = parsed.output;
  return memberId === member ? { kind: "ours", session: sessionId, member } : { kind: "contradictory" };
}
