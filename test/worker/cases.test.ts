import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, expect, test } from "vitest";
import { openCase } from "../../src/cases/cases.ts";
import { type DiscordGuildId, type DiscordUserId, sessionIdOf } from "../../src/conversation/ids.ts";

const SERVER = "300000000000000001" as DiscordGuildId;
const MEMBER = "100000000000000001" as DiscordUserId;
const newCase = (n: number, server: DiscordGuildId | null = SERVER) => ({
  session: sessionIdOf(MEMBER, n),
  server,
  member: MEMBER,
  title: "My gems have not arrived",
  at: 1_000 + n,
});

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
afterEach(async () => void (await env.DB.exec("DELETE FROM cases")));

test("cases are numbered from 1", async () => {
  expect(await openCase(env.DB, newCase(1))).toBe(1);
  expect(await openCase(env.DB, newCase(2))).toBe(2);
});

test("each server has numbers of its own, and so have cases without a server", async () => {
  expect(await openCase(env.DB, newCase(1))).toBe(1);
  expect(await openCase(env.DB, newCase(2, "300000000000000002" as DiscordGuildId))).toBe(1);
  expect(await openCase(env.DB, newCase(3, null))).toBe(1);
  expect(await openCase(env.DB, newCase(4, null))).toBe(2);
});

test("the case of a session is opened once, also when that is repeated later", async () => {
  await openCase(env.DB, newCase(1));
  await openCase(env.DB, newCase(2));
  expect(await openCase(env.DB, { ...newCase(1), title: "Something else", at: 9_999 })).toBe(1);
  const { results } = await env.DB.prepare("SELECT title, status, created_at FROM cases WHERE number = 1").all();
  expect(results).toEqual([{ title: "My gems have not arrived", status: "open", created_at: 1_001 }]);
});

test("cases that are opened at the same moment get different numbers without a gap", async () => {
  const numbers = await Promise.all(Array.from({ length: 40 }, (_, n) => openCase(env.DB, newCase(n + 1))));
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
});

test("one session that is opened many times at the same moment gets one case", async () => {
  const numbers = await Promise.all(Array.from({ length: 20 }, () => openCase(env.DB, newCase(7))));
  expect(new Set(numbers)).toEqual(new Set([1]));
  expect(await env.DB.prepare("SELECT count(*) AS n FROM cases").first("n")).toBe(1);
});
