import type { AgentWrote, Time } from "./events.ts";

/**
 * The order of a Twilio Conversation. Webhooks come at most once and in any order, but `Index` always rises: messages
 * leave by index, and a hole is waited for, then read, and only then taken as skipped.
 */
export type IndexOrder = {
  /** All below is accounted for. */
  readonly next: number;
  /** Indexes above `next` that are accounted for: our own posts. Rising. */
  readonly own: readonly number[];
  /** Messages above `next` that wait for a hole to close. Rising by index. */
  readonly held: readonly AgentWrote[];
  /** When the present hole was noticed; null without a hole. */
  readonly holeSince: Time | null;
  /** A read of the missing messages is under way. */
  readonly reading: boolean;
  /** The highest index that had come when the last read was asked for: of what came later it says nothing. */
  readonly readUpTo: number;
  /** Indexes below `next` that were taken as skipped, the last ones. What arrives for one after all is late, not lost. */
  readonly skipped: readonly number[];
};

/** The order after something arrived, and the messages that may leave now, in order. */
export type OrderStep = { readonly order: IndexOrder; readonly released: readonly AgentWrote[] };

/** How long a hole is left to close by itself: a post of our own in flight, or a webhook overtaken by the next. */
export const HOLE_PATIENCE_MS = 1000;

/** How many skipped indexes are remembered. */
const SKIPPED_LIMIT = 50;

export const NEW_ORDER: IndexOrder = {
  next: 0,
  own: [],
  held: [],
  holeSince: null,
  reading: false,
  readUpTo: -1,
  skipped: [],
};

/** A message arrived by webhook. One that was accounted for before is dropped. */
export function arrive(order: IndexOrder, message: AgentWrote, now: Time): OrderStep {
  if (message.delivery !== null) return account(order, message.index, now);
  if (order.skipped.includes(message.index)) {
    return {
      order: { ...order, skipped: order.skipped.filter((index) => index !== message.index) },
      released: [message],
    };
  }
  if (message.index < order.next || order.held.some((held) => held.index === message.index)) {
    return { order, released: [] };
  }
  const held = [...order.held, message].sort((a, b) => a.index - b.index);
  return advance({ ...order, held }, now);
}

/** A post of our own was given this index. */
export function account(order: IndexOrder, index: number, now: Time): OrderStep {
  const skipped = order.skipped.filter((other) => other !== index);
  if (index < order.next || order.own.includes(index)) return { order: { ...order, skipped }, released: [] };
  return advance({ ...order, own: [...order.own, index].sort((a, b) => a - b) }, now);
}

/** The missing messages are about to be read. */
export function beginRead(order: IndexOrder): IndexOrder {
  return { ...order, reading: true, readUpTo: Math.max(order.next - 1, ...order.held.map(({ index }) => index)) };
}

/**
 * All messages up to `last` were read: those not yet accounted for are released with those that waited, and indexes that
 * stayed empty count as skipped. `messages` may be in any order and hold what is known already.
 */
export function accountForRead(order: IndexOrder, messages: readonly AgentWrote[], last: number, now: Time): OrderStep {
  const fresh = new Map<number, AgentWrote>();
  for (const message of [...order.held, ...messages]) {
    const isKnown = message.index < order.next || message.delivery !== null || order.own.includes(message.index);
    if (!isKnown) fresh.set(message.index, message);
  }
  const next = Math.max(order.next, last + 1, order.readUpTo + 1);
  const seen = new Set([...order.own, ...fresh.keys(), ...messages.map(({ index }) => index)]);
  const skipped = [...order.skipped];
  for (let index = order.next; index < next; index++) if (!seen.has(index)) skipped.push(index);
  const messagesByIndex = [...fresh.values()].sort((a, b) => a.index - b.index);
  const rest: IndexOrder = {
    next,
    own: order.own.filter((index) => index >= next),
    held: messagesByIndex.filter(({ index }) => index >= next),
    holeSince: null,
    reading: false,
    readUpTo: order.readUpTo,
    skipped: skipped.slice(-SKIPPED_LIMIT),
  };
  const step = advance(rest, now);
  return { order: step.order, released: [...messagesByIndex.filter(({ index }) => index < next), ...step.released] };
}

function advance(order: IndexOrder, now: Time): OrderStep {
  const released: AgentWrote[] = [];
  const own = [...order.own];
  const held = [...order.held];
  let next = order.next;
  for (;;) {
    if (own[0] === next) own.shift();
    else if (held[0]?.index === next) released.push(...held.splice(0, 1));
    else break;
    next += 1;
  }
  const hole = own.length > 0 || held.length > 0;
  const holeSince = hole ? (released.length > 0 ? now : (order.holeSince ?? now)) : null;
  return { order: { ...order, next, own, held, holeSince, reading: hole && order.reading }, released };
}
