/** What went wrong with messages on their way to one side. */
export type Troubles = { lost: number; doubled: number; disordered: number };

/** After this time a message counts as lost. */
const PATIENCE_MS = 30_000;
const SWEEP_MS = 1_000;

type Awaited = { readonly since: number; readonly resolve: () => void; readonly reject: (error: Lost) => void };

/** A message that has not arrived. */
export class Lost extends Error {}

/** The text of a conversation's n-th message to one side: both are found in it again on the far side. */
export function numberedText(conversation: number, n: number): string {
  return `Message ${n} of conversation ${conversation}: the export stops half way and nothing happens after that.`;
}

const NUMBERED = /Message (\d+) of conversation (\d+)/;

/** The messages that reach one far side: each must do so once, and those of a conversation in the order of their numbers. */
export class Arrivals {
  readonly troubles: Troubles = { lost: 0, doubled: 0, disordered: 0 };
  readonly #awaited = new Map<string, Awaited>();
  readonly #highest = new Map<number, number>();
  readonly #sweep = setInterval(() => this.#giveUpOld(), SWEEP_MS);

  /** Resolves when the message arrives; rejects with {@link Lost} when it does not. */
  expect(conversation: number, n: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#awaited.set(`${conversation}/${n}`, { since: performance.now(), resolve, reject });
    });
  }

  /** Takes note of a text that has arrived; one without a number is a notice. */
  note(text: string): void {
    const [, number, of] = NUMBERED.exec(text) ?? [];
    if (number === undefined) return;
    const [n, conversation] = [Number(number), Number(of)];
    const key = `${conversation}/${n}`;
    const awaited = this.#awaited.get(key);
    if (!awaited) {
      this.troubles.doubled += 1;
      return;
    }
    this.#awaited.delete(key);
    const highest = this.#highest.get(conversation) ?? -1;
    if (n < highest) this.troubles.disordered += 1;
    else this.#highest.set(conversation, n);
    awaited.resolve();
  }

  close(): void {
    clearInterval(this.#sweep);
  }

  #giveUpOld(): void {
    const before = performance.now() - PATIENCE_MS;
    for (const [key, { since, reject }] of this.#awaited) {
      if (since > before) return;
      this.#awaited.delete(key);
      this.troubles.lost += 1;
      reject(new Lost(`message ${key} has not arrived within ${PATIENCE_MS} ms`));
    }
  }
}
