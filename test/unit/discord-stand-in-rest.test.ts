import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DiscordStandIn, type Member, startDiscord } from "../../playground/discord/index.ts";
import { restClient } from "./discord-stand-in-client.ts";

/** The REST API: channels, messages, nonces, files, threads and limits. */
const MINUTE = 60_000;
let discord: DiscordStandIn;
let member: Member;
let clock: number;

beforeEach(() => start());
afterEach(() => discord.close());

async function start(options: { rateLimits: boolean } = { rateLimits: false }): Promise<void> {
  clock = Date.parse("2026-11-02T12:00:00Z");
  discord = await startDiscord({ now: () => clock, ...options });
  member = discord.createMember();
}

const bot = (...args: Parameters<ReturnType<typeof restClient>>) => restClient(discord)(...args);
const messages = () => `/channels/${member.dmChannelId}/messages`;
const send = (body: object) => bot("POST", messages(), body);

describe("who may call", () => {
  test("a program without a bot's User-Agent is stopped by Cloudflare", async () => {
    const answer = await bot("GET", "/users/@me", undefined, { headers: { "user-agent": "node" } });
    expect([answer.status, answer.json.code]).toEqual([403, 40333]);
  });

  test("a wrong token is refused, and counted", async () => {
    const answer = await bot("GET", "/users/@me", undefined, { headers: { authorization: "Bot wrong" } });
    expect([answer.status, answer.json]).toEqual([401, { message: "401: Unauthorized", code: 0 }]);
    expect(discord.invalidRequests).toBe(1);
    clock += 10 * MINUTE + 1;
    expect(discord.invalidRequests).toBe(0);
  });

  test("unknown routes, broken JSON and foreign content types are refused", async () => {
    expect((await bot("GET", "/nowhere")).status).toBe(404);
    const raw = (body: string, type: string) =>
      fetch(discord.apiUrl + messages(), {
        method: "POST",
        headers: {
          authorization: `Bot ${discord.botToken}`,
          "user-agent": "DiscordBot (https://example.com, 1.0)",
          "content-type": type,
        },
        body,
      }).then(async (answer) => (await answer.json()).code);
    expect(await raw("{", "application/json")).toBe(50109);
    expect(await raw("content=hello", "application/x-www-form-urlencoded")).toBe(50035);
  });
});

describe("opening a DM", () => {
  test("gives the same channel each time", async () => {
    const open = () => bot("POST", "/users/@me/channels", { recipient_id: member.id });
    const first = await open();
    expect(first.json).toMatchObject({ type: 1, recipients: [{ id: member.id }] });
    expect((await open()).json.id).toBe(first.json.id);
  });

  test("with nobody is refused", async () => {
    expect((await bot("POST", "/users/@me/channels", { recipient_id: "1" })).json.code).toBe(10013);
    expect((await bot("POST", "/users/@me/channels", {})).json.errors).toEqual({
      recipient_id: { _errors: [{ code: "BASE_TYPE_REQUIRED", message: "This field is required" }] },
    });
  });

  test("works while nothing can be sent: closed DMs and no common server show at sending", async () => {
    member.dms = "closed";
    expect(await send({ content: "hello" })).toMatchObject({ status: 403, json: { code: 50007 } });
    member.inGuild = false;
    expect(await send({ content: "hello" })).toMatchObject({ status: 403, json: { code: 50278 } });
    expect(member.dmMessages).toEqual([]);
  });
});

describe("nonces", () => {
  const sendWith = (nonce: string, more: object = { enforce_nonce: true }) =>
    send({ content: "hello", nonce, ...more });

  test("enforced, the same one gives the same message for a few minutes", async () => {
    const first = await sendWith("a");
    expect((await sendWith("a")).json).toMatchObject({ id: first.json.id, nonce: "a" });
    expect((await sendWith("b")).json.id).not.toBe(first.json.id);
    clock += 3 * MINUTE + 1;
    expect((await sendWith("a")).json.id).not.toBe(first.json.id);
  });

  test("not enforced, the same one gives another message", async () => {
    const first = await sendWith("a", {});
    expect((await sendWith("a", {})).json.id).not.toBe(first.json.id);
  });

  test("of a deleted message: Unknown Message", async () => {
    const { json } = await sendWith("a");
    expect((await bot("DELETE", `${messages()}/${json.id}`)).status).toBe(204);
    expect(await sendWith("a")).toMatchObject({ status: 404, json: { code: 10008 } });
  });

  test("are told when the message is made, and never again", async () => {
    const { json } = await sendWith("a");
    expect(json.nonce).toBe("a");
    expect((await bot("GET", `${messages()}/${json.id}`)).json).not.toHaveProperty("nonce");
  });
});

describe("reading, editing and deleting", () => {
  test("the history comes newest first, at most 100, after or before an id", async () => {
    const ids = Array.from({ length: 120 }, (_, n) => member.dm(`${n}`).id);
    const texts = async (query: string) => (await bot("GET", messages() + query)).list.map(({ content }) => content);
    expect(await texts("")).toHaveLength(50);
    expect((await texts("?limit=3")).join()).toBe("119,118,117");
    expect((await texts(`?limit=3&after=${ids[10]}`)).join()).toBe("13,12,11");
    expect((await texts(`?limit=3&before=${ids[10]}`)).join()).toBe("9,8,7");
    expect((await texts(`?limit=3&around=${ids[10]}`)).join()).toBe("11,10,9");
    expect((await bot("GET", `${messages()}?limit=101`)).json.code).toBe(50035);
  });

  test("the bot edits its own messages only; what it does not name stays", async () => {
    const { json } = await send({ content: "old", embeds: [{ title: "stays" }] });
    await bot("PATCH", `${messages()}/${json.id}`, { content: "new" });
    expect(member.dmMessages[0]).toMatchObject({
      content: "new",
      embeds: [{ title: "stays" }],
      edited_timestamp: "2026-11-02T12:00:00.000Z",
    });
    const foreign = member.dm("mine");
    expect((await bot("PATCH", `${messages()}/${foreign.id}`, { content: "x" })).json.code).toBe(50005);
    expect((await bot("DELETE", `${messages()}/${foreign.id}`)).json.code).toBe(50003);
    expect((await bot("PATCH", `${messages()}/${json.id}`, { content: "", embeds: [] })).json.code).toBe(50006);
  });

  test("unknown channels and messages have codes of their own", async () => {
    expect((await bot("POST", "/channels/1/messages", { content: "x" })).json.code).toBe(10003);
    expect((await bot("GET", `${messages()}/1`)).json.code).toBe(10008);
    expect((await bot("PATCH", `${messages()}/1`, { content: "x" })).json.code).toBe(10008);
  });

  test("nobody is pinged when nobody may be", async () => {
    const content = `<@${member.id}> @everyone`;
    const pinged = async (body: object) => (await send({ content, ...body })).json.mentions;
    expect(await pinged({})).toHaveLength(1);
    expect(await pinged({ allowed_mentions: { parse: [] } })).toEqual([]);
    expect(await pinged({ allowed_mentions: { users: [member.id] } })).toHaveLength(1);
  });
});

describe("what members send besides text", () => {
  test("forwards have no text of their own, stickers and voice messages none at all", () => {
    const { id } = member.dm("the original");
    const forward = member.dm("", { forward: id });
    expect(forward).toMatchObject({ content: "", message_reference: { type: 1 } });
    expect(forward.message_snapshots?.[0]?.message.content).toBe("the original");
    expect(member.dm("", { sticker: "wave" }).sticker_items).toMatchObject([{ name: "wave" }]);
    const voice = { filename: "voice.ogg", bytes: "ogg", contentType: "audio/ogg", durationSecs: 2 };
    expect(member.dm("", { voice })).toMatchObject({ flags: 1 << 13, attachments: [{ duration_secs: 2 }] });
    expect(member.dm("", { poll: { question: "Who?", answers: ["me", "you"] } }).poll?.answers).toHaveLength(2);
    expect(() => member.dm(" ")).toThrow("empty");
  });

  test("attachments are served for a day; reading the message again gives a fresh URL", async () => {
    const { id, attachments } = member.dm("", {
      attachments: [{ filename: "a b.txt", bytes: "text", contentType: "text/plain" }],
    });
    const url = attachments[0]?.url ?? "";
    const get = async (from: string) => (await fetch(from)).status;
    expect(await (await fetch(url)).text()).toBe("text");
    expect(await get(url.replace(/hm=../, "hm=zz"))).toBe(404);
    clock += 24 * 60 * MINUTE;
    expect(await get(url)).toBe(404);
    const again = (await bot("GET", `${messages()}/${id}`)).json;
    const fresh = again.attachments[0]?.url ?? "";
    expect(await get(fresh)).toBe(200);
    discord.attachmentsRefused = true;
    expect(await get(fresh)).toBe(403);
  });
});

describe("private threads", () => {
  test("are opened in a text channel, joined by the member, locked and closed", async () => {
    const parent = discord.channelNamed("customer-service").id;
    const opened = await bot("POST", `/channels/${parent}/threads`, { name: "Help", type: 12, invitable: false });
    const thread = String(opened.json.id);
    expect(opened).toMatchObject({ status: 201, json: { type: 12, parent_id: parent } });
    expect(() => member.say(thread, "hello")).toThrow("sees no channel");
    expect((await bot("PUT", `/channels/${thread}/thread-members/${member.id}`)).status).toBe(204);
    const { id } = member.say(thread, "hello");
    expect((await bot("GET", `/channels/${thread}/messages/${id}`)).json.content).toBe("");
    expect((await bot("POST", `/channels/${thread}/messages`, { content: "hi" })).status).toBe(200);
    await bot("PATCH", `/channels/${thread}`, { archived: true, locked: true });
    expect((await bot("POST", `/channels/${thread}/messages`, { content: "hi" })).json.code).toBe(160005);
    expect((await bot("POST", `/channels/${member.dmChannelId}/threads`, { name: "x", type: 12 })).json.code).toBe(
      50024,
    );
  });
});

describe("rate limits", () => {
  beforeEach(async () => {
    await discord.close();
    await start({ rateLimits: true });
  });

  test("are told in headers; the sixth message in five seconds waits", async () => {
    const left: (string | null)[] = [];
    for (let n = 0; n < 5; n += 1) left.push((await send({ content: "x" })).headers.get("x-ratelimit-remaining"));
    expect(left).toEqual(["4", "3", "2", "1", "0"]);
    clock += 2000;
    const refused = await send({ content: "x" });
    expect(refused).toMatchObject({ status: 429, json: { retry_after: 3, global: false } });
    expect(refused.headers.get("retry-after")).toBe("3");
    expect(refused.headers.get("x-ratelimit-scope")).toBe("user");
    clock += 3000;
    expect((await send({ content: "x" })).status).toBe(200);
    expect(member.dmMessages).toHaveLength(6);
  });

  test("belong to one channel, under one bucket name", async () => {
    const other = discord.createMember();
    for (let n = 0; n < 5; n += 1) await send({ content: "x" });
    const elsewhere = await bot("POST", `/channels/${other.dmChannelId}/messages`, { content: "x" });
    expect(elsewhere.status).toBe(200);
    expect(elsewhere.headers.get("x-ratelimit-bucket")).toBe(
      (await send({ content: "x" })).headers.get("x-ratelimit-bucket"),
    );
  });

  test("over all routes: 50 a second", async () => {
    const members = Array.from({ length: 51 }, () => discord.createMember());
    const statuses: number[] = [];
    for (const { dmChannelId } of members) {
      statuses.push((await bot("POST", `/channels/${dmChannelId}/messages`, { content: "x" })).status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(50);
    const last = await bot("GET", "/users/@me");
    expect(last).toMatchObject({ status: 429, json: { global: true } });
    expect(last.headers.get("x-ratelimit-scope")).toBe("global");
  });

  test("10,000 refused requests in ten minutes ban the address", { timeout: 60_000 }, async () => {
    const refused = () => bot("GET", "/users/@me", undefined, { headers: { authorization: "Bot wrong" } });
    for (let n = 0; n < 100; n += 1) await Promise.all(Array.from({ length: 100 }, refused));
    expect((await bot("GET", "/users/@me")).text).toBe("error code: 1015");
    clock += 10 * MINUTE + 1;
    expect((await bot("GET", "/users/@me")).status).toBe(200);
  });
});
