import type { D1Database } from "@cloudflare/workers-types";
import type { Time } from "../conversation/events.ts";
import type { ArticleSlug, DiscordMessageId } from "../conversation/ids.ts";
import type { ArticleLocale } from "./article.ts";
import type { Feedback, QuestionAnswer } from "./feedback.ts";

/** The lists of questions: those without an answer, and those that an article answered. */
export const QUESTION_LISTS = ["unanswered", "helped"] as const;
export type QuestionList = (typeof QUESTION_LISTS)[number];

/** A member's question, for a person to turn into an article or an example question. */
export type MembersQuestion = {
  readonly id: DiscordMessageId;
  readonly locale: ArticleLocale;
  readonly text: string;
  readonly answer: QuestionAnswer;
  readonly shown: readonly ArticleSlug[];
  readonly opened: readonly ArticleSlug[];
  readonly helped: readonly ArticleSlug[];
  readonly notHelped: readonly ArticleSlug[];
  readonly personAsked: boolean;
  readonly at: Time;
};

/** A part of a list. */
export type QuestionPage = {
  /** Newest first. */
  readonly questions: readonly MembersQuestion[];
  /** Where the next page begins; null after the last one. */
  readonly next: string | null;
};

/** The place of a question on its list. */
export type QuestionPlace = Pick<MembersQuestion, "at" | "id">;

const CURSOR = /^([0-9]{1,15})_([0-9]{15,20})$/;

/** Reads what a page gave as `next`; null when it is not that. */
export function readQuestionCursor(cursor: string): QuestionPlace | null {
  const [, at, id] = CURSOR.exec(cursor) ?? [];
  return at !== undefined && id !== undefined ? { at: Number(at), id: id as DiscordMessageId } : null;
}

const SELECT = `SELECT id, locale, text, answer, shown, at,
    (SELECT json_group_array(json_object('kind', kind, 'slug', slug) ORDER BY at)
      FROM question_feedback WHERE question = questions.id) AS feedback
  FROM questions`;

type Row = Pick<MembersQuestion, "id" | "locale" | "text" | "answer" | "at"> & { shown: string; feedback: string };

/** The part of a list behind a place, or its first one. */
export async function questionPage(
  db: D1Database,
  list: QuestionList,
  after: QuestionPlace | null,
  size: number,
): Promise<QuestionPage> {
  const { at, id } = after ?? { at: Number.MAX_SAFE_INTEGER, id: "" };
  const { results } = await db
    .prepare(`${SELECT} WHERE state = ? AND (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?`)
    .bind(list, at, id, size + 1)
    .all<Row>();
  const questions = results.slice(0, size).map(questionOf);
  const last = questions.at(-1);
  return { questions, next: results.length > size && last ? `${last.at}_${last.id}` : null };
}

function questionOf({ shown, feedback, ...row }: Row): MembersQuestion {
  const noted: { kind: Exclude<Feedback["kind"], "asked">; slug: ArticleSlug }[] = JSON.parse(feedback);
  const slugsOf = (kind: Feedback["kind"]) => noted.filter((entry) => entry.kind === kind).map(({ slug }) => slug);
  return {
    ...row,
    shown: JSON.parse(shown),
    opened: slugsOf("opened"),
    helped: slugsOf("helped"),
    notHelped: slugsOf("not-helped"),
    personAsked: noted.some(({ kind }) => kind === "person-asked"),
  };
}
