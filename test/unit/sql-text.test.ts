import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sqlFile, sqlText } from "../../scripts/lib/sql-text.ts";

const value = fc.oneof(
  fc.constant(null),
  fc.integer(),
  fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0")),
  fc.constantFrom("it's", "?", "';--", "a?1b", "''"),
);

test("a statement with its values written out does what it does with parameters", () => {
  const db = new DatabaseSync(":memory:");
  fc.assert(
    fc.property(value, value, (one, two) => {
      const sql = "SELECT ?1 AS one, '?' AS mark, ?2 AS two, ?1 AS again, '$[0]''?' AS quoted";
      const row = db.prepare(sqlText({ sql, params: [one, two] })).get();
      expect({ ...row }).toEqual({ one, mark: "?", two, again: one, quoted: "$[0]'?" });
      expect({ ...db.prepare(sqlText({ sql: "SELECT ? AS one, ? AS two", params: [one, two] })).get() }).toEqual({
        one,
        two,
      });
    }),
  );
});

test("a place without a value is refused", () => {
  expect(() => sqlText({ sql: "SELECT ?, ?", params: [1] })).toThrow("a value is missing");
});

test("a value with NUL is refused, at which SQLite would stop reading", () => {
  expect(() => sqlText({ sql: "SELECT ?", params: ["a\0b"] })).toThrow("NUL");
});

test("values of any size are stored as they are, by statements that D1 takes, and nothing else is left behind", () => {
  const long = ["🙂'".repeat(60_000), "中".repeat(40_000), "short"];
  const put = "INSERT INTO stored (a, b, n) VALUES (?, ?, ?)";
  const file = sqlFile([
    { sql: put, params: [long[0] ?? "", long[1] ?? "", 1] },
    { sql: put, params: [long[2] ?? "", null, 2] },
  ]);
  for (const statement of file.split(";\n")) expect(Buffer.byteLength(statement)).toBeLessThanOrEqual(100_000);

  const db = new DatabaseSync(":memory:");
  db.exec("CREATE TABLE stored (a, b, n)");
  db.exec(file);
  expect(
    db
      .prepare("SELECT * FROM stored ORDER BY n")
      .all()
      .map((row) => ({ ...row })),
  ).toEqual([
    { a: long[0], b: long[1], n: 1 },
    { a: long[2], b: null, n: 2 },
  ]);
  expect(db.prepare("SELECT name FROM sqlite_schema").all()).toHaveLength(1);
});

test("short statements need nothing else", () => {
  expect(sqlFile([{ sql: "DELETE FROM a WHERE b = ?", params: ["it's"] }])).toBe("DELETE FROM a WHERE b = 'it''s';\n");
});
