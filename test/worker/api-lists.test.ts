import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { caseLists } from "../../src/api/case-lists.ts";
import { emptyTables, MEMBER, NEW_CASE, TestApi } from "./api-support.ts";

let api: TestApi;
beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(async () => {
  api = new TestApi(caseLists(env.DB));
  await api.signIn("cases:read", "cases:write", "members:read");
});
afterEach(emptyTables);

test("the list finds cases by their words, page by page, and counts them", async () => {
  for (const title of ["Gems are missing", "The shop is closed", "My gems"]) {
    api.now += 1000;
    await api.call("POST /cases", { ...NEW_CASE, title });
  }
  const first = (await api.call("GET /cases?text=gems&limit=1")).json;
  expect(first.cases).toMatchObject([{ title: "My gems", number: 3, memberName: "member" }]);
  const second = (await api.call(`GET /cases?text=gems&limit=1&cursor=${first.next}`)).json;
  expect(second.cases).toMatchObject([{ title: "Gems are missing" }]);
  expect((await api.call("GET /cases/counts?text=gems")).json).toMatchObject({ open: 2, closed: 0 });
  expect((await api.call("GET /cases?cursor=moon")).status).toBe(400);
  expect((await api.call(`GET /members/${MEMBER}/cases`)).json.cases).toHaveLength(3);
});

test("the statistics count what happened", async () => {
  await api.call("POST /cases", { ...NEW_CASE, tags: ["gems"] });
  const span = "from=2026-11-21T00:00:00Z&to=2026-11-22T00:00:00Z";
  expect((await api.call(`GET /statistics?${span}`)).json).toMatchObject({
    opened: [{ day: "2026-11-21", count: 1 }],
    byTag: [{ tag: "gems", count: 1 }],
    byStatus: { open: 1 },
  });
  const { status, json } = await api.call("GET /statistics?from=2025-01-01T00:00:00Z&to=2026-11-22T00:00:00Z&x=1");
  expect([status, json.problems]).toEqual([400, ["x is not known: check its spelling, or leave it out"]]);
  expect((await api.call("GET /statistics?from=2025-01-01T00:00:00Z&to=2026-11-22T00:00:00Z")).status).toBe(400);
});
