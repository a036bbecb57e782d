import { expect, test } from "vitest";
import type { DeliveryId, DiscordChannelId } from "../../src/conversation/ids.ts";
import type { LeaseAnswer } from "../../src/discord/budget.ts";
import { discordRest } from "../../src/discord/rest.ts";

const channel = "323456789012345678" as DiscordChannelId;
const nonce = "0123456789abcdefABCDEF" as DeliveryId;
const lease: LeaseAnswer = { kind: "lease", calls: 5, afterMs: 0, validMs: 3000, isProbe: false };

/** A bot whose budget answers so; the paths that it called. */
function bot(answer: LeaseAnswer) {
  const called: string[] = [];
  const rest = discordRest({
    fetch: async (url) => {
      called.push(url.slice(url.lastIndexOf("/") + 1));
      return url.endsWith("typing") ? new Response(null, { status: 204 }) : Response.json({ id: "523456789012345678" });
    },
    now: () => 1_000_000,
    apiUrl: "https://discord.example/api/v10",
    botToken: "the bot's token",
    applicationId: "423456789012345678",
    publicUrl: "https://flexcord.example.com",
    shared: {
      budget: { lease: async () => answer, report: async () => undefined },
      pause: () => new Promise(() => undefined),
      background: (work) => void work,
    },
  });
  const say = () => rest.createMessage(channel, { content: "Hello", allowed_mentions: { parse: [] } }, nonce);
  return { rest, called, say };
}

test("that the bot is writing is shown where there is room for it and for the message", async () => {
  const { rest, called, say } = bot(lease);
  expect(await rest.showTyping(channel)).toEqual({ kind: "done", value: null });
  expect(await say()).toMatchObject({ kind: "done" });
  expect(called).toEqual(["typing", "messages"]);
});

test.each<[string, LeaseAnswer]>([
  ["the only call there is", { ...lease, calls: 1 }],
  ["the call that tries a refused token", { ...lease, isProbe: true }],
])("but %s belongs to the message", async (_, answer) => {
  const { rest, called, say } = bot(answer);
  expect(await rest.showTyping(channel)).toMatchObject({ kind: "later", held: true });
  expect(await say()).toMatchObject({ kind: "done" });
  expect(called).toEqual(["messages"]);
});

test("and is not shown while there is no room at all", async () => {
  const { rest, called } = bot({ kind: "wait", afterMs: 8000, turn: 7 });
  expect(await rest.showTyping(channel)).toMatchObject({ kind: "later", held: true });
  expect(called).toEqual([]);
});
