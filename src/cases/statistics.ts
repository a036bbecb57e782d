import type { D1Database, D1PreparedStatement } from "@cloudflare/workers-types";
import type { Time } from "../conversation/events.ts";
import type { DiscordGuildId } from "../conversation/ids.ts";
import { CASE_STATUSES, type CaseStatus, STARS, type Stars } from "./case.ts";
import { type LocalDay, localDays } from "./statistics-days.ts";

/** What statistics are about. */
export type StatisticsQuestion = {
  readonly from: Time;
  /** Up to but without that time; at most 370 days after `from`. */
  readonly to: Time;
  /** Null: cases without a server; not given: all cases. */
  readonly server?: DiscordGuildId | null;
  /** Whose days count, such as `Europe/Berlin`. */
  readonly timeZone: string;
};

/**
 * How long something took, in milliseconds of the clock on the wall. Half of them took at most the median, nine of ten at most
 * `p90`; null when there were none.
 */
export type Durations = { readonly count: number; readonly median: number | null; readonly p90: number | null };

type DayCount = { readonly day: string; readonly count: number };

/**
 * What happened in a time, each thing counted on the day when it happened: so a case may count as opened on one day, as first
 * answered, resolved and closed on others. A case that was opened anew counts as resolved and closed when it was the last time.
 */
export type CaseStatistics = {
  readonly opened: readonly DayCount[];
  readonly closed: readonly DayCount[];
  /** From the opening to a person's first answer. */
  readonly firstResponse: Durations;
  /** From the opening until it was resolved, or closed. */
  readonly resolution: Durations;
  /** Every day, with null for what did not happen. */
  readonly byDay: readonly {
    readonly day: string;
    readonly firstResponseMedian: number | null;
    readonly resolutionMedian: number | null;
    readonly satisfactionAverage: number | null;
  }[];
  /** What members gave to cases that were resolved in the time: they are asked right after that. */
  readonly satisfaction: Readonly<Record<Stars, number>> & { readonly average: number | null };
  /** Of the cases that were opened in the time, the 20 most frequent tags. */
  readonly byTag: readonly { readonly tag: string; readonly count: number }[];
  /** What has become of the cases that were opened in the time. */
  readonly byStatus: Readonly<Record<CaseStatus, number>>;
  /**
   * Sessions in which a member asked the assistant something, and those of them in which no person was asked for after it: the
   * share that the assistant solved, or that was given up. Questions are kept for 180 days (src/knowledge/feedback.ts), so
   * older sessions are not among them; and they belong to no server, so these are those of all servers.
   */
  readonly assistant: { readonly sessions: number; readonly solved: number };
};

/** One row for each day (its place among the days), and one for all of them (-1). */
type DurationRow = Durations & { readonly day: number };
type CountRow = { readonly day: number; readonly count: number };
type StarsRow = { readonly day: number; readonly stars: Stars; readonly count: number };

const TAGS = 20;

/**
 * Statistics for the dashboard, all as of the same moment. Throws a RangeError for more than 370 days, or a time zone that is
 * not known.
 */
export async function statisticsOf(db: D1Database, question: StatisticsQuestion): Promise<CaseStatistics> {
  const { from, to, timeZone } = question;
  const days = localDays(from, to, timeZone);
  const asked = askedOf(db, question, days);
  const [opened, closed, firstResponse, resolution, stars, tags, statuses, assistant] = await db
    .batch([
      asked(countsByDay("created_at")),
      asked(countsByDay("closed_at")),
      asked(durationsUntil("first_response_at")),
      asked(durationsUntil("resolved_at")),
      asked(`SELECT day.key AS day, stars, count(*) AS count ${casesOf("resolved_at")} AND stars IS NOT NULL
      GROUP BY day.key, stars`),
      asked(`SELECT tag, count(*) AS count FROM (SELECT cases.key AS of ${casesOf("created_at")})
      CROSS JOIN case_tags ON case_key = of GROUP BY tag ORDER BY count DESC, tag LIMIT ${TAGS}`),
      asked(`SELECT status, count(*) AS count ${casesOf("created_at")} GROUP BY status`),
      db.prepare(SOLVED_BY_ASSISTANT).bind(from, to),
    ])
    .then((results) => results.map(({ results }) => results));
  const firstResponses = durationsByDay(firstResponse as DurationRow[]);
  const resolutions = durationsByDay(resolution as DurationRow[]);
  const starsByDay = Map.groupBy(stars as StarsRow[], ({ day }) => day);
  const byStatus = new Map((statuses as { status: CaseStatus; count: number }[]).map((row) => [row.status, row.count]));
  return {
    opened: byEachDay(days, opened as CountRow[]),
    closed: byEachDay(days, closed as CountRow[]),
    firstResponse: firstResponses(-1),
    resolution: resolutions(-1),
    byDay: days.map(({ day }, n) => ({
      day,
      firstResponseMedian: firstResponses(n).median,
      resolutionMedian: resolutions(n).median,
      satisfactionAverage: averageOf(starsByDay.get(n) ?? []),
    })),
    satisfaction: satisfactionOf(stars as StarsRow[]),
    byTag: tags as CaseStatistics["byTag"],
    byStatus: recordOf(CASE_STATUSES, (status) => byStatus.get(status) ?? 0),
    assistant: assistant?.[0] as CaseStatistics["assistant"],
  };
}

/** Makes statements of which ?1 is the days, as JSON, and ?2 the server. */
function askedOf(db: D1Database, { server }: StatisticsQuestion, days: readonly LocalDay[]) {
  const ranges = JSON.stringify(days.map(({ from, to }) => [from, to]));
  return (sql: string): D1PreparedStatement =>
    db.prepare(sql).bind(ranges, server === undefined ? null : (server ?? ""));
}

/** The cases that something happened to on one of the days; each day is a range of the index on `time`. */
function casesOf(time: "created_at" | "first_response_at" | "resolved_at" | "closed_at"): string {
  return `FROM json_each(?1) AS day CROSS JOIN cases
    ON ${time} >= (day.value ->> 0) AND ${time} < (day.value ->> 1) WHERE (?2 IS NULL OR server = ?2)`;
}

function countsByDay(time: "created_at" | "closed_at"): string {
  return `SELECT day.key AS day, count(*) AS count ${casesOf(time)} GROUP BY day.key`;
}

function durationsUntil(time: "first_response_at" | "resolved_at"): string {
  return `WITH one AS MATERIALIZED (SELECT day.key AS day, ${time} - created_at AS duration ${casesOf(time)}),
    ranked AS (
      SELECT day, duration, row_number() OVER (PARTITION BY day ORDER BY duration) AS place,
        count(*) OVER (PARTITION BY day) AS count
      FROM (SELECT day, duration FROM one UNION ALL SELECT -1, duration FROM one)
    )
    SELECT day, count, max(duration) FILTER (WHERE place = (count + 1) / 2) AS median,
      max(duration) FILTER (WHERE place = (9 * count + 9) / 10) AS p90
    FROM ranked GROUP BY day`;
}

const SOLVED_BY_ASSISTANT = `SELECT count(*) AS sessions, count(*) FILTER (WHERE NOT asked_person) AS solved FROM (
  SELECT max(EXISTS (SELECT 1 FROM question_feedback WHERE question = questions.id AND kind = 'person-asked'))
    AS asked_person
  FROM questions WHERE at >= ? AND at < ? GROUP BY session)`;

function durationsByDay(rows: readonly DurationRow[]): (day: number) => Durations {
  const byDay = new Map(rows.map(({ day, count, median, p90 }) => [day, { count, median, p90 }]));
  return (day) => byDay.get(day) ?? { count: 0, median: null, p90: null };
}

function byEachDay(days: readonly LocalDay[], rows: readonly CountRow[]): DayCount[] {
  const counts = new Map(rows.map(({ day, count }) => [day, count]));
  return days.map(({ day }, n) => ({ day, count: counts.get(n) ?? 0 }));
}

function satisfactionOf(rows: readonly StarsRow[]): CaseStatistics["satisfaction"] {
  const given = (stars: Stars) => sumOf(rows.filter((row) => row.stars === stars).map(({ count }) => count));
  return { ...recordOf(STARS, given), average: averageOf(rows) };
}

function averageOf(rows: readonly StarsRow[]): number | null {
  const count = sumOf(rows.map((row) => row.count));
  return count === 0 ? null : sumOf(rows.map((row) => row.stars * row.count)) / count;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function recordOf<Key extends string | number>(keys: readonly Key[], countOf: (key: Key) => number) {
  return Object.fromEntries(keys.map((key) => [key, countOf(key)])) as Record<Key, number>;
}
