import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, expect, test } from "vitest";
import type { CaseId } from "../../src/conversation/ids.ts";
import { dueCases } from "../../src/desk/due-cases.ts";
import { DEFAULT_SETTINGS } from "../../src/settings/settings.ts";
import { storeSettings } from "../../src/settings/store.ts";
import { emptyTables } from "./api-support.ts";
import { book, COLLEAGUE, NOW, open, SERVER } from "./desk-support.ts";

const HOUR = 3_600_000;
const UNTIL = NOW + 4 * HOUR;

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
afterEach(emptyTables);

async function withDue(id: CaseId, firstResponse: number | null, resolution: number | null): Promise<void> {
  await env.DB.prepare("UPDATE cases SET first_response_due = ?, resolution_due = ? WHERE id = ?")
    .bind(firstResponse, resolution, id)
    .run();
}

test("what is due comes first that is the most pressing, missed or not, and none that is over", async () => {
  const targets = { ...DEFAULT_SETTINGS.targets, normal: { firstResponse: 30, resolution: 600 } };
  await storeSettings(
    env.DB,
    { server: SERVER, settings: { ...DEFAULT_SETTINGS, targets }, version: 0 },
    COLLEAGUE,
    NOW,
  );
  const soon = await open({ title: "soon" });
  const missed = await open({ title: "missed and noticed" });
  await withDue(missed.id, NOW - HOUR, null);
  await book.change(missed.id, { breach: "first-response" }, COLLEAGUE);
  const unsolved = await open({ title: "not solved in time" });
  await withDue(unsolved.id, null, NOW - 2 * HOUR);
  const later = await open({ title: "later" });
  await withDue(later.id, UNTIL, null);
  const over = await open({ title: "over" });
  await book.change(over.id, { set: { status: "closed" } }, COLLEAGUE);
  const titles = async (size: number) => (await dueCases(env.DB, NOW, UNTIL, size)).map(({ title }) => title);
  expect(await titles(9)).toEqual([unsolved.title, missed.title, soon.title]);
  expect(await titles(2)).toEqual([unsolved.title, missed.title]);
});
