import { applyD1Migrations, createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { DiscordMessageId } from "../../src/conversation/ids.ts";
import { type Feedback, QUESTION_RETENTION_MS } from "../../src/knowledge/feedback.ts";
import type { QuestionPage } from "../../src/knowledge/questions.ts";
import { operatorToken } from "../../src/operator/token.ts";
import worker from "../../src/worker.ts";
import { OutsideCalls } from "./outside.ts";
import {
  answerOf,
  ask,
  asked,
  cleanUp,
  judged,
  listed,
  NOW,
  note,
  page,
  personAsked,
  post,
  prepare,
  question,
  slug,
} from "./questions-support.ts";

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
beforeEach(prepare);
afterEach(cleanUp);

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
