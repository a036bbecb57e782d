/**
 * What was written as patterns want it: lower case, full-width forms made plain, Latin letters without accents, Arabic
 * letters as Persian writes them and without vowel signs, one kind of apostrophe, single spaces. The index of the knowledge
 * base folds further, to letters that nobody would write a pattern in.
 */
export function plainText(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\u0300-\u036f\u064b-\u0652¿¡]/gu, "")
    .normalize("NFC")
    .replace(/[’‘´`]/gu, "'")
    .replaceAll("ß", "ss")
    .replaceAll("ي", "ی")
    .replaceAll("ك", "ک")
    .replaceAll("\u200c", " ")
    .replace(/[^\S\n]+/gu, " ");
}

/** Any of the patterns, as part of a larger one. */
export function oneOf(...patterns: readonly string[]): string {
  return `(?:${patterns.join("|")})`;
}

/** Any of the patterns, at word boundaries. */
export function words(...patterns: readonly string[]): RegExp {
  return new RegExp(String.raw`(?<![\p{L}\p{N}'])${oneOf(...patterns)}(?![\p{L}\p{N}])`, "u");
}

/** The same for scripts that put no space between words. */
export function unspaced(...patterns: readonly string[]): RegExp {
  return new RegExp(oneOf(...patterns), "u");
}

/** The text without what the patterns match. */
export function without(text: string, patterns: readonly RegExp[]): string {
  const left = patterns.reduce((rest, pattern) => rest.split(pattern).join(" "), text);
  return left.replace(/ +/gu, " ").trim();
}
