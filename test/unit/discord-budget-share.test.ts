import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { DeliveryId, DiscordChannelId, DiscordUserId } from "../../src/conversation/ids.ts";
import {
  Budget,
  type BudgetReport,
  DUE,
  type LeaseAnswer,
  type RequestBudget,
  type Turn,
} from "../../src/discord/budget.ts";
import { NO_BRAKE } from "../../src/discord/budget-brake.ts";
import type { MessageBody } from "../../src/discord/render.ts";
import { discordRest } from "../../src/discord/rest.ts";
import type { CallResult } from "../../src/outside/call.ts";
import { captureLog } from "./gateway-support.ts";

const channel = "323456789012345678" as DiscordChannelId;
const nonce = "0123456789abcdefABCDEF" as DeliveryId;
const hello: MessageBody = { content: "Hello", allowed_mentions: { parse: [] } };
const logged = captureLog();

const fiveCalls: LeaseAnswer = { kind: "lease", calls: 5, afterMs: 0, validMs: 3000, isProbe: false };
const oneCall: LeaseAnswer = { kind: "lease", calls: 1, afterMs: 0, validMs: 200, isProbe: false };
const probe: LeaseAnswer = { ...oneCall, isProbe: true };
const sent = () => Response.json({ id: "523456789012345678" });
const answers = (status: number, body: unknown = {}, headers: Record<string, string> = {}) =>
  Response.json(body, { status, headers });

/** An object that calls Discord, its clock, and a budget that answers as the test says. */
class World {
  now = 1_000_000;
  /** What the budget was asked and told. */
  readonly turns: (Turn | null)[] = [];
  readonly reports: BudgetReport[] = [];
  /** When Discord was called. */
  readonly calls: number[] = [];
  readonly paused: number[] = [];
  respond: () => Response = sent;
  lease: (turn: Turn | null, roundTripMs: number) => Promise<LeaseAnswer> = async () => fiveCalls;
  failReports = false;

  readonly budget: RequestBudget = {
    lease: ({ turn, roundTripMs }) => {
      this.turns.push(turn);
      return this.lease(turn, roundTripMs);
    },
    report: async (report) => {
      if (this.failReports) throw new Error("gone");
      this.reports.push(report);
    },
  };

  /** A new object at the same budget. */
  start() {
    return discordRest({
      fetch: async () => {
        this.calls.push(this.now);
        return this.respond();
      },
      now: () => this.now,
      apiUrl: "https://discord.example/api/v10",
      botToken: "the bot's token",
      applicationId: "423456789012345678",
      publicUrl: "https://flexcord.example.com",
      shared: {
        budget: this.budget,
        // Time passes only for those who wait to the end: a time limit that is not reached takes none.
        pause: async (ms, signal) => {
          await setImmediate();
          if (signal?.aborted) return;
          this.paused.push(ms);
          this.now += ms;
        },
        background: (work) => void work,
      },
    });
  }

  readonly rest = this.start();

  say(): Promise<CallResult<unknown>> {
    return this.rest.createMessage(channel, hello, nonce);
  }
}

describe("a call to Discord", () => {
  test("asks once for several calls, and again when its lease is used up or over", async () => {
    const world = new World();
    for (let n = 0; n < 5; n++) expect(await world.say()).toMatchObject({ kind: "done" });
    expect(world.turns).toHaveLength(1);
    await world.say();
    expect(world.turns).toHaveLength(2);
    world.now += 3000;
    await world.say();
    expect(world.turns).toHaveLength(3);
  });

  test("waits on the spot for a lease that begins soon", async () => {
    const world = new World();
    world.lease = async () => ({ ...oneCall, afterMs: 400 });
    expect(await world.say()).toMatchObject({ kind: "done" });
    expect(world.calls).toEqual([1_000_400]);
  });

  test("is put off when there is no room, and comes again with its turn, without asking before", async () => {
    const world = new World();
    world.lease = async () => ({ kind: "wait", afterMs: 8000, turn: 77 });
    expect(await world.say()).toEqual({
      kind: "later",
      reason: "the bot's limit is used up",
      afterMs: 8000,
      held: true,
    });
    world.now += 3000;
    expect(await world.say()).toMatchObject({ kind: "later", afterMs: 5000 });
    expect(world.turns).toEqual([null]);
    world.lease = async () => oneCall;
    world.now += 5000;
    expect(await world.say()).toMatchObject({ kind: "done" });
    expect(await world.say()).toMatchObject({ kind: "done" });
    expect(world.turns).toEqual([null, 77, null]);
    expect(world.calls).toHaveLength(2);
  });

  test("that only reads waits for its turn on the spot, up to eight seconds", async () => {
    const world = new World();
    world.respond = () => Response.json([]);
    world.lease = async (turn) => (turn === null ? { kind: "wait", afterMs: 8000, turn: 77 } : oneCall);
    expect(await world.rest.messagesAfter(channel, null, 1)).toMatchObject({ kind: "done" });
    expect(world.calls).toEqual([1_008_000]);
    world.lease = async () => ({ kind: "wait", afterMs: 8001, turn: 78 });
    expect(await world.rest.messagesAfter(channel, null, 1)).toMatchObject({ kind: "later", afterMs: 8001 });
  });

  test("is not held up by a limit of its own route in vain: nothing is asked for then", async () => {
    const world = new World();
    world.respond = () => answers(429, { retry_after: 2 }, { "x-ratelimit-scope": "user" });
    await world.say();
    expect(await world.say()).toMatchObject({ kind: "later" });
    expect(world.turns).toHaveLength(1);
    expect(world.calls).toHaveLength(1);
  });

  test("that met a limit while it waited for leave is not made", async () => {
    const world = new World();
    const asked = Promise.withResolvers<LeaseAnswer>();
    world.lease = () => asked.promise;
    const waiting = world.say();
    // An answer to an interaction meets Cloudflare's block meanwhile.
    world.respond = () => new Response("error code: 1015", { status: 429 });
    await world.rest.completeAnswer("token", hello);
    asked.resolve(oneCall);
    expect(await waiting).toMatchObject({ kind: "later", reason: "a rate limit is used up" });
    expect(world.calls).toHaveLength(1);
  });

  test("shares one question with another one that waits at the same time", async () => {
    const world = new World();
    await Promise.all([world.say(), world.rest.openDm("123456789012345678" as DiscordUserId)]);
    expect(world.turns).toHaveLength(1);
    expect(world.calls).toHaveLength(2);
  });

  test("does not ask for ever when no lease is good for anything", async () => {
    const world = new World();
    world.lease = async () => ({ ...oneCall, calls: 0 });
    expect(await world.say()).toMatchObject({ kind: "later" });
    expect(world.turns.length).toBeLessThan(10);
  });
});

describe("a budget that is far away", () => {
  test("is told how far, so that its leases are not over before they are here", async () => {
    const world = new World();
    const budget = new Budget(1, NO_BRAKE);
    world.lease = async (turn, roundTripMs) => {
      world.now += 300;
      const answer = budget.lease({ turn, roundTripMs }, world.now);
      world.now += 300;
      return answer;
    };
    expect(await world.say()).toMatchObject({ kind: "done" });
    expect(world.turns).toEqual([null, DUE]);
    expect(logged).toEqual([]);
  });
});

describe("answers to interactions and the question for the Gateway", () => {
  test("ask nobody", async () => {
    const world = new World();
    world.respond = () => answers(200, {});
    await world.rest.completeAnswer("token", hello);
    await world.rest.gateway();
    expect(world.calls).toHaveLength(2);
    expect(world.turns).toEqual([]);
  });

  test("report what Discord refuses all the same", async () => {
    const world = new World();
    world.respond = () => answers(403, { code: 50001 });
    await world.rest.completeAnswer("token", hello);
    await world.rest.gateway();
    expect(world.reports).toEqual([
      { kind: "refused", wasProbe: false },
      { kind: "refused", wasProbe: false },
    ]);
  });
});

describe("a budget that fails", () => {
  test.each([
    ["throws", () => Promise.reject(new Error("reset because its code was updated")), /its code was updated/],
    ["does not answer within a second", () => new Promise<never>(() => undefined), /1000 ms/],
  ])("stops no message when it %s, and is left alone for ten seconds", async (_, lease, reason) => {
    const world = new World();
    world.lease = lease;
    for (let n = 0; n < 8; n++) expect(await world.say()).toMatchObject({ kind: "done" });
    expect(world.turns).toHaveLength(1);
    expect(logged).toEqual([
      { level: "warn", event: "discord.budget-unreachable", reason: expect.stringMatching(reason) },
    ]);
    world.now += 10_000;
    world.lease = async () => fiveCalls;
    await world.say();
    expect(world.turns).toHaveLength(2);
    expect(logged).toHaveLength(1);
  });

  test("may miss a report", async () => {
    const world = new World();
    world.failReports = true;
    world.respond = () => answers(403, { code: 50007 });
    expect(await world.say()).toMatchObject({ kind: "refused", code: 50007 });
  });

  test("leaves the object's own limits in force", async () => {
    const world = new World();
    world.lease = () => Promise.reject(new Error("gone"));
    world.respond = () => answers(429, { retry_after: 3, global: true });
    await world.say();
    expect(await world.say()).toMatchObject({ kind: "later", afterMs: 3050 });
    expect(world.calls).toHaveLength(1);
  });
});

describe("the budget is told", () => {
  test.each([
    ["a member who takes no messages", 403, { code: 50007 }, {}, { kind: "refused", wasProbe: false }],
    ["a limit of the route", 429, { retry_after: 1 }, {}, { kind: "refused", wasProbe: false }],
    ["a limit of the bot", 429, { retry_after: 1, global: true }, {}, { kind: "blocked", forMs: 1000 }],
    ["a block of the address", 429, {}, {}, { kind: "blocked", forMs: 60_000 }],
    ["a refused token", 401, { code: 0 }, {}, { kind: "token-refused", wasProbe: false }],
    ["an interaction's token that is over", 401, { code: 50027 }, {}, { kind: "refused", wasProbe: false }],
  ])("of %s", async (_, status, body, headers, report) => {
    const world = new World();
    world.respond = () => answers(status, body, headers);
    await world.say();
    expect(world.reports).toEqual([report]);
  });

  test.each([
    ["a success", 200, { id: "523456789012345678" }, {}],
    ["an unknown message", 404, { code: 10008 }, {}],
    ["a failure of Discord", 500, {}, {}],
    ["a limit that others have used up", 429, { retry_after: 1 }, { "x-ratelimit-scope": "shared" }],
  ])("nothing of %s", async (_, status, body, headers) => {
    const world = new World();
    world.respond = () => answers(status, body, headers);
    await world.say();
    expect(world.reports).toEqual([]);
  });

  test.each([
    ["is accepted", 200, { id: "523456789012345678" }, [{ kind: "token-accepted" }]],
    ["is refused", 401, {}, [{ kind: "token-refused", wasProbe: true }]],
    ["is accepted and the call refused", 403, { code: 50007 }, [{ kind: "refused", wasProbe: true }]],
    ["remains open, since Discord fails,", 502, {}, []],
  ])("that a token that is tried %s", async (_, status, body, reports) => {
    const world = new World();
    world.lease = async () => probe;
    world.respond = () => answers(status, body);
    await world.say();
    expect(world.reports).toEqual(reports);
  });

  test("of a refused token by an object that drops what is left of its own lease", async () => {
    const world = new World();
    world.respond = () => answers(401);
    await world.say();
    await world.say();
    expect(world.turns).toHaveLength(2);
  });
});

test("a token that Discord refuses is not used on and on, however many objects have something to say", async () => {
  const world = new World();
  const budget = new Budget(50, NO_BRAKE);
  world.lease = async (turn, roundTripMs) => budget.lease({ turn, roundTripMs }, world.now);
  world.budget.report = async (report) => budget.report(report, world.now);
  world.respond = () => answers(401);
  const objects = Array.from({ length: 1000 }, () => world.start());
  for (const object of objects) {
    await object.createMessage(channel, hello, nonce);
    world.now += 100;
  }
  // A hundred seconds: the first call, and the probes after 0, 5, 15, 35 and 75 seconds.
  expect(world.calls).toHaveLength(6);
});
