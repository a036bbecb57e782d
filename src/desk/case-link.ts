import { CASE_ID, type CaseId } from "../conversation/ids.ts";
import { readToken, signedToken, type TokenKind } from "../signing.ts";

/**
 * A task waits for a day unless its workflow says otherwise, and a chat may go on for days after it was accepted: the link
 * in the task must still open its case then. A week covers both.
 */
const LINK: TokenKind = { purpose: "case-link", lifetimeS: 7 * 24 * 60 * 60 };

/** What a link is exchanged for: longer than a shift would be longer than anybody works on a case. */
const PASS: TokenKind = { purpose: "case-pass", lifetimeS: 12 * 60 * 60 };

/** Opens one case, until `expiresAt` (milliseconds since 1970). */
export type CasePass = { readonly case: CaseId; readonly expiresAt: number };

/**
 * The address that opens just this case, for a week. It stands in a task's attributes: Flex's CRM container can pass those to
 * a page, but no token of the agent's. `now` in milliseconds since 1970.
 */
export async function caseLink(publicUrl: string, id: CaseId, signingSecret: string, now: number): Promise<string> {
  return `${publicUrl}/desk/cases/${id}?key=${await signedToken(LINK, id, signingSecret, now)}`;
}

/** What the `key` of a {@link caseLink} opens; null when it is no good, or no longer. Never throws. */
export async function readCaseKey(key: string, signingSecret: string, now: number): Promise<CasePass | null> {
  return passOf(await readToken(LINK, key, signingSecret, now));
}

/** The cookie's value for whoever came by a link: good for twelve hours, never longer than the link. */
export async function casePass({ case: id, expiresAt }: CasePass, signingSecret: string, now: number): Promise<string> {
  return signedToken(PASS, id, signingSecret, now, expiresAt);
}

/** What a {@link casePass} opens; null when it is no good, or no longer. Never throws. */
export async function readCasePass(pass: string, signingSecret: string, now: number): Promise<CasePass | null> {
  return passOf(await readToken(PASS, pass, signingSecret, now));
}

function passOf(content: Awaited<ReturnType<typeof readToken>>): CasePass | null {
  if (content === null || !CASE_ID.test(content.subject ?? "")) return null;
  return { case: content.subject as CaseId, expiresAt: content.expiresAt };
}
