import { describe, expect, test } from "vitest";
import { brokenOff, classifyError, isDmClosed, isUnauthorized, readErrorBody } from "../../src/discord/errors.ts";

/** What an answer of Discord with this code means for a call that changes something. */
const react = (status: number, body: object) => classifyError(status, JSON.stringify({ message: "…", ...body }), false);

describe("an error code of Discord", () => {
  test.each([
    [10003, "unknown channel"],
    [10008, "unknown message"],
    [10013, "the account is gone"],
    [10015, "the interaction's token has expired"],
    [10062, "unknown interaction"],
    [20009, "explicit content"],
    [30015, "too many files"],
    [30034, "too many commands created today"],
    [30046, "too many edits of an old message"],
    [40001, "not authorized: check DISCORD_BOT_TOKEN"],
    [40005, "request too large"],
    [40060, "the interaction was already answered"],
    [40094, "too many follow-ups to one interaction"],
    [40333, "blocked before Discord's API: check the User-Agent"],
    [50001, "no access"],
    [50006, "empty message"],
    [50007, "the member takes no direct messages"],
    [50013, "missing permissions"],
    [50014, "the bot token is not valid: check DISCORD_BOT_TOKEN"],
    [50027, "the interaction's token is not valid"],
    [50035, "invalid form"],
    [50045, "file too large"],
    [50083, "the thread is archived"],
    [50278, "no server in common with the member"],
    [160004, "the message already has a thread"],
    [160005, "the thread is locked"],
    [160006, "too many active threads"],
    [200000, "blocked by the server's AutoMod"],
    [240000, "harmful link"],
  ])("%i is final: %s", (code, reason) => {
    expect(react(403, { code })).toEqual({ kind: "refused", status: 403, code, reason });
  });

  test.each([
    [20016, "slow mode", 5_000],
    [20028, "the channel's write limit", 5_000],
    [20029, "the server's write limit", 5_000],
    [130000, "the API is overloaded", 5_000],
    [40003, "opening DMs too fast", 3_600_000],
  ])("%i is waited for: %s", (code, reason, afterMs) => {
    expect(react(403, { code })).toEqual({ kind: "later", reason, afterMs });
    expect(react(403, { code, retry_after: 1.2345 })).toEqual({ kind: "later", reason, afterMs: 1235 });
  });

  test("decides, whatever the status: a refusal that comes with 500 did not happen", () => {
    expect(react(500, { code: 50035 })).toMatchObject({ kind: "refused" });
    expect(react(500, { code: 130000 })).toMatchObject({ kind: "later" });
  });

  test("that we do not know is final below 500, open above", () => {
    expect(react(400, { code: 99 })).toEqual({
      kind: "refused",
      status: 400,
      code: 99,
      reason: "Discord refused with status 400, code 99",
    });
    expect(react(499, {})).toMatchObject({ kind: "refused", code: 0 });
    expect(react(500, { code: 99 })).toEqual({ kind: "unknown", reason: "Discord failed with status 500" });
    expect(classifyError(500, "", true)).toEqual({ kind: "later", reason: "Discord failed with status 500" });
    expect(react(401, {})).toEqual({
      kind: "refused",
      status: 401,
      code: 0,
      reason: "not authorized: check DISCORD_BOT_TOKEN",
    });
  });
});

describe("the fields of a bad form", () => {
  const wrong = (...codes: string[]) => ({ _errors: codes.map((code) => ({ code, message: "…" })) });

  test("are named by path and code, without what was written in them", () => {
    const errors = { embeds: { 0: { title: wrong("TOO_LONG"), url: wrong("BAD_SCHEME", "TOO_LONG") } } };
    expect(react(400, { code: 50035, errors })).toMatchObject({
      reason: "invalid form: embeds.0.title TOO_LONG, embeds.0.url BAD_SCHEME, embeds.0.url TOO_LONG",
    });
  });

  test("are five at most", () => {
    const errors = Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [`field${n}`, wrong("REQUIRED")]));
    expect(react(400, { code: 50035, errors })).toMatchObject({
      reason: `invalid form: ${[1, 2, 3, 4, 5].map((n) => `field${n} REQUIRED`).join(", ")}`,
    });
  });

  test.each([[null], ["text"], [7], [{}], [{ _errors: "text" }], [{ content: { _errors: [{ code: 5 }] } }]])(
    "that are not told as documented are left out: %j",
    (errors) => {
      expect(react(400, { code: 50035, errors })).toMatchObject({ kind: "refused", reason: "invalid form" });
    },
  );
});

test("an error is read only where it is Discord's JSON", () => {
  expect(readErrorBody('{"message":"…"}')).toEqual({ code: 0, global: false });
  expect(readErrorBody('{"code":50007,"retry_after":0.5,"global":true,"errors":{}}')).toEqual({
    code: 50007,
    retry_after: 0.5,
    global: true,
    errors: {},
  });
  for (const body of ["", "error code: 1015", "<html>", "null", '{"code":"50007"}', '{"global":"yes"}'])
    expect(readErrorBody(body)).toBeUndefined();
});

test("the codes for closed DMs and for a refused bot token are told from others", () => {
  expect([50007, 50278, 50001, 0].filter(isDmClosed)).toEqual([50007, 50278]);
  expect(isUnauthorized(401, 0)).toBe(true);
  expect(isUnauthorized(401, 50014)).toBe(true);
  expect(isUnauthorized(401, 50027)).toBe(false);
  expect(isUnauthorized(403, 50014)).toBe(false);
});

test("a call without an answer: what only reads may be repeated, of the rest nobody can tell", () => {
  expect(brokenOff("timed out", true)).toEqual({ kind: "later", reason: "timed out" });
  expect(brokenOff("timed out", false)).toEqual({ kind: "unknown", reason: "timed out" });
});
