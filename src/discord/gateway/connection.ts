import type { Time } from "../../conversation/events.ts";
import { afterClose, CLOSE_AND_RESUME, type HaltReason } from "./close-codes.ts";
import {
  type ConnectionState,
  type Effect,
  type Heart,
  type Input,
  type Phase,
  TIME_LIMITS,
} from "./connection-state.ts";
import type { Frame } from "./frames.ts";
import { IDENTIFY_RESERVE, nextIdentifyAt, recentIdentifies } from "./identify-budget.ts";

export type Step = { readonly state: ConnectionState; readonly effects: readonly Effect[] };

/** A connection that stood this long is healthy: attempts are counted anew. */
const HEALTHY_AFTER_MS = 60_000;
/** What is left of them as soon as it stands: one that is cut again and again is resumed every one to two seconds. */
const ATTEMPTS_KEPT = 1;
const SHORTEST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 60_000;
/** After so many failures on the resume address the general one is asked for; it can resume as well. */
const ATTEMPTS_ON_RESUME_URL = 3;

/**
 * The protocol of one Gateway connection as a pure state machine: what came in, the time and a random number in [0, 1),
 * fresh for each step, make the next state and what is to be done. What comes from an earlier socket is ignored.
 * @see https://docs.discord.com/developers/events/gateway#connection-lifecycle
 */
export function step(state: ConnectionState, input: Input, now: Time, random: number): Step {
  if ("epoch" in input && input.epoch !== state.epoch) return { state, effects: [] };
  switch (input.kind) {
    case "wake":
      return wake(state, now, random);
    case "gateway-found":
      return found(state, input, now);
    case "gateway-not-found":
      return retry(state, `no address: ${input.reason}`, now, random, { atLeastMs: input.afterMs });
    case "frame":
      return received(state, input.frame, now, random);
    case "closed":
      return closed(state, input.code, now, random);
    case "connect-failed":
      return retry(state, `no connection: ${input.reason}`, now, random);
    case "token-refused":
      return halt(state, "token-refused", "HTTP 401", now);
    case "gap-filled":
      return { state: { ...state, lasting: { ...state.lasting, gapSince: null } }, effects: [{ kind: "save" }] };
    case "clear-halt":
      return clearHalt(state, now);
  }
}

function wake(state: ConnectionState, now: Time, random: number): Step {
  const { phase, heart } = state;
  switch (phase.kind) {
    case "halted":
      return { state, effects: [] };
    case "idle":
      return begin(state, "asked to connect", now);
    case "waiting":
      return now < phase.until ? { state, effects: [] } : begin(state, state.cause, now);
    case "asking":
    case "connecting":
    case "identifying":
    case "resuming":
      if (now >= state.since + TIME_LIMITS[phase.kind]) return retry(state, `${phase.kind} took too long`, now, random);
  }
  const missed = phase.kind === "ready" ? fillGap(state) : [];
  if (heart === null || now < heart.nextAt) return { state, effects: missed };
  if (heart.awaiting) return retry(state, "heartbeat not acknowledged", now, random);
  const due = beat(state, heart, now);
  return { state: due.state, effects: [...due.effects, ...missed] };
}

function beat(state: ConnectionState, heart: Heart, now: Time): Step {
  const beating = { ...heart, nextAt: now + heart.intervalMs, awaiting: true };
  return { state: { ...state, heart: beating }, effects: [{ kind: "heartbeat" }] };
}

/** Resumes where there is a session; otherwise asks for leave to identify, as soon as the budget allows. */
function begin(state: ConnectionState, cause: string, now: Time): Step {
  const { session, identifies } = state.lasting;
  const epoch = state.epoch + 1;
  if (session !== null && state.attempts < ATTEMPTS_ON_RESUME_URL) {
    const next = enter({ ...state, epoch }, { kind: "connecting", shards: 1 }, cause, now);
    return { state: next, effects: [{ kind: "connect", epoch, url: session.resumeUrl }] };
  }
  const allowedAt = session === null ? nextIdentifyAt(identifies, now) : now;
  if (allowedAt > now) {
    return { state: enter(state, { kind: "waiting", until: allowedAt }, "saving Identifies", now), effects: [] };
  }
  return {
    state: enter({ ...state, epoch }, { kind: "asking" }, cause, now),
    effects: [{ kind: "ask-gateway", epoch }],
  };
}

function found(state: ConnectionState, input: Extract<Input, { kind: "gateway-found" }>, now: Time): Step {
  if (state.phase.kind !== "asking") return { state, effects: [] };
  const { remaining, shards, url } = input;
  const known = { ...state, remaining };
  if (state.lasting.session === null && remaining <= IDENTIFY_RESERVE) {
    const until = now + Math.max(input.resetAfterMs, LONGEST_RETRY_MS);
    return { state: enter(known, { kind: "waiting", until }, `${remaining} Identifies remain`, now), effects: [] };
  }
  const next = enter(known, { kind: "connecting", shards }, "address known", now);
  return { state: next, effects: [{ kind: "connect", epoch: state.epoch, url }] };
}

function received(state: ConnectionState, frame: Frame, now: Time, random: number): Step {
  switch (frame.kind) {
    case "hello":
      return state.phase.kind === "connecting"
        ? greet(state, state.phase.shards, frame.heartbeatIntervalMs, now, random)
        : { state, effects: [] };
    case "heartbeat-requested":
      return state.heart === null ? { state, effects: [{ kind: "heartbeat" }] } : beat(state, state.heart, now);
    case "heartbeat-acknowledged": {
      const heart = state.heart && { ...state.heart, awaiting: false, acknowledgedAt: now };
      return { state: { ...state, heart }, effects: [] };
    }
    case "reconnect-requested":
      return retry(state, "asked to reconnect", now, random);
    case "session-invalid":
      // Discord asks for a random pause of one to five seconds before anything else is tried.
      return retry(state, "session invalid", now, random, {
        forget: !frame.resumable,
        atLeastMs: 1000 + 4000 * random,
      });
    case "ready":
      return state.phase.kind === "identifying" ? beganSession(state, frame, now) : { state, effects: [] };
    case "resumed": {
      const resumed = state.phase.kind === "resuming" ? stand(state, "session resumed", now) : state;
      return {
        state: resumed,
        effects: [{ kind: "event", seq: frame.seq, name: null, data: null }, ...fillGap(state)],
      };
    }
    case "event":
      return { state, effects: [frame] };
  }
}

/** Answers Hello. The Identify is counted and stored before it is sent. */
function greet(state: ConnectionState, shards: number, intervalMs: number, now: Time, random: number): Step {
  const heart = { intervalMs, nextAt: now + intervalMs * random, awaiting: false, acknowledgedAt: null };
  const { session } = state.lasting;
  if (session !== null) {
    const next = enter({ ...state, heart }, { kind: "resuming" }, "connected", now);
    return { state: next, effects: [{ kind: "resume", session }] };
  }
  const identifies = [...recentIdentifies(state.lasting.identifies, now), now];
  const lasting = { ...state.lasting, identifies };
  const next = enter({ ...state, heart, lasting }, { kind: "identifying" }, "connected", now);
  return { state: next, effects: [{ kind: "save" }, { kind: "identify", shards }] };
}

function beganSession(state: ConnectionState, frame: Extract<Frame, { kind: "ready" }>, now: Time): Step {
  const lasting = { ...state.lasting, session: frame.session };
  return {
    state: stand({ ...state, lasting }, "session began", now),
    effects: [{ kind: "event", seq: frame.seq, name: null, data: null }, { kind: "save" }, ...fillGap(state)],
  };
}

function fillGap({ epoch, lasting }: ConnectionState): Effect[] {
  return lasting.gapSince === null ? [] : [{ kind: "fill-gap", epoch, since: lasting.gapSince }];
}

function stand(state: ConnectionState, cause: string, now: Time): ConnectionState {
  return enter({ ...state, attempts: Math.min(state.attempts, ATTEMPTS_KEPT) }, { kind: "ready" }, cause, now);
}

function closed(state: ConnectionState, code: number, now: Time, random: number): Step {
  const cause = `closed with ${code}`;
  const after = afterClose(code);
  switch (after.kind) {
    case "halt":
      return halt(state, after.reason, cause, now);
    case "identify":
      return retry(state, cause, now, random, { forget: true });
    case "resume":
      return retry(state, cause, now, random);
  }
}

/** Gives the present socket up and tries again after a pause that doubles with each failure, less up to half of it. */
function retry(
  state: ConnectionState,
  cause: string,
  now: Time,
  random: number,
  options: { readonly forget?: boolean; readonly atLeastMs?: number } = {},
): Step {
  const healthy = state.phase.kind === "ready" && now - state.since >= HEALTHY_AFTER_MS;
  const attempts = healthy ? 0 : state.attempts + 1;
  const pause = Math.min(LONGEST_RETRY_MS, SHORTEST_RETRY_MS * 2 ** attempts) * (1 - random / 2);
  const until = now + Math.max(pause, options.atLeastMs ?? 0);
  const left = leave({ ...state, attempts }, options.forget === true, now);
  return { state: enter(left.state, { kind: "waiting", until }, cause, now), effects: left.effects };
}

function halt(state: ConnectionState, reason: HaltReason, cause: string, now: Time): Step {
  const left = leave({ ...state, lasting: { ...state.lasting, halted: reason } }, true, now);
  return { state: enter(left.state, { kind: "halted", reason }, cause, now), effects: left.effects };
}

function clearHalt(state: ConnectionState, now: Time): Step {
  if (state.phase.kind !== "halted") return { state, effects: [] };
  const lasting = { ...state.lasting, halted: null };
  const begun = begin({ ...state, lasting, attempts: 0 }, "cleared by an operator", now);
  return { state: begun.state, effects: [{ kind: "save" }, ...begun.effects] };
}

/** Leaves the socket behind, and the session as well where it is over or never began. */
function leave(state: ConnectionState, forget: boolean, now: Time): Step {
  const { session, gapSince } = state.lasting;
  const over = forget || session === null;
  const lost = session === null ? gapSince : (gapSince ?? now);
  const lasting = over ? { ...state.lasting, session: null, gapSince: lost } : state.lasting;
  const forgotten: Effect[] = over ? [{ kind: "forget-session" }, { kind: "save" }] : [];
  return {
    state: { ...state, epoch: state.epoch + 1, heart: null, lasting },
    effects: [{ kind: "close", code: CLOSE_AND_RESUME }, ...forgotten],
  };
}

function enter(state: ConnectionState, phase: Phase, cause: string, now: Time): ConnectionState {
  return { ...state, phase, cause, since: now };
}
