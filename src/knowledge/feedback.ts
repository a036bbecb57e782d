import type { D1Database } from "@cloudflare/workers-types";
import type { Time } from "../conversation/events.ts";
import type { ArticleSlug, DiscordMessageId, SessionId } from "../conversation/ids.ts";
import type { ArticleLocale } from "./article.ts";

/** What happened to a question that a member asked the assistant. */
export type Feedback =
  | {
      readonly kind: "asked";
      readonly question: DiscordMessageId;
      readonly session: SessionId;
      readonly locale: ArticleLocale;
      readonly text: string;
      /** The articles that were shown, best first. */
      readonly shown: readonly ArticleSlug[];
      readonly answer: QuestionAnswer;
      readonly at: Time;
    }
  | {
      readonly kind: "opened" | "helped" | "not-helped";
      readonly question: DiscordMessageId;
      readonly slug: ArticleSlug;
      readonly at: Time;
    }
  | { readonly kind: "person-asked"; readonly question: DiscordMessageId; readonly at: Time };

/** How the assistant answered. */
export type QuestionAnswer = "suggestions" | "nothing" | "reply";

/** How long a question is kept, with all that belongs to it. */
export const QUESTION_RETENTION_MS = 180 * 24 * 60 * 60_000;

/** Of a longer question only the beginning is kept. */
const MAX_TEXT = 500;

const ADD_QUESTION = `INSERT INTO questions (id, session, locale, text, answer, shown, at) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO NOTHING`;

const ADD_FEEDBACK = `INSERT INTO question_feedback (question, kind, slug, at) VALUES (?, ?, ?, ?)
  ON CONFLICT (question, kind, slug) DO UPDATE SET at = max(at, excluded.at)`;

/**
 * Puts a question (?1) on the list where it belongs. An article helped when the member's last word about it says so. Without
 * that, a question was not answered if nothing was found, if what was read did not help, or if a person had to be asked.
 */
export const LIST_QUESTION = `UPDATE questions SET state = CASE
    WHEN EXISTS (SELECT 1 FROM question_outcomes WHERE question = ?1) THEN NULL
    WHEN EXISTS (
      SELECT 1 FROM question_feedback AS yes WHERE yes.question = ?1 AND yes.kind = 'helped' AND NOT EXISTS (
        SELECT 1 FROM question_feedback AS no
          WHERE no.question = ?1 AND no.kind = 'not-helped' AND no.slug = yes.slug AND no.at > yes.at)
    ) THEN 'helped'
    WHEN answer = 'nothing' THEN 'unanswered'
    WHEN EXISTS (
      SELECT 1 FROM question_feedback WHERE question = ?1 AND kind IN ('not-helped', 'person-asked')
    ) THEN 'unanswered'
  END
  WHERE id = ?1`;

/** Notes what happened to a question. May be repeated, and come in any order. */
export async function noteFeedback(db: D1Database, feedback: Feedback): Promise<void> {
  const { question } = feedback;
  await db.batch([
    db.prepare(feedback.kind === "asked" ? ADD_QUESTION : ADD_FEEDBACK).bind(...valuesOf(feedback)),
    db.prepare(LIST_QUESTION).bind(question),
  ]);
}

function valuesOf(feedback: Feedback): (string | number)[] {
  const { kind, question, at } = feedback;
  switch (kind) {
    case "asked": {
      const { session, locale, text, answer, shown } = feedback;
      return [question, session, locale, shortened(text), answer, JSON.stringify(shown), at];
    }
    case "opened":
    case "helped":
    case "not-helped":
      return [question, kind, feedback.slug, at];
    case "person-asked":
      return [question, kind, "", at];
  }
}

/** At most 500 characters, none of them halved. */
function shortened(text: string): string {
  return [...text.slice(0, 2 * MAX_TEXT)].slice(0, MAX_TEXT).join("");
}

/** Removes questions that were asked before a moment, and what was noted before it. */
export async function forgetQuestions(db: D1Database, before: Time): Promise<void> {
  await db.batch([
    db.prepare("DELETE FROM questions WHERE at < ?").bind(before),
    db.prepare("DELETE FROM question_feedback WHERE at < ?").bind(before),
  ]);
}
