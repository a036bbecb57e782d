import { readFileSync } from "node:fs";

/** A phrase as somebody labelled it. */
export type LabelledPhrase = { readonly language: string; readonly label: string; readonly phrase: string };

/** The rows of a table in `data/`: language, label and phrase, separated by tabs, below one line of headings. */
export function labelledPhrases(file: string): LabelledPhrase[] {
  const [, ...rows] = readFileSync(new URL(`data/${file}`, import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  return rows.map((row) => {
    const [language, label, phrase, ...more] = row.split("\t");
    if (language === undefined || label === undefined || phrase === undefined || more.length > 0)
      throw new Error(`Not three columns: ${row}`);
    return { language, label, phrase };
  });
}

/** What was taken for something else than its label, as readable lines, and the share in percent that was not. */
export function judge(phrases: readonly LabelledPhrase[], labelOf: (phrase: string) => string) {
  const wrong = phrases.filter(({ label, phrase }) => labelOf(phrase) !== label);
  return {
    wrong: wrong.map(({ language, label, phrase }) => `${language}, labelled ${label}: ${phrase}`),
    rightPercent: (100 * (phrases.length - wrong.length)) / phrases.length,
  };
}
