import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { emptyTables, MEMBER, NEW_CASE, SERVER, TestApi } from "./api-support.ts";

let api: TestApi;
beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(async () => {
  api = new TestApi();
  await api.signIn("cases:read", "cases:write");
});
afterEach(emptyTables);

async function open(change: object = {}): Promise<string> {
  const { json } = await api.call("POST /cases", { ...NEW_CASE, ...change });
  return String(json.id);
}

describe("opening a case", () => {
  test("answers the case with where it is, and tells whoever must hear of it", async () => {
    const { status, json, headers } = await api.call("POST /cases", { ...NEW_CASE, tags: [" Gems"], priority: "high" });
    expect(status).toBe(201);
    expect(headers.get("Location")).toBe(`/api/cases/${json.id}`);
    expect(json).toMatchObject({
      number: 1,
      server: SERVER,
      member: MEMBER,
      status: "open",
      tags: ["gems"],
      priority: "high",
      createdAt: "2026-11-21T08:30:00.000Z",
      closedAt: null,
      version: 1,
    });
    expect((await api.call(`GET /cases/${json.id}`)).json).toEqual(json);
    expect(api.dispatched).toEqual([json.id]);
  });

  test("for a session that has a case answers that one", async () => {
    const session = `${MEMBER}-1`;
    const first = await api.call("POST /cases", { ...NEW_CASE, session });
    const second = await api.call("POST /cases", { ...NEW_CASE, session, title: "Something else" });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.json).toEqual(first.json);
  });

  test.for([
    [{ title: " " }, ["title must not be empty"]],
    [{ titel: "x" }, ["titel is not known: check its spelling, or leave it out"]],
    [{ member: { id: MEMBER } }, ["member.displayName is missing"]],
    [{ member: MEMBER }, ["member must be an object"]],
    [{ member: { id: "1", displayName: "x" } }, ["member.id must be a Discord user id, 15 to 20 digits"]],
    [{ priority: "soon" }, ["priority must be low, normal, high, urgent"]],
    [{ fields: { order: null } }, ["fields.order must be a text, a number, true or false"]],
    [
      { status: "done", kind: 1 },
      ["kind must be support, bug, feature", expect.stringMatching(/^status must be open/)],
    ],
  ] as const)("with %j names what is wrong", async ([change, problems]) => {
    const { status, json } = await api.call("POST /cases", { ...NEW_CASE, ...change });
    expect([status, json]).toEqual([400, { error: "The request is not understood", problems }]);
    expect(api.dispatched).toEqual([]);
  });

  test.for([
    [{ product: "Moon" }, /^product must be one of/],
    [{ session: "100000000000000002-1" }, "session must be one of the member's"],
    [{ continues: crypto.randomUUID() }, "continues must be the id of a case"],
  ] as const)("with %j is not allowed", async ([change, problem]) => {
    const { status, json } = await api.call("POST /cases", { ...NEW_CASE, ...change });
    expect(status).toBe(422);
    expect(json.problems).toEqual([typeof problem === "string" ? problem : expect.stringMatching(problem)]);
  });

  test("with a body above 64 KiB is refused", async () => {
    const { status } = await api.call("POST /cases", { ...NEW_CASE, description: "x".repeat(65_536) });
    expect(status).toBe(413);
  });
});

describe("an Idempotency-Key", () => {
  const key = { "Idempotency-Key": "order-1" };
  const count = () => env.DB.prepare("SELECT count(*) AS n FROM cases").first("n");

  test("opens one case, however often it comes, also at the same moment", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => api.call("POST /cases", NEW_CASE, key)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 201]);
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
    expect(await count()).toBe(1);
  });

  test("with another body is refused", async () => {
    await api.call("POST /cases", NEW_CASE, key);
    const { status, json } = await api.call("POST /cases", { ...NEW_CASE, title: "Another" }, key);
    expect([status, json.error]).toEqual([422, expect.stringContaining("Idempotency-Key")]);
    expect(await count()).toBe(1);
  });

  test("is forgotten after 24 hours", async () => {
    await api.call("POST /cases", NEW_CASE, key);
    api.now += 86_399_999;
    expect((await api.call("POST /cases", NEW_CASE, key)).status).toBe(200);
    api.now += 1;
    expect((await api.call("POST /cases", { ...NEW_CASE, title: "Another" }, key)).status).toBe(201);
  });

  test("of another API key stands for another case", async () => {
    await api.call("POST /cases", NEW_CASE, key);
    await api.signIn("cases:write");
    expect((await api.call("POST /cases", NEW_CASE, key)).status).toBe(201);
    expect(await count()).toBe(2);
  });

  test("of a request that was refused is free for the corrected one", async () => {
    expect((await api.call("POST /cases", { ...NEW_CASE, product: "Moon" }, key)).status).toBe(422);
    expect((await api.call("POST /cases", NEW_CASE, key)).status).toBe(201);
  });

  test("that is too long is refused", async () => {
    const { status, json } = await api.call("POST /cases", NEW_CASE, { "Idempotency-Key": "x".repeat(256) });
    expect([status, json.problems]).toEqual([400, [expect.stringMatching(/^Idempotency-Key must be/)]]);
  });
});

describe("changing a case", () => {
  test("of the version that was seen answers the changed case", async () => {
    const id = await open();
    const { status, json } = await api.call(`PATCH /cases/${id}`, {
      version: 1,
      status: "pending",
      assignee: "agent_one",
    });
    expect(status).toBe(200);
    expect(json).toMatchObject({ status: "pending", assignee: "agent_one", version: 2 });
    expect(api.dispatched).toEqual([id, id]);
  });

  test("that somebody else has changed meanwhile answers how it is now and what they did", async () => {
    const id = await open();
    await api.call(`PATCH /cases/${id}`, { version: 1, priority: "urgent" });
    const { status, json } = await api.call(`PATCH /cases/${id}`, { version: 1, title: "Lost" });
    expect(status).toBe(409);
    expect(json).toMatchObject({
      error: "The case has version 2 by now: look at what was changed since, and try again",
      case: { title: NEW_CASE.title, priority: "urgent", version: 2 },
      since: [{ version: 2, what: "field", field: "priority", before: "normal", after: "urgent" }],
    });
  });

  test("tells when it was opened anew as it tells all times", async () => {
    const id = await open();
    await api.call(`PATCH /cases/${id}`, { version: 1, status: "resolved" });
    const { json } = await api.call(`PATCH /cases/${id}`, { version: 2, status: "open" });
    expect(json).toMatchObject({ reopenedAt: "2026-11-21T08:30:00.000Z", resolvedAt: null });
  });

  test("against its rules is refused with the reason", async () => {
    const id = await open();
    await api.call(`PATCH /cases/${id}`, { version: 1, status: "closed" });
    const { status, json } = await api.call(`PATCH /cases/${id}`, { version: 2, status: "pending" });
    expect([status, json.problems]).toEqual([422, ["status cannot go from closed to pending"]]);
    expect((await api.call(`POST /cases/${id}/check-in`)).status).toBe(422);
  });

  test("without saying which version was seen is refused", async () => {
    const { status, json } = await api.call(`PATCH /cases/${await open()}`, { title: "Lost" });
    expect([status, json.problems]).toEqual([400, ["version is missing"]]);
  });

  test("adds notes and asks the member whether it is solved", async () => {
    const id = await open();
    await api.call(`POST /cases/${id}/notes`, { text: "Checked the shop" });
    const { json } = await api.call(`POST /cases/${id}/check-in`);
    expect(json).toMatchObject({ status: "pending", version: 3 });
    const { history } = (await api.call(`GET /cases/${id}/history`)).json;
    expect(history).toMatchObject([
      { what: "opened", at: "2026-11-21T08:30:00.000Z" },
      { what: "note", after: "Checked the shop" },
      { what: "field", field: "status", after: "pending" },
      { what: "check-in" },
    ]);
  });

  test.for(["GET", "PATCH", "POST/notes", "POST/check-in", "GET/history", "GET/links", "GET/sessions"] as const)(
    "that is not there is answered with 404: %s",
    async (way) => {
      const [method, rest] = way.split("/");
      const body = { PATCH: { version: 1 }, "POST/notes": { text: "x" } }[way as string];
      const path = `/cases/${crypto.randomUUID()}${rest ? `/${rest}` : ""}`;
      const { status, json } = await api.call(`${method} ${path}`, body);
      expect([status, json.error]).toEqual([404, "There is no such case"]);
    },
  );
});

describe("what hangs on a case", () => {
  test("is its history in pages of versions, each line once", async () => {
    const id = await open({ session: `${MEMBER}-1` });
    for (const text of ["one", "two", "three"]) await api.call(`POST /cases/${id}/notes`, { text });
    const seen: unknown[] = [];
    let cursor = "";
    for (let pages = 1; ; pages++) {
      const { json } = await api.call(`GET /cases/${id}/history?limit=2${cursor}`);
      seen.push(...(json.history as unknown[]));
      if (json.next === null) {
        expect(pages).toBe(2);
        break;
      }
      cursor = `&cursor=${json.next}`;
    }
    expect(seen).toMatchObject([
      { version: 1, what: "opened" },
      { version: 1, what: "session-linked" },
      { after: "one" },
      { after: "two" },
      { after: "three" },
    ]);
  });

  test("are linked cases, from both sides, linked once", async () => {
    const [one, other] = [await open(), await open()];
    await api.call(`POST /cases/${one}/links`, { case: other });
    expect((await api.call(`POST /cases/${one}/links`, { case: other })).json).toMatchObject({ version: 2 });
    expect((await api.call(`GET /cases/${other}/links`)).json).toMatchObject({ cases: [{ id: one }] });
    expect((await api.call(`POST /cases/${one}/links`, { case: one })).status).toBe(422);
    expect((await api.call(`POST /cases/${one}/links`, { case: crypto.randomUUID() })).status).toBe(422);
  });

  test("are sessions of its member with their transcripts", async () => {
    const id = await open();
    const session = `${MEMBER}-3`;
    expect((await api.call(`POST /cases/${id}/sessions`, { session })).status).toBe(200);
    expect((await api.call(`POST /cases/${id}/sessions`, { session: "100000000000000002-1" })).status).toBe(422);
    expect((await api.call(`GET /cases/${id}/sessions`)).json).toEqual({ sessions: [session] });
    expect((await api.call(`GET /cases/${id}/sessions/${session}/transcript`)).json).toEqual({
      session,
      lines: [{ n: 1, at: "2026-11-21T08:30:00.000Z", author: "member", name: "member", text: "Hello", state: "sent" }],
    });
    expect((await api.call(`GET /cases/${id}/sessions/${MEMBER}-4/transcript`)).status).toBe(404);
  });
});

describe("the list of cases", () => {
  test("takes every filter", async () => {
    const query =
      `text=gems&server=none&kind=bug&kind=support&status=open&priority=high&tag=Shop&tag=gems&assignee=none&product=Game` +
      `&stars=1&stars=2&member=${MEMBER}&createdFrom=2026-11-01T00:00:00Z&createdTo=2026-12-01T00:00:00Z`;
    expect((await api.call(`GET /cases?${query}`)).status).toBe(200);
    const filter = {
      text: "gems",
      server: null,
      kinds: ["bug", "support"],
      priorities: ["high"],
      tags: ["shop", "gems"],
      assignee: null,
      product: "Game",
      stars: [1, 2],
      member: MEMBER,
      createdFrom: Date.UTC(2026, 10, 1),
      createdTo: Date.UTC(2026, 11, 1),
    };
    expect(api.filters).toEqual([{ ...filter, statuses: ["open"] }]);
    const counted = await api.call(`GET /cases/counts?${query.replace("&status=open", "")}`);
    expect(counted.json).toEqual({ open: 1, pending: 2, elevated: 3, resolved: 4, closed: 5 });
    expect(api.filters[1]).toEqual(filter);
  });

  test("comes in pages, by 25 unless told otherwise", async () => {
    for (let n = 0; n < 26; n++) await open();
    const first = (await api.call("GET /cases")).json;
    expect(first.cases).toHaveLength(25);
    const second = (await api.call(`GET /cases?limit=1&cursor=${first.next}`)).json;
    expect(second).toMatchObject({ cases: [{ number: 26, memberName: "member" }], next: null });
  });

  test.for([
    ["limit=0", "limit must be at least 1"],
    ["limit=101", "limit must be at most 100"],
    ["limit=ten", "limit must be a number"],
    ["limit=1&limit=2", "limit must be a number"],
    ["cursor=moon", "cursor must be the `next` of an earlier answer"],
    ["state=open", "state is not known: check its spelling, or leave it out"],
    ["status=done", "status.0 must be open, pending, elevated, resolved, closed"],
    ["createdFrom=yesterday", "createdFrom must be a time such as 2026-11-21T08:30:00Z"],
    ["stars=6", "stars.0 must be 1 to 5"],
  ] as const)("with %s says what is wrong", async ([query, problem]) => {
    const { status, json } = await api.call(`GET /cases?${query}`);
    expect([status, json.problems]).toEqual([400, [problem]]);
  });
});
