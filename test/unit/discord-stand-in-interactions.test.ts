import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { verifyKey } from "discord-interactions";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DiscordStandIn, type Member, startDiscord } from "../../playground/discord/index.ts";
import { restClient } from "./discord-stand-in-client.ts";

/** The stand-in's HTTP interactions, against a small endpoint that checks signatures with Discord's own library. */
type Interaction = {
  id: string;
  type: number;
  token: string;
  application_id: string;
  channel_id: string;
  data: Record<string, unknown>;
  message?: { id: string };
} & Record<string, unknown>;
type Reply = object | { httpStatus: number } | "silence";

const EPHEMERAL = 64;
let discord: DiscordStandIn;
let endpoint: Server;
let received: { interaction: Interaction; verified: boolean }[];
let reply: (interaction: Interaction) => Reply | Promise<Reply>;
let checksSignatures: boolean;
let clock: number;
let member: Member;

beforeEach(async () => {
  clock = Date.parse("2026-11-02T12:00:00Z");
  discord = await startDiscord({ now: () => clock });
  received = [];
  reply = () => ({ type: 5, data: { flags: EPHEMERAL } });
  checksSignatures = true;
  endpoint = createServer(async (request, response) => {
    const answer = await answerTo(request, await text(request));
    if (answer === "silence") return;
    if ("httpStatus" in answer) response.writeHead(answer.httpStatus).end();
    else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => endpoint.listen(0, "127.0.0.1", resolve));
  discord.interactionsUrl = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/interactions`;
  member = discord.createMember({ locale: "de" });
  await bot("PUT", commandsPath(), [
    { name: "helpme", description: "Ask for help", contexts: [0, 1] },
    {
      name: "bug",
      description: "Report a bug",
      contexts: [0],
      options: [{ type: 3, name: "game", description: "Which one", required: true, autocomplete: true }],
    },
    {
      name: "case",
      description: "Your cases",
      options: [
        { type: 1, name: "list", description: "All of them" },
        {
          type: 1,
          name: "view",
          description: "One of them",
          options: [{ type: 3, name: "number", description: "Which one", required: true, autocomplete: true }],
        },
      ],
    },
  ]);
});

afterEach(async () => {
  endpoint.closeAllConnections();
  await new Promise((resolve) => endpoint.close(resolve));
  await discord.close();
});

async function answerTo(request: IncomingMessage, body: string): Promise<Reply> {
  const header = (name: string) => String(request.headers[name] ?? "");
  const signature = header("x-signature-ed25519");
  const verified = await verifyKey(body, signature, header("x-signature-timestamp"), discord.publicKey);
  const interaction: Interaction = JSON.parse(body);
  received.push({ interaction, verified });
  if (!verified && checksSignatures) return { httpStatus: 401 };
  return interaction.type === 1 ? { type: 1 } : reply(interaction);
}

const commandsPath = () => `/applications/${discord.applicationId}/commands`;
const bot = (method: string, path: string, body?: unknown) => restClient(discord)(method, path, body);
const original = (token: string) => `/webhooks/${discord.applicationId}/${token}/messages/@original`;

/** A message with buttons that the bot sends to the member. */
async function sendButtons(...labels: string[]): Promise<string> {
  const { json: dm } = await bot("POST", "/users/@me/channels", { recipient_id: member.id });
  const components = labels.map((label) => ({ type: 2, style: 1, label, custom_id: `id:${label}` }));
  const sent = await bot("POST", `/channels/${dm.id}/messages`, {
    content: "Does one of these help?",
    components: [{ type: 1, components }],
  });
  return sent.json.id;
}

describe("saving the endpoint's URL", () => {
  test("an endpoint that answers a PING and refuses a bad signature is taken", async () => {
    expect(await discord.checkEndpoint()).toEqual({
      ok: true,
      wellSigned: { status: 200, pong: true },
      badlySigned: { status: 401 },
    });
    expect(received.map(({ verified }) => verified)).toEqual([true, false]);
  });

  test("an endpoint that does not check signatures is not taken", async () => {
    checksSignatures = false;
    expect(await discord.checkEndpoint()).toMatchObject({ ok: false, badlySigned: { status: 200 } });
  });
});

describe("a slash command", () => {
  test("arrives signed, with the member, the place and the language", async () => {
    await member.slash("helpme");
    expect(received).toHaveLength(1);
    expect(received[0]?.verified).toBe(true);
    expect(received[0]?.interaction).toMatchObject({
      type: 2,
      application_id: discord.applicationId,
      guild_id: discord.guild.id,
      channel_id: discord.channelNamed("customer-service").id,
      member: { user: { id: member.id } },
      locale: "de",
      context: 0,
      data: { name: "helpme", type: 1 },
    });
  });

  test("in the DM has a user instead of a server's member", async () => {
    await member.slash("helpme", { channel: "dm" });
    const interaction = received[0]?.interaction;
    expect(interaction).toMatchObject({ user: { id: member.id }, context: 1, channel: { type: 1 } });
    expect(interaction).not.toHaveProperty("member");
    expect(interaction).not.toHaveProperty("guild_id");
  });

  test("with subcommands is used by one of them, which has the options", async () => {
    await member.slash("case list");
    await member.slash("case view", { values: { number: "12" } });
    await member.autocomplete("case view", "number", { number: "1" });
    const number = { type: 3, name: "number" };
    expect(received.map(({ interaction }) => interaction.data.options)).toEqual([
      [{ type: 1, name: "list" }],
      [{ type: 1, name: "view", options: [{ ...number, value: "12" }] }],
      [{ type: 1, name: "view", options: [{ ...number, value: "1", focused: true }] }],
    ]);
    await expect(member.slash("case")).rejects.toThrow("needs one of: list, view");
    await expect(member.slash("case close")).rejects.toThrow("no subcommand close");
    await expect(member.slash("case view")).rejects.toThrow("needs number");
  });

  test("is not offered where its contexts do not allow it, nor before it is registered", async () => {
    await expect(member.slash("bug", { channel: "dm", values: { game: "x" } })).rejects.toThrow("not offered");
    await expect(member.slash("unheard")).rejects.toThrow("no command");
    await expect(member.slash("bug")).rejects.toThrow("needs game");
  });

  test("deferred privately is empty until the bot fills it, and nobody else sees it", async () => {
    const use = await member.slash("helpme");
    expect(use).toMatchObject({ state: "deferred", ephemeral: true, httpStatus: 200, message: { content: "" } });
    const filled = await bot("PATCH", original(use.token), { content: "Hi! See your DMs." });
    expect(filled.status).toBe(200);
    expect(use).toMatchObject({ state: "answered", message: { content: "Hi! See your DMs." } });
    const channel = discord.channelNamed("customer-service").id;
    expect(discord.messagesIn(channel)).toEqual([]);
    expect((await bot("GET", `/channels/${channel}/messages/${use.message?.id}`)).json.code).toBe(10008);
  });

  test("deferred openly stays open: only the deferral decides who sees the answer", async () => {
    reply = () => ({ type: 5 });
    const use = await member.slash("helpme");
    await bot("PATCH", original(use.token), { content: "for all", flags: EPHEMERAL });
    expect(discord.messagesIn(use.channelId).map(({ content }) => content)).toEqual(["for all"]);
    expect(use.ephemeral).toBe(false);
  });

  test("can be answered at once, then edited, deleted and followed up", async () => {
    reply = () => ({ type: 4, data: { content: "at once" } });
    const use = await member.slash("helpme");
    expect(use).toMatchObject({ state: "answered", ephemeral: false, message: { content: "at once", type: 20 } });
    const more = await bot("POST", `/webhooks/${discord.applicationId}/${use.token}`, { content: "more" });
    expect(use.followUps.map(({ content }) => content)).toEqual(["more"]);
    const path = `/webhooks/${discord.applicationId}/${use.token}/messages/${more.json.id}`;
    await bot("PATCH", path, { content: "even more" });
    expect(use.followUps[0]?.content).toBe("even more");
    expect((await bot("DELETE", original(use.token))).status).toBe(204);
    expect(use.message).toBeNull();
    expect((await bot("PATCH", original(use.token), { content: "late" })).json.code).toBe(10008);
  });

  test("follow-ups right after a deferral fill the waiting message", async () => {
    const use = await member.slash("helpme");
    await bot("POST", `/webhooks/${discord.applicationId}/${use.token}`, { content: "filled" });
    expect(use).toMatchObject({ state: "answered", message: { content: "filled" }, followUps: [] });
  });

  test.each([
    ["an HTTP error", () => ({ httpStatus: 500 }), 500],
    ["a body that is not an answer", () => ({ hello: "world" }), 200],
    ["a text that is too long", () => ({ type: 4, data: { content: "x".repeat(2001) } }), 200],
    ["an answer that only buttons may get", () => ({ type: 7, data: { content: "x" } }), 200],
  ])("fails on %s", async (_what, answer, httpStatus) => {
    reply = answer;
    const use = await member.slash("helpme");
    expect(use).toMatchObject({ state: "failed", httpStatus, message: null });
    expect(use.problem).not.toBeNull();
    expect((await bot("PATCH", original(use.token), { content: "late" })).json.code).toBe(10015);
  });

  test("fails after three seconds of silence", async () => {
    reply = () => "silence";
    const use = await member.slash("helpme");
    expect(use).toMatchObject({ state: "failed", httpStatus: 0 });
    const path = `/interactions/${use.id}/${use.token}/callback`;
    expect((await bot("POST", path, { type: 5 })).json.code).toBe(10062);
  });

  test("may be answered by the callback route and 202, but only once", async () => {
    reply = ({ id, token }) => {
      const path = `/interactions/${id}/${token}/callback`;
      void bot("POST", path, { type: 4, data: { content: "by callback" } }).then(() => bot("POST", path, { type: 5 }));
      return { httpStatus: 202 };
    };
    const use = await member.slash("helpme");
    expect(use).toMatchObject({ state: "answered", message: { content: "by callback" } });
    const codes = () =>
      discord.log.flatMap((entry) => (entry.kind === "rest" && entry.path.endsWith("callback") ? [entry.status] : []));
    await discord.until(() => codes().length === 2 && codes().every(Boolean), "both callbacks");
    expect(codes()).toEqual([204, 400]);
  });

  test("its token is worthless before the first answer and after fifteen minutes", async () => {
    let early = 0;
    reply = async ({ token }) => {
      early = (await bot("PATCH", original(token), { content: "too early" })).json.code;
      return { type: 5 };
    };
    const use = await member.slash("helpme");
    expect(early).toBe(10015);
    clock += 15 * 60 * 1000;
    expect((await bot("PATCH", original(use.token), { content: "just in time" })).status).toBe(200);
    clock += 1;
    const late = await bot("PATCH", original(use.token), { content: "too late" });
    expect(late).toMatchObject({ status: 401, json: { code: 50027 } });
  });
});

describe("a button", () => {
  test("arrives with its message, named by label or custom_id", async () => {
    const messageId = await sendButtons("That helped", "Talk to a person");
    reply = () => ({ type: 6 });
    await member.press(messageId, "Talk to a person");
    await member.press(messageId, "id:That helped");
    expect(received.map(({ interaction }) => interaction.data.custom_id)).toEqual([
      "id:Talk to a person",
      "id:That helped",
    ]);
    expect(received[0]?.interaction).toMatchObject({
      type: 3,
      message: { id: messageId },
      data: { component_type: 2 },
    });
  });

  test("can change its message, at once or after a deferral", async () => {
    const messageId = await sendButtons("one");
    reply = () => ({ type: 7, data: { content: "changed" } });
    expect(await member.press(messageId, "one")).toMatchObject({ state: "updated", message: { content: "changed" } });
    reply = () => ({ type: 6 });
    const use = await member.press(messageId, "one");
    expect(use.state).toBe("deferred");
    await bot("PATCH", original(use.token), { content: "changed again", components: [] });
    expect(use.state).toBe("updated");
    expect(member.dmMessages.map(({ content }) => content)).toEqual(["changed again"]);
    await expect(member.press(messageId, "one")).rejects.toThrow("it offers: nothing");
  });

  test("can be answered by a reply below its message that only this member sees", async () => {
    const messageId = await sendButtons("one");
    reply = () => ({ type: 4, data: { content: "Suggested article", flags: EPHEMERAL } });
    const use = await member.press(messageId, "one");
    expect(use.message).toMatchObject({ type: 19, message_reference: { message_id: messageId } });
    expect(member.dmMessages).toHaveLength(2);
    expect(discord.messagesIn(use.channelId)).toHaveLength(1);
  });

  test("of somebody else's DM cannot be pressed", async () => {
    const messageId = await sendButtons("one");
    await expect(discord.createMember().press(messageId, "one")).rejects.toThrow("sees no");
  });
});

describe("forms and suggestions", () => {
  const modal = {
    custom_id: "bug",
    title: "Report a bug",
    components: [
      { type: 18, label: "What happened?", component: { type: 4, custom_id: "what", style: 2, max_length: 20 } },
      {
        type: 18,
        label: "How bad?",
        component: { type: 3, custom_id: "how", options: [{ label: "Bad", value: "bad" }] },
      },
    ],
  };

  test("a form pops up, and what the member fills in comes as a use of its own", async () => {
    reply = ({ type }) => (type === 2 ? { type: 9, data: modal } : { type: 5, data: { flags: EPHEMERAL } });
    const opened = await member.slash("bug", { values: { game: "Dragons" } });
    expect(opened.modal?.title).toBe("Report a bug");
    await expect(member.submitModal(opened, { what: "x".repeat(21), how: ["bad"] })).rejects.toThrow("0 to 20");
    await expect(member.submitModal(opened, { how: ["bad"] })).rejects.toThrow("needs what");
    const sent = await member.submitModal(opened, { what: "it crashed", how: ["bad"] });
    expect(sent.state).toBe("deferred");
    expect(received[1]?.interaction).toMatchObject({
      type: 5,
      data: {
        custom_id: "bug",
        components: [
          { type: 18, component: { type: 4, custom_id: "what", value: "it crashed" } },
          { type: 18, component: { type: 3, custom_id: "how", values: ["bad"] } },
        ],
      },
    });
  });

  test("a form cannot answer a form", async () => {
    reply = () => ({ type: 9, data: modal });
    const opened = await member.slash("bug", { values: { game: "Dragons" } });
    expect(await member.submitModal(opened, { what: "x", how: ["bad"] })).toMatchObject({ state: "failed" });
  });

  test("a form with a label of more than 45 characters is no answer", async () => {
    const [first, second] = modal.components;
    reply = () => ({ type: 9, data: { ...modal, components: [{ ...first, label: "x".repeat(46) }, second] } });
    expect(await member.slash("bug", { values: { game: "Dragons" } })).toMatchObject({ state: "failed", modal: null });
  });

  test("suggestions come while the member types, with partial values", async () => {
    reply = () => ({ type: 8, data: { choices: [{ name: "Dragons", value: "dragons" }] } });
    const use = await member.autocomplete("bug", "game", { game: "Dr" });
    expect(use.choices).toEqual([{ name: "Dragons", value: "dragons" }]);
    expect(received[0]?.interaction).toMatchObject({ type: 4, data: { options: [{ value: "Dr", focused: true }] } });
  });
});
