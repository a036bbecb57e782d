import {
  abortAllDurableObjects,
  applyD1Migrations,
  reset,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { discordBudgetOf } from "../../durable-objects/discord-budget.ts";
import type { ConversationEvent } from "../../src/conversation/events.ts";
import type { DiscordChannelId, DiscordMessageId, DiscordUserId } from "../../src/conversation/ids.ts";
import type { Brake } from "../../src/discord/budget-brake.ts";
import { OutsideCalls } from "./outside.ts";

const FIRST = { turn: null, roundTripMs: 0 };
let outside: OutsideCalls;

beforeEach(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  outside = new OutsideCalls();
  outside.install();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await reset();
});

const member = (n: number) => `10000000000000${String(n).padStart(4, "0")}` as DiscordUserId;
const channel = (n: number) => `20000000000000${String(n).padStart(4, "0")}` as DiscordChannelId;
const conversation = (n: number) => env.CONVERSATION.getByName(member(n));

function wrote(n: number, text: string, message = 1): ConversationEvent {
  return {
    kind: "member-wrote",
    message: `6${member(n).slice(2)}${message}` as DiscordMessageId,
    channel: channel(n),
    profile: { member: member(n), displayName: "member" },
    text,
    incomplete: false,
    at: Date.now(),
  };
}

/** How often something was said, or tried to be, in a member's DM. */
const said = (n: number) => outside.to(`/channels/${channel(n)}/messages`).length;

/** A member writes, and all that follows from it and can be done now is done. */
async function converse(n: number, text = "hello"): Promise<void> {
  await conversation(n).ingest(wrote(n, text));
  await conversation(n).wake();
}

/** A member's DM answers the next message so. */
function answerNext(n: number, respond: () => Response | Promise<Response>): void {
  outside.next(`/channels/${channel(n)}/messages`, respond);
}

/** Resolves when the budget has heard so: reports go to it in the background. */
async function heard(isSo: (brake: Brake) => boolean): Promise<void> {
  const bodies = () =>
    runInDurableObject(env.DISCORD_BUDGET.getByName("bot"), (_i, { storage }) =>
      storage.sql.exec<{ body: string }>("SELECT body FROM brake").toArray(),
    );
  await vi.waitUntil(async () => (await bodies()).some(({ body }) => isSo(JSON.parse(body))));
}

/** The time of everything that waits has come. */
async function ring(n: number): Promise<void> {
  await runInDurableObject(conversation(n), (_i, { storage }) => storage.sql.exec("UPDATE deliveries SET due_at = 1"));
  await runDurableObjectAlarm(conversation(n));
}

describe("conversations share what Discord allows the bot", () => {
  test("a limit of the whole bot that one of them met is kept to by all", async () => {
    answerNext(1, () => Response.json({ retry_after: 60, global: true }, { status: 429 }));
    await converse(1);
    await heard(({ blockedUntil }) => blockedUntil > 0);
    await converse(2);
    expect([said(1), said(2)]).toEqual([1, 0]);
  });

  test("a token that was refused is tried by one of them at a time", async () => {
    for (const n of [1, 2]) answerNext(n, () => Response.json({ code: 0 }, { status: 401 }));
    await converse(1);
    await heard(({ token }) => token !== null);
    for (const n of [2, 3, 4]) await converse(n);
    expect([1, 2, 3, 4].map(said)).toEqual([1, 1, 0, 0]);
  });

  test("and are free again when the token was accepted", async () => {
    answerNext(1, () => Response.json({ code: 0 }, { status: 401 }));
    await converse(1);
    await heard(({ token }) => token !== null);
    await converse(2);
    await heard(({ token }) => token === null);
    await converse(3);
    await ring(1);
    expect([1, 2, 3].map(said)).toEqual([2, 1, 1]);
  });

  test("no more is let out in a second than Discord allows, whoever asks", async () => {
    const start = Date.now();
    const leases = await Promise.all(Array.from({ length: 300 }, () => discordBudgetOf(env).lease(FIRST)));
    const seconds = 1 + Math.ceil((Date.now() - start) / 1000);
    const calls = leases.map((answer) => (answer.kind === "lease" && answer.afterMs === 0 ? answer.calls : 0));
    expect(calls[0]).toBe(5);
    expect(calls.reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(45 * seconds);
  });
});

test("what holds calls back outlives a crash of the object that keeps it", async () => {
  const { report, lease } = discordBudgetOf(env);
  await Promise.all(Array.from({ length: 501 }, () => report({ kind: "refused", wasProbe: false })));
  await abortAllDurableObjects();
  expect(await lease(FIRST)).toMatchObject({ kind: "wait" });
});

describe("a conversation whose calls hang", () => {
  const never = () => new Promise<Response>(() => undefined);

  test("on Discord delays no other one, and not what it has for Twilio", async () => {
    answerNext(1, never);
    await conversation(1).ingest(wrote(1, "hello"));
    await vi.waitUntil(() => said(1) === 1);
    await conversation(1).ingest(wrote(1, "live agent", 2));
    for (let n = 2; n < 22; n++) await converse(n);
    expect(Array.from({ length: 20 }, (_, i) => said(i + 2)).every((times) => times === 1)).toBe(true);
    await vi.waitUntil(() => outside.to("/Conversations").length === 1);
    expect(said(1)).toBe(1);
  });

  test("on Twilio delays no other one", async () => {
    outside.next("/Conversations", never);
    await conversation(1).ingest(wrote(1, "live agent"));
    await vi.waitUntil(() => outside.to("/Conversations").length === 1);
    await converse(2, "live agent");
    expect(outside.to("/Conversations")).toHaveLength(2);
    expect(outside.to("/Interactions")).toHaveLength(1);
  });
});
