import type { D1Database } from "@cloudflare/workers-types";
import { CASE_STATUSES, PRIORITIES, STARS } from "../../src/cases/case.ts";
import { below, oneOf, random, words } from "./words.ts";

export const NOW = Date.UTC(2026, 10, 21);
export const DAY = 86_400_000;
export const SERVERS = ["300000000000000001", "300000000000000002", "300000000000000003", ""];
const TAGS = Array.from({ length: 200 }, (_, n) => `tag-${n}`);
const PRODUCTS = ["Game", "Shop", "Companion", null];
const STAFF = Array.from({ length: 40 }, (_, n) => `agent_${n}`);
const MEMBERS = 30_000;
const HISTORY_OF_EACH = 10;
/** Rows that one statement stores: D1 takes a value of up to 2 MB. */
const ROWS = 1_000;

export const memberOf = (n: number) => String(100_000_000_000_000_000n + BigInt(n));

/** So many cases over two years, ten times as many lines of history, and questions to the assistant; stored in bulk. */
export async function fill(db: D1Database, count: number): Promise<void> {
  await insert(db, "members (id, display_name, created_at, updated_at)", MEMBERS, (n) => [memberOf(n), words(2), 0, 0]);
  const { results: triggers } = await db
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'cases%'")
    .all<{ name: string; sql: string }>();
  // As the triggers would do it, but in one go.
  await db.batch(triggers.map(({ name }) => db.prepare(`DROP TRIGGER ${name}`)));
  await insert(db, CASE_TABLE, count, (n) => caseRow(n, count));
  await db.exec(
    "INSERT INTO case_tags SELECT value, cases.key FROM cases, json_each('[\"' || replace(tags, char(10), '\",\"') || '\"]') WHERE tags <> ''",
  );
  await insert(db, HISTORY_TABLE, count * HISTORY_OF_EACH, (n) => historyRow(n));
  await db.exec(
    "CREATE TABLE places AS SELECT key AS of, row_number() OVER (ORDER BY updated_at, key) AS place FROM cases",
  );
  await db.exec("UPDATE cases SET place = places.place FROM places WHERE of = key");
  await db.exec("DROP TABLE places");
  for (let from = 1; from <= count; from += ROWS) {
    const part =
      "INSERT INTO case_texts (rowid, words) SELECT place, words FROM case_words WHERE place >= ? AND place < ?";
    await db
      .prepare(part)
      .bind(from, from + ROWS)
      .run();
  }
  await db.batch(triggers.map(({ sql }) => db.prepare(sql)));
  await insert(db, "questions (id, session, locale, text, answer, shown, at)", count, (n) => [
    String(n),
    `${memberOf(below(MEMBERS))}-${n >> 1}`,
    "en",
    words(8),
    "suggestions",
    "[]",
    NOW - below(180 * DAY),
  ]);
  await insert(db, "question_feedback (question, kind, slug, at)", count / 4, (n) => [
    String(n * 4),
    "person-asked",
    "",
    NOW,
  ]);
  await db.exec("ANALYZE");
}

const CASE_TABLE = `cases (id, server, number, member, kind, status, priority, assignee, product, tags, title, description,
  created_by, created_at, updated_at, resolved_at, closed_at, first_response_at, stars, version)`;

function caseRow(n: number, count: number): (string | number | null)[] {
  // In the order of keys, as they would have come.
  const createdAt = Math.round(NOW - 730 * DAY * (1 - n / count));
  const answeredAt = Math.round(createdAt + 4 * 3_600_000 * random() ** 3);
  const resolvedAt = Math.round(answeredAt + 10 * DAY * random() ** 3);
  const isOld = NOW - createdAt > 20 * DAY;
  const status = isOld && random() < 0.97 ? "closed" : oneOf(CASE_STATUSES);
  const isOver = (status === "closed" || status === "resolved") && resolvedAt < NOW;
  const tags = [...new Set(Array.from({ length: below(4) }, () => oneOf(TAGS)))].sort().join("\n");
  return [
    crypto.randomUUID(),
    SERVERS[n % SERVERS.length] ?? "",
    Math.floor(n / SERVERS.length) + 1,
    memberOf(below(MEMBERS)),
    oneOf(["support", "bug", "feature"]),
    status,
    oneOf(["normal", ...PRIORITIES]),
    random() < 0.1 ? null : oneOf(STAFF),
    oneOf(PRODUCTS),
    tags,
    words(5),
    words(40),
    "bridge",
    createdAt,
    isOver ? resolvedAt : answeredAt,
    isOver ? resolvedAt : null,
    isOver ? resolvedAt : null,
    answeredAt,
    isOver && random() < 0.4 ? oneOf(STARS.toReversed()) : null,
    HISTORY_OF_EACH,
  ];
}

const HISTORY_TABLE = "case_history (case_key, version, n, at, actor, what, field, before, after)";

/** Two of ten lines are notes. */
function historyRow(n: number): (string | number | null)[] {
  const [key, version] = [Math.floor(n / HISTORY_OF_EACH) + 1, (n % HISTORY_OF_EACH) + 1];
  const what = version === 1 ? "opened" : version % 4 === 0 ? "note" : "field";
  const value = what === "note" ? JSON.stringify(words(30)) : what === "field" ? '"open"' : null;
  const isField = what === "field";
  return [key, version, 0, 0, "staff:agent_1", what, isField ? "status" : null, isField ? '"pending"' : null, value];
}

/** Stores rows as `INSERT INTO table (columns)`. */
async function insert(
  db: D1Database,
  table: string,
  count: number,
  row: (n: number) => (string | number | null)[],
): Promise<void> {
  const columns = row(0).map((_, n) => `value ->> ${n}`);
  const statement = db.prepare(`INSERT INTO ${table} SELECT ${columns.join(", ")} FROM json_each(?)`);
  for (let from = 0; from < count; from += ROWS) {
    const rows = Array.from({ length: Math.min(ROWS, count - from) }, (_, n) => row(from + n));
    await statement.bind(JSON.stringify(rows)).run();
  }
}
