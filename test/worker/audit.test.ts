import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, expect, test } from "vitest";
import { createKey, listKeys, revokeKey } from "../../src/api/keys.ts";
import { CaseBook } from "../../src/cases/case-book.ts";
import { changeMember, memberProfile } from "../../src/cases/members.ts";
import type { ApiKeyId, WebhookId } from "../../src/conversation/ids.ts";
import { createWebhook, deleteWebhook, listWebhooks, rotateSecret } from "../../src/events/webhooks.ts";
import { DEFAULT_SETTINGS } from "../../src/settings/settings.ts";
import { storedSettings, storeSettings } from "../../src/settings/store.ts";
import { emptyTables, TestApi } from "./api-support.ts";
import { auditedActions, COLLEAGUE, MEMBER, NOW } from "./desk-support.ts";

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
afterEach(async () => {
  await env.DB.exec("DROP TRIGGER IF EXISTS audit_fails");
  await emptyTables();
});

const db = env.DB;
const by = COLLEAGUE;

/** Something that is done, that is not done (again), and how it then is. */
type Deed = {
  readonly action: string;
  readonly prepare: () => Promise<unknown>;
  readonly act: () => Promise<unknown>;
  readonly actInVain: () => Promise<unknown>;
  readonly state: () => Promise<unknown>;
};

let id = "";
const book = new CaseBook({ db, now: () => NOW, changed: () => undefined });
const webhook = async () => {
  id = (await createWebhook(db, { url: "https://a.example", types: ["case.opened"] }, by, NOW)).webhook.id;
};
const article = async (method: string) => {
  const api = new TestApi();
  await api.signInAsOperator();
  return api.call(`${method} /knowledge/articles/gems/en`, method === "PUT" ? ARTICLE : undefined);
};
const ARTICLE = { title: "Gems", summary: "About gems", body: "Gems are gems." };
const articles = () => db.prepare("SELECT count(*) AS n FROM articles").first("n");
const profile = (version: number) => ({ id: MEMBER, labels: ["vip"], notes: "", version });
const settings = (version: number) => ({ server: null, settings: { ...DEFAULT_SETTINGS, reopenDays: 3 }, version });

const DEEDS: readonly Deed[] = [
  {
    action: "member.changed",
    prepare: () => book.open({ server: null, member: { id: MEMBER, displayName: "Mia" }, title: "Gems" }, by),
    act: () => changeMember(db, profile(1), by, NOW),
    actInVain: () => changeMember(db, profile(9), by, NOW),
    state: () => memberProfile(db, MEMBER),
  },
  {
    action: "settings.changed",
    prepare: async () => undefined,
    act: () => storeSettings(db, settings(0), by, NOW),
    actInVain: () => storeSettings(db, settings(9), by, NOW),
    state: () => storedSettings(db, null),
  },
  {
    action: "key.revoked",
    prepare: async () => {
      id = (await createKey(db, { name: "a", scopes: ["cases:read"] }, by, NOW)).key.id;
    },
    act: () => revokeKey(db, id as ApiKeyId, by, NOW),
    actInVain: () => revokeKey(db, "0".repeat(16) as ApiKeyId, by, NOW),
    state: () => listKeys(db),
  },
  {
    action: "webhook.secret-rotated",
    prepare: webhook,
    act: () => rotateSecret(db, id as WebhookId, by, NOW),
    actInVain: () => rotateSecret(db, "wh_0" as WebhookId, by, NOW),
    state: () => listWebhooks(db),
  },
  {
    action: "webhook.deleted",
    prepare: webhook,
    act: () => deleteWebhook(db, id as WebhookId, by, NOW),
    actInVain: () => deleteWebhook(db, "wh_0" as WebhookId, by, NOW),
    state: () => listWebhooks(db),
  },
  {
    action: "article.deleted",
    prepare: () => article("PUT"),
    act: () => article("DELETE"),
    actInVain: () => article("DELETE"),
    state: articles,
  },
];

test.for(DEEDS)("$action is noted once with what was done, and not where nothing was", async (deed) => {
  await deed.prepare();
  await db.exec("DELETE FROM audit");
  if (deed.action !== "article.deleted") await deed.actInVain();
  expect(await auditedActions()).toEqual([]);
  await deed.act();
  await deed.actInVain();
  expect(await auditedActions()).toEqual([deed.action]);
});

test.for(DEEDS)("$action is not done where it cannot be noted", async (deed) => {
  await deed.prepare();
  const before = await deed.state();
  await db.exec("CREATE TRIGGER audit_fails BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END");
  await deed.act().catch(() => undefined);
  expect(await deed.state()).toEqual(before);
});
