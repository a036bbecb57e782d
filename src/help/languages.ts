import { parseAccept } from "hono/utils/accept";
import type { ArticleLocale } from "../knowledge/article.ts";
import { canonicalLocale } from "../locale.ts";

/** What a reader who asked for nothing that is there gets first. */
const DEFAULT_LOCALE: ArticleLocale = "en";

/** Of longer lists only the beginning counts. */
const MAX_WANTED = 5;

/**
 * The languages a reader wants, best first: the one that was chosen (`?lang=`), then the browser's (`Accept-Language`,
 * RFC 9110, 12.5.4), then English. What is no language tag is left out.
 */
export function wantedLocales(chosen: string | undefined, acceptLanguage: string | undefined): ArticleLocale[] {
  const accepted = parseAccept(acceptLanguage ?? "").filter(({ q }) => q > 0);
  const tags = [chosen ?? "", ...accepted.slice(0, MAX_WANTED).map(({ type }) => type), DEFAULT_LOCALE];
  return [...new Set(tags.map(canonicalLocale).filter((locale) => locale !== null))];
}

/**
 * Of what is there, what suits the reader best: the very language, else another kind of it in the same script (`pt-BR` for
 * `pt-PT`, but not `zh-TW` for `zh-CN`), else the first one. Undefined when nothing is there.
 */
export function bestLocale(
  wanted: readonly ArticleLocale[],
  available: readonly ArticleLocale[],
): ArticleLocale | undefined {
  for (const locale of wanted) {
    const written = languageAndScript(locale);
    const found =
      available.find((other) => other === locale) ?? available.find((other) => languageAndScript(other) === written);
    if (found) return found;
  }
  return available[0];
}

function languageAndScript(locale: ArticleLocale): string {
  const { language, script } = new Intl.Locale(locale).maximize();
  return `${language}-${script}`;
}

/** Scripts in use today that are written from right to left. */
const RIGHT_TO_LEFT = new Set(["Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"]);

/** How a language is written; the value of the attribute `dir`. */
export function directionOf(locale: ArticleLocale): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(new Intl.Locale(locale).maximize().script ?? "") ? "rtl" : "ltr";
}

/** A language's own name for itself, such as `Deutsch`. */
export function nameOfLanguage(locale: ArticleLocale): string {
  return new Intl.DisplayNames([locale], { type: "language" }).of(locale) ?? locale;
}
