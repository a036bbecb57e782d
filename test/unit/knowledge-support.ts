import type { ArticleSlug } from "../../src/conversation/ids.ts";
import type { Article } from "../../src/knowledge/article.ts";

/** An article in English for members; tell apart what matters to the test. */
export function anArticle(slug: string, rest: Partial<Article> = {}): Article {
  return {
    slug: slug as ArticleSlug,
    locale: "en",
    audience: "members",
    title: `About ${slug}`,
    summary: `Everything about ${slug}.`,
    questions: [`What is ${slug}?`],
    labels: [],
    link: null,
    body: "Text.",
    updatedAt: 0,
    ...rest,
  };
}
