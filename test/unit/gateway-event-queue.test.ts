import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DiscordChannelId, DiscordMessageId, DiscordUserId } from "../../src/conversation/ids.ts";
import { EventQueue, type MemberEvent, type QueuedEvent } from "../../src/discord/gateway/event-queue.ts";

function eventBy(member: string, message: number): MemberEvent {
  return {
    kind: "member-wrote",
    message: String(message) as DiscordMessageId,
    channel: "1" as DiscordChannelId,
    profile: { member: member as DiscordUserId, displayName: "member" },
    text: "",
    incomplete: false,
    at: 0,
  };
}

/** What `receive` must have started. */
function started(queued: QueuedEvent | null): QueuedEvent {
  if (queued === null) throw new Error("nothing was started");
  return queued;
}

describe("the mark", () => {
  test("starts where the stored one was", () => {
    expect(new EventQueue(41).mark).toBe(41);
  });

  test("moves at once past what is none of our business", () => {
    const queue = new EventQueue(0);
    expect(queue.receive(1, null)).toBeNull();
    expect(queue.mark).toBe(1);
  });

  test("stays before an event that is not handed over, whatever is handed over behind it", () => {
    const queue = new EventQueue(0);
    const first = started(queue.receive(1, eventBy("a", 1)));
    const second = started(queue.receive(2, eventBy("b", 2)));
    queue.settle(second);
    expect(queue.mark).toBe(0);
    queue.settle(first);
    expect(queue.mark).toBe(2);
  });

  test("does not stall on numbers that Discord leaves out", () => {
    const queue = new EventQueue(0);
    queue.receive(3, null);
    const event = started(queue.receive(7, eventBy("a", 1)));
    expect(queue.mark).toBe(6);
    queue.settle(event);
    expect(queue.mark).toBe(7);
  });
});

describe("events of one member", () => {
  test("still wait for each other while the one before is handed over", () => {
    const queue = new EventQueue(0);
    const first = started(queue.receive(1, eventBy("a", 1)));
    queue.receive(2, eventBy("a", 2));
    const second = started(queue.settle(first));
    expect(queue.receive(3, eventBy("a", 3))).toBeNull();
    const third = started(queue.settle(second));
    expect(third.seq).toBe(3);
    expect(queue.settle(third)).toBeNull();
    expect(queue.receive(4, eventBy("a", 4))).toMatchObject({ seq: 4 });
  });

  test("that were taken away, or settled, are settled already", () => {
    const queue = new EventQueue(0);
    const first = started(queue.receive(1, eventBy("a", 1)));
    expect(queue.laneOf(first)).toEqual([first]);
    queue.clearLane(first);
    expect(queue.settle(first)).toBeNull();
    expect(queue.laneOf(first)).toEqual([]);
    const next = started(queue.receive(2, eventBy("a", 2)));
    expect(queue.settle(first)).toBeNull();
    expect(queue.mark).toBe(1);
    queue.settle(next);
    expect(queue.mark).toBe(2);
    expect(queue.size).toBe(0);
  });

  test("wait for the one before", () => {
    const queue = new EventQueue(0);
    const first = started(queue.receive(1, eventBy("a", 1)));
    expect(queue.receive(2, eventBy("a", 2))).toBeNull();
    expect(queue.settle(first)).toMatchObject({ seq: 2 });
  });

  test("that a resume repeats while they are on their way are ignored", () => {
    const queue = new EventQueue(0);
    const first = started(queue.receive(1, eventBy("a", 1)));
    expect(queue.receive(1, eventBy("a", 1))).toBeNull();
    expect(queue.settle(first)).toBeNull();
    expect(queue.size).toBe(0);
  });

  test("are taken away together when they are parked, and count as seen", () => {
    const queue = new EventQueue(0);
    const stuck = started(queue.receive(1, eventBy("a", 1)));
    queue.receive(2, eventBy("a", 2));
    expect(queue.laneOf(stuck).map(({ seq }) => seq)).toEqual([1, 2]);
    queue.clearLane(stuck);
    expect(queue.mark).toBe(2);
    expect(queue.laneOf(stuck)).toEqual([]);
  });
});

test("another session starts with number 1, and late reports of the last one change nothing", () => {
  const queue = new EventQueue(0);
  const late = started(queue.receive(5, eventBy("a", 5)));
  queue.receive(6, eventBy("b", 6));
  queue.receive(7, eventBy("a", 7));
  expect(queue.all().map(({ seq }) => seq)).toEqual([5, 6, 7]);
  queue.clear();
  expect(queue.mark).toBe(0);
  const fresh = started(queue.receive(1, eventBy("a", 8)));
  expect(queue.settle(late)).toBeNull();
  expect(queue.laneOf(late)).toEqual([]);
  expect(queue.mark).toBe(0);
  queue.settle(fresh);
  expect(queue.mark).toBe(1);
});

describe("for any interleaving", () => {
  const members = ["a", "b", "c", "d"];
  /** Receive for a member (or nobody), with a gap in the numbers; or report on one of those that are under way. */
  const command = fc.oneof(
    fc.record({
      kind: fc.constant("receive" as const),
      member: fc.option(fc.constantFrom(...members)),
      gap: fc.integer({ min: 1, max: 3 }),
    }),
    fc.record({ kind: fc.constantFrom("settle" as const, "park" as const), pick: fc.nat() }),
    fc.record({ kind: fc.constant("replay" as const), pick: fc.nat() }),
  );

  test("the mark never passes an unsettled event, members keep their order, and nobody waits for another", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 120 }), (commands) => {
        const queue = new EventQueue(0);
        const received: { seq: number; event: MemberEvent | null }[] = [];
        const settled = new Set<number>();
        const underWay: QueuedEvent[] = [];
        const order = new Map<string, number[]>();
        let seq = 0;

        const begin = (queued: QueuedEvent | null) => {
          if (queued !== null) underWay.push(queued);
        };
        const finish = (queued: QueuedEvent) => {
          settled.add(queued.seq);
          const { member } = queued.event.profile;
          order.set(member, [...(order.get(member) ?? []), queued.seq]);
        };

        for (const next of commands) {
          if (next.kind === "receive") {
            seq += next.gap;
            const event = next.member === null ? null : eventBy(next.member, seq);
            received.push({ seq, event });
            if (event === null) settled.add(seq);
            begin(queue.receive(seq, event));
          } else if (next.kind === "replay") {
            const again = received[next.pick % Math.max(1, received.length)];
            if (again !== undefined) expect(queue.receive(again.seq, again.event)).toBeNull();
          } else if (underWay.length > 0) {
            const [queued] = underWay.splice(next.pick % underWay.length, 1);
            if (queued === undefined) continue;
            if (next.kind === "park") {
              for (const taken of queue.laneOf(queued)) finish(taken);
              queue.clearLane(queued);
            } else {
              finish(queued);
              begin(queue.settle(queued));
            }
          }

          const open = received.filter((one) => !settled.has(one.seq));
          for (const one of open) expect(queue.mark).toBeLessThan(one.seq);
          if (open.length === 0) expect(queue.mark).toBe(seq);
          expect(queue.size).toBe(open.length);
          for (const seqs of order.values()) expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
          const waiting = new Set(open.map((one) => one.event?.profile.member));
          expect(new Set(underWay.map((one) => one.event.profile.member))).toEqual(waiting);
          expect(underWay.length).toBe(waiting.size);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
