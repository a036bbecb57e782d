const [MINUTE, HOUR] = [60, 3600];

/**
 * Seconds between the attempts, as https://www.standardwebhooks.com proposes; a Cloudflare Queue waits at most 12 hours. All in
 * all some 54 hours, well within the four days that a queue keeps a message.
 */
const DELAYS = [5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 12 * HOUR, 12 * HOUR, 12 * HOUR];

/**
 * How many seconds after a failed attempt, counted from 1, the next one is made; null when it was the last. `random` is from 0 to
 * 1: it takes up to a tenth off, so that not all come back at once.
 */
export function delayAfter(attempt: number, random: number): number | null {
  const delay = DELAYS[attempt - 1];
  return delay === undefined ? null : Math.round(delay * (1 - random / 10));
}
