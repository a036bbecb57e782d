import type { D1Database } from "@cloudflare/workers-types";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import * as v from "valibot";
import { type DiscordMessageId, SNOWFLAKE } from "../conversation/ids.ts";
import { log } from "../log.ts";
import { problemsOf } from "../operator/problems.ts";
import { operatorsOnly } from "../operator/sign-in.ts";
import { type Clock, parseJson } from "../outside/call.ts";
import { ARTICLE_FIELDS, EXAMPLE } from "./article-schema.ts";
import { type QuestionOutcome, type QuestionWish, settleQuestion } from "./question-outcomes.ts";
import { QUESTION_LISTS, questionPage, readQuestionCursor } from "./questions.ts";

export type KnowledgeApiOptions = {
  readonly signingSecret: string;
  readonly now: Clock;
  readonly db: D1Database;
};

/** The longest article in the widest writing, and what JSON adds. */
const BODY_LIMIT = 256 * 1024;
const PAGE_SIZE = 50;

const List = v.picklist(QUESTION_LISTS);

const { slug, locale, title, summary, body } = ARTICLE_FIELDS;
const unexpected = (issue: v.StrictObjectIssue) => (issue.expected === "never" ? "is not known" : "is missing");
const Example = v.strictObject({ slug, locale, example: v.optional(EXAMPLE) }, unexpected);
const NewArticle = v.strictObject({ slug, locale, title, summary, body, example: v.optional(EXAMPLE) }, unexpected);

/** Members' questions below `/api/knowledge`, for operators: what nothing answered, and what to make of it. */
export function knowledgeApi({ signingSecret, now, db }: KnowledgeApiOptions): Hono {
  const app = new Hono().basePath("/api/knowledge");
  app.use("/*", operatorsOnly({ signingSecret, now }));
  app.use("/*", bodyLimit({ maxSize: BODY_LIMIT, onError: (c) => c.json({ error: "Body too large" }, 413) }));

  app.get("/questions", async (c) => {
    const list = v.safeParse(List, c.req.query("state") ?? "unanswered");
    if (!list.success) return c.json({ error: `state must be ${QUESTION_LISTS.join(" or ")}` }, 400);
    const cursor = c.req.query("cursor");
    const after = cursor === undefined ? null : readQuestionCursor(cursor);
    if (cursor !== undefined && !after) return c.json({ error: "cursor must be the `next` of an earlier answer" }, 400);
    const page = await questionPage(db, list.output, after, PAGE_SIZE);
    log("info", "knowledge.questions-listed", { list: list.output, shown: page.questions.length });
    return c.json(page);
  });

  app.post("/questions/:id/example", async (c) => {
    const read = v.safeParse(Example, parseJson(await c.req.text()));
    if (!read.success)
      return c.json({ error: problemsOf(read.issues, "the body must be JSON with slug and locale") }, 400);
    return settle(c, { kind: "example", ...read.output });
  });

  app.post("/questions/:id/article", async (c) => {
    const read = v.safeParse(NewArticle, parseJson(await c.req.text()));
    if (!read.success) return c.json({ error: problemsOf(read.issues, "the body must be JSON with an article") }, 400);
    const { example, ...article } = read.output;
    return settle(c, { kind: "article", article, example });
  });

  app.post("/questions/:id/dismiss", (c) => settle(c, { kind: "dismissed" }));

  for (const [path, allow] of [
    ["/questions", "GET, HEAD"],
    ["/questions/:id/example", "POST"],
    ["/questions/:id/article", "POST"],
    ["/questions/:id/dismiss", "POST"],
  ] as const) {
    app.all(path, (c) => c.json({ error: "Method not allowed" }, 405, { Allow: allow }));
  }
  app.all("/*", (c) => c.json({ error: "Not found" }, 404));

  async function settle(c: Context, wish: QuestionWish): Promise<Response> {
    const id = c.req.param("id") ?? "";
    if (!SNOWFLAKE.test(id)) return c.json({ error: "There is no such question" }, 404);
    const settled = await settleQuestion(db, id as DiscordMessageId, wish, now());
    log("info", "knowledge.question-settled", { question: id, wish: wish.kind, result: settled.kind });
    switch (settled.kind) {
      case "done":
        return c.json({ outcome: settled.outcome });
      case "taken":
        return c.json({ error: whatSomebodyDid(settled.outcome), outcome: settled.outcome }, 409);
      case "no-question":
        return c.json({ error: "There is no such question" }, 404);
      case "no-article":
        return c.json({ error: "slug names no members' article in this locale" }, 404);
      case "article-exists":
        return c.json({ error: "slug is taken: there is such an article in this locale" }, 409);
    }
  }

  return app;
}

function whatSomebodyDid(outcome: QuestionOutcome): string {
  switch (outcome.kind) {
    case "dismissed":
      return "Somebody has dismissed this question";
    case "example":
      return `Somebody has made this question an example of ${outcome.slug} (${outcome.locale})`;
    case "article":
      return `Somebody has made the article ${outcome.slug} (${outcome.locale}) of this question`;
  }
}
