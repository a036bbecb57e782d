import { describe, expect, test } from "vitest";
import { FakeWorker, run } from "./operate-support.ts";

const KEY = {
  id: "0123456789abcdef",
  name: "Zendesk",
  scopes: ["cases:read", "cases:write"],
  lastUsedAt: null,
  revokedAt: null,
};
const SECRET_OF_KEY = `fck_0123456789abcdef_${"x".repeat(43)}`;
const WEBHOOK = { id: "wh_0123456789abcdef", url: "https://a.example/", types: ["case.opened"], disabled: null };
const SECRET_OF_WEBHOOK = "whsec_c2VjcmV0";
const DELIVERIES = "GET /api/webhooks/wh_0123456789abcdef/deliveries?limit=100";
const REPLAY = "POST /api/webhooks/wh_0123456789abcdef/deliveries/replay";

describe("keys", () => {
  test("lists them", async () => {
    const used = {
      ...KEY,
      name: "Jira\u001b[2J",
      lastUsedAt: "2026-11-21T08:00:00.000Z",
      revokedAt: "2026-11-21T08:30:00.000Z",
    };
    const worker = new FakeWorker({ "GET /api/keys": { keys: [KEY, used] } });
    expect(await run(["keys"], worker)).toEqual({
      code: 0,
      printed: [
        "ID                STATE    LAST USED                SCOPES                  NAME",
        "0123456789abcdef  valid    never                    cases:read,cases:write  Zendesk",
        "0123456789abcdef  revoked  2026-11-21 08:00:00 UTC  cases:read,cases:write  Jira [2J",
      ],
      complaints: [],
    });
  });

  test("create makes one and shows it", async () => {
    const worker = new FakeWorker({
      "POST /api/keys": Response.json({ ...KEY, secret: SECRET_OF_KEY }, { status: 201 }),
    });
    const { code, printed } = await run(["keys", "create", "Zendesk", "--scopes", "cases:read, cases:write"], worker);
    expect([code, printed.at(-1)]).toEqual([0, SECRET_OF_KEY]);
    expect(worker.requests[0]?.body).toEqual({ name: "Zendesk", scopes: ["cases:read", "cases:write"] });
  });

  test("create says which scope there is not", async () => {
    const refusal = { error: "The request is not understood", problems: ["scopes.0 must be of cases:read"] };
    const worker = new FakeWorker({ "POST /api/keys": Response.json(refusal, { status: 400 }) });
    const { code, complaints } = await run(["keys", "create", "Zendesk", "--scopes", "all"], worker);
    expect([code, complaints.join()]).toEqual([1, expect.stringContaining("scopes.0 must be of cases:read")]);
  });

  test("revoke takes its effect", async () => {
    const worker = new FakeWorker({ "DELETE /api/keys/0123456789abcdef": KEY });
    const { printed } = await run(["keys", "revoke", "0123456789abcdef"], worker);
    expect(printed).toEqual(["Key 0123456789abcdef opens nothing any more."]);
  });
});

describe("webhooks", () => {
  test("lists them", async () => {
    const worker = new FakeWorker({
      "GET /api/webhooks": { webhooks: [{ ...WEBHOOK, disabled: "it answered 410 Gone" }] },
    });
    expect((await run(["webhooks"], worker)).printed).toEqual([
      "ID                   TYPES        URL                 STATE",
      "wh_0123456789abcdef  case.opened  https://a.example/  it answered 410 Gone",
    ]);
  });

  test.for([
    [["create", "https://a.example/", "--types", "case.opened"], "POST /api/webhooks", 201],
    [["rotate", "wh_0123456789abcdef"], "POST /api/webhooks/wh_0123456789abcdef/secret", 200],
  ] as const)("%j shows the secret", async ([args, request, status]) => {
    const worker = new FakeWorker({ [request]: Response.json({ ...WEBHOOK, secret: SECRET_OF_WEBHOOK }, { status }) });
    expect((await run(["webhooks", ...args], worker)).printed.at(-1)).toBe(SECRET_OF_WEBHOOK);
  });

  test.for([
    ["disable", "PATCH", { enabled: false }, Response.json(WEBHOOK)],
    ["enable", "PATCH", { enabled: true }, Response.json(WEBHOOK)],
    ["delete", "DELETE", undefined, new Response(null, { status: 204 })],
  ] as const)("%s does so", async ([what, method, body, answer]) => {
    const worker = new FakeWorker({ [`${method} /api/webhooks/wh_0123456789abcdef`]: answer });
    const { code, printed } = await run(["webhooks", what, "wh_0123456789abcdef"], worker);
    expect([code, printed]).toEqual([0, [`Webhook wh_0123456789abcdef is ${what}d.`]]);
    expect(worker.requests[0]?.body).toEqual(body);
  });

  test("failed shows what did not arrive, and what becomes of it", async () => {
    const at = "2026-11-21T08:00:00.000Z";
    const failed = { event: "evt_1", attempts: 10, reason: "answered 503", at, nextAt: null };
    const deliveries = [failed, { ...failed, event: "evt_2", attempts: 1, nextAt: "2026-11-21T08:00:05.000Z" }];
    const worker = new FakeWorker({ [DELIVERIES]: { deliveries, next: null } });
    expect((await run(["webhooks", "failed", "wh_0123456789abcdef"], worker)).printed).toEqual([
      "LAST TRIED               EVENT  ATTEMPTS  STATE                          REASON",
      "2026-11-21 08:00:00 UTC  evt_1  10        given up                       answered 503",
      "2026-11-21 08:00:00 UTC  evt_2  1         again 2026-11-21 08:00:05 UTC  answered 503",
      "",
      "2 in all.",
      "Then: npm run operate -- webhooks replay wh_0123456789abcdef EVENT, or --all.",
    ]);
  });

  test("replay sends one again, or all, however many they are", async () => {
    const one = new FakeWorker({ [REPLAY.replace("/replay", "/evt_1/replay")]: { replayed: 1 } });
    expect((await run(["webhooks", "replay", "wh_0123456789abcdef", "evt_1"], one)).printed).toEqual(["1 sent again."]);
    const all = new FakeWorker({ [REPLAY]: [{ replayed: 100 }, { replayed: 7 }] });
    expect((await run(["webhooks", "replay", "wh_0123456789abcdef", "--all"], all)).printed).toEqual([
      "107 sent again.",
    ]);
  });
});

test.for([
  [["keys", "make"], "there is no command keys make"],
  [["keys", "create"], "keys create needs a NAME"],
  [["keys", "create", "a"], "keys create needs --scopes"],
  [["keys", "create", "a", "--scopes", "cases:read,"], "keys create needs --scopes"],
  [["keys", "revoke", "1", "2"], "there is more than the command takes: 2"],
  [["keys", "--types", "a"], "--types is for webhooks create"],
  [["gateway", "--scopes", "a"], "--scopes is for keys create"],
  [["webhooks", "replay", "1"], "webhooks replay needs either an EVENT or --all"],
  [["webhooks", "delete", "1", "--all"], "--all is for retry and webhooks replay"],
] as const)("%j is not understood", async ([args, complaint]) => {
  const { code, complaints } = await run([...args]);
  expect([code, complaints.join()]).toEqual([2, expect.stringContaining(complaint)]);
});
