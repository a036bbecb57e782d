import { decide } from "../conversation/decide.ts";

/** `decide` has thrown: a fault of ours, which repeating would only repeat. */
export class Undecidable extends Error {}

/** What `decide` says; throws {@link Undecidable}. */
export function decided(...[state, happening, now]: Parameters<typeof decide>): ReturnType<typeof decide> {
  try {
    return decide(state, happening, now);
  } catch (error) {
    throw new Undecidable(error instanceof Error ? `${error.name}: ${error.message}` : "unknown", { cause: error });
  }
}
