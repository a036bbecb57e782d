import * as v from "valibot";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/**
 * Discord bans an address after 10,000 requests in ten minutes that it answered with 401, 403 or 429
 * (docs: topics/rate-limits, "Invalid Request Limit"), and other Workers use the same addresses.
 */
const COUNTED_MINUTES = 10;
/** More than this in ten minutes, and calls only trickle ... */
const MANY = 500;
/** ... until there are no more than this. */
const FEW = 250;
const TRICKLE_MS = 10 * SECOND;

/** Pauses between the probes of a token that was refused. */
const FIRST_PROBE_PAUSE_MS = 5 * SECOND;
const LONGEST_PROBE_PAUSE_MS = 5 * MINUTE;

const BrakeSchema = v.object({
  /** What Discord has asked all calls to wait for. */
  blockedUntil: v.number(),
  /** How many requests were refused in which minute since 1970, oldest first. */
  refused: v.array(v.tuple([v.number(), v.number()])),
  /** While too many were refused: when the next call may go. */
  trickle: v.nullable(v.object({ nextAt: v.number() })),
  /** While the bot's token is refused: how often it was, and when the next call may try it. */
  token: v.nullable(v.object({ refusals: v.number(), nextAt: v.number() })),
});

/** All that holds back the calls of a bot apart from their number. Times are milliseconds since 1970. */
export type Brake = v.InferOutput<typeof BrakeSchema>;

export const NO_BRAKE: Brake = { blockedUntil: 0, refused: [], trickle: null, token: null };

/** Reads a brake that was stored; what cannot be read brakes nothing. */
export function readBrake(stored: unknown): Brake {
  const read = v.safeParse(BrakeSchema, stored);
  return read.success ? read.output : NO_BRAKE;
}

/** How many requests were refused in the last ten minutes. */
export function refusedLately({ refused }: Brake, now: number): number {
  return recent(refused, now).reduce((sum, [, count]) => sum + count, 0);
}

/** Counts a request that Discord refused. */
export function countRefused(brake: Brake, now: number): Brake {
  const minute = Math.floor(now / MINUTE);
  const others = recent(brake.refused, now).filter(([other]) => other !== minute);
  const before = brake.refused.find(([other]) => other === minute)?.[1] ?? 0;
  const next: Brake = { ...brake, refused: [...others, [minute, before + 1]] };
  const isNew = next.trickle === null && refusedLately(next, now) > MANY;
  return isNew ? { ...next, trickle: { nextAt: now + TRICKLE_MS } } : next;
}

/** Discord asked all calls to wait. */
export function block(brake: Brake, forMs: number, now: number): Brake {
  return { ...brake, blockedUntil: Math.max(brake.blockedUntil, now + forMs) };
}

/**
 * The token was refused. From now on one call at a time tries it: the first one at once, since a single refusal may be a
 * mistake, then after pauses that double. Only the refusal of such a call counts as another one.
 */
export function refuseToken(brake: Brake, wasProbe: boolean, now: number): Brake {
  if (brake.token === null) return { ...brake, token: { refusals: 1, nextAt: now } };
  if (!wasProbe) return brake;
  return { ...brake, token: { ...brake.token, refusals: brake.token.refusals + 1 } };
}

/** The token was accepted. */
export function acceptToken(brake: Brake): Brake {
  return { ...brake, token: null };
}

/** Which calls may go now. */
export type Passage =
  | { readonly kind: "every-call"; readonly brake: Brake }
  | { readonly kind: "one-call"; readonly brakeAfter: Brake; readonly isProbe: boolean }
  | { readonly kind: "no-call"; readonly until: number };

export function passageOf(stored: Brake, now: number): Passage {
  const hasRecovered = stored.trickle !== null && refusedLately(stored, now) <= FEW;
  const brake = hasRecovered ? { ...stored, trickle: null } : stored;
  const { trickle, token } = brake;
  if (trickle === null && token === null) return { kind: "every-call", brake };
  const until = Math.max(trickle?.nextAt ?? 0, token?.nextAt ?? 0);
  if (until > now) return { kind: "no-call", until };
  const brakeAfter: Brake = {
    ...brake,
    trickle: trickle && { nextAt: now + TRICKLE_MS },
    token: token && { ...token, nextAt: now + probePause(token.refusals) },
  };
  return { kind: "one-call", brakeAfter, isProbe: token !== null };
}

function probePause(refusals: number): number {
  return Math.min(LONGEST_PROBE_PAUSE_MS, FIRST_PROBE_PAUSE_MS * 2 ** Math.min(refusals - 1, 20));
}

function recent(refused: Brake["refused"], now: number): Brake["refused"] {
  const first = Math.floor(now / MINUTE) - COUNTED_MINUTES;
  return refused.filter(([minute]) => minute > first);
}
