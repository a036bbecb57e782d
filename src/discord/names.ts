import { shortenText } from "../conversation/split.ts";

/** Control characters, and those that turn the direction of the text after them. */
const UNFIT = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;
/** What Discord reads as emphasis, code, spoiler, mention, emoji or link, wherever it stands. */
const MARKUP = /[\\*_~`|<[:@]/g;
/** What it reads as a heading, a quote or a list at the start of a line. */
const LINE_MARKUP = /^(\d*)([#>+\-.])/;

/**
 * A person's name as Discord text of at most `limit` UTF-16 units: one line, nothing in it is markup or a mention. Names
 * are chosen by people whom nobody vouches for. Empty when nothing visible is left.
 */
export function nameAsText(name: string, limit: number): string {
  const clean = name.replace(UNFIT, " ").replace(/\s+/g, " ").trim();
  let kept = clean;
  for (let room = limit; escapeMarkup(kept).length > limit; room -= 1) kept = shortenText(clean, room);
  return escapeMarkup(kept);
}

function escapeMarkup(text: string): string {
  return text.replace(MARKUP, "\\$&").replace(LINE_MARKUP, "$1\\$2");
}
