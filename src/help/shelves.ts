import type { ArticleLocale } from "../knowledge/article.ts";
import type { ListedArticle } from "./articles.ts";
import { bestLocale } from "./languages.ts";

/** The articles of one label; those without any stand under null, at the end. */
export type Shelf = { readonly label: string | null; readonly articles: readonly ListedArticle[] };

/**
 * Sorts articles, given by slug, for a reader: each once in the language that suits the reader best, under each of its
 * labels, in the order of the alphabet.
 */
export function shelvesFor(wanted: readonly ArticleLocale[], articles: readonly ListedArticle[]): Shelf[] {
  const { compare } = new Intl.Collator([...wanted], { numeric: true });
  const byLabel = new Map<string, ListedArticle[]>();
  const unlabelled: ListedArticle[] = [];
  for (const translations of Map.groupBy(articles, ({ slug }) => slug).values()) {
    const locale = bestLocale(
      wanted,
      translations.map((article) => article.locale),
    );
    const article = translations.find((translation) => translation.locale === locale);
    if (!article) continue;
    if (article.labels.length === 0) unlabelled.push(article);
    for (const label of article.labels) byLabel.set(label, [...(byLabel.get(label) ?? []), article]);
  }
  const sorted = (some: readonly ListedArticle[]) => some.toSorted((a, b) => compare(a.title, b.title));
  const shelves: Shelf[] = [...byLabel]
    .toSorted(([a], [b]) => compare(a, b))
    .map(([label, some]) => ({ label, articles: sorted(some) }));
  return unlabelled.length === 0 ? shelves : [...shelves, { label: null, articles: sorted(unlabelled) }];
}
