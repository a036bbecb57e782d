import { applyD1Migrations } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { settleQuestion } from "../../src/knowledge/question-outcomes.ts";
import { searchArticles } from "../../src/knowledge/search.ts";
import { getArticle, putArticle, runStatements } from "../../src/knowledge/store.ts";
import {
  asked,
  cleanUp,
  gems,
  judged,
  listed,
  NOW,
  note,
  personAsked,
  post,
  prepare,
  question,
  questionsOf,
  slug,
} from "./questions-support.ts";

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(prepare);
afterEach(cleanUp);

describe("a question that becomes an example", () => {
  const wish = { slug: "gems", locale: "en" };

  test("is found by the search from then on, and is off the list", async () => {
    await note(asked(1, { text: "  Why is my\nsparkly wallet empty?\u0000 " }));
    expect(await searchArticles(env.DB, "sparkly wallet", ["en"])).toEqual([]);
    expect(await post(1, "example", wish)).toEqual([200, { outcome: { kind: "example", ...wish } }]);
    expect(await questionsOf("gems")).toEqual(["What are gems for?", "Why is my sparkly wallet empty?"]);
    expect(await searchArticles(env.DB, "sparkly wallet", ["en"])).toMatchObject([{ slug: "gems" }]);
    expect(await listed("unanswered")).toEqual([]);
  });

  test("leaves the rest of the article as it was, also the date that its readers see", async () => {
    await note(asked(1));
    await post(1, "example", wish);
    expect(await getArticle(env.DB, slug("gems"), ["en"])).toEqual({
      ...gems,
      questions: ["What are gems for?", "Where are my gems (1)?"],
    });
  });

  test("stays off the list, whatever the member says later", async () => {
    await note(asked(1));
    await post(1, "example", wish);
    await note(judged(1, "helped", "gems"), personAsked(1), asked(1));
    expect([await listed("unanswered"), await listed("helped")]).toEqual([[], []]);
  });

  test("does so once, however often it is asked for", async () => {
    await note(asked(1));
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(1, "example", wish)));
    expect(answers).toEqual(Array.from({ length: 5 }, () => [200, { outcome: { kind: "example", ...wish } }]));
    expect(await questionsOf("gems")).toEqual(["What are gems for?", "Where are my gems (1)?"]);
  });

  test("adds nothing to an article that has it, whatever the case", async () => {
    await note(asked(1, { text: "WHAT are gems for?" }));
    expect(await post(1, "example", wish)).toMatchObject([200, {}]);
    expect(await questionsOf("gems")).toEqual(["What are gems for?"]);
  });

  test("may be put in other words", async () => {
    await note(asked(1, { text: "my mail is member@example.com, where are the gems" }));
    await post(1, "example", { ...wish, example: " Where are the gems? " });
    expect(await questionsOf("gems")).toEqual(["What are gems for?", "Where are the gems?"]);
  });

  test("is cut between words where it is long", async () => {
    await note(asked(1, { text: "gems ".repeat(100) }), asked(2, { text: "x".repeat(500) }));
    await post(1, "example", wish);
    await post(2, "example", wish);
    expect((await questionsOf("gems"))?.slice(1)).toEqual([`${"gems ".repeat(39)}gems`, "x".repeat(200)]);
  });

  test("loses nothing where many become examples of one article at the same moment", async () => {
    const all = [1, 2, 3, 4];
    await note(...all.map((n) => asked(n)));
    const answers = await Promise.all(all.map((n) => post(n, "example", wish)));
    expect(answers.map(([status]) => status)).toEqual([200, 200, 200, 200]);
    expect((await questionsOf("gems"))?.toSorted()).toEqual([
      "What are gems for?",
      ...all.map((n) => `Where are my gems (${n})?`),
    ]);
  });

  test.for([
    ["an article that is not there", { slug: "no-such", locale: "en" }],
    ["a language that the article is not there in", { slug: "gems", locale: "de" }],
    ["an agents' article", { slug: "runbook", locale: "en" }],
  ])("cannot be one of %s", async ([, body]) => {
    await runStatements(env.DB, putArticle({ ...gems, slug: slug("runbook"), audience: "agents" }));
    await note(asked(1));
    expect(await post(1, "example", body)).toEqual([404, { error: "slug names no members' article in this locale" }]);
    expect(await listed("unanswered")).toEqual([question(1)]);
  });
});

describe("a question that becomes an article", () => {
  const wish = { slug: "late-gems", locale: "en", title: "Late gems", summary: "Gems can be late.", body: "Wait." };
  const done = { kind: "article", slug: "late-gems", locale: "en" };

  test("is its example, and the article is there for members at once", async () => {
    await note(asked(1));
    expect(await post(1, "article", wish)).toEqual([200, { outcome: done }]);
    expect(await getArticle(env.DB, slug("late-gems"), ["en"])).toEqual({
      ...wish,
      audience: "members",
      questions: ["Where are my gems (1)?"],
      labels: [],
      link: null,
      updatedAt: expect.any(Number),
    });
    expect((await searchArticles(env.DB, "late gems", ["en"]))[0]).toMatchObject({ slug: "late-gems" });
    expect((await exports.default.fetch(`${env.PUBLIC_URL}/help/late-gems`)).status).toBe(200);
    expect(await listed("unanswered")).toEqual([]);
  });

  test("makes it once, also when it is asked for again later", async () => {
    await note(asked(1));
    for (let n = 0; n < 3; n++) expect(await post(1, "article", wish)).toEqual([200, { outcome: done }]);
    await runStatements(env.DB, putArticle({ ...gems, slug: slug("late-gems"), title: "Edited meanwhile" }));
    expect(await post(1, "article", wish)).toEqual([200, { outcome: done }]);
    expect((await getArticle(env.DB, slug("late-gems"), ["en"]))?.title).toBe("Edited meanwhile");
  });

  test("never overwrites an article, not even one that is made at the same moment", async () => {
    await note(asked(1), asked(2), asked(3));
    expect(await post(3, "article", { ...wish, slug: "gems" })).toEqual([
      409,
      { error: "slug is taken: there is such an article in this locale" },
    ]);
    const answers = await Promise.all([1, 2].map((n) => post(n, "article", { ...wish, title: `Title ${n}` })));
    expect(answers.map(([status]) => status).toSorted()).toEqual([200, 409]);
    const winner = answers.findIndex(([status]) => status === 200) + 1;
    expect((await getArticle(env.DB, slug("late-gems"), ["en"]))?.title).toBe(`Title ${winner}`);
    expect(await listed("unanswered")).toEqual([question(3), question(winner === 1 ? 2 : 1)]);
  });

  test("may be the translation of one that is there", async () => {
    await note(asked(1, { locale: "de", text: "Wo sind meine Edelsteine?" }));
    expect(await post(1, "article", { ...wish, slug: "gems", locale: "DE" })).toMatchObject([
      200,
      { outcome: { locale: "de" } },
    ]);
    expect(await questionsOf("gems", "de")).toEqual(["Wo sind meine Edelsteine?"]);
    expect(await questionsOf("gems", "en")).toEqual(["What are gems for?"]);
  });
});

describe("two operators", () => {
  test("who want different things of a question: the second is told what the first did", async () => {
    await note(asked(1), asked(2), asked(3));
    const example = { slug: "gems", locale: "en" };
    await post(1, "example", example);
    const taken = { kind: "example", ...example };
    expect(await post(1, "dismiss")).toEqual([
      409,
      { error: "Somebody has made this question an example of gems (en)", outcome: taken },
    ]);
    expect(await post(1, "example", { ...example, example: "Other words" })).toMatchObject([409, { outcome: taken }]);
    expect(await questionsOf("gems")).not.toContain("Other words");

    const article = { slug: "new", locale: "en", title: "New", summary: "New.", body: "New." };
    await post(2, "article", article);
    expect(await post(2, "article", { ...article, body: "Mine is better." })).toMatchObject([
      409,
      { error: "Somebody has made the article new (en) of this question" },
    ]);

    expect(await post(3, "dismiss")).toEqual([200, { outcome: { kind: "dismissed" } }]);
    expect(await post(3, "dismiss")).toEqual([200, { outcome: { kind: "dismissed" } }]);
    expect(await post(3, "example", example)).toMatchObject([409, { error: "Somebody has dismissed this question" }]);
    expect(await listed("unanswered")).toEqual([]);
  });

  test("at the same moment: one of them gets what was asked for, all of it", async () => {
    await note(asked(1));
    const wishes = [
      ["dismiss", undefined],
      ["example", { slug: "gems", locale: "en" }],
      ["article", { slug: "new", locale: "en", title: "New", summary: "New.", body: "New." }],
    ] as const;
    const answers = await Promise.all(wishes.map(([what, body]) => post(1, what, body)));
    expect(answers.map(([status]) => status).toSorted()).toEqual([200, 409, 409]);
    const winner = wishes[answers.findIndex(([status]) => status === 200)]?.[0];
    expect((await questionsOf("gems"))?.length).toBe(winner === "example" ? 2 : 1);
    expect((await getArticle(env.DB, slug("new"), ["en"])) !== null).toBe(winner === "article");
  });
});

describe("what comes between an operator's look and the change", () => {
  /** The database, where `meanwhile` happens right before the first change. */
  function interrupted(meanwhile: () => Promise<unknown>): D1Database {
    let isFirst = true;
    return new Proxy(env.DB, {
      get(db, name) {
        if (name === "prepare") return db.prepare.bind(db);
        return async (statements: D1PreparedStatement[]) => {
          if (isFirst) {
            isFirst = false;
            await meanwhile();
          }
          return db.batch(statements);
        };
      },
    });
  }
  const title = async (name: string) => (await getArticle(env.DB, slug(name), ["en"]))?.title;
  const newArticle = { slug: slug("new"), locale: "en", title: "Mine", summary: "S", body: "B" };

  test("an article of the same name: it stays", async () => {
    await note(asked(1));
    const db = interrupted(() => runStatements(env.DB, putArticle({ ...gems, slug: slug("new"), title: "Theirs" })));
    const settled = await settleQuestion(db, question(1), { kind: "article", article: newArticle }, NOW);
    expect(settled).toEqual({ kind: "article-exists" });
    expect(await title("new")).toBe("Theirs");
    expect(await listed("unanswered")).toEqual([question(1)]);
  });

  test("another text of the article: it stays, and gets the example", async () => {
    await note(asked(1));
    const db = interrupted(() => runStatements(env.DB, putArticle({ ...gems, title: "Theirs", questions: ["Why?"] })));
    const settled = await settleQuestion(db, question(1), { kind: "example", slug: slug("gems"), locale: "en" }, NOW);
    expect(settled.kind).toBe("done");
    expect([await title("gems"), await questionsOf("gems")]).toEqual(["Theirs", ["Why?", "Where are my gems (1)?"]]);
  });

  test("the end of the article: nothing is made of it", async () => {
    await note(asked(1));
    const db = interrupted(() => env.DB.exec("DELETE FROM articles"));
    const settled = await settleQuestion(db, question(1), { kind: "example", slug: slug("gems"), locale: "en" }, NOW);
    expect(settled).toEqual({ kind: "no-article" });
    expect(await title("gems")).toBeUndefined();
  });

  test("another operator: who was first is told, and nothing else is stored", async () => {
    await note(asked(1));
    const db = interrupted(() => settleQuestion(env.DB, question(1), { kind: "dismissed" }, NOW));
    const settled = await settleQuestion(db, question(1), { kind: "article", article: newArticle }, NOW);
    expect(settled).toEqual({ kind: "taken", outcome: { kind: "dismissed" } });
    expect(await title("new")).toBeUndefined();
  });

  test("a failure of the database: it is passed on", async () => {
    await note(asked(1));
    const db = interrupted(() => Promise.reject(new Error("D1 is down")));
    await expect(settleQuestion(db, question(1), { kind: "dismissed" }, NOW)).rejects.toThrow("D1 is down");
  });
});
