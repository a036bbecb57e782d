/** A part of a longer text: `open` and `close` are added around a piece of a code fence, and empty elsewhere. */
export type Piece = { readonly open: string; readonly text: string; readonly close: string };

/** A code fence, from its first backtick to the end of its closing marker. */
type Fence = {
  readonly start: number;
  readonly end: number;
  /** What opens a piece of it anew. */
  readonly opener: string;
  /** Where the first and the last visible grapheme of the code start. */
  readonly firstVisible: number;
  readonly lastVisible: number;
};

const MARKER = "```";
const CLOSER = `\n${MARKER}`;
/** Below this limit reopened fences would leave hardly any room for code: they are cut like other text. */
const SMALLEST_LIMIT_FOR_FENCES = 80;
/** The language as Discord reads it; anything longer is no language. */
const LANGUAGE = /^[a-z0-9_+\-.#]{1,32}(?=\n)/i;
/** Blank space, or the end of a sentence in a script that has no blank space after it. */
const BREAK = /\s+|[。！？]+[」』）”’]*/gu;
const SENTENCE_END = /[.!?…][)\]"'”’»]{0,4}$/u;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Cuts a text into parts of at most `limit` UTF-16 units (`limit` ≥ 2), at the end of a paragraph, else a line, a sentence,
 * a word. What is never cut: a surrogate pair; a grapheme cluster (unless it alone is longer than a part has room for); a
 * code fence, unless it and the blank space around it are longer than a part: then each of its parts is closed, and the next
 * one opened anew with the same language. A fence that nobody closed is plain text.
 *
 * Nothing is lost or empty. Without a cut fence `parts.join("") === text`; with one this holds for the `text` of
 * {@link splitIntoPieces}. A part is blank only where a grapheme and the blank space around it are longer than `limit`.
 */
export function splitText(text: string, limit: number): string[] {
  return splitIntoPieces(text, limit).map(({ open, text, close }) => open + text + close);
}

/** As {@link splitText}, with what was added around the code of a cut fence kept apart from the text. */
export function splitIntoPieces(text: string, limit: number): Piece[] {
  if (!(limit >= 2)) throw new RangeError(`cannot split into parts of ${limit} characters`);
  const segments = graphemes.segment(text);
  const graphemeAt = (at: number) => segments.containing(at)?.index ?? at;
  const isBoundary = (at: number) => graphemeAt(at) === at;
  const fences = limit < SMALLEST_LIMIT_FOR_FENCES ? [] : fencesOf(text, graphemeAt);
  const lastVisible = graphemeAt(text.trimEnd().length - 1);
  const pieces: Piece[] = [];
  let start = 0;
  let nextFence = 0;

  while (start < text.length) {
    while (endOf(fences[nextFence]) <= start) nextFence += 1;
    const open = start > startOf(fences[nextFence]) ? (fences[nextFence]?.opener ?? "") : "";
    const end = start + limit - open.length;
    if (text.length <= end) {
      pieces.push({ open, text: text.slice(start), close: "" });
      break;
    }
    const { cut, inFence } = chooseCut(start, end);
    const piece = text.slice(start, cut);
    pieces.push({ open, text: piece, close: !inFence ? "" : piece.endsWith("\n") ? MARKER : CLOSER });
    start = cut;
  }
  return pieces;

  /** Where the part that begins at `start` and may reach to `end` stops; something visible should be left for the next. */
  function chooseCut(start: number, end: number): { cut: number; inFence: boolean } {
    let whole = start;
    let edge: Fence | null = null;
    for (let i = nextFence; startOf(fences[i]) < end && edge === null; i += 1) {
      const fence = fences[i];
      if (fence && fence.end <= end && fence.end <= lastVisible) whole = fence.end;
      else if (fence) edge = fence;
    }
    if (edge !== null && !isBlank(text.slice(start, edge.start))) return { cut: edge.start, inFence: false };
    if (edge !== null) {
      const from = Math.max(start, edge.firstVisible);
      const to = Math.min(end - CLOSER.length, edge.lastVisible);
      if (to > from) return { cut: lastBreak(start, from, to) ?? boundaryBefore(from, to), inFence: true };
      if (edge.start > start) return { cut: edge.start, inFence: false };
      if (edge.end <= end) return { cut: edge.end, inFence: false };
      return { cut: end - CLOSER.length, inFence: true };
    }
    const to = lastVisible > start ? Math.min(end, lastVisible) : end;
    return { cut: lastBreak(start, whole, to) ?? (whole > start ? whole : boundaryBefore(start, to)), inFence: false };
  }

  /**
   * The best break in `from < break ≤ to` with something before it: the last of the best kind in the second half of the
   * part, else the last at all.
   */
  function lastBreak(start: number, from: number, to: number): number | null {
    const found: (number | null)[] = [null, null, null, null];
    const region = text.slice(from, to);
    for (const match of region.matchAll(BREAK)) {
      if (match.index === 0 && from === start) continue;
      const at = from + match.index + match[0].length;
      if (isBoundary(at)) found[rankOf(region, match.index, match[0])] = at;
    }
    const middle = start + (to - start) / 2;
    const last = found.reduce((a, b) => (b !== null && (a === null || b > a) ? b : a), null);
    return found.find((at) => at !== null && at >= middle) ?? last;
  }

  /** The last place in `from < place ≤ to` that is no grapheme's inside; within a longer grapheme, no surrogate pair's. */
  function boundaryBefore(from: number, to: number): number {
    const at = graphemeAt(to);
    if (at > from) return at;
    const inPair = /[\ud800-\udbff]/.test(text.charAt(to - 1)) && /[\udc00-\udfff]/.test(text.charAt(to));
    return inPair && to - 1 > from ? to - 1 : to;
  }
}

/** 0 for the end of a paragraph, 1 for a line's, 2 for a sentence's, 3 for a word's. */
function rankOf(text: string, at: number, blank: string): number {
  const lines = blank.split("\n").length - 1;
  if (lines > 0) return lines > 1 ? 0 : 1;
  const isSentence = /\S/u.test(blank) || SENTENCE_END.test(text.slice(Math.max(0, at - 5), at));
  return isSentence ? 2 : 3;
}

/** `graphemeAt` gives the start of the grapheme at a position; a marker that belongs to one is no marker. */
function fencesOf(text: string, graphemeAt: (at: number) => number): Fence[] {
  const fences: Fence[] = [];
  let start = text.indexOf(MARKER);
  while (start >= 0) {
    const afterMarker = start + MARKER.length;
    const language = LANGUAGE.exec(text.slice(afterMarker, afterMarker + 33))?.[0] ?? "";
    const body = afterMarker + language.length;
    const bodyEnd = text.indexOf(MARKER, body + (language === "" ? 1 : 0));
    if (bodyEnd < 0) break;
    const code = text.slice(body, bodyEnd);
    const end = bodyEnd + MARKER.length;
    if ([start, body, bodyEnd, end].every((at) => graphemeAt(at) === at)) {
      const firstVisible = body + (code.length - code.trimStart().length);
      const lastVisible = graphemeAt(body + code.trimEnd().length - 1);
      fences.push({ start, end, opener: `${MARKER}${language}\n`, firstVisible, lastVisible });
    }
    start = text.indexOf(MARKER, end);
  }
  return fences;
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}

function startOf(fence: Fence | undefined): number {
  return fence?.start ?? Number.POSITIVE_INFINITY;
}

function endOf(fence: Fence | undefined): number {
  return fence?.end ?? Number.POSITIVE_INFINITY;
}

/** A text of at most `limit` UTF-16 units: as it is, or cut at a grapheme and ended with `…`. */
export function shortenText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let kept = "";
  for (const { segment } of graphemes.segment(text.slice(0, limit + 2))) {
    if (kept.length + segment.length > limit - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
