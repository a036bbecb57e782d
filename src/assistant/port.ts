import type { Locale } from "../conversation/events.ts";
import type { ArticleSlug } from "../conversation/ids.ts";

/** An article as a suggestion. */
export type ArticleTitle = { readonly slug: ArticleSlug; readonly title: string };

/** An article as it is shown in Discord. */
export type ArticleCard = ArticleTitle & {
  /** One or two sentences of plain text. */
  readonly summary: string;
  /** Where the whole article can be read; null when the article has no page. */
  readonly url: string | null;
};

/** What a member said to the assistant. */
export type Question = { readonly text: string; readonly locale: Locale };

/** What the assistant says to it. */
export type Answer =
  /** One to four articles, best first. */
  | { readonly kind: "suggestions"; readonly articles: readonly ArticleTitle[] }
  /** Nothing in the knowledge base fits. */
  | { readonly kind: "nothing" };

/** The virtual agent: engines plug in here. Both methods may throw; the conversation then fetches a person. */
export interface Assistant {
  answer(question: Question): Promise<Answer>;
  /** The article that a member opened; null when it is gone. */
  article(slug: ArticleSlug): Promise<ArticleCard | null>;
}
