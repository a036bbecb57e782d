import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type DiscordOptions, type DiscordStandIn, type Member, startDiscord } from "../../playground/discord/index.ts";
import { restClient } from "./discord-stand-in-client.ts";

/** The Gateway's protocol frame by frame: what discord.js never does wrong and a new client might. */
const DIRECT_MESSAGES = 1 << 12;
/** `d` with the fields that the tests read; which of them are there depends on the event. */
type Data = { session_id: string; resume_gateway_url: string; content: string; edited_timestamp: string | null };
type Frame = { op: number; t: string | null; s: number | null; d: Data };

let discord: DiscordStandIn;
let member: Member;
let clock: number;
let sockets: WebSocket[];
beforeEach(() => begin());
afterEach(() => end());

async function begin(gateway: DiscordOptions["gateway"] = {}): Promise<void> {
  clock = Date.parse("2026-11-02T12:00:00Z");
  discord = await startDiscord({ now: () => clock, gateway });
  member = discord.createMember();
  sockets = [];
}

async function end(): Promise<void> {
  for (const socket of sockets) socket.terminate();
  await discord.close();
}

async function restart(gateway: DiscordOptions["gateway"]): Promise<void> {
  await end();
  await begin(gateway);
}

/** A bare connection: everything it got, and a way to wait for more. */
async function connect(path = "/gateway?v=10&encoding=json") {
  const socket = new WebSocket(discord.url.replace("http", "ws") + path);
  sockets.push(socket);
  const frames: Frame[] = [];
  const waiting = new Set<() => void>();
  let closed: number | null = null;
  let failed: string | null = null;
  const changed = () => {
    for (const look of [...waiting]) look();
  };
  socket.on("message", (data) => {
    frames.push(JSON.parse(String(data)));
    changed();
  });
  socket.on("close", (code) => {
    closed = code;
    changed();
  });
  socket.on("error", (error) => {
    failed = error.message;
  });
  const until = <T>(probe: () => T | null | undefined | false): Promise<T> =>
    new Promise((resolve) => {
      const look = () => {
        const value = probe();
        if (!value) return;
        waiting.delete(look);
        resolve(value);
      };
      waiting.add(look);
      look();
    });
  return {
    frames,
    send: (op: number, d: unknown) => socket.send(JSON.stringify({ op, d })),
    sendText: (raw: string) => socket.send(raw),
    frame: (matches: (frame: Frame) => boolean) => until(() => frames.find(matches)),
    event: (type: string, nth = 0) => until(() => frames.filter(({ t }) => t === type)[nth]),
    closeCode: () => until(() => closed),
    refusal: () => until(() => closed && failed),
    close: (code: number) => socket.close(code),
    texts: () => frames.flatMap(({ t, d }) => (t === "MESSAGE_CREATE" ? [d.content] : [])),
  };
}

const identify = (more: object = {}) => ({
  token: discord.botToken,
  intents: DIRECT_MESSAGES,
  properties: { os: "linux", browser: "test", device: "test" },
  ...more,
});

async function ready(more: object = {}) {
  const connection = await connect();
  await connection.frame(({ op }) => op === 10);
  connection.send(2, identify(more));
  const { d } = await connection.event("READY");
  return { ...connection, sessionId: d.session_id, resumeUrl: d.resume_gateway_url };
}

async function resume(sessionId: string, seq: number) {
  const connection = await connect("/resume?v=10&encoding=json");
  await connection.frame(({ op }) => op === 10);
  connection.send(6, { token: discord.botToken, session_id: sessionId, seq });
  return connection;
}

describe("a connection", () => {
  test("starts with Hello, and READY tells where to resume", async () => {
    const bot = await ready();
    expect(bot.frames[0]).toMatchObject({ op: 10, d: { heartbeat_interval: 41_250 } });
    expect(bot.frames[1]).toMatchObject({
      t: "READY",
      s: 1,
      d: { v: 10, user: { id: discord.bot.id }, application: { id: discord.applicationId }, shard: [0, 1] },
    });
    expect(bot.resumeUrl).toBe(`${discord.url.replace("http", "ws")}/resume`);
  });

  test("answers heartbeats, unless that is switched off", async () => {
    const bot = await ready();
    bot.send(1, 1);
    await bot.frame(({ op }) => op === 11);
    discord.faults.gateway.muteAcks = true;
    bot.send(1, 1);
    bot.send(99, null);
    expect(await bot.closeCode()).toBe(4001);
    expect(bot.frames.filter(({ op }) => op === 11)).toHaveLength(1);
  });

  test("asks for a heartbeat and for a reconnect", async () => {
    const bot = await ready();
    discord.faults.gateway.askForHeartbeat();
    discord.faults.gateway.reconnect();
    await bot.frame(({ op }) => op === 1);
    await bot.frame(({ op }) => op === 7);
  });

  test("without heartbeats is closed and its session is over", async () => {
    await restart({ heartbeatIntervalMs: 20 });
    const bot = await ready();
    expect(await bot.closeCode()).toBe(4009);
    const again = await resume(bot.sessionId, 1);
    await again.frame(({ op, d }) => op === 9 && !d);
  });

  test.each<[string, number, (bot: Awaited<ReturnType<typeof connect>>) => void]>([
    ["an unknown opcode", 4001, (bot) => bot.send(99, null)],
    ["text that is not JSON", 4002, (bot) => bot.sendText("hello")],
    ["a payload above 4096 bytes", 4002, (bot) => bot.send(1, "x".repeat(4096))],
    ["an Identify without intents", 4013, (bot) => bot.send(2, { ...identify(), intents: undefined })],
    ["an Identify without properties", 4002, (bot) => bot.send(2, { ...identify(), properties: undefined })],
    ["a presence before Identify", 4003, (bot) => bot.send(3, {})],
    ["a wrong token", 4004, (bot) => bot.send(2, identify({ token: "wrong" }))],
    ["a shard outside its count", 4010, (bot) => bot.send(2, identify({ shard: [1, 1] }))],
    ["intents that do not exist", 4013, (bot) => bot.send(2, identify({ intents: 1 << 30 }))],
    ["an intent the application does not have", 4014, (bot) => bot.send(2, identify({ intents: 1 << 15 }))],
  ])("is closed after %s with %i", async (_what, code, act) => {
    const bot = await connect();
    await bot.frame(({ op }) => op === 10);
    act(bot);
    expect(await bot.closeCode()).toBe(code);
  });

  test("is closed after a second Identify, a wrong API version, and more than 120 events a minute", async () => {
    const bot = await ready();
    bot.send(2, identify());
    expect(await bot.closeCode()).toBe(4005);
    expect(await (await connect("/gateway?v=6&encoding=json")).closeCode()).toBe(4012);
    const busy = await connect();
    await busy.frame(({ op }) => op === 10);
    for (let n = 0; n < 121; n += 1) busy.send(1, null);
    expect(await busy.closeCode()).toBe(4008);
    expect(busy.frames.filter(({ op }) => op === 11)).toHaveLength(120);
  });

  test("can be refused at the upgrade", async () => {
    discord.faults.gateway.refuseConnects(1, 401);
    expect(await (await connect()).refusal()).toContain("401");
    await ready();
  });
});

describe("events", () => {
  test("of DMs come to shard 0 with the intent, and to nobody else", async () => {
    await restart({ maxConcurrency: 16, privilegedIntents: 1 << 15 });
    const withIntent = await ready({ shard: [0, 2] });
    const otherShard = await ready({ shard: [1, 2] });
    const withoutIntent = await ready({ shard: [2, 3], intents: 1 << 9 });
    member.dm("hello");
    const event = await withIntent.event("MESSAGE_CREATE");
    expect(event).toMatchObject({ s: 2, d: { content: "hello", channel_type: 1, author: { id: member.id } } });
    expect(event.d).not.toHaveProperty("guild_id");
    for (const other of [otherShard, withoutIntent]) {
      other.send(99, null);
      await other.closeCode();
      expect(other.texts()).toEqual([]);
    }
  });

  test("follow edits, previews and deletions", async () => {
    const bot = await ready();
    const { id } = member.dm("see https://example.com/a");
    member.unfurl(id);
    member.edit(id, "changed");
    member.delete(id);
    const preview = await bot.event("MESSAGE_UPDATE");
    expect(preview.d).toMatchObject({ content: "see https://example.com/a", edited_timestamp: null });
    const edit = await bot.event("MESSAGE_UPDATE", 1);
    expect(edit.d).toMatchObject({ content: "changed", edited_timestamp: "2026-11-02T12:00:00.000Z" });
    expect((await bot.event("MESSAGE_DELETE")).d).toEqual({ id, channel_id: member.dmChannelId });
  });

  test("of a server's messages have no text without MESSAGE_CONTENT, except where the bot is mentioned", async () => {
    await restart({ privilegedIntents: 1 << 15, maxConcurrency: 2 });
    const blind = await ready({ intents: 1 << 9, shard: [0, 1] });
    clock += 5000;
    const reading = await ready({ intents: (1 << 9) | (1 << 15) });
    const channel = discord.channelNamed("bug-report").id;
    member.say(channel, "secret");
    member.say(channel, `<@${discord.bot.id}> open`);
    await blind.event("MESSAGE_CREATE", 1);
    await reading.event("MESSAGE_CREATE", 1);
    expect(blind.texts()).toEqual(["", `<@${discord.bot.id}> open`]);
    expect(reading.texts()).toEqual(["secret", `<@${discord.bot.id}> open`]);
  });

  test("can be doubled, and withheld until a Resume", async () => {
    const bot = await ready();
    const mine = (text: string) => (event: { data: object }) => "content" in event.data && event.data.content === text;
    discord.faults.gateway.duplicateNext(1, mine("twice"));
    discord.faults.gateway.withholdNext(1, mine("late"));
    for (const text of ["once", "twice", "late"]) member.dm(text);
    await bot.event("MESSAGE_CREATE", 2);
    expect(bot.frames.flatMap(({ t, s }) => (t === "MESSAGE_CREATE" ? [s] : []))).toEqual([2, 3, 3]);
    discord.faults.gateway.drop();
    const again = await resume(bot.sessionId, 3);
    await again.event("RESUMED");
    expect(again.texts()).toEqual(["late"]);
  });

  test("of typing come with their intent only", async () => {
    const bot = await ready({ intents: 1 << 14 });
    member.typing();
    expect((await bot.event("TYPING_START")).d).toMatchObject({ user_id: member.id, channel_id: member.dmChannelId });
  });
});

describe("a session", () => {
  test("is resumed: what was missed comes once, in order, then RESUMED with the next number", async () => {
    const bot = await ready();
    member.dm("one");
    await bot.event("MESSAGE_CREATE");
    discord.faults.gateway.drop();
    await bot.closeCode();
    for (const text of ["two", "three"]) member.dm(text);
    const again = await resume(bot.sessionId, 2);
    const resumed = await again.event("RESUMED");
    expect(again.texts()).toEqual(["two", "three"]);
    expect(resumed.s).toBe(5);
    member.dm("four");
    expect((await again.event("MESSAGE_CREATE", 2)).s).toBe(6);
  });

  test.each([
    ["closed by the bot with 1000", 1000],
    ["closed by the bot with 1001", 1001],
  ])("%s is over", async (_what, code) => {
    const bot = await ready();
    bot.close(code);
    await bot.closeCode();
    await discord.until(() => discord.log.some((e) => e.kind === "connection" && e.what === "closed"), "close");
    const again = await resume(bot.sessionId, 1);
    await again.frame(({ op, d }) => op === 9 && !d);
  });

  test("closed by the bot with 4200 waits three minutes for it", async () => {
    const bot = await ready();
    bot.close(4200);
    await bot.closeCode();
    await discord.until(() => discord.log.some((e) => e.kind === "connection" && e.what === "closed"), "close");
    clock += 3 * 60 * 1000;
    const again = await resume(bot.sessionId, 1);
    await again.event("RESUMED");
    again.close(4200);
    await discord.until(() => discord.log.filter((e) => e.kind === "connection" && e.what === "closed")[1], "close");
    clock += 3 * 60 * 1000 + 1;
    const late = await resume(bot.sessionId, 2);
    await late.frame(({ op, d }) => op === 9 && !d);
  });

  test("ended silently cannot be resumed, and the DMs of that time are only in the history", async () => {
    const bot = await ready();
    const first = member.dm("seen");
    discord.faults.gateway.endSessions();
    await bot.closeCode();
    member.dm("missed");
    const again = await resume(bot.sessionId, 2);
    await again.frame(({ op, d }) => op === 9 && !d);
    const history = await restClient(discord)("GET", `/channels/${member.dmChannelId}/messages?after=${first.id}`);
    expect(history.list).toMatchObject([{ content: "missed" }]);
  });

  test("refuses a sequence number that it never gave out", async () => {
    const bot = await ready();
    discord.faults.gateway.drop();
    await bot.closeCode();
    expect(await (await resume(bot.sessionId, 99)).closeCode()).toBe(4007);
  });

  test("beside another of the same shard: both get the event", async () => {
    const first = await ready();
    clock += 5000;
    const second = await ready();
    member.dm("hello");
    await first.event("MESSAGE_CREATE");
    await second.event("MESSAGE_CREATE");
  });
});

describe("Identifies", () => {
  test("are counted, and two within five seconds are refused", async () => {
    const rest = restClient(discord);
    const limit = async () => (await rest("GET", "/gateway/bot")).json.session_start_limit;
    expect(await limit()).toEqual({ total: 1000, remaining: 1000, reset_after: 86_400_000, max_concurrency: 1 });
    await ready();
    const hasty = await connect();
    await hasty.frame(({ op }) => op === 10);
    hasty.send(2, identify());
    await hasty.frame(({ op, d }) => op === 9 && !d);
    clock += 5000;
    await ready();
    expect(await limit()).toMatchObject({ remaining: 997 });
    clock += 86_400_000;
    expect(await limit()).toMatchObject({ remaining: 1000 });
  });

  test("one too many ends all sessions and resets the token", async () => {
    const old = discord.botToken;
    const first = await ready();
    discord.identifiesLeft = 0;
    const fatal = await connect();
    await fatal.frame(({ op }) => op === 10);
    fatal.send(2, identify());
    expect(await fatal.closeCode()).toBe(4004);
    expect(await first.closeCode()).toBe(4004);
    expect(discord.tokenWasReset).toBe(true);
    expect(discord.botToken).not.toBe(old);
    const answer = await restClient(discord)("GET", "/users/@me", undefined, {
      headers: { authorization: `Bot ${old}` },
    });
    expect(answer.status).toBe(401);
  });
});
