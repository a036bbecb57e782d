import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";

test("the D1 migrations apply", async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  const row = await env.DB.prepare("SELECT count(*) AS n FROM conversations").first<{ n: number }>();
  expect(row?.n).toBe(0);
});
