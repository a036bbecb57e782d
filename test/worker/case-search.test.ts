import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Actor } from "../../src/cases/actor.ts";
import { CASE_KINDS, CASE_STATUSES, type Case, PRIORITIES } from "../../src/cases/case.ts";
import { CaseBook, type NewCase } from "../../src/cases/case-book.ts";
import type { CaseChange } from "../../src/cases/rules.ts";
import { type CaseFilter, countByStatus, InvalidCursor, searchCases } from "../../src/cases/search.ts";
import type { CaseId, DiscordGuildId, DiscordUserId, StaffIdentity } from "../../src/conversation/ids.ts";
import { DEFAULT_SETTINGS } from "../../src/settings/settings.ts";
import { storeSettings } from "../../src/settings/store.ts";

const SERVERS = ["300000000000000001", "300000000000000002"] as DiscordGuildId[];
const MEMBERS = ["100000000000000001", "100000000000000002"] as DiscordUserId[];
const STAFF = ["agent_one", "Agent.Two@example.org"] as StaffIdentity[];
const TAGS = ["billing", "gems", "café", "cafe", "a\\nb", 'say "hi"'];
const WORDS = ["gem", "gems", "Gemstone", "refund", "Café", "pokestop", "12", "to"];
const BY: Actor = { kind: "staff", identity: "agent_one" as StaffIdentity };
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2025, 11, 30);

let now = START;
const book = new CaseBook({ db: env.DB, now: () => now, changed: () => undefined });
let notes = new Map<CaseId, string[]>();

async function open(asked: Partial<NewCase> = {}): Promise<Case> {
  now += 1;
  const member = { id: MEMBERS[0] as DiscordUserId, displayName: "Misty" };
  const opened = await book.open({ server: null, member, title: "Title", ...asked }, BY);
  if (opened.kind !== "done") throw new Error(opened.problems.join());
  return opened.case;
}

async function change(id: CaseId, asked: CaseChange): Promise<Case> {
  now += 1;
  const result = await book.change(id, asked, BY);
  if (result.kind !== "done") throw new Error(JSON.stringify(result));
  if (asked.note !== undefined) notes.set(id, [...(notes.get(id) ?? []), asked.note]);
  return result.case;
}

const find = async (filter: CaseFilter, size = 100) => (await searchCases(env.DB, filter, null, size)).cases;
const titles = async (filter: CaseFilter) => (await find(filter)).map(({ title }) => title);
const titlesOf = (text: string) => titles({ text });

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(async () => {
  now = START;
  notes = new Map();
  await storeSettings(
    env.DB,
    { server: null, settings: { ...DEFAULT_SETTINGS, products: ["Go", "Home"] }, version: 0 },
    BY,
    now,
  );
});
afterEach(async () => {
  await env.DB.exec("DROP TRIGGER IF EXISTS case_history_remains");
  for (const table of ["case_outbox", "case_tags", "case_history", "cases", "members", "settings"]) {
    await env.DB.exec(`DELETE FROM ${table}`);
  }
});

describe("the text of a search", () => {
  test("is looked for in title, description and notes, each word of it, the last one by its beginning", async () => {
    const { id } = await open({ title: "Missing gems", description: "Bought yesterday" });
    await change(id, { note: "Checked the shop" });
    await change(id, { note: "Refunded" });
    await open({ title: "Gems in the shop" });
    expect(await titlesOf("GEMS")).toEqual(["Gems in the shop", "Missing gems"]);
    for (const text of ["gems yesterday checked refunded", "shop miss", "bought refu"]) {
      expect(await titlesOf(text), text).toEqual(["Missing gems"]);
    }
    expect(await titlesOf("miss shop")).toEqual([]);
  });

  test("finds beginnings of any length, and words in other scripts, with or without accents", async () => {
    await open({ title: "Zahlungsaufforderungen Café ポケモン" });
    const word = "zahlungsaufforderungen";
    for (let length = 2; length <= word.length; length++) {
      expect(await titlesOf(word.slice(0, length)), word.slice(0, length)).toHaveLength(1);
    }
    for (const text of ["cafe", "cafe\u0301", "CAFÉ", "ポケ"]) expect(await titlesOf(text), text).toHaveLength(1);
    expect(await titlesOf("z")).toEqual([]);
  });

  test("follows what is written anew", async () => {
    const { id } = await open({ title: "Old words" });
    await change(id, { set: { title: "New ones" } });
    expect(await titlesOf("old")).toEqual([]);
    expect(await titlesOf("new")).toEqual(["New ones"]);
  });

  test("finds a case by its number, together with cases that say it", async () => {
    for (const server of [null, ...SERVERS]) await open({ title: `first of ${server}`, server });
    await open({ title: "There are 2 of them" });
    await open({ title: "2nd one", server: SERVERS[0] as DiscordGuildId });
    expect(await titlesOf("2")).toEqual(["2nd one", "There are 2 of them"]);
    expect(await titles({ text: "#1", server: SERVERS[0] as DiscordGuildId })).toEqual([`first of ${SERVERS[0]}`]);
    expect(await titlesOf("#02 them")).toEqual(["There are 2 of them"]);
    expect(await titlesOf("#3")).toEqual([]);
  });

  test("finds nothing when there is no word in it, and everything when it is empty", async () => {
    await open();
    for (const text of ["-", "#", '"', "* ( ) : ^", "…", "\u0000", "\uE000"])
      expect(await titlesOf(text), text).toEqual([]);
    for (const text of ["", "  "]) expect(await titlesOf(text)).toEqual(["Title"]);
    expect(await countByStatus(env.DB, { text: "?!" })).toMatchObject({ open: 0, closed: 0 });
  });

  test("is never an operator, and cannot fail", async () => {
    await open({ title: "AND OR NOT NEAR" });
    for (const text of [
      "AND",
      "NOT near",
      "NEAR(and or)",
      "and*",
      '"and" "or',
      "words:and",
      "a AND",
      "{words}: and",
      "a\u19B0b",
      "a\u1CF2b",
    ]) {
      await find({ text });
    }
    expect(await titlesOf("NOT near")).toHaveLength(1);
    const anything = fc.oneof(fc.string({ unit: "binary", maxLength: 60 }), fc.string({ maxLength: 60 }));
    await fc.assert(fc.asyncProperty(anything, async (text) => void (await find({ text }))));
    await find({ text: "word ".repeat(5_000) });
  }, 60_000);

  test("cannot ask for, nor pretend to be, what only the index says", async () => {
    const mark = "\uE000s636C6F736564"; // status: closed
    await open({ title: `Mine ${mark}`, description: mark });
    expect(await titles({ statuses: ["closed"] })).toEqual([]);
    expect(await titlesOf("\uE000s6F70656E")).toEqual([]);
  });
});

/** Everything that a case is made of here, from few values, so that they meet. */
const ACase = fc.record({
  kind: fc.constantFrom(...CASE_KINDS),
  priority: fc.constantFrom(...PRIORITIES),
  status: fc.constantFrom(...CASE_STATUSES),
  assignee: fc.option(fc.constantFrom(...STAFF)),
  product: fc.option(fc.constantFrom("Go", "Home")),
  tags: fc.subarray(TAGS, { maxLength: 3 }),
  server: fc.option(fc.constantFrom(...SERVERS)),
  member: fc.constantFrom(...MEMBERS),
  title: fc.constantFrom(...WORDS),
  description: fc.subarray(WORDS).map((words) => words.join(" ")),
  note: fc.option(fc.constantFrom(...WORDS)),
  stars: fc.option(fc.constantFrom(1, 3, 5)),
  hoursLater: fc.constantFrom(0, 5, 30, 24 * 40, 24 * 400),
});
const time = fc.integer({ min: -3, max: 24 * 900 }).map((hours) => START + hours * HOUR);
const Everything: fc.Arbitrary<Required<CaseFilter>> = fc.record({
  text: fc.oneof(fc.constantFrom(...WORDS, "#1", "2", "ge", "ref gem"), fc.constant("")),
  server: fc.option(fc.constantFrom(...SERVERS)),
  kinds: fc.subarray([...CASE_KINDS]),
  statuses: fc.subarray([...CASE_STATUSES]),
  priorities: fc.subarray([...PRIORITIES]),
  tags: fc.subarray(TAGS, { maxLength: 2 }),
  assignee: fc.option(fc.constantFrom(...STAFF)),
  product: fc.constantFrom("Go", "Home"),
  stars: fc.subarray([1, 3, 5] as const),
  member: fc.constantFrom(...MEMBERS),
  createdFrom: time,
  createdTo: time,
});
/** Up to three of all conditions: more are hardly ever met. */
const Filter: fc.Arbitrary<CaseFilter> = Everything.chain((all) =>
  fc
    .subarray(Object.entries(all), { minLength: 1, maxLength: 3 })
    .map((conditions) => Object.fromEntries(conditions) as CaseFilter),
);

async function store(asked: typeof ACase extends fc.Arbitrary<infer Asked> ? Asked : never): Promise<CaseId> {
  now += asked.hoursLater * HOUR;
  const { status, stars, note, member, hoursLater: _, ...fields } = asked;
  const { id } = await open({ ...fields, member: { id: member, displayName: "m" } });
  if (note !== null) await change(id, { note });
  if (status !== "open") await change(id, { set: { status } });
  if (stars !== null && (status === "resolved" || status === "closed"))
    await change(id, { rating: stars as 1 | 3 | 5 });
  return id;
}

const plain = (text: string) => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
const among = <T>(list: readonly T[] | undefined, value: T) => !list?.length || list.includes(value);

/** The same, said simply. */
function meets(one: Case, filter: CaseFilter): boolean {
  const said = plain([one.title, one.description, ...(notes.get(one.id) ?? [])].join(" ")).split(/\s+/);
  const words = plain(filter.text ?? "")
    .split(/\s+/)
    .filter(Boolean);
  const saysAll = words.every((word, n) => {
    const isNumber = /^#?\d+$/.test(word) && Number(word.replace("#", "")) === one.number;
    const isBeginning = n === words.length - 1 && word.length > 1 && !word.startsWith("#");
    return isNumber || said.some((other) => (isBeginning ? other.startsWith(word) : other === word.replace("#", "")));
  });
  return (
    saysAll &&
    (filter.server === undefined || filter.server === one.server) &&
    among(filter.kinds, one.kind) &&
    among(filter.statuses, one.status) &&
    among(filter.priorities, one.priority) &&
    (filter.tags ?? []).every((tag) => one.tags.includes(tag)) &&
    (filter.assignee === undefined || filter.assignee === one.assignee) &&
    (filter.product === undefined || filter.product === one.product) &&
    (!filter.stars?.length || (one.satisfaction !== null && filter.stars.includes(one.satisfaction.stars))) &&
    (filter.member === undefined || filter.member === one.member) &&
    (filter.createdFrom === undefined || one.createdAt >= filter.createdFrom) &&
    (filter.createdTo === undefined || one.createdAt < filter.createdTo)
  );
}

describe("a filter", () => {
  test("finds and counts what a look at every case finds, whatever it combines, last changed first", async () => {
    const cases = fc.sample(ACase, { numRuns: 60, seed: 5 });
    const ids = [];
    for (const one of cases) ids.push(await store(one));
    for (const id of ids.filter((_, n) => n % 7 === 0)) await change(id, { note: "refund" });
    const all = (await find({})).map(({ memberName: _, ...one }) => one as Case);
    expect(all).toHaveLength(60);
    expect(all.map(({ updatedAt }) => updatedAt)).toEqual(all.map(({ updatedAt }) => updatedAt).sort((a, b) => b - a));
    let found = 0;
    await fc.assert(
      fc.asyncProperty(Filter, async (filter) => {
        const expected = all.filter((one) => meets(one, filter)).map(({ id }) => id);
        expect((await find(filter)).map(({ id }) => id)).toEqual(expected);
        const { statuses: _, ...rest } = filter;
        const counted = CASE_STATUSES.map((status) => [
          status,
          all.filter((one) => meets(one, { ...rest, statuses: [status] })).length,
        ]);
        expect(await countByStatus(env.DB, rest)).toEqual(Object.fromEntries(counted));
        found += expected.length;
      }),
      { numRuns: 150, seed: 7, examples: CASE_STATUSES.map((status) => [{ statuses: [status] }] as [CaseFilter]) },
    );
    expect(found).toBeGreaterThan(1_000);
  }, 60_000);

  test("takes each side of midnight, of a month and of a decade for what it is", async () => {
    const bounds = ["2025-12-31", "2026-01-01", "2029-12-31", "2030-01-01", "2030-02-28"].map((day) => Date.parse(day));
    const times = bounds.flatMap((at) => [at - 1, at, at + DAY - 1]).sort((a, b) => a - b);
    for (const at of times) {
      now = at - 1;
      await open({ title: String(at) });
    }
    for (const from of [undefined, ...times]) {
      for (const to of [undefined, ...times]) {
        const filter = { ...(from !== undefined && { createdFrom: from }), ...(to !== undefined && { createdTo: to }) };
        const expected = times.filter((at) => at >= (from ?? 0) && at < (to ?? Number.MAX_VALUE));
        expect((await titles(filter)).map(Number).reverse()).toEqual(expected);
      }
    }
  });

  test("tells the member's name", async () => {
    await open();
    expect(await find({})).toMatchObject([{ memberName: "Misty", title: "Title" }]);
  });
});

describe("pages", () => {
  test("leave nothing out and repeat nothing, whatever is changed between them", async () => {
    const action = fc.oneof(fc.record({ change: fc.nat(14) }), fc.constant("open" as const));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(action, { maxLength: 3 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom<CaseFilter>({}, { text: "ti" }, { statuses: ["open"] }),
        async (between, size, filter) => {
          await env.DB.exec("DELETE FROM case_outbox; DELETE FROM case_history; DELETE FROM cases");
          const ids: CaseId[] = [];
          for (let n = 0; n < 15; n++) ids.push((await open()).id);
          const touched = new Set<CaseId>();
          const seen: CaseId[] = [];
          let cursor: string | null = null;
          for (let page = 0; page === 0 || (cursor !== null && page < 100); page++) {
            const { cases, next }: Awaited<ReturnType<typeof searchCases>> = await searchCases(
              env.DB,
              filter,
              cursor,
              size,
            );
            expect(cases.length).toBeLessThanOrEqual(size);
            seen.push(...cases.map(({ id }) => id));
            cursor = next;
            for (const one of between[page] ?? []) {
              if (one === "open") await open();
              else touched.add((await change(ids[one.change] as CaseId, { note: "again" })).id);
            }
          }
          expect(new Set(seen).size).toBe(seen.length);
          // Only what was changed before its turn is missing: it has moved to the beginning, in front of all pages.
          expect(ids.filter((id) => !seen.includes(id) && !touched.has(id))).toEqual([]);
          expect(seen.filter((id) => !touched.has(id))).toEqual(
            ids.filter((id) => seen.includes(id) && !touched.has(id)).reverse(),
          );
        },
      ),
      { numRuns: 12 },
    );
  }, 60_000);

  test("end with the last case, also when it fills its page", async () => {
    for (let n = 0; n < 4; n++) await open();
    const first = await searchCases(env.DB, {}, null, 2);
    expect(first.next).not.toBeNull();
    expect(await searchCases(env.DB, {}, first.next, 2)).toMatchObject({ cases: [{}, {}], next: null });
    expect(await searchCases(env.DB, { text: "nowhere" }, first.next, 2)).toEqual({ cases: [], next: null });
  });

  test("refuse a cursor that is none", async () => {
    for (const cursor of ["", "0", "-1", "1.5", "1e3", "x", " 1", "1;", "1".repeat(16)]) {
      await expect(searchCases(env.DB, {}, cursor, 2), cursor).rejects.toThrow(InvalidCursor);
    }
  });
});

describe("the database", () => {
  const FILTERS: Record<string, CaseFilter> = {
    everything: {},
    "a status": { statuses: ["open", "pending"] },
    "an agent": { assignee: STAFF[0] as StaffIdentity },
    "a word and more": { text: "refund", tags: ["gems"], kinds: ["bug"], stars: [1] },
    "a time": { createdFrom: START, createdTo: START + DAY },
  };
  for (const [name, filter] of Object.entries(FILTERS)) {
    test(`answers ${name} from an index, without sorting`, async () => {
      for (const cursor of [null, "1000"]) {
        const plans: string[] = [];
        await searchCases(explaining(plans), filter, cursor, 10);
        expect(plans.join("\n")).not.toMatch(/SCAN (?!case_texts|cases USING INDEX)|TEMP B-TREE/);
        // Order (64, descending 128) and bound (`<`) are the full text's own: see fts5BestIndexMethod in SQLite.
        const plan = `SCAN case_texts VIRTUAL TABLE INDEX 192:M1${cursor === null ? "" : "<"}`;
        expect(plans[0]).toEqual(name === "everything" ? expect.stringContaining("cases USING INDEX") : plan);
      }
    });
  }

  test("writes few rows for a change", async () => {
    const { id } = await open({ title: "Missing gems", tags: ["gems"] });
    const { meta } = await env.DB.prepare("UPDATE cases SET version = version + 1, status = 'pending' WHERE id = ?")
      .bind(id)
      .run();
    expect(meta.rows_written).toBeLessThanOrEqual(6);
  });
});

/** The same database, noting the plans of its queries. */
function explaining(plans: string[]): typeof env.DB {
  return new Proxy(env.DB, {
    get: (db, name) =>
      name !== "prepare"
        ? Reflect.get(db, name)
        : (sql: string) => ({
            bind: (...values: unknown[]) => ({
              all: async () => {
                const plan = await db
                  .prepare(`EXPLAIN QUERY PLAN ${sql}`)
                  .bind(...values)
                  .all<{ detail: string }>();
                plans.push(...plan.results.map(({ detail }) => detail));
                return db
                  .prepare(sql)
                  .bind(...values)
                  .all();
              },
            }),
          }),
  });
}
