/** What a language tag (BCP 47) says; null when it is none. */
export function parseLocale(tag: string): Intl.Locale | null {
  try {
    return new Intl.Locale(tag);
  } catch {
    return null;
  }
}

/** A language tag as it is written by convention: `pt-br` becomes `pt-BR`. Null when it is none. */
export function canonicalLocale(tag: string): string | null {
  return parseLocale(tag)?.toString() ?? null;
}

/** The part of a language tag that names the language: "pt" of "pt-BR". */
export function languageOf(locale: string): string {
  return locale.split("-", 1)[0]?.toLowerCase() ?? locale;
}
