import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DiscordStandIn, startDiscord } from "../../playground/discord/index.ts";
import {
  type ArticleSlug,
  type DeliveryId,
  type DiscordChannelId,
  type DiscordUserId,
  sessionIdOf,
  type TwilioIdentity,
} from "../../src/conversation/ids.ts";
import { commands } from "../../src/discord/commands/index.ts";
import { type MessageBody, renderSay } from "../../src/discord/render.ts";
import { discordRest } from "../../src/discord/rest.ts";
import { fetchWithin } from "../../src/outside/call.ts";

const nonce = "0123456789abcdefABCDEF" as DeliveryId;
const hello: MessageBody = { content: "Hello", allowed_mentions: { parse: [] } };

describe("with a Discord on loopback", () => {
  let discord: DiscordStandIn;
  beforeEach(async () => {
    discord = await startDiscord();
  });
  afterEach(() => discord.close());

  const connect = () =>
    discordRest({
      fetch: fetchWithin,
      now: Date.now,
      apiUrl: discord.apiUrl,
      botToken: discord.botToken,
      applicationId: discord.applicationId,
      publicUrl: "https://flexcord.example.com",
    });

  async function openDm(rest: ReturnType<typeof connect>, someone: { id: string }): Promise<DiscordChannelId> {
    const opened = await rest.openDm(someone.id as DiscordUserId);
    if (opened.kind !== "done") throw new Error(opened.reason);
    return opened.value;
  }

  test("a DM is opened, and everything that can be said arrives there", async () => {
    const someone = discord.createMember();
    const rest = connect();
    const dm = await openDm(rest, someone);
    expect(await openDm(rest, someone)).toBe(dm);

    const session = sessionIdOf(someone.id as DiscordUserId, 1);
    const context = {
      session,
      locale: "en",
      memberName: someone.name,
      agentName: () => "Agent",
      replyTo: null,
    } as const;
    const article = {
      slug: "lag" as ArticleSlug,
      title: "Lag",
      summary: "Less of it.",
      url: "https://example.com/lag",
    };
    const says = [
      { kind: "greeting" },
      { kind: "suggestions", articles: [article] },
      { kind: "article", article },
      { kind: "agent-text", agent: "agent" as TwilioIdentity, text: "Hello", files: [] },
    ] as const;
    for (const [n, say] of says.entries()) {
      const result = await rest.createMessage(dm, renderSay(say, context), `nonce-${n}` as DeliveryId);
      expect(result.kind).toBe("done");
    }
    expect(someone.dmMessages.map(({ content }) => content)).toEqual([
      `Hi ${someone.name}, how may I help you?`,
      "Does one of these help?",
      "Suggested article: Lag",
      "**Agent:** Hello",
    ]);
    const read = await rest.messagesAfter(dm, null, 100);
    expect(read.kind === "done" && read.value.map(({ id }) => id)).toEqual(someone.dmMessages.map(({ id }) => id));
  });

  test("a message whose answer was lost is there once after it was repeated", async () => {
    const someone = discord.createMember();
    const rest = connect();
    const dm = await openDm(rest, someone);
    discord.faults.rest({ route: "/messages", method: "POST", kind: "5xx-after" });
    expect((await rest.createMessage(dm, hello, nonce)).kind).toBe("unknown");
    discord.faults.rest({ route: "/messages", method: "POST", kind: "reset-after" });
    expect((await rest.createMessage(dm, hello, nonce)).kind).toBe("unknown");
    expect((await rest.createMessage(dm, hello, nonce)).kind).toBe("done");
    expect(someone.dmMessages).toHaveLength(1);
  });

  test("a member with closed DMs is told apart", async () => {
    const rest = connect();
    const dm = await openDm(rest, discord.createMember({ dms: "closed" }));
    expect(await rest.createMessage(dm, hello, nonce)).toMatchObject({ kind: "refused", code: 50007 });
  });

  test("no limit is hit twice", async () => {
    const rest = connect();
    const dm = await openDm(rest, discord.createMember());
    discord.faults.rest({ route: "/messages", kind: "429-user", retryAfter: 5 });
    for (let i = 0; i < 20; i += 1) expect((await rest.createMessage(dm, hello, nonce)).kind).toBe("later");
    expect(discord.log.filter((entry) => entry.kind === "rest" && entry.status === 429)).toHaveLength(1);
  });

  test("a burst into one channel is never refused by Discord", async () => {
    const rest = connect();
    const dm = await openDm(rest, discord.createMember());
    const kinds = new Set<string>();
    for (let i = 0; i < 30; i += 1) kinds.add((await rest.createMessage(dm, hello, `nonce-${i}` as DeliveryId)).kind);
    expect(kinds).toEqual(new Set(["done", "later"]));
    expect(discord.invalidRequests).toBe(0);
  });

  test("the commands are registered as they are defined", async () => {
    const result = await connect().putCommands(commands.map(({ definition }) => definition));
    expect(result.kind === "done" && result.value.map(({ name }) => name)).toEqual(["helpme", "case"]);
    expect([...discord.commands.values()].map(({ name, contexts }) => ({ name, contexts }))).toEqual([
      { name: "helpme", contexts: [0, 1] },
      { name: "case", contexts: [0, 1] },
    ]);
  });

  test("the Gateway's address is told", async () => {
    const result = await connect().gateway();
    expect(result.kind === "done" && result.value.url).toMatch(/^ws:\/\/127\.0\.0\.1:/);
  });
});
