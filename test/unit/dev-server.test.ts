import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatEnvFile, prepareLocalDatabase } from "../../scripts/lib/dev-server.ts";
import { openLocalDatabase } from "../../scripts/lib/local-database.ts";
import { variablesForDev } from "../../scripts/lib/wrangler-config.ts";

test("the Worker gets each variable exactly as it was given", async () => {
  const folder = await mkdtemp(join(tmpdir(), "flexcord-test-"));
  const file = join(folder, "vars.env");
  const value = fc
    .array(fc.constantFrom("a", "$", "$HOME", "{X}", "\\", "\\n", "\n", '"', "'", "#", " ", "=", "é"), {
      maxLength: 12,
    })
    .map((parts) => parts.join(""));
  try {
    await fc.assert(
      fc.asyncProperty(value, async (given) => {
        await writeFile(file, formatEnvFile({ BEFORE: "1", GIVEN: given, AFTER: "2" }));
        expect(variablesForDev([file])).toMatchObject({ BEFORE: "1", GIVEN: given, AFTER: "2" });
      }),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a value that no quote can hold is refused by name", () => {
  expect(() => formatEnvFile({ ODD: "'`" })).toThrow("ODD");
});

test("the samples are imported once, and what an older version stored is found again", {
  timeout: 60_000,
}, async () => {
  const persistTo = await mkdtemp(join(tmpdir(), "flexcord-test-"));
  const inDatabase = async (sql: string) => {
    const { db, close } = await openLocalDatabase(persistTo);
    try {
      return (await db.prepare(sql).all<{ n: number }>()).results[0]?.n;
    } finally {
      await close();
    }
  };
  try {
    await prepareLocalDatabase({ persistTo });
    expect(await inDatabase("SELECT count(*) AS n FROM articles WHERE slug = 'refund' AND locale = 'en'")).toBe(1);
    await inDatabase("DELETE FROM articles WHERE slug <> 'refund' OR locale <> 'en'");
    await inDatabase("UPDATE articles SET updated_at = 0");
    await inDatabase("DELETE FROM article_index");
    await prepareLocalDatabase({ persistTo });
    expect(await inDatabase("SELECT count(*) AS n FROM articles")).toBe(1);
    expect(await inDatabase("SELECT count(*) AS n FROM article_index")).toBe(1);
  } finally {
    await rm(persistTo, { recursive: true });
  }
});
