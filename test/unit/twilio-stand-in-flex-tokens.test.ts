import { afterEach, beforeEach, expect, test } from "vitest";
import { startTwilio, type TwilioStandIn } from "../../playground/twilio/index.ts";
import { readConfig } from "../../src/config.ts";
import { fetchWithin } from "../../src/outside/call.ts";
import { checkFlexToken, decodedIdentity } from "../../src/twilio/flex-token.ts";
import { workerVariables } from "../support/worker-variables.ts";

const HOUR_MS = 3_600_000;

let now = Date.now();
let standIn: TwilioStandIn;
beforeEach(async () => {
  standIn = await startTwilio({ now: () => now });
});
afterEach(() => standIn.close());

/** Asks as the Worker does; with other variables than those of the stand-in's account if given. */
function check(token: string, variables: Record<string, string> = {}) {
  const read = readConfig({
    ...workerVariables().variables,
    TWILIO_API_URL: standIn.apiUrl,
    TWILIO_ACCOUNT_SID: standIn.accountSid,
    TWILIO_AUTH_TOKEN: standIn.authToken,
    ...variables,
  });
  if (!read.ok) throw new Error("not configured");
  return checkFlexToken(token, { fetch: fetchWithin, now: () => now, config: read.config });
}

test("a Flex token says who is signed in to Flex and what they may do there", async () => {
  const agent = standIn.createAgent({ identity: "ann_40example_2Ecom" });
  expect(await check(agent.flexToken())).toEqual({ kind: "valid", identity: "ann_40example_2Ecom", roles: ["agent"] });
  const roles = ["admin", "wfo.full_access"];
  expect(await check(agent.flexToken({ roles }))).toMatchObject({ kind: "valid", roles });
});

test("a Flex token is refused from the millisecond on at which it expires", async () => {
  const token = standIn.createAgent().flexToken({ lifetimeMs: HOUR_MS });
  now += HOUR_MS - 1;
  expect(await check(token)).toMatchObject({ kind: "valid" });
  now += 1;
  expect(await check(token)).toEqual({ kind: "refused", reason: "not valid, code 20104" });
});

test("what is no token of this account is refused", async () => {
  const other = await startTwilio();
  const foreign = other.createAgent().flexToken();
  await other.close();
  for (const token of [foreign, "made-up", ""]) {
    expect(await check(token)).toEqual({ kind: "refused", reason: "not valid, code 20101" });
  }
});

test("wrong credentials, a limit and a failing Twilio leave the question unanswered", async () => {
  const token = standIn.createAgent().flexToken();
  expect(await check(token, { TWILIO_AUTH_TOKEN: "wrong" })).toMatchObject({ kind: "unanswered" });
  for (const kind of ["429", "5xx-before", "5xx-after", "reset-before"] as const) {
    standIn.faults.rest({ kind, service: "iam" });
    expect([kind, await check(token)]).toMatchObject([kind, { kind: "unanswered" }]);
  }
  expect(await check(token)).toMatchObject({ kind: "valid" });
});

test("an identity is decoded into what people call themselves, and left alone when it is not encoded", () => {
  expect(decodedIdentity("ann_2Eb_40example_2Ecom")).toBe("ann.b@example.com");
  expect(decodedIdentity("J_C3_BCrgen")).toBe("Jürgen");
  for (const plain of ["bob", "100%", "under_score", "broken_FF"]) expect(decodedIdentity(plain)).toBe(plain);
});
