import { styleText } from "node:util";

export type Side = "left" | "right";

const TIME_WIDTH = 7;
const GAP = " │ ";

/** Prints two sides of one story as it happens: the time, then what each side sees, wrapped in its own column. */
export class TwoColumns {
  readonly #print: (line: string) => void;
  readonly #startedAt = performance.now();
  readonly #width: number;

  /** `width` is that of the whole terminal, in characters. */
  constructor(print: (line: string) => void, width: number) {
    this.#print = print;
    this.#width = Math.max(24, Math.floor((width - TIME_WIDTH - GAP.length) / 2));
  }

  header(left: string, right: string): void {
    this.#print(bold(`${"".padEnd(TIME_WIDTH)}${left.padEnd(this.#width)}${GAP}${right}`));
    this.#print(dim(`${"".padEnd(TIME_WIDTH)}${"─".repeat(this.#width)}─┼─${"─".repeat(this.#width)}`));
  }

  /** One thing on one side. `title` says who or what, in bold. */
  add(side: Side, title: string, text: string): void {
    const seconds = `${((performance.now() - this.#startedAt) / 1000).toFixed(1)} s`.padStart(TIME_WIDTH - 2);
    wrap(title === "" ? text : `${title}: ${text}`, this.#width).forEach((line, n) => {
      const time = dim((n === 0 ? seconds : "").padEnd(TIME_WIDTH));
      const cell = n === 0 && title !== "" ? line.replace(title, bold(title)) : line;
      const blank = " ".repeat(this.#width);
      const rest = " ".repeat(Math.max(0, this.#width - Array.from(line).length));
      this.#print(time + (side === "left" ? cell + rest : blank) + dim(GAP) + (side === "right" ? cell : ""));
    });
  }
}

export function bold(text: string): string {
  return styleText("bold", text);
}

export function dim(text: string): string {
  return styleText("dim", text);
}

/** Breaks a text into lines of at most `width` characters, at spaces where it can; what follows the first is indented. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = lines.length === 0 ? "" : "  ";
    for (const word of paragraph.split(" ").flatMap((one) => chop(one, width - 2))) {
      const isFirst = line.trim() === "";
      if (!isFirst && Array.from(line).length + 1 + Array.from(word).length > width) {
        lines.push(line);
        line = `  ${word}`;
      } else {
        line += isFirst ? word : ` ${word}`;
      }
    }
    lines.push(line);
  }
  return lines;
}

function chop(word: string, width: number): string[] {
  const characters = Array.from(word);
  if (characters.length <= width) return [word];
  const parts: string[] = [];
  for (let from = 0; from < characters.length; from += width) parts.push(characters.slice(from, from + width).join(""));
  return parts;
}
