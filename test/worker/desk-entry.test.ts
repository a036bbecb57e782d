import { applyD1Migrations } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { caseLink } from "../../src/desk/case-link.ts";
import { AUDIENCE, Browser, CASE, CASE_PAGE, Desk, FLEX, OWN, TEAM, VALID, visitorAt } from "./desk-entry-support.ts";
import { FakeGateway } from "./gateway-fake.ts";

const ANN = { kind: "staff", identity: "ann_40example_2Ecom", name: "ann@example.com", role: "agent" };

let desk: Desk;
const logged = vi.fn<(line: string) => void>();

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(() => {
  desk = new Desk();
  for (const level of ["info", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(logged);
});
afterEach(async () => {
  for (const table of ["desk_codes", "desk_sessions", "staff"]) await env.DB.exec(`DELETE FROM ${table}`);
  vi.restoreAllMocks();
  logged.mockReset();
});

const staffRows = async () => (await env.DB.prepare("SELECT identity, name, role, seen_at FROM staff").all()).results;

describe("a Flex token", () => {
  test("is shown to Twilio, and exchanged for an address that signs the frame in as the agent", async () => {
    const answer = await desk.signIn();
    const { url, renewed } = await answer.json<{ url: string; renewed: boolean }>();
    expect([answer.status, renewed]).toEqual([200, false]);
    expect(url).toMatch(`${OWN}/desk/enter?code=`);
    expect(desk.asked).toEqual([
      {
        url: `https://iam.twilio.invalid/v1/Accounts/${env.TWILIO_ACCOUNT_SID}/Tokens/validate`,
        init: expect.objectContaining({ method: "POST", body: JSON.stringify({ token: "flex-token" }) }),
      },
    ]);
    const { headers } = desk.asked[0]?.init ?? {};
    const credentials = btoa(`${env.TWILIO_ACCOUNT_SID}:${env.TWILIO_AUTH_TOKEN}`);
    expect(new Headers(headers).get("Authorization")).toBe(`Basic ${credentials}`);

    const browser = new Browser(desk);
    const entered = await browser.get(url);
    expect([entered.status, entered.headers.get("Location")]).toEqual([303, "/desk"]);
    expect(entered.headers.get("Referrer-Policy")).toBe("no-referrer");
    expect(entered.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-desk=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=None; Partitioned$/),
    ]);
    expect(await visitorAt(await browser.get("/desk"))).toEqual(ANN);
    expect(await staffRows()).toEqual([{ identity: ANN.identity, name: ANN.name, role: ANN.role, seen_at: desk.now }]);
  });

  test("of a task's agent leads on to the page of its case, and nowhere else", async () => {
    const enter = async (query: string) => {
      const { url } = await (await desk.signIn()).json<{ url: string }>();
      return (await desk.ask(`${url}&${query}`)).headers.get("Location");
    };
    expect(await enter(`case=${CASE}`)).toBe(CASE_PAGE);
    for (const wrong of ["//evil.example", "../x", "https://evil.example"]) {
      expect(await enter(`case=${encodeURIComponent(wrong)}`)).toBe("/desk");
    }
  });

  test.each([
    [["agent"], "agent"],
    [["agent", "supervisor"], "supervisor"],
    [["admin", "agent", "wfo.full_access"], "admin"],
  ])("with the roles %j makes the visitor %s", async (roles, role) => {
    desk.twilioSays({ ...VALID, roles });
    expect(await visitorAt(await (await desk.browser()).get("/desk"))).toEqual({ ...ANN, role });
  });

  test.each<[string, object, number]>([
    ["of another account, or made up", { valid: false, code: 20101, message: "Invalid" }, 200],
    ["that Twilio calls expired", { valid: false, code: 20104, message: "expired" }, 200],
    ["that has expired at the second", { ...VALID, expiration: new Date(1_800_000_000_000).toISOString() }, 200],
    ["with the role customer", { ...VALID, roles: ["customer"] }, 200],
    ["with roles that only begin alike", { ...VALID, roles: ["agents", "admin.read"] }, 200],
    ["without roles", { ...VALID, roles: [] }, 200],
  ])("%s is refused", async (_which, answer, status) => {
    desk.twilioSays(answer, status);
    const response = await desk.signIn();
    expect([response.status, await response.json()]).toMatchObject([401, { error: "Sign in first" }]);
    expect(await env.DB.prepare("SELECT * FROM desk_codes").all()).toMatchObject({ results: [] });
    expect(await staffRows()).toEqual([]);
  });

  test.each<[string, () => void]>([
    ["does not answer", () => desk.answers.clear()],
    ["fails", () => desk.twilioSays({}, 500)],
    ["refuses us", () => desk.twilioSays({ ...VALID }, 401)],
    ["answers without an identity", () => desk.twilioSays({ ...VALID, identity: null })],
    ["answers without an end", () => desk.twilioSays({ ...VALID, expiration: null })],
    ["answers with an end that is no time", () => desk.twilioSays({ ...VALID, expiration: "soon" })],
    ["says neither valid nor not", () => desk.twilioSays({ ...VALID, valid: "yes" })],
  ])("opens nothing while Twilio %s", async (_what, arrange) => {
    arrange();
    expect((await desk.signIn()).status).toBe(503);
    expect(await env.DB.prepare("SELECT * FROM desk_codes").all()).toMatchObject({ results: [] });
  });

  test("is taken from Flex and from origins that the configuration adds, with their cookies", async () => {
    desk = new Desk({ DESK_FRAME_ANCESTORS: "https://intranet.example http://127.0.0.1:4000" });
    for (const origin of [FLEX, "https://intranet.example", "http://127.0.0.1:4000"]) {
      const response = await desk.signIn({ Origin: origin });
      expect([response.status, response.headers.get("Access-Control-Allow-Origin")]).toEqual([200, origin]);
      expect(response.headers.get("Access-Control-Allow-Credentials")).toBe("true");
    }
    const preflight = await desk.ask("/desk/session", { method: "OPTIONS", headers: { Origin: FLEX } });
    expect([preflight.status, preflight.headers.get("Access-Control-Allow-Headers")]).toEqual([204, "Content-Type"]);
    for (const origin of ["https://evil.example", "https://flex.twilio.com.evil.example", "null"]) {
      const response = await desk.signIn({ Origin: origin });
      expect([response.status, response.headers.get("Access-Control-Allow-Origin")]).toEqual([403, null]);
    }
  });

  test("must come as JSON that is not too large, by POST", async () => {
    const post = (body: string) => desk.ask("/desk/session", { method: "POST", body });
    for (const body of ["", "{", "[]", '{"token":5}', '{"token":""}']) expect((await post(body)).status).toBe(400);
    expect((await post(JSON.stringify({ token: "x".repeat(17_000) }))).status).toBe(413);
    expect(desk.asked).toEqual([]);
    for (const [path, method, allow] of [
      ["/desk/session", "GET", "POST, OPTIONS"],
      ["/desk/session", "PUT", "POST, OPTIONS"],
      ["/desk/enter", "POST", "GET"],
      ["/desk/sign-out", "GET", "POST"],
    ] as const) {
      const response = await desk.ask(path, { method });
      expect([path, method, response.status, response.headers.get("Allow")]).toEqual([path, method, 405, allow]);
    }
  });
});

describe("what the door says", () => {
  test("to people is a page with the ways in, to programs JSON, to neither anything to keep", async () => {
    const page = await desk.ask("/desk", { headers: { Accept: "text/html,*/*" } });
    const text = await page.text();
    expect(page.status).toBe(401);
    for (const words of ["plugin", "caseUrl", "ACCESS_TEAM_DOMAIN", "ACCESS_AUD"]) expect(text).toContain(words);
    const json = await desk.ask("/desk/anything");
    expect([json.status, await json.json()]).toMatchObject([401, { error: "Sign in first", ways: expect.any(Array) }]);
    for (const { headers } of [page, json]) {
      expect(headers.get("Cache-Control")).toBe("no-store");
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    }
    expect(page.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
  });

  test("lets nobody but Flex and what the configuration adds show the desk in a frame", async () => {
    desk = new Desk({ DESK_FRAME_ANCESTORS: "https://intranet.example" });
    const { headers } = await (await desk.browser()).get("/desk");
    expect(headers.get("Content-Security-Policy")).toBe(`frame-ancestors 'self' ${FLEX} https://intranet.example`);
    expect(headers.get("X-Frame-Options")).toBeNull();
    expect(headers.get("Referrer-Policy")).toBe("same-origin");
  });

  test("leaves no secret in the logs", async () => {
    desk = new Desk({ ACCESS_TEAM_DOMAIN: TEAM, ACCESS_AUD: AUDIENCE });
    const { url } = await (await desk.signIn()).json<{ url: string }>();
    const browser = new Browser(desk);
    await browser.get(url);
    const csrf = await browser.csrf("/desk");
    await browser.post("/desk/x", { csrf: "wrong", text: "typed" });
    const link = await caseLink(OWN, CASE, env.SIGNING_SECRET, desk.now);
    const guest = new Browser(desk);
    await guest.get(link);
    await desk.ask(`${link}x`);
    await desk.ask("/desk", { headers: { "Cf-Access-Jwt-Assertion": "a.b.c-secret" } });
    await desk.ask(`${url}`);
    desk.answers.clear();
    await desk.signIn();
    const lines = logged.mock.calls.map(([line]) => line).join("\n");
    const secrets = [url.split("code=")[1], link.split("key=")[1], csrf, "flex-token", "c-secret", "typed"];
    for (const secret of [...secrets, ...browser.cookies.values(), ...guest.cookies.values(), env.SIGNING_SECRET]) {
      expect(lines).not.toContain(secret);
    }
    for (const event of ["signed-in", "entered", "refused", "forged", "twilio-unanswered"]) {
      expect(lines).toContain(`"desk.${event}"`);
    }
  });
});

test("the Worker has this door: nobody in without proof, 404 behind it", async () => {
  new FakeGateway().install();
  const ask = (path: string, headers = {}) =>
    exports.default.fetch(new Request(`${OWN}${path}`, { headers, redirect: "manual" }));
  for (const path of ["/desk", "/desk/", CASE_PAGE, "/desk/x"])
    expect([path, (await ask(path)).status]).toEqual([path, 401]);
  expect((await ask("/desk/session")).status).toBe(405);
  const link = await caseLink(OWN, CASE, env.SIGNING_SECRET, Date.now());
  const entered = await ask(link.slice(OWN.length));
  expect([entered.status, entered.headers.get("Location")]).toEqual([303, CASE_PAGE]);
  const cookie = entered.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  expect((await ask(CASE_PAGE, { Cookie: cookie })).status).toBe(404);
  // Its pages look and work the same for whoever came by a link, who has proven nothing but that.
  for (const [file, type] of [
    ["style.css", "text/css"],
    ["script.js", "text/javascript"],
    ["icon.svg", "image/svg+xml"],
  ] as const) {
    const response = await ask(`/desk/${file}`, { Cookie: cookie });
    expect([file, response.status, response.headers.get("Content-Type")]).toEqual([
      file,
      200,
      expect.stringContaining(type),
    ]);
  }
});
