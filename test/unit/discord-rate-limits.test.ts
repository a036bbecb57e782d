import { describe, expect, test } from "vitest";
import { RateLimits, type Route, readTooMany } from "../../src/discord/rate-limits.ts";

const SECOND = 1000;
/** Discord's clock is not ours: so much longer is waited. */
const MARGIN = 50;

const SEND: Route = { name: "POST /channels/{}/messages", major: "1", countsGlobally: true };
const SEND_ELSEWHERE: Route = { ...SEND, major: "2" };
const TYPE: Route = { name: "POST /channels/{}/typing", major: "1", countsGlobally: true };
const ANSWER: Route = { name: "PATCH /webhooks/{}/{}", major: "token", countsGlobally: false };

function limits() {
  const clock = { now: 1_000_000 };
  const limits = new RateLimits(() => clock.now);
  const note = (route: Route, bucket: string | null, remaining: number | null, resetAfter: number | null) => {
    const headers = new Headers();
    if (bucket !== null) headers.set("X-RateLimit-Bucket", bucket);
    if (remaining !== null) headers.set("X-RateLimit-Remaining", String(remaining));
    if (resetAfter !== null) headers.set("X-RateLimit-Reset-After", String(resetAfter));
    limits.note(route, headers);
  };
  return { clock, limits, note, wait: (route: Route) => limits.wait(route) };
}

describe("a bucket", () => {
  test("lets requests go while something remains, and then none until it is full again", () => {
    const { clock, note, wait } = limits();
    expect(wait(SEND)).toBe(0);
    note(SEND, "abc", 1, 5);
    expect(wait(SEND)).toBe(0);
    note(SEND, "abc", 0, 2.0004);
    expect(wait(SEND)).toBe(2001 + MARGIN);
    clock.now += 2001 + MARGIN;
    expect(wait(SEND)).toBe(0);
  });

  test("is shared by the routes that Discord puts into it, for each channel apart", () => {
    const { note, wait } = limits();
    note(SEND, "abc", 5, 5);
    note(TYPE, "abc", 0, 5);
    expect(wait(SEND)).toBeGreaterThan(0);
    expect(wait(SEND_ELSEWHERE)).toBe(0);
    expect(wait(ANSWER)).toBe(0);
  });

  test("that an answer names only in part is not known", () => {
    const { note, wait } = limits();
    note(SEND, null, 0, 5);
    note(SEND, "abc", null, 5);
    note(SEND, "abc", 0, null);
    note(SEND, "abc", 0, -1);
    expect(wait(SEND)).toBe(0);
    note(SEND, "abc", 0, 5);
    note(SEND, "abc", null, 5);
    note(SEND, null, 4, 9);
    expect(wait(SEND)).toBe(5 * SECOND + MARGIN);
  });

  test("counts the lowest figure of answers that crossed, in one window", () => {
    const { clock, note, wait } = limits();
    note(SEND, "abc", 0, 5);
    note(SEND, "abc", 1, 5);
    expect(wait(SEND)).toBe(5 * SECOND + MARGIN);
    clock.now += SECOND;
    note(SEND, "abc", 1, 4 + MARGIN / SECOND);
    expect(wait(SEND)).toBe(4 * SECOND + 2 * MARGIN);
  });

  test("counts anew in a new window, which begins when the old one ends or reaches further", () => {
    const further = limits();
    further.note(SEND, "abc", 0, 2);
    further.note(SEND, "abc", 4, 2 + 2 * (MARGIN / SECOND));
    expect(further.wait(SEND)).toBe(0);
    const later = limits();
    later.note(SEND, "abc", 0, 2);
    later.clock.now += 2 * SECOND + MARGIN;
    later.note(SEND, "abc", 4, 0);
    expect(later.wait(SEND)).toBe(0);
  });

  test("keeps its effect among many, while spent ones are forgotten", () => {
    const { clock, note, wait } = limits();
    const held = { ...SEND, major: "held" };
    for (let n = 0; n < 600; n++) note({ ...SEND, major: `spent-${n}` }, "abc", 0, 1);
    clock.now += SECOND + MARGIN;
    note(held, "abc", 0, 60);
    for (let n = 0; n < 600; n++) note({ ...SEND, major: `new-${n}` }, "abc", 0, 60);
    expect(wait(held)).toBe(60 * SECOND + MARGIN);
    expect(wait({ ...SEND, major: "spent-0" })).toBe(0);
  });
});

describe("a 429", () => {
  test("stops its route in its channel, whatever the bucket says, for as long as the longest says", () => {
    const { clock, limits: all, note, wait } = limits();
    expect(all.block(SEND, { afterMs: 3000, reach: "route" })).toBe(3000 + MARGIN);
    all.block(SEND, { afterMs: 1000, reach: "shared" });
    note(SEND, "abc", 4, 1);
    expect(wait(SEND)).toBe(3000 + MARGIN);
    expect([SEND_ELSEWHERE, TYPE, ANSWER].map(wait)).toEqual([0, 0, 0]);
    clock.now += 3000 + MARGIN;
    expect(wait(SEND)).toBe(0);
  });

  test("of the bot stops all that counts towards it, one of the address everything", () => {
    const { limits: all, wait } = limits();
    all.block(SEND, { afterMs: 2000, reach: "bot" });
    all.block(SEND, { afterMs: 1000, reach: "bot" });
    expect([SEND, SEND_ELSEWHERE, TYPE, ANSWER].map(wait)).toEqual([...Array(3).fill(2000 + MARGIN), 0]);
    all.block(TYPE, { afterMs: 60_000, reach: "address" });
    all.block(TYPE, { afterMs: 1000, reach: "address" });
    expect([SEND, ANSWER].map(wait)).toEqual([60_000 + MARGIN, 60_000 + MARGIN]);
  });

  test("keeps its effect among many", () => {
    const { clock, limits: all, wait } = limits();
    for (let n = 0; n < 600; n++) all.block({ ...SEND, major: `spent-${n}` }, { afterMs: 1000, reach: "route" });
    clock.now += SECOND + MARGIN;
    for (let n = 0; n < 600; n++) all.block({ ...SEND, major: `new-${n}` }, { afterMs: 60_000, reach: "route" });
    expect(wait({ ...SEND, major: "new-0" })).toBe(60_000 + MARGIN);
    expect(wait({ ...SEND, major: "spent-0" })).toBe(0);
  });
});

describe("who a 429 is for", () => {
  const error = (more: object) => ({ code: 0, global: false, ...more });

  test("is the route, unless Discord says that others have used up its limit, or that it is for the whole bot", () => {
    const scope = (value: string) => new Headers({ "X-RateLimit-Scope": value });
    expect(readTooMany(new Headers(), error({ retry_after: 1.0001 }))).toEqual({ afterMs: 1001, reach: "route" });
    expect(readTooMany(scope("user"), error({ retry_after: 1 }))).toEqual({ afterMs: 1000, reach: "route" });
    expect(readTooMany(scope("shared"), error({ retry_after: 1 }))).toEqual({ afterMs: 1000, reach: "shared" });
    expect(readTooMany(scope("global"), error({ retry_after: 1 }))).toEqual({ afterMs: 1000, reach: "bot" });
    expect(readTooMany(new Headers(), error({ retry_after: 1, global: true }))).toMatchObject({ reach: "bot" });
    const global = new Headers({ "X-RateLimit-Global": "true", "Retry-After": "2" });
    expect(readTooMany(global, undefined)).toEqual({ afterMs: 2000, reach: "bot" });
  });

  test("can be told by its headers alone", () => {
    const headers = new Headers({ "X-RateLimit-Scope": "user", "Retry-After": "2" });
    expect(readTooMany(headers, undefined)).toEqual({ afterMs: 2000, reach: "route" });
  });

  test("is everybody at this address where it is not Discord's, for a minute if it does not say how long", () => {
    expect(readTooMany(new Headers(), undefined)).toEqual({ afterMs: 60_000, reach: "address" });
    expect(readTooMany(new Headers({ "Retry-After": "7" }), error({}))).toEqual({ afterMs: 7000, reach: "address" });
    expect(readTooMany(new Headers({ "Retry-After": "soon" }), undefined)).toMatchObject({ afterMs: 60_000 });
    expect(readTooMany(new Headers({ "Retry-After": "-7" }), undefined)).toMatchObject({ afterMs: 60_000 });
    const silent = new Headers({ "X-RateLimit-Scope": "user" });
    expect(readTooMany(silent, undefined)).toEqual({ afterMs: 60_000, reach: "address" });
  });
});
