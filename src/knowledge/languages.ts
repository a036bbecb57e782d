import { parseLocale } from "../locale.ts";
import type { ArticleLocale } from "./article.ts";

/**
 * The languages in which a member is to be answered, best first, each once. Whoever writes in another script than the one of
 * the first language reads that one: many who write Persian or Japanese have Discord in English.
 */
export function languagesFor(question: string, preferred: readonly string[]): ArticleLocale[] {
  const languages = preferred.flatMap((language) => withLanguageAlone(language));
  const script = scriptOf(question);
  const isWritten = (language: string) => SCRIPTS[script ?? ""]?.includes(scriptOfLanguage(language)) ?? false;
  return [...new Set([...languages.filter(isWritten), ...languages])];
}

/** `es-419` is read by whoever reads `es`. */
function withLanguageAlone(language: string): string[] {
  const locale = parseLocale(language);
  return locale ? [locale.baseName, locale.language] : [];
}

function scriptOfLanguage(language: string): string {
  return parseLocale(language)?.maximize().script ?? "";
}

/** What is written in a script, as Unicode names it, by the codes of ISO 15924 that languages have. */
const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  Latin: ["Latn"],
  Arabic: ["Arab"],
  Han: ["Hans", "Hant", "Jpan", "Kore"],
  Hiragana: ["Jpan"],
  Katakana: ["Jpan"],
  Hangul: ["Kore"],
  Cyrillic: ["Cyrl"],
  Greek: ["Grek"],
  Hebrew: ["Hebr"],
  Thai: ["Thai"],
  Devanagari: ["Deva"],
};

/** The script of most letters, null where there are none; kana say more than the Han characters among them. */
function scriptOf(text: string): string | null {
  const counts = Object.entries(PATTERNS).map(([script, letter]) => ({ script, n: text.match(letter)?.length ?? 0 }));
  const most = counts.reduce((a, b) => (b.n > a.n ? b : a));
  const kana = counts.find(({ script, n }) => n > 0 && (script === "Hiragana" || script === "Katakana"));
  if (most.n === 0) return null;
  return kana && most.script === "Han" ? kana.script : most.script;
}

const PATTERNS: Readonly<Record<string, RegExp>> = Object.fromEntries(
  Object.keys(SCRIPTS).map((script) => [script, new RegExp(`\\p{Script=${script}}`, "gu")]),
);
