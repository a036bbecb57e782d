import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DeliveryId, DiscordChannelId, DiscordMessageId, DiscordUserId } from "../../src/conversation/ids.ts";
import type { MessageBody } from "../../src/discord/render.ts";
import { type DiscordRestOptions, discordRest } from "../../src/discord/rest.ts";

const channel = "323456789012345678" as DiscordChannelId;
const nonce = "0123456789abcdefABCDEF" as DeliveryId;
const member = "123456789012345678" as DiscordUserId;
const hello: MessageBody = { content: "Hello", allowed_mentions: { parse: [] } };
const BOT_TOKEN = "the bot's token";
const ANSWER_TOKEN = "the interaction's token";

type Seen = { method: string; url: string; headers: Headers; body: unknown; timeLimitMs: number };

/** A client whose requests are answered one after the other as given, with a clock that is set by hand. */
function scripted(...answers: (Response | Error)[]) {
  const seen: Seen[] = [];
  const clock = { now: 1_000_000 };
  const options: DiscordRestOptions = {
    fetch: async (url, { method = "", headers, body }, timeLimitMs) => {
      seen.push({ method, url, headers: new Headers(headers), body: body && JSON.parse(String(body)), timeLimitMs });
      const answer = answers.shift();
      if (!answer) throw new Error("the test has no more answers");
      if (answer instanceof Error) throw answer;
      return answer;
    },
    now: () => clock.now,
    apiUrl: "https://discord.example/api/v10",
    botToken: BOT_TOKEN,
    applicationId: "423456789012345678",
    publicUrl: "https://flexcord.example.com",
  };
  return { rest: discordRest(options), seen, clock };
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  Response.json(body, { status, headers });
const sent = (headers: Record<string, string> = {}) => json(200, { id: "523456789012345678" }, headers);
const timedOut = () => new DOMException("The operation timed out", "TimeoutError");

describe("a request", () => {
  test("of the bot says who it is from and has a time limit", async () => {
    const { rest, seen } = scripted(sent());
    expect(await rest.createMessage(channel, hello, nonce)).toEqual({ kind: "done", value: "523456789012345678" });
    const [request] = seen;
    expect(request?.method).toBe("POST");
    expect(request?.url).toBe(`https://discord.example/api/v10/channels/${channel}/messages`);
    expect(request?.headers.get("user-agent")).toMatch(
      /^DiscordBot \(https:\/\/flexcord\.example\.com, \d+\.\d+\.\d+\)$/,
    );
    expect(request?.headers.get("authorization")).toBe(`Bot ${BOT_TOKEN}`);
    expect(request?.headers.get("content-type")).toBe("application/json");
    expect(request?.timeLimitMs).toBe(10_000);
  });

  test("for a message always carries a nonce that Discord must obey", async () => {
    const { rest, seen } = scripted(sent());
    await rest.createMessage(channel, hello, nonce);
    expect(seen[0]?.body).toEqual({ ...hello, nonce, enforce_nonce: true });
  });

  test("that completes an answer goes without the bot's token", async () => {
    const { rest, seen } = scripted(json(200, { id: "1" }));
    expect(await rest.completeAnswer(ANSWER_TOKEN, hello)).toEqual({ kind: "done", value: null });
    expect(seen[0]?.method).toBe("PATCH");
    expect(seen[0]?.url).toContain("/webhooks/423456789012345678/the%20interaction's%20token/messages/@original");
    expect(seen[0]?.headers.has("authorization")).toBe(false);
  });

  test("for messages gives them oldest first, and all that Discord says of them", async () => {
    const message = (id: string) => ({
      id,
      channel_id: channel,
      author: { id: member, bot: false },
      content: id,
      timestamp: "2026-01-02T03:04:05.678000+00:00",
      attachments: [],
    });
    const { rest, seen } = scripted(json(200, [message("100000000000000002"), message("99999999999999999")]));
    const result = await rest.messagesAfter(channel, "99999999999999990" as DiscordMessageId, 50);
    expect(seen[0]?.url).toMatch(/\/messages\?limit=50&after=99999999999999990$/);
    expect(result.kind === "done" && result.value).toEqual([
      message("99999999999999999"),
      message("100000000000000002"),
    ]);
  });

  test("for the Gateway tells the address and the budget of sessions", async () => {
    const limit = { total: 1000, remaining: 7, reset_after: 5000, max_concurrency: 1 };
    const { rest } = scripted(json(200, { url: "wss://gateway.example", shards: 2, session_start_limit: limit }));
    expect(await rest.gateway()).toEqual({
      kind: "done",
      value: { url: "wss://gateway.example", shards: 2, remaining: 7, resetAfterMs: 5000 },
    });
  });
});

describe("a message", () => {
  test.each([
    [50007, 403, "takes no direct messages"],
    [50278, 403, "no server in common"],
    [10003, 404, "unknown channel"],
    [50006, 400, "empty message"],
    [240000, 400, "harmful link"],
    [40333, 403, "User-Agent"],
    [0, 401, "not authorized"],
    [987654, 400, "code 987654"],
  ])("that Discord refuses with code %i is refused for good", async (code, status, reason) => {
    const { rest } = scripted(json(status, { code, message: "whatever" }));
    expect(await rest.createMessage(channel, hello, nonce)).toEqual({
      kind: "refused",
      status,
      code,
      reason: expect.stringContaining(reason),
    });
  });

  test("with a bad form is refused, and the fields are named", async () => {
    const errors = { embeds: { 0: { title: { _errors: [{ code: "BASE_TYPE_MAX_LENGTH", message: "…" }] } } } };
    const { rest } = scripted(json(400, { code: 50035, message: "Invalid Form Body", errors }));
    expect(await rest.createMessage(channel, hello, nonce)).toMatchObject({
      kind: "refused",
      reason: "invalid form: embeds.0.title BASE_TYPE_MAX_LENGTH",
    });
  });

  test.each([
    [40003, 403, {}, 3_600_000],
    [20028, 429, { retry_after: 2.5 }, 2550],
    [20016, 403, { retry_after: 2.5 }, 2500],
    [130000, 503, {}, 5000],
  ])("that code %i puts off may be sent later", async (code, status, more, afterMs) => {
    const { rest } = scripted(json(status, { code, message: "whatever", ...more }));
    expect(await rest.createMessage(channel, hello, nonce)).toMatchObject({ kind: "later", afterMs });
  });

  test.each([
    ["Discord fails while working on it", json(500, { code: 0, message: "500" }), "status 500"],
    ["a proxy fails", new Response("<html>502</html>", { status: 502 }), "status 502"],
    ["the time limit passes", timedOut(), "10000 ms"],
    ["the connection breaks", new TypeError("fetch failed"), "connection failed"],
    ["the answer cannot be read", new Response("{", { status: 200 }), "could not be understood"],
    ["the answer has no id", json(200, {}), "could not be understood"],
  ])("may or may not have been sent when %s", async (_, answer, reason) => {
    const { rest } = scripted(answer);
    expect(await rest.createMessage(channel, hello, nonce)).toEqual({
      kind: "unknown",
      reason: expect.stringContaining(reason),
    });
  });
});

test("what is only read can be read later when the answer does not come", async () => {
  const { rest } = scripted(json(500, {}), timedOut(), new Response("nonsense"));
  for (let i = 0; i < 3; i += 1) expect(await rest.gateway()).toMatchObject({ kind: "later" });
});

describe("a rate limit", () => {
  const bucket = (remaining: number, resetAfter: number) => ({
    "x-ratelimit-bucket": "abcd",
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset-after": String(resetAfter),
  });
  const other = "333456789012345678" as DiscordChannelId;

  test("that is used up is waited for without a call, in its channel only", async () => {
    const { rest, seen, clock } = scripted(sent(bucket(0, 1.5)), sent(bucket(4, 5)), sent());
    await rest.createMessage(channel, hello, nonce);
    clock.now += 50;
    expect(await rest.createMessage(channel, hello, nonce)).toMatchObject({ kind: "later", afterMs: 1500 });
    expect(seen).toHaveLength(1);
    expect(await rest.createMessage(other, hello, nonce)).toMatchObject({ kind: "done" });
    clock.now += 1500;
    expect(await rest.createMessage(channel, hello, nonce)).toMatchObject({ kind: "done" });
  });

  test("that was hit is waited for as long as the JSON says", async () => {
    const headers = { "retry-after": "2", "x-ratelimit-scope": "user" };
    const { rest, seen, clock } = scripted(
      json(429, { message: "…", retry_after: 1.2, global: false }, headers),
      sent(),
    );
    expect(await rest.createMessage(channel, hello, nonce)).toMatchObject({ kind: "later", afterMs: 1250 });
    clock.now += 1249;
    expect(await rest.createMessage(channel, hello, nonce)).toMatchObject({ kind: "later", afterMs: 1 });
    expect(seen).toHaveLength(1);
    clock.now += 1;
    expect(await rest.createMessage(channel, hello, nonce)).toMatchObject({ kind: "done" });
  });

  test("on the whole bot stops all calls but the answers to interactions", async () => {
    const { rest, seen } = scripted(json(429, { retry_after: 3, global: true }), json(200, {}));
    expect(await rest.createMessage(channel, hello, nonce)).toMatchObject({ kind: "later" });
    expect(await rest.gateway()).toMatchObject({ kind: "later", afterMs: 3050 });
    expect(await rest.completeAnswer(ANSWER_TOKEN, hello)).toMatchObject({ kind: "done" });
    expect(seen).toHaveLength(2);
  });

  test.each([
    ["plain text", new Response("error code: 1015", { status: 429 })],
    ["HTML", new Response("<html>1015</html>", { status: 429, headers: { "content-type": "text/html" } })],
    [
      "JSON without a time",
      json(429, { code: 0, message: "You are being blocked from accessing our API temporarily" }),
    ],
  ])("of the proxy, as %s, stops all calls for a minute", async (_, answer) => {
    const { rest, seen, clock } = scripted(answer, json(200, {}));
    expect(await rest.createMessage(channel, hello, nonce)).toMatchObject({ kind: "later", afterMs: 60_050 });
    expect(await rest.completeAnswer(ANSWER_TOKEN, hello)).toMatchObject({ kind: "later" });
    expect(seen).toHaveLength(1);
    clock.now += 60_050;
    expect(await rest.completeAnswer(ANSWER_TOKEN, hello)).toMatchObject({ kind: "done" });
  });

  test("of the proxy that says how long stops all calls for as long", async () => {
    const { rest } = scripted(new Response("error code: 1015", { status: 429, headers: { "retry-after": "7" } }));
    expect(await rest.createMessage(channel, hello, nonce)).toMatchObject({ kind: "later", afterMs: 7050 });
    expect(await rest.completeAnswer(ANSWER_TOKEN, hello)).toMatchObject({ kind: "later", afterMs: 7050 });
  });

  test.each(["user", "shared"])("of scope %s is waited for in its channel and on its route only", async (scope) => {
    const tooMany = json(429, { retry_after: 2, global: false }, { "retry-after": "2", "x-ratelimit-scope": scope });
    const { rest, seen } = scripted(tooMany, sent(), json(200, []));
    expect(await rest.createMessage(channel, hello, nonce)).toMatchObject({ kind: "later", afterMs: 2050 });
    expect(await rest.createMessage(channel, hello, nonce)).toMatchObject({ kind: "later", afterMs: 2050 });
    expect(await rest.createMessage(other, hello, nonce)).toMatchObject({ kind: "done" });
    expect(await rest.messagesAfter(channel, null, 1)).toMatchObject({ kind: "done" });
    expect(seen).toHaveLength(3);
  });

  test("below that of the bucket is kept to, although the bucket has something left and another answer says so", async () => {
    const tooMany = json(429, { retry_after: 60, global: false }, { ...bucket(4, 5), "x-ratelimit-scope": "user" });
    const { rest, seen, clock } = scripted(tooMany, sent(bucket(3, 5)), sent());
    const [first, second] = [rest.createMessage(channel, hello, nonce), rest.createMessage(channel, hello, nonce)];
    expect(await first).toMatchObject({ kind: "later", afterMs: 60_050 });
    expect(await second).toMatchObject({ kind: "done" });
    clock.now += 60_049;
    expect(await rest.createMessage(channel, hello, nonce)).toMatchObject({ kind: "later", afterMs: 1 });
    expect(seen).toHaveLength(2);
  });

  test("that was hit before the bucket had a name holds when the name is learned from another channel", async () => {
    const tooMany = json(429, { retry_after: 2, global: false });
    const { rest, seen } = scripted(tooMany, sent(bucket(4, 5)));
    await rest.createMessage(channel, hello, nonce);
    await rest.createMessage(other, hello, nonce);
    expect(await rest.createMessage(channel, hello, nonce)).toMatchObject({ kind: "later", afterMs: 2050 });
    expect(seen).toHaveLength(2);
  });

  test("that two routes share is used up for both, in its channel only", async () => {
    const { rest, seen } = scripted(json(200, [], bucket(1, 5)), sent(bucket(0, 5)), json(200, []));
    await rest.messagesAfter(channel, null, 1);
    await rest.createMessage(channel, hello, nonce);
    expect(await rest.messagesAfter(channel, null, 1)).toMatchObject({ kind: "later", afterMs: 5050 });
    expect(await rest.messagesAfter(other, null, 1)).toMatchObject({ kind: "done" });
    expect(seen).toHaveLength(3);
  });

  test("is counted in lengths of time: that Discord's clock is not ours changes nothing", async () => {
    const { rest, clock } = scripted(sent({ ...bucket(0, 2), "x-ratelimit-reset": "4102444800" }), sent());
    await rest.createMessage(channel, hello, nonce);
    clock.now += 2050;
    expect(await rest.createMessage(channel, hello, nonce)).toMatchObject({ kind: "done" });
  });

  test("that was hit is never tried before its time, whatever other answers say", async () => {
    const said = fc.record({
      status: fc.constantFrom(200, 429),
      remaining: fc.nat(2),
      resetAfter: fc.nat(4),
      retryAfter: fc.nat(10),
      channel: fc.constantFrom(channel, other),
      pauseMs: fc.nat(3000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(said, { maxLength: 60 }), async (all) => {
        const freeAt = new Map<DiscordChannelId, number>();
        const responses = all.map(({ status, remaining, resetAfter, retryAfter }) =>
          status === 429
            ? json(429, { retry_after: retryAfter }, { ...bucket(remaining, resetAfter), "x-ratelimit-scope": "user" })
            : sent(bucket(remaining, resetAfter)),
        );
        const { rest, seen, clock } = scripted(...responses);
        for (const { channel: to, pauseMs } of all) {
          const answer = all[seen.length];
          const before = seen.length;
          await rest.createMessage(to, hello, nonce);
          if (seen.length > before) {
            expect(clock.now).toBeGreaterThanOrEqual(freeAt.get(to) ?? 0);
            if (answer?.status === 429) freeAt.set(to, clock.now + answer.retryAfter * 1000);
          }
          clock.now += pauseMs;
        }
      }),
    );
  });

  test("holds for a thousand channels, and spent ones are forgotten", async () => {
    const { rest, seen, clock } = scripted(...Array.from({ length: 2000 }, () => sent(bucket(0, 1))));
    const channels = Array.from({ length: 1000 }, (_, n) => String(10n ** 17n + BigInt(n)) as DiscordChannelId);
    for (const each of channels) await rest.createMessage(each, hello, nonce);
    for (const each of channels) expect(await rest.createMessage(each, hello, nonce)).toMatchObject({ kind: "later" });
    expect(seen).toHaveLength(1000);
    clock.now += 1050;
    for (const each of channels) expect(await rest.createMessage(each, hello, nonce)).toMatchObject({ kind: "done" });
  });
});

test("no result contains a token, whatever goes wrong", async () => {
  const leaky = () => json(400, { code: 50035, message: `${BOT_TOKEN} ${ANSWER_TOKEN}` });
  const answers = [leaky(), json(401, { message: BOT_TOKEN }), new TypeError(`https://x/${ANSWER_TOKEN}`), timedOut()];
  const { rest } = scripted(...answers);
  for (const _ of answers) {
    const result = JSON.stringify(await rest.completeAnswer(ANSWER_TOKEN, hello));
    expect(result).not.toContain(BOT_TOKEN);
    expect(result).not.toContain(ANSWER_TOKEN);
  }
});
