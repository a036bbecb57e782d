import type { Answer } from "../assistant/port.ts";
import type { Delivery, HandOverReason, HandOverSummary } from "./deliveries.ts";
import type { ArticleSlug } from "./ids.ts";
import type { ArticleFate, AskedQuestion } from "./state.ts";
import { deliver, type Turn, updateSession } from "./turn.ts";

/** How many questions the summary for an agent names. */
const QUESTIONS_KEPT = 5;
const QUESTION_LENGTH = 200;

/** Remembers a question, and keeps it for those who write the articles. */
export function remember(
  turn: Turn,
  { question, message }: Extract<Delivery, { kind: "ask-assistant" }>,
  answer: Extract<Answer, { kind: "suggestions" | "nothing" | "reply" }>,
): void {
  const { session, locale, language } = turn.state;
  if (!session) return;
  const articles = answer.kind === "nothing" ? [] : answer.articles;
  const asked: AskedQuestion = {
    text: Array.from(question).slice(0, QUESTION_LENGTH).join("").trim(),
    message,
    articles: articles.map(({ slug, title }) => ({ slug, title, fate: "suggested" })),
  };
  const misses = answer.kind === "nothing" ? session.assistant.misses : 0;
  updateMemory(turn, { misses, asked: [...session.assistant.asked, asked].slice(-QUESTIONS_KEPT) });
  if (message === null) return;
  note(turn, {
    kind: "asked",
    question: message,
    session: session.id,
    locale: language ?? locale,
    text: question,
    shown: articles.map(({ slug }) => slug),
    answer: answer.kind,
    at: turn.now,
  });
}

/** Nothing was found for a question; returns how often in a row. */
export function countMiss(turn: Turn): number {
  const misses = (turn.state.session?.assistant.misses ?? 0) + 1;
  updateMemory(turn, { misses });
  return misses;
}

/** The member has read an article. */
export function articleOpened(turn: Turn, slug: ArticleSlug): void {
  judge(turn, slug, "opened");
}

/** The member says that an article helped. */
export function articleHelped(turn: Turn, slug: ArticleSlug): void {
  judge(turn, slug, "helped");
}

/** What an agent should know before reading the chat. */
export function summarize(turn: Turn, reason: HandOverReason): HandOverSummary {
  const asked = turn.state.session?.assistant.asked ?? [];
  updateMemory(turn, { misses: 0 });
  const question = asked.at(-1)?.message;
  if (question) note(turn, { kind: "person-asked", question, at: turn.now });
  return { reason, asked };
}

/** The last question that brought the article up learns what became of it. */
function judge(turn: Turn, slug: ArticleSlug, fate: Exclude<ArticleFate, "suggested">): void {
  const asked = turn.state.session?.assistant.asked ?? [];
  const at = asked.findLastIndex(({ articles }) => articles.some((article) => article.slug === slug));
  const found = asked[at];
  if (!found) return;
  const articles = found.articles.map((article) => {
    return article.slug === slug && article.fate !== "helped" ? { ...article, fate } : article;
  });
  updateMemory(turn, { asked: asked.with(at, { ...found, articles }) });
  if (found.message) note(turn, { kind: fate, question: found.message, slug, at: turn.now });
}

function note(turn: Turn, feedback: Extract<Delivery, { kind: "note-feedback" }>["feedback"]): void {
  deliver(turn, { lane: "directory", kind: "note-feedback", feedback });
}

function updateMemory(turn: Turn, change: { misses?: number; asked?: readonly AskedQuestion[] }): void {
  const { session } = turn.state;
  if (session) updateSession(turn, { assistant: { ...session.assistant, ...change } });
}
