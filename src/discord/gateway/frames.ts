import type { GatewayHeartbeat, GatewayIdentify, GatewayResume } from "discord-api-types/v10";
import * as v from "valibot";
import { parseJson } from "../../outside/call.ts";

/** What the Gateway sends, by meaning. `seq` numbers the events of a session from 1. */
export type Frame =
  | { readonly kind: "hello"; readonly heartbeatIntervalMs: number }
  | { readonly kind: "heartbeat-requested" }
  | { readonly kind: "heartbeat-acknowledged" }
  | { readonly kind: "reconnect-requested" }
  | { readonly kind: "session-invalid"; readonly resumable: boolean }
  | { readonly kind: "ready"; readonly seq: number; readonly session: GatewaySession }
  | { readonly kind: "resumed"; readonly seq: number }
  | { readonly kind: "event"; readonly seq: number; readonly name: string; readonly data: unknown };

/** What it takes to go on after a lost connection without losing events. */
export type GatewaySession = { readonly id: string; readonly resumeUrl: string };

/** Opcodes, see https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-opcodes. */
const OP = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  resume: 6,
  reconnect: 7,
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
} as const;

/** `DIRECT_MESSAGES`: all we listen to; the content of DMs needs no privileged intent. */
const INTENTS = 1 << 12;

const Envelope = v.object({
  op: v.number(),
  d: v.optional(v.unknown()),
  s: v.nullish(v.number()),
  t: v.nullish(v.string()),
});
const Hello = v.object({ heartbeat_interval: v.pipe(v.number(), v.minValue(1000)) });
const Ready = v.object({ session_id: v.string(), resume_gateway_url: v.pipe(v.string(), v.url()) });

/** Reads one text frame; null when it is nothing that we know. */
export function decodeFrame(text: string): Frame | null {
  const envelope = v.safeParse(Envelope, parseJson(text));
  if (!envelope.success) return null;
  const { op, d, s, t } = envelope.output;
  switch (op) {
    case OP.dispatch:
      return typeof s === "number" && typeof t === "string" ? decodeDispatch(s, t, d) : null;
    case OP.heartbeat:
      return { kind: "heartbeat-requested" };
    case OP.reconnect:
      return { kind: "reconnect-requested" };
    case OP.invalidSession:
      return { kind: "session-invalid", resumable: d === true };
    case OP.hello: {
      const hello = v.safeParse(Hello, d);
      return hello.success ? { kind: "hello", heartbeatIntervalMs: hello.output.heartbeat_interval } : null;
    }
    case OP.heartbeatAck:
      return { kind: "heartbeat-acknowledged" };
    default:
      return null;
  }
}

function decodeDispatch(seq: number, name: string, data: unknown): Frame | null {
  if (name === "RESUMED") return { kind: "resumed", seq };
  if (name !== "READY") return { kind: "event", seq, name, data };
  const ready = v.safeParse(Ready, data);
  if (!ready.success) return null;
  return { kind: "ready", seq, session: { id: ready.output.session_id, resumeUrl: ready.output.resume_gateway_url } };
}

/** `seq` is the last event that counts as seen; 0 for none. */
export function heartbeatFrame(seq: number): string {
  return JSON.stringify({ op: OP.heartbeat, d: seq === 0 ? null : seq } satisfies GatewayHeartbeat);
}

/** DMs reach only shard 0, however many shards there are. */
export function identifyFrame(token: string, shards: number): string {
  const properties = { os: "linux", browser: "flexcord", device: "flexcord" };
  const d = { token, intents: INTENTS, properties, shard: [0, shards] } satisfies GatewayIdentify["d"];
  return JSON.stringify({ op: OP.identify, d });
}

/** Asks for all events after `seq`. */
export function resumeFrame(token: string, session: GatewaySession, seq: number): string {
  return JSON.stringify({ op: OP.resume, d: { token, session_id: session.id, seq } satisfies GatewayResume["d"] });
}

/** The address to connect to: version and encoding are part of it, see the Gateway's "Connecting". */
export function connectUrl(base: string): string {
  const url = new URL(base);
  url.searchParams.set("v", "10");
  url.searchParams.set("encoding", "json");
  return url.href;
}
