import { type Arrivals, numberedText } from "./far/arrivals.ts";

/** A conversation to be measured. Each call is one message; it resolves when the far side has it. */
export type Talk = {
  readonly member: string;
  readonly toTwilio: () => Promise<void>;
  readonly toDiscord: () => Promise<void>;
};

/** One direction of a conversation: numbers its messages, and waits for each on the far side. */
export function numbered(
  arrivals: Arrivals,
  conversation: number,
  send: (text: string) => Promise<unknown>,
): () => Promise<void> {
  let count = 0;
  return async () => {
    const n = count++;
    const arrived = arrivals.expect(conversation, n);
    await Promise.all([send(numberedText(conversation, n)), arrived]);
  };
}
