/** The part of a terminal's stream that progress is written to. */
export type ProgressStream = { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };

/** Without a terminal a line is written for each such part of the work. */
const PARTS = 10;

/** Shows how far long work is: in place on a terminal, in few lines elsewhere. */
export class Progress {
  readonly #stream: ProgressStream;
  #part = -1;
  #isOpen = false;

  constructor(stream: ProgressStream) {
    this.#stream = stream;
  }

  /** `done` of `total` pieces are done, and `what` comes next; `total` is null while nobody knows it. */
  show(done: number, total: number | null, what: string): void {
    const text = total === null ? what : `${done}/${total} ${what}`;
    if (this.#stream.isTTY === true) {
      // One column less: a full line would break.
      this.#stream.write(`\r\u001b[2K${[...text].slice(0, (this.#stream.columns ?? 80) - 1).join("")}`);
      this.#isOpen = true;
      return;
    }
    const part = total === null ? -1 : Math.floor((done * PARTS) / total);
    if (part >= 0 && part === this.#part) return;
    this.#part = part;
    this.#stream.write(`${text}\n`);
  }

  /** Takes away what stands on the terminal, before something else is printed. */
  clear(): void {
    if (this.#isOpen) this.#stream.write("\r\u001b[2K");
    this.#isOpen = false;
    this.#part = -1;
  }
}
