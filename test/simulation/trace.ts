import type { Timeline } from "./timeline.ts";

/** One line of what happened. `about` is the member concerned; null for what concerns all. */
type Line = { readonly at: number; readonly about: string | null; readonly text: string };

/** What happened in a history, in order. The same seed gives the same lines. */
export class Trace {
  readonly #timeline: Timeline;
  readonly #lines: Line[] = [];

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  add(about: string | null, text: string): void {
    this.#lines.push({ at: this.#timeline.time, about, text });
  }

  all(): string[] {
    return this.#lines.map(render);
  }

  /**
   * The lines that tell best why something about `about` went wrong: around the first and the last that mention the `subject`,
   * else the last ones.
   */
  around(about: string | null, subject: string | null, length: number): string[] {
    const lines = this.#lines.filter((line) => about === null || line.about === null || line.about === about);
    const named = subject === null ? [] : lines.flatMap(({ text }, n) => (mentions(text, subject) ? [n] : []));
    const [first, last] = [named[0], named.at(-1)];
    if (first === undefined || last === undefined) return lines.slice(-length).map(render);
    const half = Math.floor(length / 2);
    const head = lines.slice(Math.max(0, first - 8), first - 8 + half);
    const tail = lines.slice(Math.max(first - 8 + half, last - half + 10), last + 10);
    return [...head.map(render), ...(tail.length > 0 ? ["  …"] : []), ...tail.map(render)];
  }
}

function mentions(text: string, subject: string): boolean {
  const at = text.indexOf(subject);
  return at >= 0 && !/[0-9]/.test(text.charAt(at + subject.length));
}

function render({ at, about, text }: Line): string {
  const seconds = Math.floor(at / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const time = [h, m, s].map((n) => String(n).padStart(2, "0")).join(":");
  const ms = String(Math.floor(at % 1000)).padStart(3, "0");
  return `${time}.${ms} ${about === null ? "-" : about.slice(-2)} ${text}`;
}
