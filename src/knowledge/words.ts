/**
 * Letters that are typed for one another. Arabic and Persian keyboards have letters of their own for yeh and kaf, and many
 * writers leave out hamza and the dots of teh marbuta. What NFD cannot take apart follows: ligatures and crossed letters.
 */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  ...{ ی: "ي", ى: "ي", ئ: "ي", ک: "ك", ڪ: "ك", ہ: "ه", ھ: "ه", ة: "ه", ۀ: "ه", أ: "ا", إ: "ا", آ: "ا", ٱ: "ا", ؤ: "و" },
  ...{ ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", þ: "th", ł: "l", ı: "i", ς: "σ", ё: "е" },
};
const LOOK_ALIKE = new RegExp(`[${Object.keys(LOOK_ALIKES).join("")}]`, "gu");

/** Accents of Latin and Greek letters. Elsewhere a mark is part of its letter: й, が, ि. */
const ACCENTS = /(?<=[\p{Script=Latin}\p{Script=Greek}][\u0300-\u036f]*)[\u0300-\u036f]/gu;
/** Vowel signs and stretched letters in Arabic, points in Hebrew: hardly ever typed. */
const POINTS = /[\u0640\u064b-\u065f\u0670\u0591-\u05bd\u05bf\u05c1\u05c2\u05c7]/gu;
/** Soft hyphens, joiners and marks of direction within a word. The non-joiner parts the endings of Persian words. */
const INVISIBLE = /\u00ad|\u200d|\u200e|\u200f|\u2060|\ufeff/gu;
const APOSTROPHES = /[’‘ʼʹ′`´]/gu;

/** Digits of other scripts, by the digit nought of each. */
const NOUGHTS = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50];

/** Makes one of what people write for the same: case, accents, full-width forms, look-alikes, invisible characters. */
export function fold(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFD")
    .replace(ACCENTS, "")
    .normalize("NFC")
    .replace(POINTS, "")
    .replace(INVISIBLE, "")
    .replace(APOSTROPHES, "'")
    .replace(LOOK_ALIKE, (letter) => LOOK_ALIKES[letter] ?? letter)
    .replace(/\p{Nd}/gu, (digit) => {
      const code = digit.charCodeAt(0);
      const nought = NOUGHTS.find((first) => code >= first && code < first + 10);
      return nought === undefined ? digit : String(code - nought);
    });
}

/** Endings that would be words of their own: "can't", "it's", "you're". */
const CONTRACTION = /'(?:s|t|re|ve|ll|d|m)(?![\p{L}\p{N}])/gu;
/** In Cyrillic an apostrophe is part of the word: м'яч. */
const CYRILLIC_APOSTROPHE = /(?<=\p{Script=Cyrillic})'(?=\p{Script=Cyrillic})/gu;
/** German writes umlauts in two letters where the keyboard has none. */
const TWO_LETTER_UMLAUT = /(?<![aeq])([aou])e/gu;

/** Scripts that write words without blanks between them; and Korean, whose many endings have no stemmer here. */
const UNSPACED = ["scx=Han", "scx=Hira", "scx=Kana", "scx=Hang", "sc=Thai", "sc=Laoo", "sc=Khmr", "sc=Mymr"].map(
  (script) => String.raw`[\p{${script}}&&\p{L}]`,
);
/**
 * Letters and digits with their marks, in runs of one kind: of one script without blanks, or of those with. In Japanese the
 * change from kanji to kana is mostly the end of a word.
 */
const RUN = new RegExp(
  `(?<unspaced>${UNSPACED.map((letter) => String.raw`(?:${letter}\p{M}*)+`).join("|")})` +
    String.raw`|(?:[[\p{L}\p{N}]--[${UNSPACED.join("")}]]\p{M}*)+`,
  "gv",
);

/** A word, folded; or a piece of text without blanks between words: two letters that stand together. */
export type Word = { readonly text: string; readonly unspaced: boolean };

/**
 * The words of a text in their order. Chinese, Japanese, Thai and the like do not part words, and a dictionary that does
 * could differ between the writer and the reader of the index: their words are all pairs of neighbouring letters. So are
 * those of Korean, whose endings have no stemmer here.
 */
export function wordsOf(text: string, language: string): Word[] {
  let folded = fold(text).replace(CYRILLIC_APOSTROPHE, "");
  if (language === "en") folded = folded.replace(CONTRACTION, "");
  if (language === "de") folded = folded.replace(TWO_LETTER_UMLAUT, "$1");
  return [...folded.matchAll(RUN)].flatMap((match): Word[] =>
    match.groups?.unspaced === undefined
      ? [{ text: match[0], unspaced: false }]
      : pairsOf(match[0]).map((pair) => ({ text: pair, unspaced: true })),
  );
}

function pairsOf(run: string): string[] {
  const letters = run.match(/\P{M}\p{M}*/gu) ?? [];
  if (letters.length < 2) return letters;
  return letters.slice(1).map((letter, at) => `${letters[at]}${letter}`);
}
