import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalDatabase, openLocalDatabase } from "../../scripts/lib/local-database.ts";
import { type ApiOptions, api, endpointsOf } from "../../src/api/api.ts";
import { CASE_COLUMNS, type CaseRow, caseOfRow } from "../../src/cases/rows.ts";
import type { ListedCase } from "../../src/cases/search.ts";
import { operatorToken } from "../../src/operator/token.ts";
import { DEFAULT_SETTINGS } from "../../src/settings/settings.ts";

const SECRET = "a-secret-of-the-tests-0123456789-0123456789";
const MEMBER = "100000000000000001";
const SESSION = `${MEMBER}-1`;
const NEW_CASE = {
  title: "Gems",
  member: { id: MEMBER, displayName: "member" },
  tags: ["shop"],
  fields: { vip: true },
};

type Json = Record<string, unknown>;
type Operation = { requestBody?: { content: Json }; responses: Record<string, { content?: Json }> };
type OpenApi = { openapi: string; paths: Record<string, Record<string, Operation>>; components: { schemas: Json } };

let folder: string;
let local: LocalDatabase;
let options: ApiOptions;
let document: OpenApi;
let ajv: Ajv2020;
/** Every operation and status that was seen. */
const seen = new Set<string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "flexcord-api-"));
  local = await openLocalDatabase(folder);
  const { db } = local;
  options = {
    db,
    now: Date.now,
    publicUrl: "https://flexcord.example",
    signingSecret: SECRET,
    queue: { sendBatch: async () => undefined },
    dispatch: async () => undefined,
    list: async () => {
      const { results } = await db.prepare(`SELECT ${CASE_COLUMNS} FROM cases`).all<CaseRow>();
      return { cases: results.map((row): ListedCase => ({ ...caseOfRow(row), memberName: "member" })), next: "1" };
    },
    count: async () => ({ open: 1, pending: 0, elevated: 0, resolved: 0, closed: 0 }),
    transcript: async () => [{ n: 1, at: 0, author: "agent", name: null, text: "Hello", state: "pending" }],
    statistics: async () => ({
      opened: [{ day: "2026-11-21", count: 1 }],
      closed: [],
      firstResponse: { count: 0, median: null, p90: null },
      resolution: { count: 1, median: 1, p90: 2 },
      byDay: [{ day: "2026-11-21", firstResponseMedian: null, resolutionMedian: 1, satisfactionAverage: 4.5 }],
      satisfaction: { 1: 0, 2: 0, 3: 0, 4: 1, 5: 1, average: 4.5 },
      byTag: [{ tag: "shop", count: 1 }],
      byStatus: { open: 1, pending: 0, elevated: 0, resolved: 0, closed: 0 },
      assistant: { sessions: 2, solved: 1 },
    }),
  };
  document = await (await api(options).request("/api/openapi.json")).json();
  ajv = new Ajv2020({ strict: true, validateFormats: false, strictTypes: false });
  const schemas = JSON.stringify(closed(document.components.schemas));
  ajv.addSchema({ $id: "document", $defs: JSON.parse(schemas.replaceAll("#/components/schemas/", "#/$defs/")) });
}, 60_000);
afterAll(async () => {
  await local.close();
  await rm(folder, { recursive: true });
});

/** The same schemas, in which an object has no more than what is written: answers must not tell more than the document. */
function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closed) as T;
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema).map(([name, value]) => [name, closed(value)]);
  const isOpen = "properties" in schema && !("additionalProperties" in schema);
  return { ...Object.fromEntries(entries), ...(isOpen && { additionalProperties: false }) };
}

function problemsWith(content: Json | undefined, value: unknown): unknown {
  const { schema } = (content?.["application/json"] ?? {}) as { schema?: Json };
  if (schema === undefined) return value === null ? null : "nothing is described";
  const text = JSON.stringify(closed(schema)).replaceAll("#/components/schemas/", "document#/$defs/");
  const check = ajv.compile(JSON.parse(text));
  return check(value) ? null : check.errors;
}

/** Calls what the document calls so; request and answer are as it says. */
async function call(method: string, path: string, values: Json = {}, body?: unknown): Promise<Json> {
  const operation = document.paths[path]?.[method];
  if (!operation) throw new Error(`the document has no ${method} ${path}`);
  const { query = "", key, ...params } = values;
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name) => String(params[name])) + query;
  if (body !== undefined) expect(problemsWith(operation.requestBody?.content, body)).toBeNull();
  const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
  const response = await api(options).request(
    url,
    {
      method: method.toUpperCase(),
      headers: {
        Authorization: `Bearer ${await operatorToken(SECRET, Date.now())}`,
        ...(typeof key === "string" && { "Idempotency-Key": key }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    },
    {},
    context,
  );
  const text = await response.text();
  const json = text === "" ? null : JSON.parse(text);
  const described = operation.responses[response.status];
  expect([path, response.status, described !== undefined, json]).toEqual([path, response.status, true, json]);
  expect([path, problemsWith(described?.content, json)]).toEqual([path, null]);
  seen.add(`${method} ${path} ${response.status}`);
  return json ?? {};
}

describe("the document", () => {
  test("is OpenAPI 3.1 and has every route, and no other", () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`),
    );
    const routes = api(options).routes.filter(({ method }) => method !== "ALL");
    expect([...new Set(routes.map(({ method, path }) => `${method} ${path}`))].sort()).toEqual(described.sort());
  });

  test("names each operation once, with all parameters of its path", () => {
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    const ids = operations.map((operation) => (operation as unknown as { operationId: string }).operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, params } of endpointsOf(options)) {
      expect([path, Object.keys(params)]).toEqual([path, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)]);
    }
  });

  test("refers to nothing that it has not", () => {
    const names = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(
      ([, name]) => name ?? "",
    );
    expect(names.filter((name) => !(name in document.components.schemas))).toEqual([]);
    expect(JSON.stringify(document)).not.toContain("$defs");
  });
});

test("requests and answers of every operation are as the document says", async () => {
  const one = await call("post", "/api/cases", { key: "a" }, { ...NEW_CASE, fields: {}, session: SESSION });
  await call("post", "/api/cases", { key: "a" }, { ...NEW_CASE, fields: {}, session: SESSION });
  await call("post", "/api/cases", {}, NEW_CASE);
  const id = one.id;
  const other = (await call("post", "/api/cases", {}, { ...NEW_CASE, fields: {}, server: null, continues: id })).id;
  await call("get", "/api/cases", { query: "?status=open&limit=1" });
  await call("get", "/api/cases", { query: "?state=open" });
  await call("get", "/api/cases/counts");
  await call("get", "/api/cases/{id}", { id });
  await call("get", "/api/cases/{id}", { id: crypto.randomUUID() });
  await call("patch", "/api/cases/{id}", { id }, { version: 1, status: "closed", assignee: "agent", product: null });
  await call("patch", "/api/cases/{id}", { id }, { version: 1, status: "open" });
  await call("post", "/api/cases/{id}/check-in", { id: other });
  await call("post", "/api/cases/{id}/check-in", { id });
  await call("post", "/api/cases/{id}/notes", { id }, { text: "note" });
  await call("get", "/api/cases/{id}/history", { id, query: "?limit=1" });
  await call("post", "/api/cases/{id}/links", { id }, { case: other });
  await call("get", "/api/cases/{id}/links", { id });
  await call("post", "/api/cases/{id}/sessions", { id }, { session: `${MEMBER}-2` });
  await call("get", "/api/cases/{id}/sessions", { id });
  await call("get", "/api/cases/{id}/sessions/{session}/transcript", { id, session: SESSION });
  const span = "?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z&timeZone=Europe/Berlin";
  await call("get", "/api/statistics", { query: span });

  await call("get", "/api/members", { query: "?limit=1" });
  await call("get", "/api/members/{id}", { id: MEMBER });
  await call("patch", "/api/members/{id}", { id: MEMBER }, { version: 1, labels: ["vip", "vip"], notes: "kind" });
  await call("patch", "/api/members/{id}", { id: MEMBER }, { version: 1, notes: "other" });
  await call("get", "/api/members/{id}/cases", { id: MEMBER });

  const article = { slug: "gems", locale: "en" };
  const written = { title: "Gems", summary: "About gems", body: "Text", questions: ["Where are my gems?"], link: null };
  await call("put", "/api/knowledge/articles/{slug}/{locale}", article, written);
  await call("get", "/api/knowledge/articles/{slug}/{locale}", article);
  await call("get", "/api/knowledge/articles");
  await call("delete", "/api/knowledge/articles/{slug}/{locale}", article);
  await call("get", "/api/knowledge/articles/{slug}/{locale}", article);

  const wish = { version: 0, settings: { ...DEFAULT_SETTINGS, products: ["Game"] } };
  await call("put", "/api/settings/{server}", { server: "default" }, wish);
  await call("put", "/api/settings/{server}", { server: "default" }, wish);
  await call("get", "/api/settings/{server}", { server: "300000000000000001" });

  const key = await call("post", "/api/keys", {}, { name: "Jira", scopes: ["cases:read"] });
  await call("get", "/api/keys");
  await call("delete", "/api/keys/{id}", { id: key.id });

  const hook = (await call("post", "/api/webhooks", {}, { url: "https://a.example/", types: ["case.opened"] })).id;
  await local.db
    .prepare(
      "INSERT INTO webhook_deliveries VALUES (?, 'evt_1', 'case.opened', '{}', 10, 500, 'answered 500', ?, NULL)",
    )
    .bind(hook, Date.now())
    .run();
  await call("get", "/api/webhooks");
  await call("get", "/api/webhooks/{id}/deliveries", { id: hook });
  await call("post", "/api/webhooks/{id}/deliveries/{event}/replay", { id: hook, event: "evt_1" });
  await call("post", "/api/webhooks/{id}/deliveries/replay", { id: hook });
  await call("post", "/api/webhooks/{id}/secret", { id: hook });
  await call("patch", "/api/webhooks/{id}", { id: hook }, { enabled: false });
  await call("post", "/api/webhooks/{id}/deliveries/replay", { id: hook });
  await call("delete", "/api/webhooks/{id}", { id: hook });
  await call("get", "/api/openapi.json");

  const called = new Set([...seen].map((line) => line.split(" ").slice(0, 2).join(" ")));
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  );
  expect([...called].sort()).toEqual(described.sort());
}, 30_000);
