import type { DeliveryResult } from "../conversation/deliveries.ts";
import type { FailureCause } from "../conversation/events.ts";
import type { CallResult } from "../outside/call.ts";
import type { Attempt } from "./drain.ts";

/** An attempt that cannot be made because something before it failed. */
export function impossible(cause: FailureCause, reason: string): Attempt {
  return { kind: "failed", cause, reason };
}

/** Turns the result of a call into that of an attempt; `causeOf` tells why a refusal is final. */
export function attemptOf<T>(
  call: CallResult<T>,
  resultOf: (value: T) => DeliveryResult,
  causeOf: (refusal: Extract<CallResult<T>, { kind: "refused" }>) => FailureCause,
): Attempt {
  switch (call.kind) {
    case "done":
      return { kind: "done", result: resultOf(call.value) };
    case "refused":
      return { kind: "failed", cause: causeOf(call), reason: `${call.status}/${call.code} ${call.reason}` };
    case "later":
    case "unknown":
      return call;
  }
}
