import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { Hono } from "hono";
import { html } from "hono/html";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keyOf, listKeys } from "../../src/api/keys.ts";
import type { CaseId, StaffIdentity } from "../../src/conversation/ids.ts";
import type { Layout } from "../../src/desk/admin-pages.ts";
import { keyPages } from "../../src/desk/keys.tsx";
import type { DeskEnv, Role, Visitor } from "../../src/desk/visitor.ts";
import { webhookPages } from "../../src/desk/webhooks.tsx";
import { noteFailure } from "../../src/events/deliveries.ts";
import type { QueuedEvent } from "../../src/events/queue.ts";
import { createWebhook, listWebhooks } from "../../src/events/webhooks.ts";
import { emptyTables } from "./api-support.ts";

const NOW = Date.UTC(2026, 10, 21, 8, 30);
const layout: Layout = async (c, { title, status = 200 }, content) =>
  c.html(html`<title>${title}</title>${content}`, status);
const staff = (role: Role): Visitor => ({ kind: "staff", identity: "anna" as StaffIdentity, name: "Anna", role });
let visitor: Visitor;
let queued: QueuedEvent[];

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(() => {
  visitor = staff("admin");
  queued = [];
});
afterEach(emptyTables);

/** Calls a page behind a door that lets this visitor in. */
async function call(request: string, form?: readonly (readonly [string, string])[]) {
  const app = new Hono<DeskEnv>();
  app.use(async (c, next) => {
    c.set("visitor", visitor);
    c.set("csrf", "token-of-the-form");
    await next();
  });
  const queue = {
    sendBatch: async (sent: readonly { body: QueuedEvent }[]) => void queued.push(...sent.map(({ body }) => body)),
  };
  app.route("/desk", keyPages({ db: env.DB, now: () => NOW, layout }));
  app.route("/desk", webhookPages({ db: env.DB, now: () => NOW, queue, layout }));
  const [method = "", path = ""] = request.split(" ");
  const body = form && new URLSearchParams(form.map(([name, value]) => [name, value]));
  const response = await app.request(`https://flexcord.example/desk${path}`, { method, ...(body && { body }) });
  return { status: response.status, text: await response.text(), location: response.headers.get("Location") };
}

const webhook = async () =>
  (await createWebhook(env.DB, { url: "https://a.example/x", types: ["case.opened"] }, { kind: "bridge" }, NOW))
    .webhook;

describe("keys and webhooks are for admins", () => {
  const visitors: Visitor[] = [staff("agent"), staff("supervisor"), { kind: "link", case: "1" as CaseId }];
  test.for(visitors)("not for %j", async (other) => {
    visitor = other;
    const { id } = await webhook();
    const requests = ["GET /keys", "POST /keys", "POST /keys/1/revoke", "GET /webhooks", "POST /webhooks"];
    const more = ["secret", "disable", "delete", "replay"].map((what) => `POST /webhooks/${id}/${what}`);
    for (const request of [...requests, ...more, `GET /webhooks/${id}/failed`]) {
      expect([request, (await call(request)).status]).toEqual([request, 403]);
    }
    expect(await listKeys(env.DB)).toEqual([]);
    expect(await listWebhooks(env.DB)).toMatchObject([{ id, disabled: null }]);
  });
});

describe("the page of keys", () => {
  test("makes a key, shows it once, and revokes it", async () => {
    const made = await call("POST /keys", [
      ["name", "<Jira>"],
      ["scopes", "cases:read"],
    ]);
    const secret = /fck_[\w-]+/.exec(made.text)?.[0] ?? "";
    expect(await keyOf(env.DB, secret, NOW)).toMatchObject({ name: "<Jira>", createdBy: { identity: "anna" } });
    const page = await call("GET /keys");
    expect(page.text).not.toContain(secret);
    expect(page.text).toContain("&lt;Jira&gt;");
    expect(page.text).toContain('name="csrf" value="token-of-the-form"');
    expect((await call(`POST /keys/${secret.slice(4, 20)}/revoke`)).location).toBe("/desk/keys");
    expect(await keyOf(env.DB, secret, NOW)).toBeNull();
  });

  test("says what is wrong, and keeps what was typed", async () => {
    const { status, text } = await call("POST /keys", [["name", "Jira"]]);
    expect([status, text]).toEqual([422, expect.stringContaining("scopes must name at least one")]);
    expect(text).toContain('value="Jira"');
  });
});

describe("the page of webhooks", () => {
  test("makes one, shows its secret once, changes it and deletes it", async () => {
    const form = [
      ["url", "https://a.example/x"],
      ["types", "case.closed"],
    ] as const;
    const made = await call("POST /webhooks", form);
    const secret = /whsec_[\w+/=]+/.exec(made.text)?.[0] ?? "";
    expect(secret).not.toBe("");
    expect((await call("GET /webhooks")).text).not.toContain(secret);
    const [one] = await listWebhooks(env.DB);
    expect(one).toMatchObject({ url: "https://a.example/x", types: ["case.closed"] });
    expect((await call(`POST /webhooks/${one?.id}/secret`)).text).toContain("whsec_");
    await call(`POST /webhooks/${one?.id}/disable`);
    expect((await call("GET /webhooks")).text).toContain("disabled: somebody has disabled it");
    await call(`POST /webhooks/${one?.id}/enable`);
    expect(await listWebhooks(env.DB)).toMatchObject([{ disabled: null }]);
    await call(`POST /webhooks/${one?.id}/delete`);
    expect(await listWebhooks(env.DB)).toEqual([]);
    expect((await call(`GET /webhooks/${one?.id}/failed`)).status).toBe(404);
  });

  test("refuses an address of an inner network", async () => {
    const form = [
      ["url", "https://db.internal/"],
      ["types", "case.closed"],
    ] as const;
    const { status, text } = await call("POST /webhooks", form);
    expect([status, text]).toEqual([422, expect.stringContaining("belongs to an inner network")]);
  });

  test("shows what did not arrive, and sends it again", async () => {
    const { id } = await webhook();
    const failed = { webhook: id, type: "case.opened", attempts: 10, status: 500, at: NOW, nextAt: null } as const;
    for (const event of ["evt_1", "evt_2"])
      await noteFailure(env.DB, { ...failed, event, reason: "answered 500" }, "{}");
    const page = await call(`GET /webhooks/${id}/failed`);
    expect(page.text).toMatch(/evt_1.*answered 500.*given up.*evt_2/s);
    expect((await call(`POST /webhooks/${id}/replay`, [["event", "evt_2"]])).text).toContain("1 sent again");
    expect((await call(`POST /webhooks/${id}/replay`, [["csrf", "x"]])).text).toContain("1 sent again");
    expect(queued.map(({ id }) => id)).toEqual(["evt_2", "evt_1"]);
  });
});
