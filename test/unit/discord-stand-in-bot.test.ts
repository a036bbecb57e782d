import { EventEmitter, once } from "node:events";
import {
  type ChatInputCommandInteraction,
  Client,
  DiscordAPIError,
  Events,
  GatewayIntentBits,
  type Message,
  MessageFlags,
  Partials,
  type SendableChannels,
} from "discord.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DiscordStandIn, startDiscord } from "../../playground/discord/index.ts";

/** The stand-in as discord.js sees it: a client that was written against the real Discord. */
let discord: DiscordStandIn;
let client: Client;
let heard: string[];
let listening: EventEmitter;

beforeEach(async () => {
  discord = await startDiscord();
  client = new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.DirectMessages],
    partials: [Partials.Channel],
    rest: { api: `${discord.url}/api`, version: "10" },
  });
  heard = [];
  listening = new EventEmitter();
  client.on(Events.MessageCreate, (message) => {
    if (message.author.bot) return;
    heard.push(message.content);
    listening.emit(message.content);
  });
  const ready = new Promise<void>((resolve) => client.once(Events.ClientReady, () => resolve()));
  await client.login(discord.botToken);
  await ready;
});

afterEach(async () => {
  await client.destroy();
  await discord.close();
});

/** Resolves when discord.js has handed on a member's message with this text. */
async function hears(text: string): Promise<void> {
  if (!heard.includes(text)) await once(listening, text);
}

async function dmChannel(userId: string): Promise<SendableChannels> {
  return (await client.users.fetch(userId)).createDM();
}

const gatewayFrames = (direction: "in" | "out") =>
  discord.log.flatMap((entry) => (entry.kind === "gateway" && entry.direction === direction ? [entry.frame] : []));

describe("discord.js with the stand-in", () => {
  test("logs in and knows the bot, the application and the server", () => {
    expect(client.user?.id).toBe(discord.bot.id);
    expect(client.application?.id).toBe(discord.applicationId);
    expect(client.guilds.cache.get(discord.guild.id)?.channels.cache.map(({ name }) => name)).toContain(
      "customer-service",
    );
  });

  test("receives a member's DM with its author, reply and attachment", async () => {
    const member = discord.createMember({ name: "Mo" });
    const first = member.dm("hello?");
    const received = new Promise<Message>((resolve) => {
      client.on(Events.MessageCreate, (message) => message.content === "anyone?" && resolve(message));
    });
    member.dm("anyone?", {
      replyTo: first.id,
      attachments: [{ filename: "log.txt", bytes: "boom", contentType: "text/plain" }],
    });
    const message = await received;
    expect(message.author.id).toBe(member.id);
    expect(message.author.displayName).toBe("Mo");
    expect(message.channel.isDMBased()).toBe(true);
    expect(message.reference?.messageId).toBe(first.id);
    const file = message.attachments.first();
    expect(await (await fetch(file?.url ?? "")).text()).toBe("boom");
  });

  test("answers with an enforced nonce, and a repeated nonce gives the same message", async () => {
    const member = discord.createMember();
    const channel = await dmChannel(member.id);
    const once = await channel.send({ content: "How may I help you?", nonce: "abcDEF-1", enforceNonce: true });
    const again = await channel.send({ content: "How may I help you?", nonce: "abcDEF-1", enforceNonce: true });
    expect(again.id).toBe(once.id);
    expect(member.dmMessages.map(({ content }) => content)).toEqual(["How may I help you?"]);
    const echoes = gatewayFrames("out").filter((frame) => JSON.stringify(frame).includes('"nonce":"abcDEF-1"'));
    expect(echoes).toHaveLength(1);
  });

  test.each([
    ["asked to reconnect (op 7)", () => discord.faults.gateway.reconnect()],
    ["cut off without a close code", () => discord.faults.gateway.drop()],
    ["closed with a resumable code", () => discord.faults.gateway.drop(4000)],
    [
      "told that its session is invalid but resumable (op 9)",
      () => discord.faults.gateway.invalidate(true),
      "/gateway",
    ],
  ])("%s, it resumes and gets the missed DM exactly once", async (_what, disturb, resumesOn = "/resume") => {
    const member = discord.createMember();
    member.dm("before");
    await hears("before");
    disturb();
    member.dm("meanwhile");
    await hears("meanwhile");
    await discord.until(() => gatewayFrames("out").some((f) => JSON.stringify(f).includes('"t":"RESUMED"')), "RESUMED");
    member.dm("after");
    await hears("after");
    expect(heard).toEqual(["before", "meanwhile", "after"]);
    const connections = discord.log.filter((entry) => entry.kind === "connection" && entry.what === "opened");
    expect(connections.at(-1)).toMatchObject({ path: `${resumesOn}?v=10&encoding=json` });
    expect(gatewayFrames("in").filter((frame) => JSON.stringify(frame).startsWith('{"op":2'))).toHaveLength(1);
  });

  test("waits as a 429 says, then delivers once", async () => {
    const member = discord.createMember();
    const channel = await dmChannel(member.id);
    discord.faults.rest({ method: "POST", route: "/messages", kind: "429-user", retryAfter: 0.05 });
    await channel.send("finally");
    const tries = discord.log.filter((entry) => entry.kind === "rest" && entry.path.endsWith("/messages"));
    expect(tries.map((entry) => entry.kind === "rest" && entry.status)).toEqual([429, 200]);
    expect(member.dmMessages).toHaveLength(1);
  });

  test("cannot write to a member whose DMs are closed, but can open the channel", async () => {
    const member = discord.createMember({ dms: "closed" });
    const channel = await dmChannel(member.id);
    const failure = await channel.send("hello").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DiscordAPIError);
    expect(failure).toMatchObject({ code: 50007, status: 403 });
    member.dms = "open";
    await channel.send("hello");
    expect(member.dmMessages).toHaveLength(1);
  });

  test("gets interactions over the Gateway while no URL is set, defers privately and fills the answer", async () => {
    await client.application?.commands.set([{ name: "helpme", description: "Ask for help" }]);
    const answer = async (interaction: ChatInputCommandInteraction) => {
      await interaction.deferReply({ flags: MessageFlags.Ephemeral });
      await interaction.editReply(`Hi <@${interaction.user.id}>!`);
    };
    client.on(Events.InteractionCreate, (interaction) => {
      if (interaction.isChatInputCommand()) void answer(interaction);
    });
    const member = discord.createMember();
    const use = await member.slash("helpme");
    expect(use).toMatchObject({ state: "deferred", ephemeral: true });
    await discord.until(() => use.state === "answered", "filled answer");
    expect(use.message?.content).toBe(`Hi <@${member.id}>!`);
    expect(discord.messagesIn(discord.channelNamed("customer-service").id)).toEqual([]);
  });

  test("presses of its buttons reach it and update the message", async () => {
    client.on(Events.InteractionCreate, (interaction) => {
      if (!interaction.isButton()) return;
      void interaction.update({ content: `pressed ${interaction.customId}`, components: [] });
    });
    const member = discord.createMember();
    const channel = await dmChannel(member.id);
    const buttons = { type: 1, components: [{ type: 2, style: 1, label: "Talk to a person", custom_id: "person" }] };
    const sent = await channel.send({ content: "Does one of these help?", components: [buttons] });
    const use = await member.press(sent.id, "Talk to a person");
    expect(use.state).toBe("updated");
    expect(member.dmMessages.map(({ content }) => content)).toEqual(["pressed person"]);
  });
});
