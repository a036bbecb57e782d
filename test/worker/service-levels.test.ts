import { applyD1Migrations, createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { BRIDGE } from "../../src/cases/actor.ts";
import { whenPeopleAreBack } from "../../src/cases/availability.ts";
import { BREACHES_PER_SWEEP, elevateBreached, findBreaches } from "../../src/cases/breach-sweep.ts";
import { CaseBook, type NewCase } from "../../src/cases/case-book.ts";
import { type CaseNews, dispatchCase } from "../../src/cases/outbox.ts";
import { renderStaffNews } from "../../src/cases/staff-news.ts";
import { type CaseId, type DiscordGuildId, type DiscordUserId, sessionIdOf } from "../../src/conversation/ids.ts";
import { messengersOf } from "../../src/messengers.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/settings/settings.ts";
import { storedSettings, storeSettings } from "../../src/settings/store.ts";
import worker from "../../src/worker.ts";
import { OutsideCalls } from "./outside.ts";

const SERVER = "300000000000000001" as DiscordGuildId;
const MEMBER = "100000000000000001" as DiscordUserId;
const CHANNEL = "323456789012345678" as Settings["staffChannel"];
const MINUTE = 60_000;
const OPENED = Date.parse("2026-11-18T09:00Z");

const SETTINGS: Settings = {
  ...DEFAULT_SETTINGS,
  staffChannel: CHANNEL,
  targets: { ...DEFAULT_SETTINGS.targets, normal: { firstResponse: 30, resolution: 120 } },
};

let now = OPENED;
let outside: OutsideCalls;
const book = new CaseBook({ db: env.DB, now: () => now, changed: () => undefined });

async function store(settings: Settings): Promise<void> {
  const { version } = await storedSettings(env.DB, SERVER);
  await storeSettings(env.DB, { server: SERVER, settings, version }, BRIDGE, now);
}

let count = 0;
async function open(more: Partial<NewCase> = {}): Promise<CaseId> {
  const opened = await book.open(
    {
      server: SERVER,
      member: { id: MEMBER, displayName: "member" },
      session: sessionIdOf(MEMBER, ++count),
      title: "My gems have not arrived",
      ...more,
    },
    BRIDGE,
  );
  if (opened.kind !== "done") throw new Error(opened.problems.join());
  return opened.case.id;
}

const breachesOf = async (id: CaseId) => (await book.get(id))?.breaches;
const inOutbox = async (target: string) =>
  (await env.DB.prepare("SELECT version FROM case_outbox WHERE target = ?").bind(target).all()).results.length;

/** Sweeps, and tells nobody: who is told is said instead. */
async function sweep(): Promise<CaseId[]> {
  const told: CaseId[] = [];
  await elevateBreached({ db: env.DB, now: () => now, tell: async (id) => void told.push(id) });
  return told;
}

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(async () => {
  now = OPENED;
  outside = new OutsideCalls();
  outside.install();
  await store(SETTINGS);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await env.DB.exec("DROP TRIGGER IF EXISTS case_history_remains");
  for (const table of ["case_outbox", "case_sessions", "case_history", "cases", "members", "case_texts", "settings"]) {
    await env.DB.exec(`DELETE FROM ${table}`);
  }
});

describe("what is missed", () => {
  test("is found from the moment that it is due, the oldest first, no more than asked for", async () => {
    const first = await open();
    now += MINUTE;
    const second = await open();
    expect(await findBreaches(env.DB, OPENED + 30 * MINUTE - 1, 9)).toEqual([]);
    expect(await findBreaches(env.DB, OPENED + 30 * MINUTE, 9)).toEqual([{ id: first, what: "first-response" }]);
    const all = await findBreaches(env.DB, OPENED + 130 * MINUTE, 9);
    expect(all).toEqual([
      { id: first, what: "first-response" },
      { id: second, what: "first-response" },
      { id: first, what: "resolution" },
      { id: second, what: "resolution" },
    ]);
    expect(await findBreaches(env.DB, OPENED + 130 * MINUTE, 3)).toEqual(all.slice(0, 3));
  });

  test("is neither what was answered, nor what is over, nor what has no target", async () => {
    const answered = await open();
    await book.change(answered, { firstResponse: { at: now } }, BRIDGE);
    for (const status of ["resolved", "closed"] as const) await book.change(await open(), { set: { status } }, BRIDGE);
    await open({ priority: "low" });
    expect(await findBreaches(env.DB, OPENED + 500 * MINUTE, 9)).toEqual([{ id: answered, what: "resolution" }]);
  });

  test("is found by the indexes alone", async () => {
    const prepare = vi.spyOn(env.DB, "prepare");
    await findBreaches(env.DB, now, 1);
    const [sql = ""] = prepare.mock.lastCall ?? [];
    const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(now, 1).all<{ detail: string }>();
    const steps = plan.results.map(({ detail }) => detail).join("\n");
    expect(steps).toContain("SEARCH cases USING INDEX cases_first_response_due (first_response_due<?)");
    expect(steps).toContain("SEARCH cases USING INDEX cases_resolution_due (resolution_due<?)");
    expect(steps).not.toMatch(/SCAN|TEMP B-TREE/);
  });
});

describe("the sweep", () => {
  test("elevates a case once for each missed target, and finds it no more", async () => {
    const id = await open();
    now += 30 * MINUTE;
    expect(await sweep()).toEqual([id]);
    expect(await book.get(id)).toMatchObject({ status: "elevated", breaches: ["first-response"], version: 2 });
    expect(await findBreaches(env.DB, now, 9)).toEqual([]);
    expect(await sweep()).toEqual([]);
    now += 90 * MINUTE;
    expect(await sweep()).toEqual([id]);
    expect(await breachesOf(id)).toEqual(["first-response", "resolution"]);
    expect(await sweep()).toEqual([]);
    expect((await book.history(id)).filter(({ what }) => what === "breach")).toMatchObject([
      { version: 2, actor: { kind: "bridge" }, after: "first-response" },
      { version: 3, actor: { kind: "bridge" }, after: "resolution" },
    ]);
  });

  test("notes both targets of a case that were missed meanwhile, and tells of it together", async () => {
    const id = await open();
    now += 500 * MINUTE;
    expect(await sweep()).toEqual([id]);
    expect(await breachesOf(id)).toEqual(["first-response", "resolution"]);
  });

  test("at the same moment as another one notes nothing twice", async () => {
    const id = await open();
    now += 30 * MINUTE;
    await Promise.all([sweep(), sweep(), sweep()]);
    expect((await book.history(id)).filter(({ what }) => what === "breach")).toHaveLength(1);
    expect(await inOutbox("staff")).toBe(1);
  });

  test("works off many in portions", async () => {
    for (let n = 0; n < BREACHES_PER_SWEEP + 3; n++) await open({ member: { id: MEMBER, displayName: "member" } });
    now += 30 * MINUTE;
    expect([(await sweep()).length, (await sweep()).length, (await sweep()).length]).toEqual([
      BREACHES_PER_SWEEP,
      3,
      0,
    ]);
  });

  test("goes on behind a case that can not be changed, and comes back to it", async () => {
    const errors = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const stuck = await open();
    const next = await open();
    await env.DB.prepare(`CREATE TRIGGER stuck BEFORE UPDATE ON cases WHEN old.id = '${stuck}'
      BEGIN SELECT RAISE(ABORT, 'stuck'); END`).run();
    now += 30 * MINUTE;
    expect(await sweep()).toEqual([next]);
    expect(errors.mock.calls.join()).toContain("cases.breach-not-noted");
    await env.DB.exec("DROP TRIGGER stuck");
    expect(await sweep()).toEqual([stuck]);
  });

  test("finds a target that was set anew, when it is missed again", async () => {
    const id = await open();
    now += 500 * MINUTE;
    await sweep();
    await book.change(id, { set: { status: "closed" } }, BRIDGE);
    now += 500 * MINUTE;
    await book.change(id, { set: { status: "open" } }, BRIDGE);
    expect(await sweep()).toEqual([]);
    now += 120 * MINUTE;
    expect(await sweep()).toEqual([id]);
    expect(await book.get(id)).toMatchObject({ status: "elevated", breaches: ["first-response", "resolution"] });
  });
});

test("the cron notices what is missed and posts it, and tells what nobody could be told", async () => {
  const at = Date.now();
  now = at - 40 * MINUTE;
  const missed = await open();
  now = at - 100 * MINUTE;
  const waiting = await open();
  now = at - 60 * MINUTE;
  await book.change(waiting, { breach: "first-response" }, BRIDGE);
  await worker.scheduled(createScheduledController({ cron: "* * * * *", scheduledTime: new Date(at + MINUTE) }), env);
  expect(await breachesOf(missed)).toEqual(["first-response"]);
  const posts = outside.to(`/channels/${CHANNEL}/messages`).map(({ body }) => JSON.parse(body).content as string);
  expect(posts.filter((post) => post.includes(missed))).toHaveLength(1);
  expect(posts.filter((post) => post.includes(waiting))).toHaveLength(1);
  expect(await inOutbox("staff")).toBe(0);
  expect(await inOutbox("events")).toBe(0);
});

describe("the staff channel", () => {
  /** A missed first response, to be told. */
  async function missed(more: Partial<NewCase> = {}): Promise<CaseId> {
    const id = await open(more);
    now += 31 * MINUTE;
    await sweep();
    return id;
  }
  const tell = (id: CaseId) => dispatchCase(env.DB, id, messengersOf(env));
  const posts = () => outside.to(`/channels/${CHANNEL}/messages`).map(({ body }) => JSON.parse(body));

  test("is told which case has missed what, since when, and where it is", async () => {
    const id = await missed();
    await tell(id);
    const due = (OPENED + 30 * MINUTE) / 1000;
    expect(posts()).toEqual([
      {
        content: `**Case #1** My gems have not arrived\nIt has had no first response, which was due <t:${due}:R>.\n<https://flexcord.example/desk/cases/${id}>`,
        allowed_mentions: { parse: [] },
        nonce: expect.stringMatching(/^[\w-]{22}$/),
        enforce_nonce: true,
      },
    ]);
    expect(await inOutbox("staff")).toBe(0);
  });

  test("reads a member's words as words", async () => {
    await tell(await missed({ title: `@everyone **look** [here](https://evil.example) <@&1>\n# ${"x".repeat(120)}` }));
    const [, title = ""] = /^\*\*Case #1\*\* (.*)$/m.exec(posts()[0].content) ?? [];
    expect(title).toMatch(/^\\@everyone \\\*\\\*look\\\*\\\* \\\[here\]\(https\\:/);
    expect(title).toContain("\\<\\@&1>");
    expect(title.length).toBeLessThanOrEqual(100);
  });

  test("is told by the same nonce again, and by another one of another breach", async () => {
    const id = await missed();
    outside.next(`/channels/${CHANNEL}/messages`, () => new Response("", { status: 502 }));
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    await tell(id);
    expect(await inOutbox("staff")).toBe(1);
    await tell(id);
    expect(await inOutbox("staff")).toBe(0);
    now += 100 * MINUTE;
    await sweep();
    await tell(id);
    const [first, again, other] = posts().map(({ nonce }) => nonce);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(posts()[2].content).toContain("It is not solved, which was due");
  });

  test.each([
    [10003, 404],
    [50001, 403],
    [50013, 403],
  ])("that refuses with %i is not tried for ever; the log says so, without words of the case", async (code, status) => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const id = await missed();
    outside.next(`/channels/${CHANNEL}/messages`, () => Response.json({ code, message: "no" }, { status }));
    await tell(id);
    expect(await inOutbox("staff")).toBe(0);
    expect(warned.mock.calls.join()).toContain("cases.staff-refused");
    expect(warned.mock.calls.join()).not.toContain("gems");
  });

  test("that a limit keeps from being told hears of it later", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const id = await missed();
    outside.next(`/channels/${CHANNEL}/messages`, () =>
      Response.json({ retry_after: 1, global: false }, { status: 429 }),
    );
    await tell(id);
    expect(await inOutbox("staff")).toBe(1);
    await tell(id);
    expect(await inOutbox("staff")).toBe(0);
  });

  test("that the settings do not name needs no telling", async () => {
    await store({ ...SETTINGS, staffChannel: null });
    const id = await missed();
    await tell(id);
    expect(posts()).toEqual([]);
    expect(await inOutbox("staff")).toBe(0);
  });

  test("counts from when it was noticed, where the target was set anew since", async () => {
    const id = await missed();
    const current = await book.get(id);
    if (!current) throw new Error("no case");
    const entries: CaseNews["entries"] = [{ what: "breach", after: "resolution", version: 2, at: now, actor: BRIDGE }];
    const seconds = Math.floor(now / 1000);
    for (const resolutionDue of [null, now + MINUTE]) {
      const body = renderStaffNews({ case: { ...current, resolutionDue }, version: 2, entries }, "https://x.example");
      expect(body?.content).toContain(`<t:${seconds}:R>`);
    }
    expect(renderStaffNews({ case: current, version: 1, entries: [] }, "https://x.example")).toBeNull();
  });
});

describe("people are back", () => {
  const friday = Date.parse("2026-11-20T17:00Z");
  const businessHours = {
    timeZone: "Europe/Berlin",
    openings: [{ days: [1, 2, 3, 4, 5] as const, from: "09:00", to: "17:00" }].map((one) => ({
      ...one,
      days: [...one.days],
    })),
    holidays: [],
  };

  test("when they open next, by the hours of the server", async () => {
    await store({ ...SETTINGS, businessHours });
    expect(await whenPeopleAreBack(env.DB, SERVER, friday)).toBe(Date.parse("2026-11-23T08:00Z"));
    expect(await whenPeopleAreBack(env.DB, null, friday)).toBeNull();
  });

  test("without a time while they are there, where no hours are set, and where they never open", async () => {
    expect(await whenPeopleAreBack(env.DB, SERVER, friday)).toBeNull();
    await store({ ...SETTINGS, businessHours });
    expect(await whenPeopleAreBack(env.DB, SERVER, OPENED)).toBeNull();
    await store({ ...SETTINGS, businessHours: { ...businessHours, openings: [] } });
    expect(await whenPeopleAreBack(env.DB, SERVER, friday)).toBeNull();
  });
});

test("due times are counted in the business hours of the settings", async () => {
  const openings = [{ days: [1, 2, 3, 4, 5], from: "09:00", to: "10:15" }] as NonNullable<
    Settings["businessHours"]
  >["openings"];
  await store({ ...SETTINGS, businessHours: { timeZone: "Europe/Berlin", openings, holidays: ["2026-11-19"] } });
  expect(await book.get(await open())).toMatchObject({
    firstResponseDue: Date.parse("2026-11-20T08:15Z"),
    resolutionDue: Date.parse("2026-11-23T08:30Z"),
  });
});
