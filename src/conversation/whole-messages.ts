import type { Line } from "./deliveries.ts";

/** Lines in the order they were written, each message in one piece again: it was cut for Twilio only. */
export function wholeMessages(lines: readonly Line[]): Line[] {
  const whole: Line[] = [];
  for (const line of lines.toSorted(byAge)) {
    const before = whole.at(-1);
    const joined = before && joinedOf(before, line);
    if (joined) whole.splice(-1, 1, joined);
    else whole.push(line);
  }
  return whole;
}

/** Two pieces of one message as one; null for anything else. */
function joinedOf(before: Line, line: Line): Line | null {
  const [first, second] = [before.content, line.content];
  if (!before.source || before.source !== line.source) return null;
  if (first.kind !== "text" && first.kind !== "edited-text") return null;
  if (second.kind !== first.kind) return null;
  return { ...before, content: { kind: first.kind, open: "", text: first.text + second.text, close: "" } };
}

/** By time, and within the same millisecond by Discord's ids, which rise. */
function byAge(a: Line, b: Line): number {
  const [idA, idB] = [a.source ?? "", b.source ?? ""];
  return a.at - b.at || idA.length - idB.length || (idA < idB ? -1 : Number(idA > idB));
}
