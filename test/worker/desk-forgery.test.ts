import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { caseLink } from "../../src/desk/case-link.ts";
import { Browser, CASE, CASE_PAGE, Desk, FLEX, OWN, VALID } from "./desk-entry-support.ts";

let desk: Desk;
let browser: Browser;
let csrf: string;

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(async () => {
  vi.spyOn(console, "warn").mockReturnValue();
  vi.spyOn(console, "info").mockReturnValue();
  desk = new Desk();
  browser = await desk.browser();
  csrf = await browser.csrf("/desk");
});
afterEach(() => vi.restoreAllMocks());

test("a form of the desk's own arrives whole", async () => {
  const response = await browser.post("/desk/x", { csrf, text: "typed" });
  expect([response.status, await response.json()]).toMatchObject([200, { text: "typed" }]);
});

test("a form that says where it comes from only as the browser sees it arrives too", async () => {
  for (const headers of [{ "Sec-Fetch-Site": "same-origin" }, { Origin: "null", "Sec-Fetch-Site": "same-origin" }]) {
    expect((await browser.post("/desk/x", { csrf }, headers)).status).toBe(200);
  }
});

test("a script sends the token as a header, with any method and body", async () => {
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    const headers = { Origin: OWN, "X-CSRF-Token": csrf };
    expect((await browser.send("/desk/x", { method, headers })).status).toBe(200);
  }
});

test.each<[string, Record<string, string>]>([
  ["nothing", {}],
  ["another site", { Origin: "https://evil.example" }],
  ["Flex itself", { Origin: FLEX }],
  ["another port", { Origin: `${OWN}:8443` }],
  ["another scheme", { Origin: OWN.replace("https", "http") }],
  ["a frame without an origin", { Origin: "null" }],
  ["another site, as the browser sees it", { "Sec-Fetch-Site": "cross-site" }],
  ["a neighbour, as the browser sees it", { "Sec-Fetch-Site": "same-site" }],
  ["the address bar", { "Sec-Fetch-Site": "none" }],
])("a form from %s changes nothing, right token or not", async (_where, headers) => {
  const response = await browser.post("/desk/x", { csrf }, headers);
  expect([response.status, await response.json()]).toMatchObject([403, { error: "Not sent from the desk" }]);
});

test("a form without the session's own token changes nothing", async () => {
  desk.twilioSays({ ...VALID, identity: "bob" });
  const other = await (await desk.browser()).csrf("/desk");
  expect(other).not.toBe(csrf);
  for (const wrong of [other, "", csrf.slice(1), `${csrf}=`, csrf.toUpperCase()]) {
    expect((await browser.post("/desk/x", { csrf: wrong })).status).toBe(403);
    const headers = { Origin: OWN, "X-CSRF-Token": wrong };
    expect((await browser.send("/desk/x", { method: "POST", body: "{}", headers })).status).toBe(403);
  }
  expect((await browser.post("/desk/x", {})).status).toBe(403);
  const json = { Origin: OWN, "Content-Type": "application/json" };
  expect(
    (await browser.send("/desk/x", { method: "POST", body: JSON.stringify({ csrf }), headers: json })).status,
  ).toBe(403);
});

test("no token but the session's own is taken", async () => {
  const property = fc.asyncProperty(fc.stringMatching(/^[\w-]{43}$/), async (made) => {
    fc.pre(made !== csrf);
    expect((await browser.post("/desk/x", { csrf: made })).status).toBe(403);
  });
  await fc.assert(property, { numRuns: 30 });
});

test("whoever came by a link has a form token of their own", async () => {
  const guest = new Browser(desk);
  await guest.get(await caseLink(OWN, CASE, env.SIGNING_SECRET, desk.now));
  const own = await guest.csrf(CASE_PAGE);
  expect((await guest.post(CASE_PAGE, { csrf: own })).status).toBe(200);
  expect((await guest.post(CASE_PAGE, { csrf })).status).toBe(403);
  expect((await guest.post(CASE_PAGE, { csrf: own }, { Origin: FLEX })).status).toBe(403);
});

test("a WebSocket is opened by the desk's own pages alone", async () => {
  const upgrade = (origin: string) => browser.get("/desk/x", { Upgrade: "websocket", Origin: origin });
  expect((await upgrade(OWN)).status).toBe(200);
  for (const origin of [FLEX, "https://evil.example", "null"]) expect((await upgrade(origin)).status).toBe(403);
});

test("reading needs no token, from wherever a link leads here", async () => {
  for (const method of ["GET", "HEAD"]) {
    expect((await browser.send("/desk/x", { method, headers: { Origin: "https://evil.example" } })).status).toBe(200);
  }
});

test("a form larger than 512 kB is refused before it is read", async () => {
  const text = "x".repeat(513 * 1024);
  expect((await browser.post("/desk/x", { csrf, text })).status).toBe(413);
});

test("people are told that what they wrote is still there", async () => {
  const response = await browser.post("/desk/x", { csrf: "old" }, { Origin: OWN, Accept: "text/html" });
  expect([response.status, await response.text()]).toEqual([
    403,
    expect.stringContaining("what you wrote still stands"),
  ]);
});
