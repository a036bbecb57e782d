import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { Browser, CASE, CASE_PAGE, Desk, HOUR, MINUTE, SECOND, VALID, visitorAt } from "./desk-entry-support.ts";

let desk: Desk;

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(() => {
  desk = new Desk();
  for (const level of ["info", "warn"] as const) vi.spyOn(console, level).mockReturnValue();
});
afterEach(async () => {
  for (const table of ["desk_codes", "desk_sessions", "staff"]) await env.DB.exec(`DELETE FROM ${table}`);
  vi.restoreAllMocks();
});

describe("a code", () => {
  const codeUrl = async () => (await (await desk.signIn()).json<{ url: string }>()).url;

  test("lets in once, also when it is used at the same moment", async () => {
    const url = await codeUrl();
    const statuses = (await Promise.all(Array.from({ length: 5 }, () => desk.ask(url)))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([303, 401, 401, 401, 401]);
    expect((await desk.ask(url)).status).toBe(401);
  });

  test("lives for a minute", async () => {
    const [one, two] = [await codeUrl(), await codeUrl()];
    desk.now += MINUTE - SECOND;
    expect((await desk.ask(one)).status).toBe(303);
    desk.now += SECOND;
    expect((await desk.ask(two)).status).toBe(401);
  });

  test("that was used leads whoever is signed in on: a frame that is shown again stays in", async () => {
    const browser = new Browser(desk);
    const url = await codeUrl();
    await browser.get(url);
    const again = await browser.get(`${url}&case=${CASE}`);
    expect([again.status, again.headers.get("Location"), again.headers.getSetCookie()]).toEqual([303, CASE_PAGE, []]);
  });

  test("of somebody else ends the session before it", async () => {
    const browser = await desk.browser();
    const old = browser.cookieHeader;
    desk.twilioSays({ ...VALID, identity: "bob" });
    await browser.get(await codeUrl());
    expect(await visitorAt(await browser.get("/desk"))).toMatchObject({ identity: "bob" });
    expect((await desk.ask("/desk", { headers: { Cookie: old } })).status).toBe(401);
  });

  test.each(["", "x", "a".repeat(43), "' OR 1=1 --"])("%j opens nothing", async (code) => {
    await codeUrl();
    expect((await desk.ask(`/desk/enter?code=${encodeURIComponent(code)}`)).status).toBe(401);
  });

  test("and a session are stored as hashes alone", async () => {
    const url = await codeUrl();
    const browser = await desk.browser();
    const stored = JSON.stringify([
      await env.DB.prepare("SELECT * FROM desk_codes").all(),
      await env.DB.prepare("SELECT * FROM desk_sessions").all(),
    ]);
    expect(stored).toContain(VALID.identity);
    for (const secret of [url.split("code=")[1], browser.cookies.get("__Host-desk")]) {
      expect(secret).toMatch(/^[\w-]{43}$/);
      expect(stored).not.toContain(secret);
    }
  });
});

describe("a session", () => {
  const isIn = async (browser: Browser) => (await browser.get("/desk")).status === 200;

  test("ends when it is not used for 30 minutes", async () => {
    const browser = await desk.browser();
    desk.now += 30 * MINUTE - 1;
    expect(await isIn(browser)).toBe(true);
    desk.now += 30 * MINUTE;
    expect(await isIn(browser)).toBe(false);
  });

  test("goes on while it is used, for 12 hours at most", async () => {
    const browser = await desk.browser();
    for (let passed = 0; passed < 12 * HOUR; passed += 20 * MINUTE) {
      expect(await isIn(browser)).toBe(true);
      desk.now += 20 * MINUTE;
    }
    expect(await isIn(browser)).toBe(false);
  });

  test("is renewed by a Flex token of the same person: forms that are open stay good, and no frame is loaded anew", async () => {
    const browser = await desk.browser();
    const csrf = await browser.csrf("/desk");
    desk.now += 29 * MINUTE;
    const renewal = await desk.signIn({ Cookie: browser.cookieHeader });
    expect(await renewal.json()).toMatchObject({ renewed: true });
    desk.now += 29 * MINUTE;
    expect((await browser.post("/desk/x", { csrf, text: "typed" })).status).toBe(200);
  });

  test("is not renewed by somebody else's token", async () => {
    const browser = await desk.browser();
    desk.twilioSays({ ...VALID, identity: "bob" });
    const renewal = await desk.signIn({ Cookie: browser.cookieHeader });
    expect(await renewal.json()).toMatchObject({ renewed: false });
    desk.now += 30 * MINUTE;
    expect(await isIn(browser)).toBe(false);
  });

  test("has the role that Flex gave the person last", async () => {
    desk.twilioSays({ ...VALID, roles: ["admin"] });
    const browser = await desk.browser();
    desk.twilioSays(VALID);
    await desk.signIn();
    expect(await visitorAt(await browser.get("/desk"))).toMatchObject({ role: "agent" });
  });

  test("ends by signing out, everywhere", async () => {
    const browser = await desk.browser();
    const cookies = browser.cookieHeader;
    const csrf = await browser.csrf("/desk");
    const refused = await browser.post("/desk/sign-out", { csrf: "" });
    expect([refused.status, await isIn(browser)]).toEqual([403, true]);
    const left = await browser.post("/desk/sign-out", { csrf });
    expect([left.status, await left.json(), browser.cookies.size]).toEqual([200, { result: "signed-out" }, 0]);
    expect((await desk.ask("/desk", { headers: { Cookie: cookies } })).status).toBe(401);
  });
});
