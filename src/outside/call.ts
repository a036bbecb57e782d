/**
 * One call to the outside and what became of it. Whoever sends decides by this, and by nothing else, whether a thing
 * happened, did not happen, or may have happened.
 */
export type CallResult<T> =
  /** It happened. */
  | { readonly kind: "done"; readonly value: T }
  /** It certainly did not happen and repeating the same call will not help. `code` is the platform's own error code, else 0. */
  | { readonly kind: "refused"; readonly status: number; readonly code: number; readonly reason: string }
  /**
   * It certainly did not happen; the same call may work later, not before `afterMs` milliseconds if given. `held`: it was not
   * even made, because a limit would have refused it.
   */
  | { readonly kind: "later"; readonly reason: string; readonly afterMs?: number; readonly held?: true }
  /** Nobody can tell: the time limit passed, the connection broke, or the far side failed while working on it. */
  | { readonly kind: "unknown"; readonly reason: string };

/** How long an outside call may take, in milliseconds. What may still take effect after it is counted from here. */
export const CALL_LIMIT_MS = 10_000;

/**
 * Calls out: {@link fetchWithin}, or a stand-in under simulation. Rejects with a `TimeoutError` when answer and body have not
 * come within `timeLimitMs`.
 */
export type Fetch = (url: string, init: RequestInit, timeLimitMs: number) => Promise<Response>;

/** The `fetch` of the runtime with a time limit. */
export const fetchWithin: Fetch = (url, init, timeLimitMs) =>
  fetch(url, { ...init, signal: AbortSignal.timeout(timeLimitMs) });

/** Resolves after `ms` milliseconds, or when the signal says that nobody waits any more. Never rejects. */
export type Pause = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Does `work`, or rejects when it has taken too long; what becomes of it then is nobody's concern. */
export async function within<T>(pause: Pause, timeLimitMs: number, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = pause(timeLimitMs, done.signal).then(() =>
    Promise.reject(new Error(`not done within ${timeLimitMs} ms`)),
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    late.catch(() => undefined);
    done.abort();
  }
}

/** Milliseconds since 1970. */
export type Clock = () => number;

/**
 * Calls out with a time limit. Returns the response with its whole body read as text, or why nobody knows what happened.
 * Never throws. Redirects are not followed: no API that we call redirects, and following would hand on credentials.
 */
export async function callOutside(
  fetch: Fetch,
  url: string,
  init: RequestInit,
  timeLimitMs: number,
): Promise<
  { kind: "answer"; status: number; headers: Headers; body: string } | Extract<CallResult<never>, { kind: "unknown" }>
> {
  try {
    const response = await fetch(url, { redirect: "manual", ...init }, timeLimitMs);
    return { kind: "answer", status: response.status, headers: response.headers, body: await response.text() };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === "TimeoutError";
    return { kind: "unknown", reason: timedOut ? `no answer within ${timeLimitMs} ms` : "connection failed" };
  }
}

/** Parses JSON from the outside; `undefined` when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
