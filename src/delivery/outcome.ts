import type { DeliveryResult } from "../conversation/deliveries.ts";
import type { FailureCause } from "../conversation/events.ts";
import type { CallResult } from "../outside/call.ts";
import type { Attempt } from "./drain.ts";

/** An attempt that cannot be made because something before it failed. */
export function impossible(cause: FailureCause, reason: string): Attempt {
  return { kind: "failed", cause, reason };
}

/**
 * Wrong credentials are the operator's matter and no message's fault: what meets them waits until they are mended. Rarely,
 * since Discord bans addresses that are refused too often.
 */
const UNAUTHORIZED_PAUSE_MS = 30_000;

/** Turns the result of a call into that of an attempt; `causeOf` tells why a refusal is final, null that our credentials are wrong. */
export function attemptOf<T>(
  call: CallResult<T>,
  resultOf: (value: T) => DeliveryResult,
  causeOf: (refusal: Extract<CallResult<T>, { kind: "refused" }>) => FailureCause | null,
): Attempt {
  switch (call.kind) {
    case "done":
      return { kind: "done", result: resultOf(call.value) };
    case "refused":
      return refusedAttempt(causeOf(call), `${call.status}/${call.code} ${call.reason}`);
    case "later":
    case "unknown":
      return call;
  }
}

function refusedAttempt(cause: FailureCause | null, reason: string): Attempt {
  return cause === null ? { kind: "later", reason, afterMs: UNAUTHORIZED_PAUSE_MS } : { kind: "failed", cause, reason };
}
