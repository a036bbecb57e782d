/** Text between blank space, brackets, quotation marks and the marks of Markdown: no address goes beyond it. */
const WORD = /[^\s<>()[\]{}"'“”„«»‘’`*|~、。，！？；：（）「」『』]+/gu;
const LETTER = /[\p{L}\p{N}]/u;
const SCHEME = /:\/\/|^(?:mailto|tel|sms):/iu;
/** Where a host can begin or end in an address. */
const AROUND_HOST = /[/?#:@=&,;\\]/u;
const LABEL = /^[\p{L}\p{N}_-]+$/u;
const TOP_LEVEL = /^(?:[a-z]{2,24}|xn--[a-z0-9-]+)$/iu;
/** A dot before a capital is a sentence's, with a space forgotten. */
const FORGOTTEN_SPACE = /^[\p{L}\p{N}-]*\p{Ll}\.\p{Lu}\p{Ll}*$/u;

const MASKED_LINK = /!?\[([^[\]]*)\]\(([^()]*)\)/gu;
/** Discord's own markup: mentions of people, roles, channels and commands, emoji, times, places of a server. */
const DISCORD_MARKUP = /<(?:[@#!&/:]|a:|t:|id:|sound:)[^<>]*>/gu;
const EVERYONE = /@(?=everyone|here)/giu;
/** Invisible signs that hide what a text says, and all control characters but line ends. Joiners belong to some scripts. */
const INVISIBLE = /[\p{Cc}--\n]|[\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gv;
const SPACE_BEFORE_MARK = /[ \t]+(?=[.,;:!? \t])/g;

/** All addresses in texts that we trust: of pages, of people, with a scheme or without. */
export function addressesIn(texts: readonly string[]): ReadonlySet<string> {
  return new Set(
    texts.flatMap((text) => [...text.matchAll(WORD)].map(([word]) => coreOf(word).core).filter(isAddress)),
  );
}

/**
 * The text without mentions, and without addresses other than the `allowed` ones: what is left notifies nobody and leads
 * nowhere else. A name with a dot in it counts as an address. Takes time in proportion to the text's length.
 */
export function withoutForeignAddresses(text: string, allowed: ReadonlySet<string>): string {
  let clean = text.toWellFormed().replace(INVISIBLE, "");
  // What stood around something removed may form something new. Each pass is shorter than the one before.
  for (let before = ""; before !== clean; ) {
    before = clean;
    clean = clean
      .replace(DISCORD_MARKUP, "")
      .replace(EVERYONE, "")
      .replace(WORD, (word) => withoutForeign(word, allowed))
      .replace(MASKED_LINK, (link, label: string, target: string) => (addressesIn([target]).size > 0 ? link : label))
      .replace(SPACE_BEFORE_MARK, "")
      .trim();
  }
  return clean;
}

function withoutForeign(word: string, allowed: ReadonlySet<string>): string {
  const { before, core, after } = coreOf(word);
  // A scheme may stand at the end of a word: `https://[`.
  if (!isAddress(core) && !SCHEME.test(word)) return word;
  return allowed.has(core) ? word : before + after.replaceAll(/[:/]/g, "");
}

/** A word without the signs around it: what ends a sentence is no part of the address before it. */
function coreOf(word: string): { before: string; core: string; after: string } {
  let start = 0;
  let end = word.length;
  while (start < end && !LETTER.test(characterAt(word, start))) start += characterAt(word, start).length;
  while (end > start && !LETTER.test(characterBefore(word, end))) end -= characterBefore(word, end).length;
  return { before: word.slice(0, start), core: word.slice(start, end), after: word.slice(end) };
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function characterBefore(text: string, end: number): string {
  const isPair = /[\uDC00-\uDFFF]/.test(text[end - 1] ?? "");
  return text.slice(Math.max(0, end - (isPair ? 2 : 1)), end);
}

function isAddress(core: string): boolean {
  if (SCHEME.test(core)) return true;
  return !FORGOTTEN_SPACE.test(core) && core.split(AROUND_HOST).some(isHost);
}

function isHost(part: string): boolean {
  const labels = part.split(".");
  return labels.length > 1 && labels.every((label) => LABEL.test(label)) && TOP_LEVEL.test(labels.at(-1) ?? "");
}
