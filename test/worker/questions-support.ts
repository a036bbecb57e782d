import { env, exports } from "cloudflare:workers";
import { vi } from "vitest";
import {
  type ArticleSlug,
  type DiscordMessageId,
  type DiscordUserId,
  sessionIdOf,
} from "../../src/conversation/ids.ts";
import type { Article } from "../../src/knowledge/article.ts";
import { type Feedback, noteFeedback } from "../../src/knowledge/feedback.ts";
import type { QuestionPage } from "../../src/knowledge/questions.ts";
import { getArticle, putArticle, runStatements } from "../../src/knowledge/store.ts";
import { operatorToken } from "../../src/operator/token.ts";
import { FakeGateway } from "./gateway-fake.ts";

const SESSION = sessionIdOf("100000000000000001" as DiscordUserId, 1);
export const NOW = Date.now();
export const slug = (name: string) => name as ArticleSlug;
export const question = (n: number) => String(500_000_000_000_000_000n + BigInt(n)) as DiscordMessageId;

export type Asked = Extract<Feedback, { kind: "asked" }>;
export const asked = (n: number, rest: Partial<Asked> = {}): Asked => ({
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
export const judged = (n: number, kind: "opened" | "helped" | "not-helped", name: string, at = NOW): Feedback => ({
  kind,
  question: question(n),
  slug: slug(name),
  at,
});
export const personAsked = (n: number): Feedback => ({ kind: "person-asked", question: question(n), at: NOW });

export async function note(...feedback: Feedback[]): Promise<void> {
  for (const one of feedback) await noteFeedback(env.DB, one);
}

export async function ask(
  path: string,
  method = "GET",
  body?: unknown,
  credentials?: string | null,
): Promise<Response> {
  const bearer = credentials === undefined ? await operatorToken(env.SIGNING_SECRET, Date.now()) : credentials;
  return exports.default.fetch(
    new Request(`${env.PUBLIC_URL}/api/knowledge/${path}`, {
      method,
      headers: bearer === null ? {} : { Authorization: `Bearer ${bearer}` },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    }),
  );
}
export const answerOf = async (response: Response) => [response.status, await response.json()];
export const post = async (n: number, what: string, body?: unknown) =>
  answerOf(await ask(`questions/${question(n)}/${what}`, "POST", body));
export const page = async (query = ""): Promise<QuestionPage> => (await ask(`questions${query}`)).json();
export const listed = async (state: string) => (await page(`?state=${state}`)).questions.map(({ id }) => id);

export const gems: Article = {
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
export const questionsOf = async (name: string, locale = "en") =>
  (await getArticle(env.DB, slug(name), [locale]))?.questions;

/** An article to make examples of; the first request has the Gateway connect. */
export async function prepare(): Promise<void> {
  new FakeGateway().install();
  await runStatements(env.DB, putArticle(gems));
}

export async function cleanUp(): Promise<void> {
  vi.restoreAllMocks();
  for (const table of ["questions", "question_feedback", "articles"]) await env.DB.exec(`DELETE FROM ${table}`);
}
