/** Discord's epoch, the first millisecond of 2015 (docs: reference, "Snowflakes"). */
const EPOCH = 1_420_070_400_000n;

/** Gives out ids that rise strictly, also within one millisecond and when the clock steps back. */
export function createSnowflakes(now: () => number): () => string {
  let last = 0n;
  return () => {
    const fresh = (BigInt(Math.floor(now())) - EPOCH) << 22n;
    last = fresh > last ? fresh : last + 1n;
    return String(last);
  };
}

/** Milliseconds since 1970 at which an id was given out. */
export function timeOf(snowflake: string): number {
  return Number((BigInt(snowflake) >> 22n) + EPOCH);
}

/** Whether `a` was given out after `b`. */
export function isAfter(a: string, b: string): boolean {
  return BigInt(a) > BigInt(b);
}
