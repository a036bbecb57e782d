import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { searchArticles } from "../../src/knowledge/search.ts";
import { listArticles, putArticle, runStatements } from "../../src/knowledge/store.ts";

test("articles of an older release are kept, and are found once they are stored anew", async () => {
  const before = env.TEST_MIGRATIONS.filter(({ name }) => name < "0006");
  await applyD1Migrations(env.DB, before);
  await env.DB.exec(
    "INSERT INTO articles (slug, locale, audience, title, summary, questions, labels, link, body) VALUES ('refund', 'en', 'members', 'Get a refund', 'S.', 'a\nb', 'x', NULL, 'Text.')".replace(
      "\n",
      "' || char(10) || '",
    ),
  );
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);

  const [article, ...others] = await listArticles(env.DB);
  expect(others).toEqual([]);
  expect(article).toEqual({
    ...{ slug: "refund", locale: "en", audience: "members", title: "Get a refund", summary: "S." },
    ...{ questions: ["a", "b"], labels: ["x"], link: null, body: "Text.", updatedAt: 0 },
  });
  expect(await searchArticles(env.DB, "refund", ["en"])).toEqual([]);
  if (article !== undefined) await runStatements(env.DB, putArticle(article));
  expect((await searchArticles(env.DB, "refund", ["en"])).map(({ slug }) => slug)).toEqual(["refund"]);
});
