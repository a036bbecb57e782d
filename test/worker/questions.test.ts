import { applyD1Migrations, createScheduledController } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type ArticleSlug,
  type DiscordMessageId,
  type DiscordUserId,
  sessionIdOf,
} from "../../src/conversation/ids.ts";
import type { Article } from "../../src/knowledge/article.ts";
import { type Feedback, noteFeedback, QUESTION_RETENTION_MS } from "../../src/knowledge/feedback.ts";
import { settleQuestion } from "../../src/knowledge/question-outcomes.ts";
import type { QuestionPage } from "../../src/knowledge/questions.ts";
import { searchArticles } from "../../src/knowledge/search.ts";
import { getArticle, putArticle, runStatements } from "../../src/knowledge/store.ts";
import { operatorToken } from "../../src/operator/token.ts";
import worker from "../../src/worker.ts";
import { FakeGateway } from "./gateway-fake.ts";
import { OutsideCalls } from "./outside.ts";

const SESSION = sessionIdOf("100000000000000001" as DiscordUserId, 1);
const NOW = Date.now();
const slug = (name: string) => name as ArticleSlug;
const question = (n: number) => String(500_000_000_000_000_000n + BigInt(n)) as DiscordMessageId;

type Asked = Extract<Feedback, { kind: "asked" }>;
const asked = (n: number, rest: Partial<Asked> = {}): Asked => ({
  kind: "asked",
  question: question(n),
  session: SESSION,
  locale: "en",
  text: `Where are my gems (${n})?`,
  shown: [],
  answer: "nothing",
  at: NOW + n,
  ...rest,
});
const judged = (n: number, kind: "opened" | "helped" | "not-helped", name: string, at = NOW): Feedback => ({
  kind,
  question: question(n),
  slug: slug(name),
  at,
});
const personAsked = (n: number): Feedback => ({ kind: "person-asked", question: question(n), at: NOW });

async function note(...feedback: Feedback[]): Promise<void> {
  for (const one of feedback) await noteFeedback(env.DB, one);
}

async function ask(path: string, method = "GET", body?: unknown, credentials?: string | null): Promise<Response> {
  const bearer = credentials === undefined ? await operatorToken(env.SIGNING_SECRET, Date.now()) : credentials;
  return exports.default.fetch(
    new Request(`${env.PUBLIC_URL}/api/knowledge/${path}`, {
      method,
      headers: bearer === null ? {} : { Authorization: `Bearer ${bearer}` },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    }),
  );
}
const answerOf = async (response: Response) => [response.status, await response.json()];
const post = async (n: number, what: string, body?: unknown) =>
  answerOf(await ask(`questions/${question(n)}/${what}`, "POST", body));
const page = async (query = ""): Promise<QuestionPage> => (await ask(`questions${query}`)).json();
const listed = async (state: string) => (await page(`?state=${state}`)).questions.map(({ id }) => id);

const gems: Article = {
  slug: slug("gems"),
  locale: "en",
  audience: "members",
  title: "Gems",
  summary: "About gems.",
  questions: ["What are gems for?"],
  labels: ["purchases"],
  link: null,
  body: "Text.",
  updatedAt: 1_000,
};
const questionsOf = async (name: string, locale = "en") => (await getArticle(env.DB, slug(name), [locale]))?.questions;

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(async () => {
  // The first request has the Gateway connect.
  new FakeGateway().install();
  await runStatements(env.DB, putArticle(gems));
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const table of ["questions", "question_feedback", "articles"]) await env.DB.exec(`DELETE FROM ${table}`);
});

describe("a question", () => {
  test.for<[string, Feedback[], string | null]>([
    ["that found nothing", [asked(1)], "unanswered"],
    ["with suggestions that nobody opened", [asked(1, { answer: "suggestions", shown: [slug("gems")] })], null],
    ["after which a person was asked for", [asked(1, { answer: "suggestions" }), personAsked(1)], "unanswered"],
    ["with a reply, after which a person was asked for", [asked(1, { answer: "reply" }), personAsked(1)], "unanswered"],
    ["whose article was read", [asked(1, { answer: "suggestions" }), judged(1, "opened", "gems")], null],
    ["whose article helped", [asked(1, { answer: "suggestions" }), judged(1, "helped", "gems")], "helped"],
    [
      "whose article helped, and a person was asked for",
      [asked(1), judged(1, "helped", "gems"), personAsked(1)],
      "helped",
    ],
    [
      "whose article did not help",
      [asked(1, { answer: "suggestions" }), judged(1, "not-helped", "gems")],
      "unanswered",
    ],
    [
      "of whose articles the second one helped",
      [asked(1, { answer: "suggestions" }), judged(1, "not-helped", "gems"), judged(1, "helped", "codes")],
      "helped",
    ],
    [
      "whose article did not help after all",
      [asked(1, { answer: "reply" }), judged(1, "helped", "gems", NOW), judged(1, "not-helped", "gems", NOW + 1)],
      "unanswered",
    ],
    [
      "whose article helped after all",
      [asked(1, { answer: "reply" }), judged(1, "helped", "gems", NOW + 1), judged(1, "not-helped", "gems", NOW)],
      "helped",
    ],
    [
      "whose article helped in the end, of which an older word comes late",
      [
        asked(1, { answer: "reply" }),
        judged(1, "helped", "gems", NOW + 2),
        judged(1, "not-helped", "gems", NOW + 1),
        judged(1, "helped", "gems", NOW),
      ],
      "helped",
    ],
    ["that nobody asked", [judged(1, "helped", "gems"), personAsked(1)], null],
  ])("%s stands on the right list", async ([, feedback, list]) => {
    await note(...feedback);
    for (const state of ["unanswered", "helped"])
      expect(await listed(state)).toEqual(state === list ? [question(1)] : []);
  });

  test("is the same, in whatever order and however often it is told of", async () => {
    const happened = [
      asked(1, { answer: "suggestions", shown: [slug("gems"), slug("codes")] }),
      judged(1, "opened", "gems"),
      judged(1, "not-helped", "gems", NOW + 1),
      judged(1, "helped", "codes", NOW + 2),
      personAsked(1),
      asked(2),
      personAsked(2),
    ];
    await note(...happened);
    const expected = [await page("?state=unanswered"), await page("?state=helped")];
    const order = fc.shuffledSubarray([...happened, ...happened], { minLength: 2 * happened.length });
    await fc.assert(
      fc.asyncProperty(order, async (feedback) => {
        await env.DB.exec("DELETE FROM questions");
        await env.DB.exec("DELETE FROM question_feedback");
        await note(...feedback);
        expect([await page("?state=unanswered"), await page("?state=helped")]).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });

  test("is listed with all that is known of it, but not with who asked", async () => {
    await note(
      asked(1, { answer: "suggestions", shown: [slug("gems"), slug("codes")], locale: "pt-BR", text: "Cadê?" }),
      judged(1, "opened", "gems", NOW + 2),
      judged(1, "opened", "codes", NOW + 1),
      judged(1, "not-helped", "gems", NOW + 3),
      personAsked(1),
    );
    expect((await page()).questions).toEqual([
      {
        id: question(1),
        locale: "pt-BR",
        text: "Cadê?",
        answer: "suggestions",
        shown: ["gems", "codes"],
        opened: ["codes", "gems"],
        helped: [],
        notHelped: ["gems"],
        personAsked: true,
        at: NOW + 1,
      },
    ]);
  });

  test("is kept to its five hundredth character, none of them halved", async () => {
    await note(asked(1, { text: "🙂".repeat(501) }), asked(2, { text: `a${"🙂".repeat(600)}` }));
    const texts = (await page()).questions.map(({ text }) => text);
    expect(texts).toEqual([`a${"🙂".repeat(499)}`, "🙂".repeat(500)]);
  });

  test("is forgotten after 180 days, at the full hour, with all that belongs to it", async () => {
    new OutsideCalls().install();
    const limit = Date.now() - QUESTION_RETENTION_MS;
    for (const [n, at] of [
      [1, limit - 60_000],
      [2, limit + 60_000],
    ] as const) {
      await note(asked(n, { at }), judged(n, "not-helped", "gems", at));
    }
    await post(1, "dismiss");
    const left = async () => {
      const tables = ["questions", "question_feedback", "question_outcomes"];
      return Promise.all(tables.map((table) => env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first("n")));
    };
    const sweepAt = (time: string) =>
      worker.scheduled(createScheduledController({ cron: "* * * * *", scheduledTime: new Date(time) }), env);
    await sweepAt("2026-11-21T08:59:00Z");
    expect(await left()).toEqual([2, 2, 1]);
    await sweepAt("2026-11-21T09:00:00Z");
    expect(await left()).toEqual([1, 1, 0]);
    expect(await listed("unanswered")).toEqual([question(2)]);
  });
});

describe("the list", () => {
  test("goes on behind the fiftieth, newest first, whether or not what was shown is still there", async () => {
    // Three share each moment, so that a page can end between those of one moment.
    await note(...Array.from({ length: 101 }, (_, n) => asked(n, { at: NOW + Math.floor(n / 3) })));
    const found: DiscordMessageId[] = [];
    const sizes: number[] = [];
    for (let next: string | null = ""; next !== null; ) {
      const { questions, next: following }: QuestionPage = await page(
        next && `?${new URLSearchParams({ cursor: next })}`,
      );
      found.push(...questions.map(({ id }) => id));
      sizes.push(questions.length);
      next = following;
      // The page after this one begins where something was, the next one where something still is.
      if (sizes.length === 1) {
        await env.DB.prepare("DELETE FROM questions WHERE id = ?").bind(questions.at(-1)?.id).run();
      }
    }
    expect(sizes).toEqual([50, 50, 1]);
    expect(found).toEqual(Array.from({ length: 101 }, (_, n) => question(100 - n)));
  });

  test("reads no more rows for all that is on no list", async () => {
    await note(...[1, 2, 3].map((n) => asked(n)));
    const plan = await env.DB.prepare(
      "EXPLAIN QUERY PLAN SELECT id FROM questions WHERE state = ? AND (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?",
    )
      .bind("unanswered", NOW, "", 51)
      .all<{ detail: string }>();
    expect(plan.results.map(({ detail }) => detail)).toEqual([expect.stringContaining("questions_to_do (state=?")]);
  });

  test.for([
    ["?state=all", "state must be unanswered or helped"],
    ["?cursor=yesterday", "cursor must be the `next` of an earlier answer"],
    ["?cursor=", "cursor must be the `next` of an earlier answer"],
  ])("is not given for %s", async ([query, error]) => {
    expect(await answerOf(await ask(`questions${query}`))).toEqual([400, { error }]);
  });
});

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

describe("the routes", () => {
  const calls = [
    ["questions", "GET"],
    [`questions/${question(1)}/example`, "POST"],
    [`questions/${question(1)}/article`, "POST"],
    [`questions/${question(1)}/dismiss`, "POST"],
    ["no-such-thing", "GET"],
  ] as const;

  test("are closed to who is no operator, and tell nothing", async () => {
    vi.spyOn(console, "warn").mockReturnValue();
    await note(asked(1));
    for (const [path, method] of calls) {
      for (const credentials of [
        null,
        "let.me.in",
        await operatorToken("another-secret-of-32-characters!", Date.now()),
      ]) {
        const response = await ask(path, method, undefined, credentials);
        expect([path, ...(await answerOf(response))]).toEqual([path, 401, { error: "Sign in first" }]);
      }
    }
    expect(await listed("unanswered")).toEqual([question(1)]);
  });

  test("are kept by nobody, and log no words", async () => {
    const logged = vi.spyOn(console, "info").mockReturnValue();
    await note(asked(1, { text: "words that stay here" }));
    expect((await ask("questions")).headers.get("Cache-Control")).toBe("no-store");
    await post(1, "example", { slug: "gems", locale: "en" });
    expect(logged.mock.calls.join()).toContain("knowledge.question-settled");
    expect(logged.mock.calls.join()).not.toContain("words that stay here");
  });

  test.for([
    ["questions", "POST", "GET, HEAD"],
    [`questions/${question(1)}/example`, "GET", "POST"],
    [`questions/${question(1)}/article`, "PUT", "POST"],
    [`questions/${question(1)}/dismiss`, "DELETE", "POST"],
  ] as const)("%s takes no %s", async ([path, method, allow]) => {
    const response = await ask(path, method);
    expect([response.status, response.headers.get("Allow")]).toEqual([405, allow]);
  });

  test.for(["500000000000000009", "1", "me", "%00", "500000000000000001'--"])("know no question %s", async (id) => {
    expect(await answerOf(await ask(`questions/${id}/dismiss`, "POST"))).toEqual([
      404,
      { error: "There is no such question" },
    ]);
  });

  const article = { slug: "a", locale: "en", title: "T", summary: "S", body: "B" };
  const example = { slug: "gems", locale: "en" };
  test.for([
    ["no JSON", "example", "slug=gems", "the body must be JSON with slug and locale"],
    ["nothing", "example", undefined, "the body must be JSON with slug and locale"],
    ["null", "article", null, "the body must be JSON with an article"],
    ["a list", "example", [], "slug is missing; locale is missing"],
    ["no fields", "example", {}, "slug is missing; locale is missing"],
    [
      "fields that make no sense",
      "example",
      { slug: "Gems!", locale: "english language" },
      "slug must be a-z, 0-9 and dashes, at most 64 characters; locale must be a language tag such as en, pt-BR or fa",
    ],
    ["fields of other types", "example", { slug: 1, locale: null }, "slug must be text; locale must be text"],
    [
      "an endless example",
      "example",
      { ...example, example: "x".repeat(201) },
      "example must not be longer than 200 characters",
    ],
    [
      "an example of two lines",
      "example",
      { ...example, example: "a\nb" },
      "example must be one line without control characters",
    ],
    [
      "more and less than an article may have",
      "article",
      { ...article, title: "x".repeat(81), summary: " ", body: "x".repeat(20_001) },
      "title must not be longer than 80 characters; summary must not be empty; body must not be longer than 20000 characters",
    ],
    ["a field of which nothing is known", "article", { ...article, audience: "agents" }, "audience is not known"],
  ] as const)("refuse %s, naming what is wrong", async ([, what, body, error]) => {
    await note(asked(1));
    expect(await post(1, what, body)).toEqual([400, { error }]);
    expect(await listed("unanswered")).toEqual([question(1)]);
  });

  test("refuse more than an article can have", async () => {
    const body = { slug: "a", locale: "en", title: "T", summary: "S", body: "x".repeat(300_000) };
    expect(await post(1, "article", body)).toEqual([413, { error: "Body too large" }]);
  });
});
