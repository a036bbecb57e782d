import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { operatorToken } from "../../src/operator/token.ts";
import { emptyTables, NEW_CASE, TestApi } from "./api-support.ts";

let api: TestApi;
beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(() => {
  api = new TestApi();
});
afterEach(emptyTables);

/** Every request that the API knows, with something in place of each name in its path. */
const REQUESTS = new TestApi().endpoints().flatMap(({ method, path, access }) => {
  return access === "public" ? [] : [{ request: `${method} ${path.replaceAll(/\{\w+\}/g, "1")}`, access }];
});

describe("nobody gets anything", () => {
  test.for([
    ["without a key", () => ""],
    ["with an empty one", () => "Bearer "],
    ["with what is no key", () => "Bearer let-me-in"],
    ["with a key that was never made", () => `Bearer fck_0123456789abcdef_${"A".repeat(43)}`],
    ["by another scheme", async () => `Basic ${await api.signIn("cases:read")}`],
    ["with a key whose last letter is another", async () => `Bearer ${await withAnotherEnd("cases:read")}`],
    ["with a key and more behind it", async () => `Bearer ${await api.signIn("cases:read")}x`],
    ["with a member's Discord id", () => "Bearer 100000000000000001"],
    [
      "with an operator's token of another secret",
      async () => `Bearer ${await operatorToken("s".repeat(32), api.now)}`,
    ],
  ] as [string, () => string | Promise<string>][])("%s", async ([, authorization]) => {
    api.signInWith(await authorization());
    for (const { request } of REQUESTS) {
      const { status, json, headers } = await api.call(request);
      expect([request, status, Object.keys(json)]).toEqual([request, 401, ["error"]]);
      expect(headers.get("WWW-Authenticate")).toBe("Bearer");
    }
  });

  test("with a key that was revoked", async () => {
    const secret = await api.signIn("cases:read");
    expect((await api.call("GET /cases")).status).toBe(200);
    await api.signInAsOperator();
    const id = secret.slice(4, 20);
    expect((await api.call(`DELETE /keys/${id}`)).json).toMatchObject({ id, revokedAt: expect.any(String) });
    api.signInWith(`Bearer ${secret}`);
    expect((await api.call("GET /cases")).status).toBe(401);
  });

  test("with a key that lacks a scope: the answer names it", async () => {
    for (const { request, access } of REQUESTS) {
      const needed = access === "operators" ? null : access;
      await api.signIn(needed?.[0] === "knowledge:read" ? "members:read" : "knowledge:read");
      const { status, json } = await api.call(request);
      expect([request, status, Object.keys(json)]).toEqual([request, 403, ["error"]]);
      expect(json.error).toContain(needed ? needed.join(" and ") : "operators");
    }
  });

  test("with one of two scopes that are needed", async () => {
    await api.signIn("events:manage");
    const { status, json } = await api.call("POST /webhooks", { url: "https://a.example", types: ["case.message"] });
    expect([status, json.error]).toEqual([403, "This API key lacks the scope cases:read"]);
  });

  test("of cases by writing: whoever may not read them learns only of those that they have opened themselves", async () => {
    await api.signIn("cases:read", "cases:write");
    const session = `${NEW_CASE.member.id}-1`;
    const { json } = await api.call("POST /cases", { ...NEW_CASE, session });
    await api.signIn("cases:write");
    const attempts = [
      ["POST /cases", { ...NEW_CASE, session }],
      [`PATCH /cases/${json.id}`, { version: 0 }],
      [`POST /cases/${json.id}/notes`, { text: "x" }],
      [`POST /cases/${json.id}/sessions`, { session }],
    ] as const;
    for (const [request, body] of attempts) {
      const { status, json } = await api.call(request, body);
      expect([request, status, json]).toEqual([request, 403, { error: "This API key lacks the scope cases:read" }]);
    }
    const own = { ...NEW_CASE, session: `${NEW_CASE.member.id}-2` };
    expect([(await api.call("POST /cases", own)).status, (await api.call("POST /cases", own)).status]).toEqual([
      201, 200,
    ]);
  });

  async function withAnotherEnd(scope: "cases:read"): Promise<string> {
    const secret = await api.signIn(scope);
    return secret.slice(0, -1) + (secret.endsWith("A") ? "B" : "A");
  }
});

describe("a key", () => {
  test("is made by an operator, shown once, and kept as a hash only", async () => {
    await api.signInAsOperator();
    const made = await api.call("POST /keys", { name: "Zendesk", scopes: ["cases:write", "cases:read"] });
    expect(made.status).toBe(201);
    const secret = String(made.json.secret);
    expect(secret).toMatch(/^fck_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
    const { keys } = (await api.call("GET /keys")).json;
    expect(keys).toEqual([
      {
        id: secret.slice(4, 20),
        name: "Zendesk",
        scopes: ["cases:read", "cases:write"],
        createdBy: { kind: "staff", identity: "command line" },
        createdAt: "2026-11-21T08:30:00.000Z",
        lastUsedAt: null,
        revokedAt: null,
      },
    ]);
    const rows = await env.DB.prepare("SELECT * FROM api_keys").all();
    expect(JSON.stringify(rows.results)).not.toContain(secret.slice(21));
    const audit = await env.DB.prepare("SELECT actor, action, subject, detail FROM audit").all();
    expect(audit.results).toEqual([
      {
        actor: "staff:command line",
        action: "key.created",
        subject: `key/${secret.slice(4, 20)}`,
        detail: '{"scopes":"cases:read cases:write"}',
      },
    ]);
  });

  test("is not made by another key", async () => {
    await api.signIn("cases:read", "cases:write", "members:read", "knowledge:read", "settings:write", "events:manage");
    expect((await api.call("POST /keys", { name: "more", scopes: ["cases:read"] })).status).toBe(403);
  });

  test("notes when it was last used, at most once an hour", async () => {
    const lastUsed = () => env.DB.prepare("SELECT last_used_at FROM api_keys").first("last_used_at");
    await api.signIn("cases:read");
    const first = api.now;
    await api.call("GET /cases");
    api.now += 3_599_999;
    await api.call("GET /cases");
    expect(await lastUsed()).toBe(first);
    api.now += 1;
    await api.call("GET /cases");
    expect(await lastUsed()).toBe(api.now);
  });

  test("stands in the history of what it changes", async () => {
    const secret = await api.signIn("cases:write");
    const { json } = await api.call("POST /cases", NEW_CASE);
    expect(json.createdBy).toEqual({ kind: "key", id: secret.slice(4, 20) });
  });

  test.for([
    [{ name: "", scopes: ["cases:read"] }, "name must not be empty"],
    [{ name: "a", scopes: [] }, "scopes must name at least one"],
    [{ name: "a", scopes: ["cases"] }, /^scopes\.0 must be of cases:read, /],
    [{ name: "a", scopes: ["cases:read"], admin: true }, "admin is not known: check its spelling, or leave it out"],
    [{ scopes: ["cases:read"] }, "name is missing"],
    ["not JSON", "body must be a JSON object"],
  ] as const)("of %j is not made", async ([body, problem]) => {
    await api.signInAsOperator();
    const { status, json } = await api.call("POST /keys", body);
    expect(status).toBe(400);
    expect(json.problems).toEqual([typeof problem === "string" ? problem : expect.stringMatching(problem)]);
  });
});

test("other methods of a path are answered with those that it has", async () => {
  const { status, headers } = await api.call("PUT /cases");
  expect([status, headers.get("Allow")]).toEqual([405, "GET, HEAD, POST"]);
});
