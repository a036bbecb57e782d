import type { Time } from "../../conversation/events.ts";
import type { HaltReason } from "./close-codes.ts";
import type { Frame, GatewaySession } from "./frames.ts";

/** Where one Gateway connection stands. Sockets are numbered by `epoch`, so that late words of an earlier one are known. */
export type ConnectionState = {
  readonly phase: Phase;
  /** When the phase began. */
  readonly since: Time;
  /** Why it began, for people. */
  readonly cause: string;
  readonly epoch: number;
  /** Failed attempts in a row, and connections that did not stand for long. */
  readonly attempts: number;
  readonly heart: Heart | null;
  readonly lasting: Lasting;
  /** Identifies that Discord still grants, as last heard. */
  readonly remaining: number | null;
};

export type Phase =
  /** Not yet asked to connect. */
  | { readonly kind: "idle" }
  /** Between two attempts. */
  | { readonly kind: "waiting"; readonly until: Time }
  /** Asking Discord for the Gateway's address and for what is left of our Identifies. */
  | { readonly kind: "asking" }
  /** A socket is being opened; Hello is awaited. `shards` goes into the Identify. */
  | { readonly kind: "connecting"; readonly shards: number }
  | { readonly kind: "identifying" }
  | { readonly kind: "resuming" }
  | { readonly kind: "ready" }
  /** Stopped for good, until an operator clears it. */
  | { readonly kind: "halted"; readonly reason: HaltReason };

/** The heartbeat of the present socket. `acknowledgedAt` is null until the first acknowledgement. */
export type Heart = {
  readonly intervalMs: number;
  readonly nextAt: Time;
  readonly awaiting: boolean;
  readonly acknowledgedAt: Time | null;
};

/** What must survive a restart. */
export type Lasting = {
  readonly session: GatewaySession | null;
  /** Since when there may be messages that were not brought to us and not read yet; null when there are none. */
  readonly gapSince: Time | null;
  /** The Identifies of the last 24 hours. */
  readonly identifies: readonly Time[];
  readonly halted: HaltReason | null;
};

export type Input =
  /** See to it that the connection stands: the clock, or somebody who needs it. */
  | { readonly kind: "wake" }
  | {
      readonly kind: "gateway-found";
      readonly epoch: number;
      readonly url: string;
      readonly shards: number;
      readonly remaining: number;
      readonly resetAfterMs: number;
    }
  | { readonly kind: "gateway-not-found"; readonly epoch: number; readonly afterMs: number; readonly reason: string }
  | { readonly kind: "frame"; readonly epoch: number; readonly frame: Frame }
  | { readonly kind: "closed"; readonly epoch: number; readonly code: number }
  /** The socket could not be opened. */
  | { readonly kind: "connect-failed"; readonly epoch: number; readonly reason: string }
  /** HTTP 401, from the REST API or at the upgrade. */
  | { readonly kind: "token-refused"; readonly epoch: number }
  /** What came while there was no session has been read. */
  | { readonly kind: "gap-filled"; readonly epoch: number }
  | { readonly kind: "clear-halt" };

/** What is to be done, in this order. */
export type Effect =
  | { readonly kind: "ask-gateway"; readonly epoch: number }
  | { readonly kind: "connect"; readonly epoch: number; readonly url: string }
  | { readonly kind: "close"; readonly code: number }
  | { readonly kind: "heartbeat" }
  | { readonly kind: "identify"; readonly shards: number }
  | { readonly kind: "resume"; readonly session: GatewaySession }
  /** An event of the session; `name` is null where it is of the protocol itself and only its number counts. */
  | { readonly kind: "event"; readonly seq: number; readonly name: string | null; readonly data: unknown }
  /** The session is over: its numbers mean nothing any more. */
  | { readonly kind: "forget-session" }
  /** A session stands after one was lost: read what did not come and will not come by itself. */
  | { readonly kind: "fill-gap"; readonly epoch: number; readonly since: Time }
  /** Store `lasting`. */
  | { readonly kind: "save" };

/** Before anything happened. */
export function startConnection(lasting: Lasting, now: Time): ConnectionState {
  const phase: Phase = lasting.halted === null ? { kind: "idle" } : { kind: "halted", reason: lasting.halted };
  return { phase, since: now, cause: "started", epoch: 0, attempts: 0, heart: null, lasting, remaining: null };
}

/** How long each phase may take, in milliseconds. A resume replays all that was missed. */
export const TIME_LIMITS = { asking: 15_000, connecting: 20_000, identifying: 30_000, resuming: 120_000 } as const;

/** When `wake` has something to do next; null when nothing will happen by itself. */
export function nextWake({ phase, since, heart }: ConnectionState): Time | null {
  switch (phase.kind) {
    case "idle":
    case "halted":
      return null;
    case "waiting":
      return phase.until;
    case "ready":
      return heart?.nextAt ?? null;
    case "asking":
    case "connecting":
    case "identifying":
    case "resuming":
      return Math.min(since + TIME_LIMITS[phase.kind], heart?.nextAt ?? Number.POSITIVE_INFINITY);
  }
}
