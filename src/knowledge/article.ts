import type { Locale } from "../conversation/events.ts";
import type { ArticleSlug } from "../conversation/ids.ts";

/** Who may read an article. */
export type Audience = "members" | "agents";

/** An article of the knowledge base. */
export type Article = {
  readonly slug: ArticleSlug;
  readonly locale: Locale;
  readonly audience: Audience;
  readonly title: string;
  /** One or two sentences of plain text. */
  readonly summary: string;
  /** Example questions in members' own words; they are what makes an article easy to find. */
  readonly questions: readonly string[];
  readonly labels: readonly string[];
  /** Where the article can be read outside: a URL, or a path below the Worker's public URL; null for nowhere. */
  readonly link: string | null;
  /** Markdown. */
  readonly body: string;
};

/** An article as the table `articles` holds it: lists have one entry a line. */
export type ArticleRow = Omit<Article, "questions" | "labels"> & {
  readonly questions: string;
  readonly labels: string;
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
] as const satisfies readonly (keyof ArticleRow)[];

/** The row that stores an article. */
export function rowOfArticle(article: Article): ArticleRow {
  return { ...article, questions: article.questions.join("\n"), labels: article.labels.join("\n") };
}

/** The article that a row stores. */
export function articleOfRow(row: ArticleRow): Article {
  return { ...row, questions: linesOf(row.questions), labels: linesOf(row.labels) };
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.split("\n");
}
