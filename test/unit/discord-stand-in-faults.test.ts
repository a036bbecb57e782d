import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DiscordStandIn, type Member, type RestFaultKind, startDiscord } from "../../playground/discord/index.ts";
import { restClient } from "./discord-stand-in-client.ts";

/** What goes wrong with a REST request, and whether its work was done all the same. */
let discord: DiscordStandIn;
let member: Member;

beforeEach(async () => {
  discord = await startDiscord();
  member = discord.createMember();
});
afterEach(() => discord.close());

const path = () => `/channels/${member.dmChannelId}/messages`;
const send = (nonce: string, signal?: AbortSignal) =>
  restClient(discord)("POST", path(), { content: "hello", nonce, enforce_nonce: true }, signal ? { signal } : {});

/** Sends and gives up as soon as the stand-in holds the request. */
async function sendAndGiveUp(nonce: string, heldWhen: () => boolean): Promise<unknown> {
  const patience = new AbortController();
  const outcome = send(nonce, patience.signal).catch((error: unknown) => error);
  await discord.until(heldWhen, "held request");
  patience.abort();
  return outcome;
}

describe("a request without an answer", () => {
  test("after the work: the message is there once, also after it is sent again with its nonce", async () => {
    discord.faults.rest({ method: "POST", route: "/messages", kind: "timeout-after" });
    const failure = await sendAndGiveUp("n1", () => member.dmMessages.length === 1);
    expect(failure).toMatchObject({ name: "AbortError" });
    const again = await send("n1");
    expect(again.status).toBe(200);
    expect(member.dmMessages.map(({ id }) => id)).toEqual([again.json.id]);
  });

  test("before the work: the message is not there", async () => {
    discord.faults.rest({ method: "POST", route: "/messages", kind: "timeout-before" });
    await sendAndGiveUp("n1", () => discord.log.some(({ kind }) => kind === "rest"));
    expect(member.dmMessages).toEqual([]);
    expect(discord.log.find(({ kind }) => kind === "rest")).toMatchObject({ status: null });
  });

  test("does not keep the stand-in from closing", async () => {
    discord.faults.rest({ kind: "timeout-before" });
    const outcome = send("n1").catch((error: unknown) => error);
    await discord.until(() => discord.log.some(({ kind }) => kind === "rest"), "held request");
    await discord.close();
    expect(await outcome).toBeInstanceOf(TypeError);
  });

  test.each<[RestFaultKind, number]>([
    ["reset-before", 0],
    ["reset-after", 1],
  ])("%s: the connection breaks and %i messages are there", async (kind, count) => {
    discord.faults.rest({ kind });
    expect(await send("n1").catch((error: unknown) => error)).toBeInstanceOf(TypeError);
    expect(member.dmMessages).toHaveLength(count);
  });
});

describe("an answer that is an error", () => {
  test.each<[RestFaultKind, number]>([
    ["5xx-before", 0],
    ["5xx-after", 1],
  ])("%s: 500, and %i messages are there", async (kind, count) => {
    discord.faults.rest({ kind });
    expect((await send("n1")).status).toBe(500);
    expect(member.dmMessages).toHaveLength(count);
  });

  test.each<[RestFaultKind, object]>([
    ["429-user", { scope: "user", global: false, header: null }],
    ["429-shared", { scope: "shared", global: false, header: null }],
    ["429-global", { scope: "global", global: true, header: "true" }],
  ])("%s tells how long to wait", async (kind, expected) => {
    discord.faults.rest({ kind, retryAfter: 1.5 });
    const { status, headers, json } = await send("n1");
    expect([status, headers.get("retry-after"), json.retry_after]).toEqual([429, "2", 1.5]);
    const scope = headers.get("x-ratelimit-scope");
    expect({ scope, global: json.global, header: headers.get("x-ratelimit-global") }).toEqual(expected);
  });

  test("only 429s that are not shared count as invalid requests", async () => {
    for (const kind of ["429-user", "429-shared", "cloudflare-1015"] as const) {
      discord.faults.rest({ kind });
      await send("n1");
    }
    expect(discord.invalidRequests).toBe(2);
  });

  test("Cloudflare's ban is plain text without Discord's headers", async () => {
    discord.faults.rest({ kind: "cloudflare-1015" });
    const { status, headers, text } = await send("n1");
    expect([status, headers.get("retry-after"), text]).toEqual([429, null, "error code: 1015"]);
  });

  test("can be any of Discord's own", async () => {
    const kind = { status: 403, code: 40003, message: "You are opening direct messages too fast." };
    discord.faults.rest({ route: "/users/@me/channels", kind });
    const open = () => restClient(discord)("POST", "/users/@me/channels", { recipient_id: member.id });
    expect((await open()).json.code).toBe(40003);
    expect((await open()).status).toBe(200);
  });
});

describe("a rule", () => {
  test("hits as often as it says, the routes and methods it names", async () => {
    discord.faults.rest({ route: /^\/channels\/\d+\/messages$/, method: "POST", times: 2, kind: "5xx-before" });
    const statuses: number[] = [];
    statuses.push((await restClient(discord)("GET", path())).status);
    for (const nonce of ["n1", "n2", "n3"]) statuses.push((await send(nonce)).status);
    expect(statuses).toEqual([200, 500, 500, 200]);
  });

  test("can stay until it is removed, and all can be cleared at once", async () => {
    const remove = discord.faults.rest({ times: Number.POSITIVE_INFINITY, kind: "5xx-before" });
    expect((await send("n1")).status).toBe(500);
    remove();
    expect((await send("n1")).status).toBe(200);
    discord.faults.rest({ kind: "5xx-before" });
    discord.faults.clear();
    expect((await send("n2")).status).toBe(200);
  });

  test("can delay the answer: the message is there before the answer is", async () => {
    discord.faults.rest({ kind: { delayMs: 30 } });
    let answered = false;
    const answer = send("n1").then(() => {
      answered = true;
    });
    await discord.until(() => member.dmMessages.length === 1, "message");
    expect(answered).toBe(false);
    await answer;
  });
});
