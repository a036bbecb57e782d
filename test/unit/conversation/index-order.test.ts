import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AgentWrote } from "../../../src/conversation/events.ts";
import type {
  DeliveryId,
  TwilioConversationSid,
  TwilioIdentity,
  TwilioMessageSid,
} from "../../../src/conversation/ids.ts";
import {
  account,
  accountForRead,
  arrive,
  beginRead,
  type IndexOrder,
  NEW_ORDER,
  type OrderStep,
} from "../../../src/conversation/index-order.ts";

const NOON = Date.UTC(2026, 10, 2, 12);
const MARK = "mark-of-one-delivery-1" as DeliveryId;

function written(index: number, delivery: DeliveryId | null = null): AgentWrote {
  return {
    kind: "agent-wrote",
    conversation: "CH1" as TwilioConversationSid,
    message: `IM${index}` as TwilioMessageSid,
    index,
    author: "agent_one" as TwilioIdentity,
    text: `${index}`,
    files: [],
    delivery,
    at: NOON,
  };
}

const indexes = ({ released }: OrderStep) => released.map(({ index }) => index);
const order = (known: Partial<IndexOrder>): IndexOrder => ({ ...NEW_ORDER, ...known });

describe("messages that arrive", () => {
  test("leave by index, once each, whatever order they come in and however often; our own posts never do", () => {
    const count = 12;
    const all = Array.from({ length: count }, (_, index) => index);
    const arrivals = fc
      .tuple(fc.shuffledSubarray(all, { minLength: count }), fc.array(fc.constantFrom(...all), { maxLength: 8 }))
      .map(([each, repeats]) => [...each, ...repeats]);
    fc.assert(
      fc.property(arrivals, fc.subarray(all), fc.array(fc.boolean()), (comings, ours, answers) => {
        let now: IndexOrder = NEW_ORDER;
        const left: number[] = [];
        comings.forEach((index, n) => {
          // Of our own posts we hear by the answer, by the webhook, or by both.
          const own = ours.includes(index);
          const step =
            own && answers[n] ? account(now, index, NOON) : arrive(now, written(index, own ? MARK : null), NOON);
          now = step.order;
          left.push(...indexes(step));
          expect(now.own).toEqual([...now.own].sort((a, b) => a - b));
          expect(now.held.map((held) => held.index)).toEqual(
            [...now.held].map((held) => held.index).sort((a, b) => a - b),
          );
          expect(now.holeSince === null).toBe(now.own.length + now.held.length === 0);
        });
        expect(left).toEqual(all.filter((index) => !ours.includes(index)));
        expect(now).toEqual(order({ next: count }));
      }),
    );
  });

  test("a hole is timed from the moment it was noticed, however much comes behind it", () => {
    const noticed = arrive(NEW_ORDER, written(2), NOON);
    expect(noticed.order.holeSince).toBe(NOON);
    const later = arrive(noticed.order, written(3), NOON + 500);
    expect(later.order.holeSince).toBe(NOON);
    expect(indexes(later)).toEqual([]);
    const behindAnOwnPost = account(later.order, 5, NOON + 600);
    expect(behindAnOwnPost.order.holeSince).toBe(NOON);
  });

  test("the next hole is timed anew", () => {
    const two = [written(1), written(3)].reduce((step, message) => arrive(step.order, message, NOON), {
      order: NEW_ORDER,
      released: [],
    } as OrderStep);
    const oneClosed = arrive(two.order, written(0), NOON + 900);
    expect(indexes(oneClosed)).toEqual([0, 1]);
    expect(oneClosed.order.holeSince).toBe(NOON + 900);
    const closed = arrive(oneClosed.order, written(2), NOON + 950);
    expect(indexes(closed)).toEqual([2, 3]);
    expect(closed.order.holeSince).toBeNull();
  });

  test("a read that is under way matters as long as there is a hole", () => {
    const reading = order({ held: [written(2)], holeSince: NOON, reading: true });
    expect(arrive(reading, written(3), NOON).order.reading).toBe(true);
    const closed = [written(0), written(1)].reduce((now, message) => arrive(now, message, NOON).order, reading);
    expect(closed.reading).toBe(false);
  });

  test("one that comes after its index was taken as skipped leaves all the same, once", () => {
    const late = arrive(order({ next: 9, skipped: [4, 5, 6] }), written(5), NOON);
    expect(indexes(late)).toEqual([5]);
    expect(late.order).toEqual(order({ next: 9, skipped: [4, 6] }));
    expect(indexes(arrive(late.order, written(5), NOON))).toEqual([]);
  });

  test("a skipped index that turns out to be our own post is remembered no longer", () => {
    const skipped = order({ next: 9, skipped: [4, 5] });
    for (const step of [account(skipped, 5, NOON), arrive(skipped, written(5, MARK), NOON)]) {
      expect(step).toEqual({ order: order({ next: 9, skipped: [4] }), released: [] });
    }
  });

  test("one that waits already changes nothing", () => {
    const waiting = order({ held: [written(3)], own: [5], holeSince: NOON });
    expect(arrive(waiting, written(3), NOON + 1)).toEqual({ order: waiting, released: [] });
    expect(account(waiting, 5, NOON + 1)).toEqual({ order: waiting, released: [] });
  });
});

describe("a read of what is missing", () => {
  const hole = order({ next: 2, own: [5], held: [written(4), written(6)], holeSince: NOON, reading: true });

  test("releases what it found with what waited, by index, and takes the rest as skipped", () => {
    const read = accountForRead(hole, [written(6), written(3), written(1)], 6, NOON + 1);
    expect(indexes(read)).toEqual([3, 4, 6]);
    expect(read.order).toEqual(order({ next: 7, skipped: [2] }));
  });

  test("our own posts among what it found are neither said nor skipped", () => {
    const read = accountForRead(hole, [written(2, MARK), written(3)], 6, NOON + 1);
    expect(indexes(read)).toEqual([3, 4, 6]);
    expect(read.order.skipped).toEqual([]);
  });

  test("that ends before what waited when it began still lets it go", () => {
    const read = accountForRead(beginRead(hole), [], 2, NOON + 1);
    expect(indexes(read)).toEqual([4, 6]);
    expect(read.order).toEqual(order({ next: 7, readUpTo: 6, skipped: [2, 3] }));
  });

  test("says nothing of what came since: that waits for the next read", () => {
    const read = accountForRead(hole, [], 2, NOON + 1);
    expect(indexes(read)).toEqual([]);
    expect(read.order.next).toBe(3);
    expect(read.order.held.map(({ index }) => index)).toEqual([4, 6]);
    expect(read.order.holeSince).toBe(NOON + 1);
  });

  test("that ends further on takes all up to its end as skipped", () => {
    const read = accountForRead(hole, [], 8, NOON + 1);
    expect(read.order).toEqual(order({ next: 9, skipped: [2, 3, 7, 8] }));
  });

  test("of nothing new goes back behind nothing that is settled", () => {
    const read = accountForRead(order({ next: 4, reading: true }), [written(0), written(3)], 1, NOON);
    expect(read).toEqual({ order: order({ next: 4 }), released: [] });
  });

  test("lets an own post behind its end wait, and goes on with it when it comes next", () => {
    expect(accountForRead(order({ own: [1, 3] }), [written(0)], 1, NOON + 1).order).toEqual(
      order({ next: 2, own: [3], holeSince: NOON + 1 }),
    );
    expect(accountForRead(order({ own: [1, 2] }), [written(0)], 1, NOON + 1).order).toEqual(order({ next: 3 }));
  });

  test("keeps what it found behind its end: the next one leaves, what is behind another hole waits", () => {
    const next = accountForRead(order({ reading: true }), [written(2), written(0)], 1, NOON + 1);
    expect(indexes(next)).toEqual([0, 2]);
    expect(next.order).toEqual(order({ next: 3, skipped: [1] }));
    const behindAHole = accountForRead(order({ reading: true }), [written(3), written(0)], 1, NOON + 1);
    expect(indexes(behindAHole)).toEqual([0]);
    expect(behindAHole.order).toEqual(order({ next: 2, held: [written(3)], holeSince: NOON + 1, skipped: [1] }));
  });

  test("one that our own post has taken meanwhile is not said", () => {
    const read = accountForRead(order({ own: [1] }), [written(0), written(1)], 1, NOON);
    expect(indexes(read)).toEqual([0]);
  });

  test("only the last fifty skipped indexes are remembered", () => {
    const read = accountForRead(order({ skipped: [0], next: 1 }), [], 60, NOON);
    expect(read.order.skipped).toEqual(Array.from({ length: 50 }, (_, n) => n + 11));
  });
});
