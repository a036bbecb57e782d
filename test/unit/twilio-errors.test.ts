import { describe, expect, test } from "vitest";
import { failureOf, isConversationClosed } from "../../src/twilio/errors.ts";
import { NOON } from "./twilio-support.ts";

const failure = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  failureOf({ status, headers: new Headers(headers), body: JSON.stringify(body) }, NOON);
const ofCode = (code: number, status: number) => failure(status, { code, message: "no", status });

describe("A failed Twilio call", () => {
  test.each([
    [20429, 429],
    [45780, 409],
    [50063, 429],
    [50391, 409],
  ])("with code %i did not happen and may work later", (code, status) => {
    expect(ofCode(code, status)).toMatchObject({ kind: "later" });
  });

  test("is judged by Twilio's code before the HTTP status", () => {
    expect(ofCode(20429, 503)).toMatchObject({ kind: "later" });
    expect(ofCode(45361, 400)).toMatchObject({ kind: "unknown" });
  });

  test.each([500, 502, 503, 504])("with HTTP %i may have happened", (status) => {
    expect(failure(status, { code: 20500, message: "no", status })).toMatchObject({ kind: "unknown" });
  });

  test.each([400, 401, 403, 404, 409, 422, 302])("with HTTP %i and any other code is refused", (status) => {
    expect(ofCode(20001, status)).toEqual({
      kind: "refused",
      status,
      code: 20001,
      reason: `HTTP ${status}, code 20001`,
    });
  });

  test.each([429, 408])("with HTTP %i and no code did not happen", (status) => {
    expect(failure(status, "busy")).toEqual({ kind: "later", reason: `HTTP ${status}` });
  });

  test("is understood in the newer form of RFC 9457 too", () => {
    const body = { type: "about:blank", title: "Conflict", status: 409, code: "50391", detail: "twice at once" };
    expect(failure(409, body)).toMatchObject({ kind: "later" });
    expect(failure(400, { ...body, code: 1 })).toMatchObject({ code: 1, reason: "HTTP 400, code 1" });
  });

  test("has code 0 when the answer is no error of Twilio's", () => {
    expect(failureOf({ status: 404, headers: new Headers(), body: "<html>" }, NOON)).toEqual({
      kind: "refused",
      status: 404,
      code: 0,
      reason: "HTTP 404",
    });
    expect(failure(400, { code: { a: 1 }, message: 5 })).toMatchObject({ code: 0, reason: "HTTP 400" });
  });

  test("repeats nothing of what Twilio says: it may quote a message, and reasons are logged", () => {
    const said = failure(400, { code: 1, message: "the body 'secret words' is too long", detail: "secret words" });
    expect(JSON.stringify(said)).not.toContain("secret");
  });
});

describe("Retry-After", () => {
  const later = (value: string) => failure(429, { code: 20429 }, { "Retry-After": value });

  test("is taken in seconds or as a date", () => {
    expect(later("3")).toMatchObject({ afterMs: 3000 });
    expect(later("120")).toMatchObject({ afterMs: 120_000 });
    expect(later("0.5")).toMatchObject({ afterMs: 500 });
    expect(later("12.25")).toMatchObject({ afterMs: 12_250 });
    expect(later(new Date(NOON + 5000).toUTCString())).toMatchObject({ afterMs: 5000 });
  });

  test("is never negative and is left out when it makes no sense", () => {
    expect(later(new Date(NOON - 5000).toUTCString())).toMatchObject({ afterMs: 0 });
    for (const value of ["soon", "1e3", "5s", "", " "]) expect(later(value)).not.toHaveProperty("afterMs");
  });

  test.each([
    [20429, 429],
    [20429, 503],
    [45780, 429],
    [50063, 429],
    [50391, 409],
    [0, 429],
    [20001, 429],
  ])("is kept to with code %i and HTTP %i", (code, status) => {
    expect(failure(status, { code }, { "Retry-After": "4" })).toMatchObject({ kind: "later", afterMs: 4000 });
  });
});

test("Only the refusals of a closed conversation count as closed", () => {
  expect(isConversationClosed(ofCode(50377, 400))).toBe(true);
  expect(isConversationClosed(ofCode(45354, 400))).toBe(true);
  expect(isConversationClosed(ofCode(50353, 409))).toBe(false);
  expect(isConversationClosed({ kind: "done", value: undefined })).toBe(false);
  expect(isConversationClosed({ kind: "unknown", reason: "50377" })).toBe(false);
});
