/** What became of the attempt to hand an event over to its conversation. */
export type Refusal = "overloaded" | "refused";

/** Overload as the runtime words it where the flag did not survive. */
const OVERLOADED = /too many requests|too much data queued|requests queued for too long/i;

/**
 * Classifies what a call to a Durable Object threw. An overloaded object must not be asked again at once; everything
 * else (a deploy, a lost connection, storage trouble, a fault of the conversation itself) deserves a few attempts,
 * since conversations ignore what they have seen before.
 * @see https://developers.cloudflare.com/durable-objects/best-practices/error-handling/
 */
export function classifyRefusal(error: unknown): Refusal {
  if (!(error instanceof Error)) return "refused";
  const flagged = "overloaded" in error && error.overloaded === true;
  return flagged || OVERLOADED.test(error.message) ? "overloaded" : "refused";
}
