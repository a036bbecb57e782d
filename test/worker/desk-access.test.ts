import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { AccessTeam, AUDIENCE, Desk, FLEX, HOUR, MINUTE, OWN, TEAM } from "./desk-entry-support.ts";

const CERTS = `https://${TEAM}/cdn-cgi/access/certs`;
const ADMINS = "chief@example.com, boss@example.com";

let desk: Desk;
let team: AccessTeam;

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  team = await AccessTeam.create();
});
beforeEach(async () => {
  vi.spyOn(console, "warn").mockReturnValue();
  vi.spyOn(console, "error").mockReturnValue();
  desk = new Desk({ ACCESS_TEAM_DOMAIN: TEAM, ACCESS_AUD: AUDIENCE, ACCESS_ADMINS: ADMINS });
  await hasKeys(team);
});
afterEach(() => vi.restoreAllMocks());

/** What the team's address answers from now on. */
async function hasKeys(...teams: AccessTeam[]): Promise<void> {
  const keys = await Promise.all(teams.map((one) => one.jwk()));
  desk.answers.set(CERTS, () => Response.json({ keys }));
}

const ask = (token: string) => desk.ask("/desk", { headers: { "Cf-Access-Jwt-Assertion": token } });
const statusOf = async (token: string | Promise<string>) => (await ask(await token)).status;
const asked = () => desk.asked.filter(({ url }) => url === CERTS).length;

describe("Cloudflare Access", () => {
  test("lets in whom its token names: admins by their address, everybody else as an agent", async () => {
    expect(await (await ask(await team.token(desk.now))).json()).toMatchObject({
      visitor: { kind: "staff", identity: "boss@example.com", name: "boss@example.com", role: "admin" },
    });
    expect(await (await ask(await team.token(desk.now, { email: "ann@example.com" }))).json()).toMatchObject({
      visitor: { identity: "ann@example.com", role: "agent" },
    });
    const { results } = await env.DB.prepare("SELECT identity, role, seen_at FROM staff ORDER BY identity").all();
    expect(results).toEqual([
      { identity: "ann@example.com", role: "agent", seen_at: desk.now },
      { identity: "boss@example.com", role: "admin", seen_at: desk.now },
    ]);
  });

  test("lets in by its cookie as well", async () => {
    const cookie = `CF_Authorization=${await team.token(desk.now)}`;
    expect((await desk.ask("/desk", { headers: { Cookie: cookie } })).status).toBe(200);
  });

  test("keeps others out where it is not configured", async () => {
    desk = new Desk();
    await hasKeys(team);
    expect(await statusOf(team.token(desk.now))).toBe(401);
    expect(asked()).toBe(0);
  });

  const seconds = () => Math.floor(desk.now / 1000);
  test.each<[string, () => string | Promise<string>]>([
    ["of another application", () => team.token(desk.now, { aud: ["cd".repeat(32)] })],
    ["of no application", () => team.token(desk.now, { aud: undefined })],
    ["of another team", () => team.token(desk.now, { iss: "https://evil.cloudflareaccess.com" })],
    ["of no team", () => team.token(desk.now, { iss: undefined })],
    ["that ends at this second", () => team.token(desk.now, { exp: seconds() })],
    ["that never ends", () => team.token(desk.now, { exp: undefined })],
    ["that is not good yet", () => team.token(desk.now, { nbf: seconds() + 120 })],
    ["of a program", () => team.token(desk.now, { email: undefined, common_name: "x.access" })],
    ["of an address that is none", () => team.token(desk.now, { email: "boss" })],
    ["signed otherwise", () => team.token(desk.now, {}, "RS512")],
    ["signed by somebody else in its name", async () => (await AccessTeam.create(team.kid)).token(desk.now)],
    ["whose signature is missing", async () => `${(await team.token(desk.now)).split(".").slice(0, 2).join(".")}.`],
    [
      "that says it needs no signature",
      async () => {
        const none = btoa(JSON.stringify({ alg: "none", typ: "JWT", kid: team.kid })).replaceAll("=", "");
        return `${none}.${(await team.token(desk.now)).split(".")[1]}.`;
      },
    ],
    ["that is none", () => "let.me.in"],
  ])("keeps out a token %s", async (_which, token) => {
    expect(await statusOf(team.token(desk.now))).toBe(200);
    expect(await statusOf(token())).toBe(401);
  });

  test("is asked for its keys once an hour, and at once for a new one", async () => {
    for (let n = 0; n < 3; n++) expect(await statusOf(team.token(desk.now))).toBe(200);
    expect(asked()).toBe(1);
    const next = await AccessTeam.create("key-2");
    await hasKeys(team, next);
    expect(await statusOf(next.token(desk.now))).toBe(200);
    expect(asked()).toBe(2);
    desk.now += HOUR;
    await hasKeys(next);
    expect(await statusOf(team.token(desk.now))).toBe(401);
    expect(asked()).toBe(3);
  });

  test("is not asked for keys as often as somebody makes their names up", async () => {
    expect(await statusOf(team.token(desk.now))).toBe(200);
    for (let n = 0; n < 20; n++)
      expect(await statusOf((await AccessTeam.create(`made-up-${n}`)).token(desk.now))).toBe(401);
    expect(asked()).toBe(5);
    expect(await statusOf(team.token(desk.now))).toBe(200);
    desk.now += MINUTE;
    expect(await statusOf((await AccessTeam.create("made-up")).token(desk.now))).toBe(401);
    expect(asked()).toBe(6);
  });

  test("keeps everybody out while its keys cannot be had", async () => {
    for (const answer of [() => new Response("?", { status: 500 }), () => Response.json({ keys: "none" })]) {
      desk.answers.set(CERTS, answer);
      expect(await statusOf(team.token(desk.now))).toBe(401);
    }
    desk.answers.delete(CERTS);
    expect(await statusOf(team.token(desk.now))).toBe(401);
  });

  test("is no way around the form token", async () => {
    const token = await team.token(desk.now);
    const headers = { "Cf-Access-Jwt-Assertion": token, Origin: OWN };
    const { csrf } = await (await ask(token)).json<{ csrf: string }>();
    const post = (more: Record<string, string>) =>
      desk.ask("/desk/x", { method: "POST", body: "{}", headers: { ...headers, ...more } });
    expect((await post({ "X-CSRF-Token": csrf })).status).toBe(200);
    expect((await post({})).status).toBe(403);
    expect((await post({ "X-CSRF-Token": csrf, Origin: FLEX })).status).toBe(403);
    const other = await (await ask(await team.token(desk.now, { email: "ann@example.com" }))).json<{ csrf: string }>();
    expect((await post({ "X-CSRF-Token": other.csrf })).status).toBe(403);
  });
});
