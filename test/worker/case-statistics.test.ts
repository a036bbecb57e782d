import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Actor } from "../../src/cases/actor.ts";
import { CASE_STATUSES, type Case, type CaseStatus, STARS, type Stars } from "../../src/cases/case.ts";
import { CaseBook } from "../../src/cases/case-book.ts";
import { type StatisticsQuestion, statisticsOf } from "../../src/cases/statistics.ts";
import {
  type DiscordGuildId,
  type DiscordMessageId,
  type DiscordUserId,
  type StaffIdentity,
  sessionIdOf,
} from "../../src/conversation/ids.ts";
import { noteFeedback } from "../../src/knowledge/feedback.ts";

const SERVER = "300000000000000001" as DiscordGuildId;
const MEMBER = { id: "100000000000000001" as DiscordUserId, displayName: "Misty" };
const BY: Actor = { kind: "staff", identity: "agent_one" as StaffIdentity };
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The night in which clocks go back in Berlin is the 25th of October. */
const START = Date.parse("2026-10-20T00:00:00Z");
const UTC = { from: START, to: START + 3 * DAY, timeZone: "UTC" };

let now = START;
const book = new CaseBook({ db: env.DB, now: () => now, changed: () => undefined });

type Life = {
  readonly openedAt: number;
  readonly server?: DiscordGuildId | null;
  readonly tags?: readonly string[];
  readonly answeredAfter?: number | null;
  /** How it ended, and after how long. */
  readonly end?: {
    readonly status: "resolved" | "closed";
    readonly after: number;
    readonly stars: Stars | null;
  } | null;
};

async function live({ openedAt, server = SERVER, tags = [], answeredAfter = null, end = null }: Life): Promise<Case> {
  now = openedAt;
  const opened = await book.open({ server, member: MEMBER, title: "Title", tags }, BY);
  if (opened.kind !== "done") throw new Error(opened.problems.join());
  const { id } = opened.case;
  if (answeredAfter !== null) await book.change(id, { firstResponse: { at: openedAt + answeredAfter } }, BY);
  if (end) {
    now = openedAt + end.after;
    await book.change(id, { set: { status: end.status } }, BY);
    if (end.stars) await book.change(id, { rating: end.stars }, BY);
  }
  return (await book.get(id)) as Case;
}

const ask = (rest: Partial<StatisticsQuestion> = {}) => statisticsOf(env.DB, { ...UTC, ...rest });

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(() => {
  now = START;
});
afterEach(async () => {
  await env.DB.exec("DROP TRIGGER IF EXISTS case_history_remains");
  const tables = ["case_outbox", "case_tags", "case_history", "cases", "members", "questions", "question_feedback"];
  for (const table of tables) await env.DB.exec(`DELETE FROM ${table}`);
});

describe("statistics", () => {
  test("count each thing on the day when it happened", async () => {
    const end = { status: "closed", after: 2 * DAY, stars: 4 } as const;
    await live({ openedAt: START + HOUR, answeredAfter: DAY, end, tags: ["gems"] });
    await live({ openedAt: START + 2 * HOUR, answeredAfter: HOUR, tags: ["gems", "shop"] });
    expect(await ask()).toEqual({
      opened: [
        { day: "2026-10-20", count: 2 },
        { day: "2026-10-21", count: 0 },
        { day: "2026-10-22", count: 0 },
      ],
      closed: [
        { day: "2026-10-20", count: 0 },
        { day: "2026-10-21", count: 0 },
        { day: "2026-10-22", count: 1 },
      ],
      firstResponse: { count: 2, median: HOUR, p90: DAY },
      resolution: { count: 1, median: 2 * DAY, p90: 2 * DAY },
      byDay: [
        { day: "2026-10-20", firstResponseMedian: HOUR, resolutionMedian: null, satisfactionAverage: null },
        { day: "2026-10-21", firstResponseMedian: DAY, resolutionMedian: null, satisfactionAverage: null },
        { day: "2026-10-22", firstResponseMedian: null, resolutionMedian: 2 * DAY, satisfactionAverage: 4 },
      ],
      satisfaction: { 1: 0, 2: 0, 3: 0, 4: 1, 5: 0, average: 4 },
      byTag: [
        { tag: "gems", count: 2 },
        { tag: "shop", count: 1 },
      ],
      byStatus: { open: 1, pending: 0, elevated: 0, resolved: 0, closed: 1 },
      assistant: { sessions: 0, solved: 0 },
    });
  });

  test("are empty when nothing happened", async () => {
    const { firstResponse, satisfaction, byTag, opened } = await ask();
    expect(firstResponse).toEqual({ count: 0, median: null, p90: null });
    expect(satisfaction).toEqual({ 1: 0, 2: 0, 3: 0, 4: 0, 5: 0, average: null });
    expect([byTag.length, opened.length]).toEqual([0, 3]);
    expect((await ask({ from: START, to: START })).opened).toEqual([]);
  });

  test("name the twenty most frequent tags", async () => {
    const tags = Array.from({ length: 20 }, (_, n) => `tag-${String(n).padStart(2, "0")}`);
    await live({ openedAt: START, tags });
    await live({ openedAt: START, tags: ["zebra"] });
    await live({ openedAt: START, tags: ["zebra"] });
    const { byTag } = await ask();
    expect(byTag.map(({ tag }) => tag)).toEqual(["zebra", ...tags.slice(0, 19)]);
  });

  test("say what naive counting of the same cases says", async () => {
    const life: fc.Arbitrary<Life> = fc.record({
      openedAt: fc.integer({ min: START - DAY, max: START + 9 * DAY }),
      server: fc.constantFrom(SERVER, null),
      tags: fc.subarray(["gems", "shop", "map"]),
      answeredAfter: fc.option(fc.integer({ min: 1, max: 3 * DAY }), { nil: null }),
      end: fc.option(
        fc.record({
          status: fc.constantFrom("resolved" as const, "closed" as const),
          after: fc.integer({ min: 1, max: 3 * DAY }),
          stars: fc.option(fc.constantFrom(...STARS), { nil: null }),
        }),
        { nil: null },
      ),
    });
    const cases: Case[] = [];
    for (const one of fc.sample(life, { numRuns: 60, seed: 3 })) cases.push(await live(one));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: START - DAY, max: START + 5 * DAY }),
        fc.integer({ min: 1, max: 10 * DAY }),
        fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns"),
        fc.constantFrom<Partial<StatisticsQuestion>>({}, { server: SERVER }, { server: null }),
        async (from, length, timeZone, rest) => {
          const question = { from, to: from + length, timeZone, ...rest };
          const { assistant: _, ...told } = await statisticsOf(env.DB, question);
          expect(told).toEqual(naively(cases, question));
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  test("refuse a time that is too long, and a time zone that is none", async () => {
    await expect(ask({ to: START + 371 * DAY })).rejects.toThrow(/at most 370 days/);
    await expect(ask({ timeZone: "Europe/Nowhere" })).rejects.toThrow(RangeError);
    expect((await ask({ to: START + 370 * DAY, timeZone: "America/Havana" })).opened).toHaveLength(371);
  });

  test("read indexes and no whole table of cases", async () => {
    const plans: string[] = [];
    const batch: typeof env.DB.batch = async <T>(statements: D1PreparedStatement[]) => env.DB.batch<T>(statements);
    const prepare = (sql: string) => {
      plans.push(sql);
      return env.DB.prepare(sql);
    };
    await statisticsOf({ prepare, batch } as typeof env.DB, UTC);
    expect(plans).toHaveLength(4);
    for (const sql of plans) {
      const values = sql.includes("?3") ? [0, null, 1] : sql.includes("json_each") ? ["[[0, 1]]", null] : [0, 1];
      const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...values)
        .all<{ detail: string }>();
      const details = results.map(({ detail }) => detail).join("\n");
      expect(details).not.toMatch(/SCAN (?!day VIRTUAL|opened|\(subquery)/);
    }
  });
});

describe("the assistant's share", () => {
  const asked = (n: number, session: number, at: number) =>
    noteFeedback(env.DB, {
      kind: "asked",
      question: String(n) as DiscordMessageId,
      session: sessionIdOf(MEMBER.id, session),
      locale: "en",
      text: "?",
      shown: [],
      answer: "nothing",
      at,
    });
  const personAsked = (n: number, at: number) =>
    noteFeedback(env.DB, { kind: "person-asked", question: String(n) as DiscordMessageId, at });

  test("counts sessions once, as solved when no person was asked for, even later than the time", async () => {
    await asked(1, 1, START);
    await asked(2, 1, START + HOUR);
    await personAsked(2, START + 2 * HOUR);
    await asked(3, 2, START);
    await asked(4, 3, START + DAY);
    await personAsked(4, START + 30 * DAY);
    await asked(5, 4, START - 1);
    await asked(6, 5, UTC.to);
    expect((await ask()).assistant).toEqual({ sessions: 3, solved: 1 });
  });
});

/** The day that clocks on the wall show, by Intl. */
const dayOf = (at: number, timeZone: string) => new Date(at).toLocaleDateString("sv", { timeZone });

function naively(all: readonly Case[], { from, to, timeZone, server }: StatisticsQuestion) {
  const cases = all.filter((one) => server === undefined || one.server === server);
  const days: string[] = [];
  for (let at = from; at < to; at += HOUR / 4) days.push(dayOf(at, timeZone));
  days.push(dayOf(to - 1, timeZone));
  const inTime = (at: number | null): at is number => at !== null && at >= from && at < to;
  const eachDay = [...new Set(days)];
  const when = (time: (one: Case) => number | null, day?: string) =>
    cases.filter((one) => {
      const at = time(one);
      return inTime(at) && (day === undefined || dayOf(at, timeZone) === day);
    });
  const counts = (time: (one: Case) => number | null) => eachDay.map((day) => ({ day, count: when(time, day).length }));
  const answered = (one: Case) => one.firstResponseAt;
  const resolved = (one: Case) => one.resolvedAt;
  const opened = when((one) => one.createdAt);
  const starsOf = (some: readonly Case[]) =>
    some.flatMap(({ satisfaction }) => (satisfaction ? [satisfaction.stars] : []));
  const average = (numbers: readonly number[]) =>
    numbers.length === 0 ? null : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  const durations = (time: (one: Case) => number | null, day?: string) => {
    const sorted = when(time, day)
      .map((one) => (time(one) ?? 0) - one.createdAt)
      .sort((a, b) => a - b);
    // The least that is not exceeded by so large a share.
    const least = (share: number) => sorted.find((_, n) => (n + 1) / sorted.length >= share) ?? null;
    return { count: sorted.length, median: least(0.5), p90: least(0.9) };
  };
  const stars = starsOf(when(resolved));
  const tags = Map.groupBy(
    opened.flatMap((one) => one.tags),
    (tag) => tag,
  );
  return {
    opened: counts((one) => one.createdAt),
    closed: counts((one) => one.closedAt),
    firstResponse: durations(answered),
    resolution: durations(resolved),
    byDay: eachDay.map((day) => ({
      day,
      firstResponseMedian: durations(answered, day).median,
      resolutionMedian: durations(resolved, day).median,
      satisfactionAverage: average(starsOf(when(resolved, day))),
    })),
    satisfaction: {
      ...Object.fromEntries(STARS.map((given) => [given, stars.filter((one) => one === given).length])),
      average: average(stars),
    },
    byTag: [...tags]
      .map(([tag, { length: count }]) => ({ tag, count }))
      .sort((a, b) => b.count - a.count || (a.tag < b.tag ? -1 : 1)),
    byStatus: Object.fromEntries(
      CASE_STATUSES.map((status: CaseStatus) => [status, opened.filter((one) => one.status === status).length]),
    ),
  };
}
