import * as v from "valibot";
import { type Config, twilioUrl } from "../config.ts";
import { type Clock, callOutside, type Fetch, parseJson } from "../outside/call.ts";

/** What Twilio says of a token that Flex UI holds for whoever is signed in there. */
export type FlexTokenCheck =
  /** `identity` is encoded as Flex does it; `roles` are all that Flex knows of, not only ours. */
  | { readonly kind: "valid"; readonly identity: string; readonly roles: readonly string[] }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unanswered"; readonly reason: string };

/** Somebody waits before a blank page. */
const TIME_LIMIT_MS = 5_000;

const Answer = v.object({
  valid: v.literal(true),
  expiration: v.pipe(
    v.string(),
    v.transform((date) => Date.parse(date)),
    v.number(),
  ),
  identity: v.pipe(v.string(), v.nonEmpty(), v.maxLength(256)),
  roles: v.array(v.string()),
});

const Refusal = v.object({ valid: v.literal(false), code: v.optional(v.number(), 0) });

/**
 * Asks Twilio whether a Flex token is good, as `twilio-flex-token-validator` does. Twilio answers for tokens of this account
 * only. Never throws.
 */
export async function checkFlexToken(
  token: string,
  { fetch, now, config }: { readonly fetch: Fetch; readonly now: Clock; readonly config: Config },
): Promise<FlexTokenCheck> {
  const { TWILIO_ACCOUNT_SID: account, TWILIO_AUTH_TOKEN: secret } = config;
  const headers = {
    Accept: "application/json",
    Authorization: `Basic ${btoa(`${account}:${secret}`)}`,
    "Content-Type": "application/json",
    "User-Agent": "flexcord",
  };
  const url = `${twilioUrl(config, "iam")}/v1/Accounts/${account}/Tokens/validate`;
  const init = { method: "POST", headers, body: JSON.stringify({ token }) };
  const answer = await callOutside(fetch, url, init, TIME_LIMIT_MS);
  if (answer.kind === "unknown") return { kind: "unanswered", reason: answer.reason };
  const body = parseJson(answer.body);
  const refusal = v.safeParse(Refusal, body);
  if (refusal.success) return { kind: "refused", reason: `not valid, code ${refusal.output.code}` };
  const read = v.safeParse(Answer, body);
  if (answer.status !== 200 || !read.success) {
    return { kind: "unanswered", reason: `HTTP ${answer.status} with an answer that makes no sense` };
  }
  const { identity, roles, expiration } = read.output;
  return now() < expiration ? { kind: "valid", identity, roles } : { kind: "refused", reason: "expired" };
}

/** What Flex encoded as an identity: `_40` stands for `@`, the hexadecimal code of each such character. */
export function decodedIdentity(identity: string): string {
  try {
    return decodeURIComponent(identity.replaceAll("%", "%25").replace(/_([0-9A-Fa-f]{2})/g, "%$1"));
  } catch {
    return identity;
  }
}
