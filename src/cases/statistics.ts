import type { D1Database } from "@cloudflare/workers-types";
import type { Time } from "../conversation/events.ts";
import type { DiscordGuildId } from "../conversation/ids.ts";
import { CASE_STATUSES, type CaseStatus, STARS, type Stars } from "./case.ts";
import { localDays } from "./statistics-days.ts";

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

/** A day's cases: durations and stars are JSON arrays. */
type DayRow = {
  readonly opened: number;
  readonly closed: number;
  readonly firstResponses: string;
  readonly resolutions: string;
  readonly stars: string;
};

const TAGS = 20;

/** ?1 is the days as a JSON array of [from, to], ?2 the server or null: one row for each day, each time a range of its index. */
const DAYS = `SELECT (SELECT count(*) ${casesOf("created_at")}) AS opened,
    (SELECT count(*) ${casesOf("closed_at")}) AS closed,
    (SELECT json_group_array(first_response_at - created_at) ${casesOf("first_response_at")}) AS firstResponses,
    (SELECT json_group_array(resolved_at - created_at) ${casesOf("resolved_at")}) AS resolutions,
    (SELECT json_group_array(stars) FILTER (WHERE stars IS NOT NULL) ${casesOf("resolved_at")}) AS stars
  FROM json_each(?1) AS day ORDER BY day.key`;

/** Of the cases that were opened in the time; ?1 and ?3 are its bounds, ?2 is the server or null. */
const OPENED = "FROM cases WHERE created_at >= ?1 AND created_at < ?3 AND (?2 IS NULL OR server = ?2)";
const BY_STATUS = `SELECT status, count(*) AS count ${OPENED} GROUP BY status`;
const BY_TAG = `SELECT tag, count(*) AS count FROM (SELECT key ${OPENED}) AS opened
  CROSS JOIN case_tags ON case_key = opened.key GROUP BY tag ORDER BY count DESC, tag LIMIT ${TAGS}`;

/** A person is asked for after the question. ?1 and ?2 are the bounds of the time. */
const ASSISTANT = `SELECT count(DISTINCT session) AS sessions, (
    SELECT count(DISTINCT session) FROM question_feedback AS feedback CROSS JOIN questions ON id = question
    WHERE feedback.at >= ?1 AND kind = 'person-asked' AND questions.at >= ?1 AND questions.at < ?2
  ) AS unsolved FROM questions WHERE at >= ?1 AND at < ?2`;

/**
 * Statistics for the dashboard, all as of the same moment. Throws a RangeError for more than 370 days, or a time zone that is
 * not known.
 */
export async function statisticsOf(
  db: D1Database,
  { from, to, server, timeZone }: StatisticsQuestion,
): Promise<CaseStatistics> {
  const days = localDays(from, to, timeZone);
  const place = server === undefined ? null : (server ?? "");
  const [byDay, byStatus, byTag, assistant] = await db.batch([
    db.prepare(DAYS).bind(JSON.stringify(days.map((day) => [day.from, day.to])), place),
    db.prepare(BY_STATUS).bind(from, place, to),
    db.prepare(BY_TAG).bind(from, place, to),
    db.prepare(ASSISTANT).bind(from, to),
  ]);
  const rows = (byDay?.results ?? []) as DayRow[];
  const told = days.map(({ day }, n) => tellDay(day, rows[n]));
  const stars = told.flatMap((day) => day.stars);
  const statuses = new Map(((byStatus?.results ?? []) as StatusRow[]).map(({ status, count }) => [status, count]));
  const [{ sessions, unsolved } = { sessions: 0, unsolved: 0 }] = (assistant?.results ?? []) as AssistantRow[];
  return {
    opened: told.map(({ day, opened }) => ({ day, count: opened })),
    closed: told.map(({ day, closed }) => ({ day, count: closed })),
    firstResponse: durationsOf(told.flatMap((day) => day.firstResponses)),
    resolution: durationsOf(told.flatMap((day) => day.resolutions)),
    byDay: told.map((day) => ({
      day: day.day,
      firstResponseMedian: durationsOf(day.firstResponses).median,
      resolutionMedian: durationsOf(day.resolutions).median,
      satisfactionAverage: averageOf(day.stars),
    })),
    satisfaction: {
      ...recordOf(STARS, (given) => stars.filter((one) => one === given).length),
      average: averageOf(stars),
    },
    byTag: (byTag?.results ?? []) as CaseStatistics["byTag"][number][],
    byStatus: recordOf(CASE_STATUSES, (status) => statuses.get(status) ?? 0),
    assistant: { sessions, solved: sessions - unsolved },
  };
}

type StatusRow = { readonly status: CaseStatus; readonly count: number };
type AssistantRow = { readonly sessions: number; readonly unsolved: number };

/** The cases that something happened to on a day. */
function casesOf(time: "created_at" | "first_response_at" | "resolved_at" | "closed_at"): string {
  return `FROM cases WHERE ${time} >= (day.value ->> 0) AND ${time} < (day.value ->> 1) AND (?2 IS NULL OR server = ?2)`;
}

function tellDay(day: string, row: DayRow | undefined) {
  const numbers = (json: string | undefined): number[] => (json === undefined ? [] : JSON.parse(json));
  return {
    day,
    opened: row?.opened ?? 0,
    closed: row?.closed ?? 0,
    firstResponses: numbers(row?.firstResponses),
    resolutions: numbers(row?.resolutions),
    stars: numbers(row?.stars),
  };
}

function durationsOf(durations: readonly number[]): Durations {
  const sorted = Float64Array.from(durations).sort();
  const atMost = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? null;
  return { count: sorted.length, median: atMost(0.5), p90: atMost(0.9) };
}

function averageOf(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function recordOf<Key extends string | number>(keys: readonly Key[], countOf: (key: Key) => number) {
  return Object.fromEntries(keys.map((key) => [key, countOf(key)])) as Record<Key, number>;
}
