import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Actor } from "../../src/cases/actor.ts";
import { CaseBook, type NewCase } from "../../src/cases/case-book.ts";
import { changeMember, memberProfile } from "../../src/cases/members.ts";
import { type CaseNews, dispatchCase, type Messengers, sweepOutbox } from "../../src/cases/outbox.ts";
import { keepTranscript, transcriptOf } from "../../src/cases/transcripts.ts";
import {
  type CaseId,
  type DiscordGuildId,
  type DiscordUserId,
  type StaffIdentity,
  sessionIdOf,
} from "../../src/conversation/ids.ts";
import { DEFAULT_SETTINGS } from "../../src/settings/settings.ts";
import { settingsOf, storedSettings, storeSettings } from "../../src/settings/store.ts";

const SERVER = "300000000000000001" as DiscordGuildId;
const MEMBER = "100000000000000001" as DiscordUserId;
const AGENT: Actor = { kind: "staff", identity: "agent_one" as StaffIdentity };
const COLLEAGUE: Actor = { kind: "staff", identity: "agent_two" as StaffIdentity };
const ASKED_BY_MEMBER: Actor = { kind: "member", id: MEMBER };
const DAY = 86_400_000;

let now = 0;
let changed: CaseId[] = [];
const book = new CaseBook({ db: env.DB, now: () => now, changed: (id) => changed.push(id) });

const newCase = (n: number, server: DiscordGuildId | null = SERVER): NewCase => ({
  session: sessionIdOf(MEMBER, n),
  server,
  member: { id: MEMBER, displayName: "member" },
  title: "My gems have not arrived",
});

async function open(asked: NewCase = newCase(1)) {
  const opened = await book.open(asked, ASKED_BY_MEMBER);
  if (opened.kind !== "done") throw new Error(opened.problems.join());
  return opened.case;
}

const textsWith = (words: string) =>
  env.DB.prepare("SELECT rowid FROM case_texts WHERE case_texts MATCH ?").bind(words).all();

const TABLES = ["case_outbox", "case_links", "case_sessions", "case_tags", "settings"];

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(() => {
  now = 1_000_000;
  changed = [];
});
afterEach(async () => {
  await env.DB.exec("DROP TRIGGER IF EXISTS case_history_remains");
  for (const table of [...TABLES, "case_history", "cases", "members", "case_texts"]) {
    await env.DB.exec(`DELETE FROM ${table}`);
  }
});

describe("opening a case", () => {
  test("counts from 1, for each server and for none", async () => {
    const other = "300000000000000002" as DiscordGuildId;
    const opened = [newCase(1), newCase(2), newCase(3, other), newCase(4, null), newCase(5, null)];
    const numbers = [];
    for (const asked of opened) numbers.push((await open(asked)).number);
    expect(numbers).toEqual([1, 2, 1, 1, 2]);
  });

  test("happens once for a session, also later and with other words", async () => {
    const first = await open();
    await open(newCase(2));
    expect(await open({ ...newCase(1), title: "Something else" })).toEqual(first);
    expect(await book.history(first.id)).toHaveLength(2);
    expect(changed).toHaveLength(2);
  });

  test("does not happen for a session that was linked with another case", async () => {
    const first = await open();
    await book.change(first.id, { linkSession: sessionIdOf(MEMBER, 2) }, AGENT);
    expect((await open(newCase(2))).id).toBe(first.id);
    expect(await book.sessions(first.id)).toEqual([sessionIdOf(MEMBER, 1), sessionIdOf(MEMBER, 2)]);
    expect((await open(newCase(3))).number).toBe(2);
  });

  test("calls the member as they call themselves, whatever others have typed", async () => {
    const member = { id: MEMBER, displayName: "a customer" };
    await book.open({ ...newCase(1), member }, AGENT);
    expect(await memberProfile(env.DB, MEMBER)).toMatchObject({ displayName: "a customer" });
    await open(newCase(2));
    await book.open({ ...newCase(3), member }, AGENT);
    expect(await memberProfile(env.DB, MEMBER)).toMatchObject({ displayName: "member" });
  });

  test("gives different numbers without a gap at the same moment", async () => {
    const opened = await Promise.all(Array.from({ length: 40 }, (_, n) => open(newCase(n + 1))));
    expect(opened.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 40 }, (_, n) => n + 1),
    );
  });

  test("gives one session one case at the same moment, with one history", async () => {
    const opened = await Promise.all(Array.from({ length: 20 }, () => open(newCase(7))));
    expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
    expect((await book.history((await open(newCase(7))).id)).map(({ what }) => what)).toEqual([
      "opened",
      "session-linked",
    ]);
  });

  test("links its session and its member, and can be found by either, by id and by number", async () => {
    const opened = await open();
    expect(await book.get(opened.id)).toEqual(opened);
    expect(await book.byNumber(SERVER, 1)).toEqual(opened);
    expect(await book.ofSession(sessionIdOf(MEMBER, 1))).toEqual(opened);
    expect(await book.sessions(opened.id)).toEqual([sessionIdOf(MEMBER, 1)]);
    expect(await memberProfile(env.DB, MEMBER)).toMatchObject({ displayName: "member", labels: [], notes: "" });
  });

  test("refuses what the settings do not know", async () => {
    const opened = await book.open({ ...newCase(1), product: "Moon", fields: { order: 1 } }, AGENT);
    expect(opened).toMatchObject({
      kind: "invalid",
      problems: [expect.stringContaining("product"), expect.stringContaining("fields.order")],
    });
  });
});

describe("a change", () => {
  test("is stored with who, when, what, before and after", async () => {
    const { id } = await open();
    now += 5;
    const result = await book.change(
      id,
      { set: { priority: "high", tags: [" Gems ", "gems", "Shop"] }, note: "Checked the shop" },
      AGENT,
      1,
    );
    expect(result).toMatchObject({
      kind: "done",
      case: { priority: "high", tags: ["gems", "shop"], version: 2, updatedAt: now },
    });
    expect(await book.get(id)).toEqual(result.kind === "done" && result.case);
    expect(await book.history(id, 1)).toEqual([
      { version: 2, at: now, actor: AGENT, what: "field", field: "priority", before: "normal", after: "high" },
      { version: 2, at: now, actor: AGENT, what: "field", field: "tags", before: [], after: ["gems", "shop"] },
      { version: 2, at: now, actor: AGENT, what: "note", after: "Checked the shop" },
    ]);
    const tags = await env.DB.prepare("SELECT tag FROM case_tags ORDER BY tag").all();
    expect(tags.results).toEqual([{ tag: "gems" }, { tag: "shop" }]);
  });

  test("that changes nothing leaves no trace", async () => {
    const opened = await open();
    expect(await book.change(opened.id, { set: { priority: "normal" } }, AGENT, 1)).toEqual({
      kind: "done",
      case: opened,
    });
    expect(changed).toHaveLength(1);
  });

  test("of a version that somebody else has changed is told what they did, and stores nothing", async () => {
    const { id } = await open();
    await book.change(id, { set: { title: "Gems are missing" } }, AGENT, 1);
    const second = await book.change(id, { set: { title: "Shop is broken" } }, COLLEAGUE, 1);
    expect(second).toMatchObject({ kind: "conflict", case: { title: "Gems are missing", version: 2 } });
    expect(second).toMatchObject({ since: [{ actor: AGENT, field: "title", after: "Gems are missing" }] });
    expect(await book.history(id, 2)).toEqual([]);
  });

  test("of the same version at the same moment is stored once; the others are told", async () => {
    const { id } = await open();
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, n) => book.change(id, { set: { title: `Title ${n}` } }, AGENT, 1)),
    );
    expect(results.map(({ kind }) => kind).sort()).toEqual([...Array(9).fill("conflict"), "done"]);
    expect((await book.get(id))?.version).toBe(2);
  });

  test("that needs no version is made to what the case is then, at the same moment too", async () => {
    const { id } = await open();
    const notes = Array.from({ length: 8 }, (_, n) => `note ${n}`);
    await Promise.all(notes.map((note) => book.change(id, { note }, AGENT)));
    const history = await book.history(id, 1);
    expect(history.map((entry) => entry.what === "note" && entry.after).sort()).toEqual(notes);
    expect(new Set(history.map(({ version }) => version)).size).toBe(8);
  });

  test("of no case finds none", async () => {
    expect(await book.change(crypto.randomUUID() as CaseId, { note: "x" }, AGENT)).toEqual({ kind: "no-such-case" });
  });

  test("can link another case; each finds the other", async () => {
    const [one, two] = [await open(newCase(1)), await open(newCase(2))];
    await book.change(one.id, { linkCase: two.id }, AGENT);
    expect((await book.linked(one.id)).map(({ number }) => number)).toEqual([2]);
    expect((await book.linked(two.id)).map(({ number }) => number)).toEqual([1]);
  });

  test("of words or notes is found by its words", async () => {
    const { id } = await open();
    await book.change(id, { set: { description: "Bought a bundle" }, note: "The receipt names Höhle" }, AGENT);
    for (const words of ["gems", "bundle", "receipt", "hohle", "rece*"])
      expect((await textsWith(words)).results).toHaveLength(1);
    await book.change(id, { set: { title: "Other" } }, AGENT);
    expect((await textsWith("gems")).results).toEqual([]);
  });
});

test("history can neither be changed nor deleted", async () => {
  const { id } = await open();
  await env.DB.exec(
    "CREATE TRIGGER IF NOT EXISTS case_history_remains BEFORE DELETE ON case_history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END",
  );
  await expect(env.DB.exec("UPDATE case_history SET actor = 'bridge'")).rejects.toThrow("append-only");
  await expect(env.DB.exec("DELETE FROM case_history")).rejects.toThrow("append-only");
  expect(await book.history(id)).toHaveLength(2);
});

describe("opening anew", () => {
  test("soon after the end is the same case", async () => {
    const { id } = await open();
    await book.change(id, { set: { status: "closed" } }, AGENT);
    now += 14 * DAY;
    expect(await book.reopen(id, ASKED_BY_MEMBER, "member")).toMatchObject({
      kind: "done",
      case: { id, status: "open", closedAt: null },
    });
  });

  test("later is a new case, linked with the old one", async () => {
    const { id } = await open();
    await book.change(id, { set: { status: "closed" } }, AGENT);
    now += 14 * DAY + 1;
    const result = await book.reopen(id, ASKED_BY_MEMBER, "member");
    expect(result).toMatchObject({
      kind: "done",
      case: { number: 2, status: "open", title: "My gems have not arrived" },
    });
    expect((await book.linked(id)).map(({ number }) => number)).toEqual([2]);
    expect(await book.get(id)).toMatchObject({ status: "closed" });
  });
});

test("a case that was closed too long ago is continued once, however often that is asked for", async () => {
  const { id } = await open();
  await book.change(id, { set: { status: "closed" } }, AGENT);
  now += 15 * DAY;
  const first = await book.reopen(id, AGENT, "member");
  expect(first).toMatchObject({ kind: "done", case: { number: 2 } });
  expect(await book.reopen(id, COLLEAGUE, "member")).toEqual(first);
});

describe("the outbox", () => {
  const told: { target: string; news: CaseNews }[] = [];
  let fails = false;
  const messenger = (target: string) => async (news: CaseNews) => {
    if (fails) throw new Error("away");
    told.push({ target, news });
  };
  const messengers: Messengers = {
    member: messenger("member"),
    staff: messenger("staff"),
    events: messenger("events"),
  };
  const versions = (target: string) => told.filter((one) => one.target === target).map(({ news }) => news.version);
  beforeEach(() => {
    told.length = 0;
    fails = false;
  });

  test("tells each target what it must hear of, in order and once", async () => {
    const { id } = await open();
    await book.change(id, { set: { status: "resolved" } }, AGENT);
    await book.change(id, { note: "Done" }, AGENT);
    await book.change(id, { set: { status: "closed" } }, ASKED_BY_MEMBER);
    await dispatchCase(env.DB, id, messengers);
    await dispatchCase(env.DB, id, messengers);
    expect(versions("events")).toEqual([1, 2, 3, 4]);
    expect(versions("member")).toEqual([2, 4]);
    expect(versions("staff")).toEqual([]);
    expect(told.find(({ target }) => target === "member")?.news.entries).toMatchObject([
      { what: "field", field: "status", after: "resolved" },
    ]);
  });

  test("keeps what could not be told, and what came after it, for the sweep", async () => {
    const { id } = await open();
    await book.change(id, { set: { status: "resolved" } }, AGENT);
    fails = true;
    await dispatchCase(env.DB, id, messengers);
    fails = false;
    await sweepOutbox(env.DB, now, messengers);
    expect(told).toEqual([]);
    await sweepOutbox(env.DB, now + 1, messengers);
    expect([versions("events"), versions("member")]).toEqual([[1, 2], [2]]);
  });

  test("tells the rest by and by, however much can never be told", async () => {
    const { id } = await open();
    for (let n = 2; n <= 101; n++) await open(newCase(n));
    await book.change(id, { set: { status: "resolved" } }, AGENT);
    const events = async () => Promise.reject(new Error("never"));
    await sweepOutbox(env.DB, now + 1, { ...messengers, events });
    await sweepOutbox(env.DB, now + 2, { ...messengers, events });
    expect(versions("member")).toEqual([2]);
    await sweepOutbox(env.DB, now + 3, messengers);
    await sweepOutbox(env.DB, now + 3, messengers);
    const ofFirst = told.filter(({ target, news }) => target === "events" && news.case.id === id);
    expect(ofFirst.map(({ news }) => news.version)).toEqual([1, 2]);
  });

  test("sweeps with a change also what came before it by a clock that is ahead", async () => {
    const { id } = await open();
    now += 5;
    await book.change(id, { set: { status: "resolved" } }, AGENT);
    now -= 3;
    await book.change(id, { set: { status: "open" } }, AGENT);
    await sweepOutbox(env.DB, now + 1, messengers);
    expect(versions("member")).toEqual([2, 3]);
  });
});

test("of a chat that is too long for the database its end is kept", async () => {
  const session = sessionIdOf(MEMBER, 1);
  const lines = Array.from({ length: 800 }, (_, n) => {
    const text = "は".repeat(1000);
    return { n, at: n, author: "member", name: "member", text, state: "sent" } as const;
  });
  await keepTranscript(env.DB, session, lines, now);
  const kept = (await transcriptOf(env.DB, session)) ?? [];
  expect(kept.length).toBeGreaterThan(500);
  expect(new TextEncoder().encode(JSON.stringify(kept)).length).toBeLessThan(2_000_000);
  expect(kept).toEqual(lines.slice(-kept.length));
});

test("a member's labels and notes are changed by whoever saw them as they are", async () => {
  await open();
  const change = { id: MEMBER, labels: ["vip"], notes: "Plays on two phones", version: 1 };
  expect(await changeMember(env.DB, change, AGENT, now)).toBe(true);
  expect(await changeMember(env.DB, { ...change, notes: "x" }, AGENT, now)).toBe(false);
  expect(await memberProfile(env.DB, MEMBER)).toMatchObject({
    labels: ["vip"],
    notes: "Plays on two phones",
    version: 2,
  });
});

describe("settings", () => {
  test("of a server go before those for all, which go before the defaults", async () => {
    expect(await settingsOf(env.DB, SERVER)).toEqual(DEFAULT_SETTINGS);
    const everywhere = { ...DEFAULT_SETTINGS, reopenDays: 3 };
    expect(await storeSettings(env.DB, { server: null, settings: everywhere, version: 0 }, AGENT, now)).toBe(true);
    expect(await settingsOf(env.DB, SERVER)).toEqual(everywhere);
    const own = { ...DEFAULT_SETTINGS, reopenDays: 5 };
    expect(await storeSettings(env.DB, { server: SERVER, settings: own, version: 0 }, AGENT, now)).toBe(true);
    expect(await storedSettings(env.DB, SERVER)).toEqual({ server: SERVER, settings: own, version: 1 });
    expect(await settingsOf(env.DB, null)).toEqual(everywhere);
  });

  test("are not overwritten by whoever has not seen the last change", async () => {
    const mine = { server: SERVER, settings: DEFAULT_SETTINGS, version: 0 };
    expect(await storeSettings(env.DB, mine, AGENT, now)).toBe(true);
    expect(await storeSettings(env.DB, mine, COLLEAGUE, now)).toBe(false);
    expect(await storeSettings(env.DB, { ...mine, version: 1 }, COLLEAGUE, now)).toBe(true);
    expect(await storeSettings(env.DB, { ...mine, version: 1 }, AGENT, now)).toBe(false);
  });
});
