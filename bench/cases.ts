/**
 * `node bench/cases.ts [--cases N] [--rounds N]`: lists and searches of cases at scale (100,000 cases and ten times as many
 * lines of history by default), each in turn with its floor: the plain query that reads the same cases by their keys, on the
 * same D1 (Miniflare). Both are asked many times in one batch, since the way to the database and back would hide the rest.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { D1Database, D1PreparedStatement } from "@cloudflare/workers-types";
import { openLocalDatabase } from "../scripts/lib/local-database.ts";
import { CASE_COLUMNS } from "../src/cases/rows.ts";
import { countByStatus, searchCases } from "../src/cases/search.ts";
import { statisticsOf } from "../src/cases/statistics.ts";
import { changeSome } from "./cases/changes.ts";
import { DAY, fill, NOW } from "./cases/data.ts";
import { type Question, questionsTo } from "./cases/questions.ts";
import { alone, compared, type Figure } from "./figures.ts";
import { tableOf } from "./report.ts";

const { values } = parseArgs({
  options: { cases: { type: "string", default: "100000" }, rounds: { type: "string", default: "31" } },
});
const CASES = Number(values.cases);
const ROUNDS = Number(values.rounds);
/** Changes like those of every day, after all that was stored in bulk. */
const CHANGES = 2_000;
const PAGE = 50;
/** How often a statement is asked in one batch. */
const TIMES = 20;
const questions = questionsTo(CASES);
const GOAL = { kind: "at most", limit: 3 } as const;

const folder = await mkdtemp(join(tmpdir(), "flexcord-bench-cases-"));
const { db, close } = await openLocalDatabase(folder);
try {
  const startedAt = performance.now();
  await fill(db, CASES);
  const { meta } = await db.prepare("SELECT 1").run();
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.error(
    `${CASES} cases, ${CASES * 10} lines of history: ${Math.round(meta.size_after / 2 ** 20)} MiB, ${seconds} s`,
  );
  const changes = alone("each, through the case book", "ms", await changeSome(db, CASES, CHANGES));
  const pages: Figure[] = [];
  for (const question of questions) pages.push(await measurePage(db, question));
  const counts: Figure[] = [];
  for (const { name, filter } of questions.filter(({ cursor }) => cursor === null)) {
    const { statuses: _, ...rest } = filter;
    counts.push(alone(name, "ms", await timesOf(() => countByStatus(db, rest))));
  }
  const statistics: Figure[] = [];
  for (const days of [30, 365]) {
    const question = { from: NOW - days * DAY, to: NOW, timeZone: "Europe/Berlin" };
    statistics.push(alone(`${days} days`, "ms", await timesOf(() => statisticsOf(db, question))));
  }
  console.log(
    tableOf([
      { title: `Changes (${CHANGES})`, figures: [changes] },
      { title: `Lists and searches, ${PAGE} cases a page (floor: the same cases by their keys)`, figures: pages },
      { title: "Counts by status", figures: counts },
      { title: "Statistics", figures: statistics },
    ]),
  );
} finally {
  await close();
  await rm(folder, { recursive: true, force: true });
}

/** A page, and the plain query of the same cases, in turn. */
async function measurePage(db: D1Database, { name, filter, cursor }: Question): Promise<Figure> {
  const asked: D1PreparedStatement[] = [];
  const { cases } = await searchCases(noting(db, asked), filter, cursor, PAGE);
  const ids = JSON.stringify(cases.map(({ id }) => id));
  const keys = await db
    .prepare("SELECT json_group_array(key) AS keys FROM cases WHERE id IN (SELECT value FROM json_each(?))")
    .bind(ids)
    .first<string>("keys");
  const plain = `SELECT ${CASE_COLUMNS}, cases.place, display_name AS member_name
    FROM cases JOIN members ON members.id = member WHERE cases.key IN (SELECT value FROM json_each(?))`;
  const ours = asked.flatMap((statement) => Array<D1PreparedStatement>(TIMES).fill(statement));
  const floor = Array<D1PreparedStatement>(TIMES).fill(db.prepare(plain).bind(keys));
  const times = { ours: [] as number[], floor: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    times.ours.push((await timeOf(() => db.batch(ours))) / TIMES);
    times.floor.push((await timeOf(() => db.batch(floor))) / TIMES);
  }
  return compared(`${name}: ${cases.length} cases`, "ms", times.ours, times.floor, GOAL);
}

/** The same database, noting the statements that it is asked. */
function noting(db: D1Database, asked: D1PreparedStatement[]): D1Database {
  const prepare = (sql: string) => ({
    bind: (...values: unknown[]) => {
      const statement = db.prepare(sql).bind(...values);
      asked.push(statement);
      return statement;
    },
  });
  return { prepare } as unknown as D1Database;
}

async function timesOf(work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await timeOf(work));
  return times;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
