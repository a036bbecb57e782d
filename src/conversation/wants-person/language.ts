import { oneOf } from "../plain-text.ts";

/** How members ask for a person in one language. All is matched against text as `normalize` leaves it. */
export type Language = {
  /** Asks for a person when it is the whole message, and also when it is a clause with a word of `please`: "agent". */
  readonly call: string;
  /** Asks for a person only with a word of `please`: "support". */
  readonly politeCall: string;
  readonly please: RegExp;
  /** Said around a call without changing it: "hi", "a", "now". */
  readonly around: RegExp;
  /** A clause that asks for a person. */
  readonly request: RegExp;
  /** A clause that does not, although it reads like a request: "I don't need an agent", "a friend talked to an agent". */
  readonly refusal: RegExp;
  /** Words of five letters or more in which one wrong letter is forgiven. */
  readonly words: readonly string[];
};

/** What is said in English in the midst of any language. */
export const LOAN = "(?:live |real |human )?(?:agent|human)|(?:live|human|real) (?:support|person)";

/**
 * What may follow the person who is asked for: the end of the clause, or one of these words. Nothing else, since it would
 * make the person a thing of the game: "agent boss", "the person in the village".
 */
export function before(...next: readonly string[]): string {
  return String.raw`(?=$| ${oneOf(...next)}(?![\p{L}\p{N}]))`;
}
