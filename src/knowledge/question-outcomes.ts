import type { D1Database, D1PreparedStatement } from "@cloudflare/workers-types";
import type { Time } from "../conversation/events.ts";
import type { ArticleSlug, DiscordMessageId } from "../conversation/ids.ts";
import { type Article, type ArticleLocale, rowOfArticle } from "./article.ts";
import { MAX_EXAMPLE } from "./article-schema.ts";
import { LIST_QUESTION } from "./feedback.ts";
import { getArticle, putArticle, runStatements, type Statement } from "./store.ts";

/** What an operator made of a question. */
export type QuestionOutcome =
  /** An example question of an article that was there; or of one that was made for it. */
  | { readonly kind: "example" | "article"; readonly slug: ArticleSlug; readonly locale: ArticleLocale }
  | { readonly kind: "dismissed" };

/** What an operator asks for. */
export type QuestionWish =
  | {
      readonly kind: "example";
      readonly slug: ArticleSlug;
      readonly locale: ArticleLocale;
      /** The example in other words; undefined for the member's own. */
      readonly example?: string | undefined;
    }
  | {
      readonly kind: "article";
      readonly article: Pick<Article, "slug" | "locale" | "title" | "summary" | "body">;
      readonly example?: string | undefined;
    }
  | { readonly kind: "dismissed" };

/** What came of it. */
export type Settled =
  /** It is so: just now, or since exactly the same was asked for before. */
  | { readonly kind: "done"; readonly outcome: QuestionOutcome }
  /** Somebody was first, with something else. */
  | { readonly kind: "taken"; readonly outcome: QuestionOutcome }
  | { readonly kind: "no-question" | "no-article" | "article-exists" };

/** More often than that nobody comes between. */
const MAX_TRIES = 5;

/** ?1 to ?6 are the row's values, in their order. Fails when the question has an outcome, or when `unless` holds. */
const settle = (unless: string) => `INSERT INTO question_outcomes (question, kind, slug, locale, request, at)
  SELECT ?1, ?2, ?3, ?4, ?5, CASE WHEN ${unless} THEN NULL ELSE ?6 END`;

/**
 * Makes of a question what an operator wishes, in one transaction: once, also when it is asked for again, or by two operators
 * at the same moment. `note` says who it was, and is stored with it.
 */
export async function settleQuestion(
  db: D1Database,
  question: DiscordMessageId,
  wish: QuestionWish,
  now: Time,
  note?: D1PreparedStatement,
): Promise<Settled> {
  const outcome = outcomeOf(wish);
  const request = await digestOf(wish);
  for (let tries = 1; ; tries++) {
    const found = await read(db, question);
    if (found === null) return { kind: "no-question" };
    if (found.outcome) return { kind: found.request === request ? "done" : "taken", outcome: found.outcome };
    const plan = await planFor(db, wish, found.text, now);
    if (typeof plan === "string") return { kind: plan };
    const { kind, slug, locale } = { slug: null, locale: null, ...outcome };
    const params = [question, kind, slug, locale, request, now, ...plan.compared];
    try {
      const settling = [
        { sql: settle(plan.unless), params },
        { sql: LIST_QUESTION, params: [question] },
        ...plan.statements,
      ];
      await runStatements(db, settling, note);
      return { kind: "done", outcome };
    } catch (error) {
      // Somebody settled the question, or changed the article, after we looked.
      if (tries === MAX_TRIES || !(error instanceof Error && /constraint failed/i.test(error.message))) throw error;
    }
  }
}

/** What to store, unless something came between; `compared` are the values of that condition, from ?7 on. */
type Plan = {
  readonly unless: string;
  readonly compared: Statement["params"];
  readonly statements: readonly Statement[];
};

async function planFor(
  db: D1Database,
  wish: QuestionWish,
  text: string,
  now: Time,
): Promise<Plan | "no-article" | "article-exists"> {
  switch (wish.kind) {
    case "dismissed":
      return { unless: "FALSE", compared: [], statements: [] };
    case "article": {
      if (await isTaken(db, wish.article.slug, wish.article.locale)) return "article-exists";
      const empty = { audience: "members", questions: [], labels: [], link: null, updatedAt: now } as const;
      const article = withExample({ ...wish.article, ...empty }, wish.example ?? exampleOf(text));
      const unless = "EXISTS (SELECT 1 FROM articles WHERE slug = ?3 AND locale = ?4)";
      return { unless, compared: [], statements: putArticle(article) };
    }
    case "example": {
      const article = await getArticle(db, wish.slug, [wish.locale]);
      if (article?.locale !== wish.locale) return "no-article";
      const changed = withExample(article, wish.example ?? exampleOf(text));
      const { title, summary, questions, labels, link, body, updated_at } = rowOfArticle(article);
      return {
        // The whole article is written, so it must still be as it was read.
        unless: `NOT EXISTS (SELECT 1 FROM articles WHERE slug = ?3 AND locale = ?4 AND audience = 'members'
          AND (title, summary, questions, labels, link, body, updated_at) IS (?7, ?8, ?9, ?10, ?11, ?12, ?13))`,
        compared: [title, summary, questions, labels, link, body, updated_at],
        statements: changed === article ? [] : putArticle(changed),
      };
    }
  }
}

async function isTaken(db: D1Database, slug: ArticleSlug, locale: ArticleLocale): Promise<boolean> {
  const taken = db.prepare("SELECT 1 AS taken FROM articles WHERE slug = ? AND locale = ?").bind(slug, locale);
  return (await taken.first("taken")) !== null;
}

/** The article with one more example question; the same article when it has that one, or when there is nothing to add. */
function withExample(article: Article, example: string): Article {
  const isThere = article.questions.some((other) => other.toLowerCase() === example.toLowerCase());
  return example === "" || isThere ? article : { ...article, questions: [...article.questions, example] };
}

/** What a member wrote, as an example question: one line, cut at its limit between two words where that is possible. */
export function exampleOf(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  if (line.length <= MAX_EXAMPLE) return line;
  const start = line.slice(0, MAX_EXAMPLE + 1);
  const end = start.lastIndexOf(" ");
  return end > MAX_EXAMPLE / 2 ? start.slice(0, end) : start.slice(0, MAX_EXAMPLE).replace(/[\uD800-\uDBFF]$/, "");
}

type Row = {
  readonly text: string;
  readonly kind: QuestionOutcome["kind"] | null;
  readonly slug: ArticleSlug | null;
  readonly locale: ArticleLocale | null;
  readonly request: string | null;
};

type FoundQuestion = Pick<Row, "text" | "request"> & { readonly outcome: QuestionOutcome | null };

async function read(db: D1Database, question: DiscordMessageId): Promise<FoundQuestion | null> {
  const row = await db
    .prepare(
      `SELECT text, kind, slug, question_outcomes.locale, request
        FROM questions LEFT JOIN question_outcomes ON question = id WHERE id = ?`,
    )
    .bind(question)
    .first<Row>();
  if (row === null) return null;
  const { text, kind, slug, locale, request } = row;
  if (kind === null) return { text, request, outcome: null };
  const isArticle = kind !== "dismissed" && slug !== null && locale !== null;
  return { text, request, outcome: isArticle ? { kind, slug, locale } : { kind: "dismissed" } };
}

function outcomeOf(wish: QuestionWish): QuestionOutcome {
  switch (wish.kind) {
    case "dismissed":
      return { kind: "dismissed" };
    case "example":
      return { kind: "example", slug: wish.slug, locale: wish.locale };
    case "article":
      return { kind: "article", slug: wish.article.slug, locale: wish.article.locale };
  }
}

/** SHA-256 in base64. */
async function digestOf(wish: QuestionWish): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(wish)));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
