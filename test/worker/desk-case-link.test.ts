import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { sign } from "hono/jwt";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { CaseId } from "../../src/conversation/ids.ts";
import { caseLink, casePass, readCaseKey, readCasePass } from "../../src/desk/case-link.ts";
import { operatorToken } from "../../src/operator/token.ts";
import { type Purpose, signingKey } from "../../src/signing.ts";
import { Browser, CASE, CASE_PAGE, DAY, Desk, HOUR, OTHER_CASE, OWN, SECOND } from "./desk-entry-support.ts";

const SECRET = env.SIGNING_SECRET;
const OTHER_PAGE = `/desk/cases/${OTHER_CASE}`;

let desk: Desk;
beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(() => {
  vi.spyOn(console, "warn").mockReturnValue();
  vi.spyOn(console, "info").mockReturnValue();
  desk = new Desk();
});
afterEach(() => vi.restoreAllMocks());

const link = (id: CaseId = CASE) => caseLink(OWN, id, SECRET, desk.now);
const keyOf = async (id?: CaseId) => new URL(await link(id)).searchParams.get("key") ?? "";

/** A browser that has come by the link of a case. */
async function guest(id: CaseId = CASE): Promise<Browser> {
  const browser = new Browser(desk);
  await browser.get(await link(id));
  return browser;
}

describe("the link in a task", () => {
  test("opens its case, and vanishes from the address at once", async () => {
    const browser = new Browser(desk);
    const arrival = await browser.get(`${await link()}&tab=notes`);
    expect([arrival.status, arrival.headers.get("Location")]).toEqual([303, `${CASE_PAGE}?tab=notes`]);
    expect(arrival.headers.get("Referrer-Policy")).toBe("no-referrer");
    expect(arrival.headers.get("Cache-Control")).toBe("no-store");
    expect(arrival.headers.getSetCookie()).toEqual([
      expect.stringMatching(`^__Host-case-${CASE}=[\\w.-]+; Path=/; HttpOnly; Secure; SameSite=None; Partitioned$`),
    ]);
    for (const path of [CASE_PAGE, `${CASE_PAGE}/live`]) {
      expect(await (await browser.get(path)).json()).toMatchObject({ visitor: { kind: "link", case: CASE } });
    }
  });

  test("opens nothing else: no other case, no list, no address that only looks like the case's", async () => {
    const browser = await guest();
    for (const path of [
      "/desk",
      "/desk/",
      "/desk/cases",
      "/desk/search",
      OTHER_PAGE,
      `${CASE_PAGE}x`,
      "/desk/cases//x",
    ]) {
      expect([path, (await browser.get(path)).status]).toEqual([path, 401]);
    }
    for (const path of ["/desk", "/desk/cases", OTHER_PAGE]) {
      expect((await browser.get(`${path}?key=${await keyOf()}`)).status).toBe(401);
    }
    const pass = browser.cookies.get(`__Host-case-${CASE}`) ?? "";
    const moved = await desk.ask(OTHER_PAGE, { headers: { Cookie: `__Host-case-${OTHER_CASE}=${pass}` } });
    expect(moved.status).toBe(401);
  });

  test("of one task stays good beside that of another", async () => {
    const browser = await guest();
    await browser.get(await link(OTHER_CASE));
    for (const path of [CASE_PAGE, OTHER_PAGE]) expect((await browser.get(path)).status).toBe(200);
  });

  test("is good for a week, to the second; what it is exchanged for for twelve hours, never longer than the link", async () => {
    const url = await link();
    desk.now += 7 * DAY - SECOND;
    const browser = new Browser(desk);
    expect((await browser.get(url)).status).toBe(303);
    expect((await browser.get(CASE_PAGE)).status).toBe(200);
    desk.now += SECOND;
    expect((await browser.get(CASE_PAGE)).status).toBe(401);
    expect((await browser.get(url)).status).toBe(401);

    const early = await guest();
    desk.now += 12 * HOUR - SECOND;
    expect((await early.get(CASE_PAGE)).status).toBe(200);
    desk.now += SECOND;
    expect((await early.get(CASE_PAGE)).status).toBe(401);
  });

  test("gives staff nothing that they do not have", async () => {
    const browser = await desk.browser();
    const arrival = await browser.get(`${CASE_PAGE}?key=old`);
    expect([arrival.status, arrival.headers.get("Location")]).toEqual([303, CASE_PAGE]);
    expect(arrival.headers.getSetCookie()).toEqual([]);
    expect(await (await browser.get(CASE_PAGE)).json()).toMatchObject({ visitor: { kind: "staff" } });
  });

  const seconds = () => Math.floor(desk.now / 1000);
  const claims = (change: object = {}) => ({
    aud: "case-link",
    sub: CASE,
    iat: seconds(),
    exp: seconds() + 60,
    ...change,
  });
  const signed = async (change: object = {}, purpose: Purpose = "case-link") =>
    sign(claims(change), await signingKey(SECRET, purpose), "HS256");
  test.each<[string, () => string | Promise<string>]>([
    ["nothing", () => ""],
    ["what is no token", () => "let.me.in"],
    ["another case's key", () => keyOf(OTHER_CASE)],
    ["a key of another secret", async () => (await caseLink("", CASE, `${SECRET}!`, desk.now)).split("key=")[1] ?? ""],
    ["the secret itself as the key's key", () => sign(claims(), SECRET, "HS256")],
    ["another algorithm", async () => sign(claims(), SECRET, "HS512")],
    ["a token of another audience", () => signed({ aud: "case-pass" })],
    ["a token with another purpose's key", () => signed({}, "case-pass")],
    ["a token that never ends", () => signed({ exp: undefined })],
    ["a token of unknown age", () => signed({ iat: undefined })],
    ["a token that claims to be good for ever", () => signed({ iat: seconds() - 8 * 86_400, exp: 2 ** 40 })],
    ["a token of no case", () => signed({ sub: undefined })],
    ["an operator's token", () => operatorToken(SECRET, desk.now)],
    ["a pass", () => casePass({ case: CASE, expiresAt: desk.now + HOUR }, SECRET, desk.now)],
    ["a token without its signature", async () => `${(await keyOf()).split(".").slice(0, 2).join(".")}.`],
    [
      "algorithm none",
      async () => {
        const none = btoa(JSON.stringify({ alg: "none", typ: "JWT" })).replaceAll("=", "");
        return `${none}.${(await keyOf()).split(".")[1]}.`;
      },
    ],
  ])("does not open by %s", async (_what, key) => {
    const response = await desk.ask(`${CASE_PAGE}?key=${await key()}`);
    expect([response.status, response.headers.getSetCookie()]).toEqual([401, []]);
  });

  test("does not pass as what it is exchanged for", async () => {
    const cookie = `__Host-case-${CASE}=${await keyOf()}`;
    expect((await desk.ask(CASE_PAGE, { headers: { Cookie: cookie } })).status).toBe(401);
  });
});

describe("a key and a pass", () => {
  const uuids = fc.uuid().map((id) => id as CaseId);
  const times = fc.integer({ min: 0, max: 4_000_000_000_000 });

  test("open their case and no other, at any time until they end and at none after it", async () => {
    const cases = fc.asyncProperty(uuids, times, fc.integer({ min: 0, max: 10 * DAY }), async (id, at, later) => {
      const key = (await caseLink("", id, SECRET, at)).split("key=")[1] ?? "";
      const end = (Math.floor(at / 1000) + 7 * 86_400) * 1000;
      const opened = await readCaseKey(key, SECRET, at + later);
      expect(opened).toEqual(at + later < end ? { case: id, expiresAt: end } : null);
      expect(await readCasePass(key, SECRET, at)).toBeNull();
      if (opened !== null) {
        const pass = await casePass(opened, SECRET, at + later);
        expect(await readCasePass(pass, SECRET, at + later)).toMatchObject({ case: id });
        expect(await readCasePass(pass, SECRET, end)).toBeNull();
        expect(await readCaseKey(pass, SECRET, at + later)).toBeNull();
      }
    });
    await fc.assert(cases, { numRuns: 60 });
  });

  test("open nothing when a single character is another one", async () => {
    const key = await keyOf();
    const changes = fc.asyncProperty(
      fc.nat(key.length - 1),
      fc.constantFrom("A", "b", "_", ".", "0"),
      async (at, char) => {
        const changed = key.slice(0, at) + char + key.slice(at + 1);
        // The last character of a signature holds two bits that mean nothing.
        fc.pre(changed !== key && at < key.length - 1);
        expect(await readCaseKey(changed, SECRET, desk.now)).toBeNull();
      },
    );
    await fc.assert(changes, { numRuns: 100 });
  });
});
