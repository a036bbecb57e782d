import type { ArticleSlug } from "../conversation/ids.ts";

/** A canonical BCP 47 language tag: "en", "pt-BR", "fa", … */
export type ArticleLocale = string;

/** Who may read an article. */
export type Audience = "members" | "agents";

/** An article of the knowledge base, in one language; the same article in other languages has the same slug. */
export type Article = {
  readonly slug: ArticleSlug;
  readonly locale: ArticleLocale;
  readonly audience: Audience;
  readonly title: string;
  /** One or two sentences of plain text. */
  readonly summary: string;
  /** Example questions in members' own words, one line each; they are what makes an article easy to find. */
  readonly questions: readonly string[];
  /** One line each. */
  readonly labels: readonly string[];
  /** Where the article can be read outside: a URL, or a path below the Worker's public URL; null for nowhere. */
  readonly link: string | null;
  /** Markdown. */
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
};

/** An article as the table `articles` holds it: lists have one entry a line. */
export type ArticleRow = Omit<Article, "questions" | "labels" | "updatedAt"> & {
  readonly questions: string;
  readonly labels: string;
  readonly updated_at: number;
};

/** The columns of an {@link ArticleRow}, in the order of the table. */
export const ARTICLE_COLUMNS = [
  "slug",
  "locale",
  "audience",
  "title",
  "summary",
  "questions",
  "labels",
  "link",
  "body",
  "updated_at",
] as const satisfies readonly (keyof ArticleRow)[];

/** The row that stores an article. */
export function rowOfArticle({ updatedAt, questions, labels, ...same }: Article): ArticleRow {
  return { ...same, questions: questions.join("\n"), labels: labels.join("\n"), updated_at: updatedAt };
}

/** The article that a row stores. */
export function articleOfRow({ updated_at, questions, labels, ...same }: ArticleRow): Article {
  return { ...same, questions: linesOf(questions), labels: linesOf(labels), updatedAt: updated_at };
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.split("\n");
}
