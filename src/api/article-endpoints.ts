import type { D1Database } from "@cloudflare/workers-types";
import * as v from "valibot";
import { audited, auditedIfChanged } from "../cases/audit.ts";
import type { Article } from "../knowledge/article.ts";
import { ARTICLE_FIELDS } from "../knowledge/article-schema.ts";
import { putArticle, removeArticle, runStatements } from "../knowledge/store.ts";
import type { Clock } from "../outside/call.ts";
import { ApiError } from "./api-error.ts";
import { articleIn, articlePage, readArticleCursor } from "./article-list.ts";
import { answer, type Endpoint, endpoint } from "./endpoint.ts";
import { isoOf, next, PAGING, time } from "./shapes.ts";

const { slug, locale, audience, title, summary, questions, labels, link, body } = ARTICLE_FIELDS;

const read = { tag: "Knowledge", access: ["knowledge:read"] } as const;
const write = { tag: "Knowledge", access: ["knowledge:write"] } as const;
/** The longest article in the widest writing, and what JSON adds. */
const BODY_LIMIT = 256 * 1024;

const NAMES = { slug: v.string(), locale: v.string() };
const ABOUT = {
  audience: v.picklist(["members", "agents"]),
  title: v.string(),
  summary: v.string(),
  questions: v.array(v.string()),
  labels: v.array(v.string()),
  link: v.nullable(v.string()),
  updatedAt: time,
};

/** An article on the list. */
export const ListedArticleShape = v.object({ ...NAMES, ...ABOUT });
export const ArticleShape = v.object({ ...NAMES, ...ABOUT, body: v.string() });

const PutShape = v.strictObject({
  title,
  summary,
  body,
  audience: v.optional(audience, "members"),
  questions: v.optional(v.pipe(questions, v.maxLength(200, "must be at most 200")), []),
  labels: v.optional(v.pipe(labels, v.maxLength(50, "must be at most 50")), []),
  link: v.optional(v.nullable(link), null),
});

function articleJson(article: Article) {
  return { ...article, updatedAt: isoOf(article.updatedAt) };
}

/** The articles of the knowledge base; what members asked is for operators (`knowledge/routes.ts`). */
export function articleEndpoints({ db, now }: { readonly db: D1Database; readonly now: Clock }): Endpoint[] {
  const list = endpoint(
    {
      ...read,
      method: "GET",
      path: "/knowledge/articles",
      summary: "List articles without their texts, in the order of their slugs",
      query: PAGING,
      answers: { 200: v.object({ articles: v.array(ListedArticleShape), next }) },
    },
    async ({ query: { cursor, limit } }) => {
      const after = cursor === undefined ? null : readArticleCursor(cursor);
      if (cursor !== undefined && !after) {
        throw new ApiError(400, "The request is not understood", ["cursor must be the `next` of an earlier answer"]);
      }
      const page = await articlePage(db, after, limit);
      const articles = page.articles.map(({ body: _body, ...listed }) => ({
        ...listed,
        updatedAt: isoOf(listed.updatedAt),
      }));
      return answer(200, { articles, next: page.next });
    },
  );

  const get = endpoint(
    {
      ...read,
      method: "GET",
      path: "/knowledge/articles/{slug}/{locale}",
      summary: "Read an article",
      params: { slug, locale },
      answers: { 200: ArticleShape },
    },
    async ({ params }) => {
      const article = await articleIn(db, params.slug, params.locale);
      if (!article) throw new ApiError(404, "There is no such article in this language");
      return answer(200, articleJson(article));
    },
  );

  const put = endpoint(
    {
      ...write,
      method: "PUT",
      path: "/knowledge/articles/{slug}/{locale}",
      summary: "Write an article, in place of the one that is there",
      params: { slug, locale },
      body: PutShape,
      bodyLimit: BODY_LIMIT,
      answers: { 200: ArticleShape },
    },
    async ({ params, body: fields, caller }) => {
      const article: Article = { ...fields, ...params, updatedAt: now() };
      const deed = { action: "article.written", subject: subjectOf(params) };
      await runStatements(db, putArticle(article), audited(db, deed, caller.actor, now()));
      return answer(200, articleJson(article));
    },
  );

  const remove = endpoint(
    {
      ...write,
      method: "DELETE",
      path: "/knowledge/articles/{slug}/{locale}",
      summary: "Delete an article in one language",
      params: { slug, locale },
      answers: { 204: null },
    },
    async ({ params, caller }) => {
      const deed = { action: "article.deleted", subject: subjectOf(params) };
      const note = auditedIfChanged(db, deed, caller.actor, now());
      await runStatements(db, removeArticle(params.slug, params.locale), note);
      return answer(204, null);
    },
  );

  return [list, get, put, remove];
}

function subjectOf({ slug: name, locale: language }: Pick<Article, "slug" | "locale">): string {
  return `article/${name}/${language}`;
}
