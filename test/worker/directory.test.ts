import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { DiscordChannelId, DiscordUserId, TwilioConversationSid } from "../../src/conversation/ids.ts";
import { leastRecentlySwept, openConversations, updateDirectory } from "../../src/directory.ts";

const member = (n: number) => `10000000000000000${n}` as DiscordUserId;
const channel = (n: number) => `20000000000000000${n}` as DiscordChannelId;
const conversation = (n: number) => `CH${String(n).padStart(32, "0")}` as TwilioConversationSid;
const entry = (n: number, at: number) => ({
  member: member(n),
  channel: channel(n),
  conversation: conversation(n),
  openSince: at,
  at,
});

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));
const warn = vi.fn();
beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(warn);
});
afterEach(async () => {
  vi.restoreAllMocks();
  warn.mockReset();
  await env.DB.exec("DELETE FROM conversations");
});

const memberOfChannel = (db: D1Database, channel: string) =>
  db.prepare("SELECT member FROM conversations WHERE channel = ?").bind(channel).first<string>("member");
const memberOfTwilioConversation = (db: D1Database, conversation: string) =>
  db
    .prepare("SELECT member FROM conversations WHERE twilio_conversation = ?")
    .bind(conversation)
    .first<string>("member");

test("a member is found by channel and by Twilio Conversation", async () => {
  await updateDirectory(env.DB, entry(1, 100));
  expect(await memberOfChannel(env.DB, channel(1))).toBe(member(1));
  expect(await memberOfTwilioConversation(env.DB, conversation(1))).toBe(member(1));
  expect(await memberOfChannel(env.DB, channel(2))).toBeNull();
  expect(await memberOfTwilioConversation(env.DB, conversation(2))).toBeNull();
});

test("a newer mapping replaces the whole older one", async () => {
  await updateDirectory(env.DB, entry(1, 100));
  await updateDirectory(env.DB, { ...entry(1, 200), conversation: null, openSince: null });
  expect(await memberOfTwilioConversation(env.DB, conversation(1))).toBeNull();
  expect(await memberOfChannel(env.DB, channel(1))).toBe(member(1));
  expect(await openConversations(env.DB, { limit: 10, after: null })).toEqual([]);
});

test("an older mapping that arrives late changes nothing", async () => {
  await updateDirectory(env.DB, entry(1, 200));
  await updateDirectory(env.DB, { ...entry(1, 100), channel: channel(9), conversation: null });
  expect(await memberOfChannel(env.DB, channel(9))).toBeNull();
  expect(await memberOfTwilioConversation(env.DB, conversation(1))).toBe(member(1));
});

test("the same mapping may be stored again", async () => {
  await updateDirectory(env.DB, entry(1, 100));
  await updateDirectory(env.DB, entry(1, 100));
  expect(await memberOfChannel(env.DB, channel(1))).toBe(member(1));
  expect(warn).not.toHaveBeenCalled();
});

test("what two members claim goes to the newer claim, and that is logged", async () => {
  await updateDirectory(env.DB, entry(1, 100));
  await updateDirectory(env.DB, { ...entry(2, 200), channel: channel(1), conversation: conversation(1) });
  expect(await memberOfChannel(env.DB, channel(1))).toBe(member(2));
  expect(await memberOfTwilioConversation(env.DB, conversation(1))).toBe(member(2));
  expect(warn).toHaveBeenCalledWith(expect.stringContaining("directory.claim-moved"));
});

test("an older claim to what another member holds is refused, the rest of it is stored, and that is logged", async () => {
  await updateDirectory(env.DB, entry(1, 200));
  await updateDirectory(env.DB, { ...entry(2, 100), channel: channel(1) });
  expect(await memberOfChannel(env.DB, channel(1))).toBe(member(1));
  expect(await memberOfTwilioConversation(env.DB, conversation(2))).toBe(member(2));
  expect(warn).toHaveBeenCalledWith(expect.stringContaining("directory.claim-refused"));
});

test("an outdated mapping takes nothing away from another member", async () => {
  await updateDirectory(env.DB, { ...entry(2, 300), channel: null });
  await updateDirectory(env.DB, entry(1, 100));
  await updateDirectory(env.DB, { ...entry(2, 200), channel: channel(1) });
  expect(await memberOfChannel(env.DB, channel(1))).toBe(member(1));
});

test("claims to one channel that arrive at the same moment leave it with the newest", async () => {
  const claims = [3, 1, 4, 2, 5].map((n) => updateDirectory(env.DB, { ...entry(n, n * 100), channel: channel(1) }));
  await Promise.all(claims);
  expect(await memberOfChannel(env.DB, channel(1))).toBe(member(5));
});

test("open conversations come page by page, each once", async () => {
  for (const n of [3, 1, 2, 5]) await updateDirectory(env.DB, entry(n, 100));
  await updateDirectory(env.DB, { ...entry(4, 100), openSince: null });
  const first = await openConversations(env.DB, { limit: 3, after: null });
  expect(first.map((found) => found.member)).toEqual([member(1), member(2), member(3)]);
  const second = await openConversations(env.DB, { limit: 3, after: member(3) });
  expect(second).toEqual([{ member: member(5), channel: channel(5), conversation: conversation(5), openSince: 100 }]);
});

test("the sweep takes those first that have waited longest", async () => {
  for (const n of [1, 2, 3]) await updateDirectory(env.DB, entry(n, 100));
  expect((await leastRecentlySwept(env.DB, 2, 1000)).toSorted()).toEqual([member(1), member(2)]);
  expect(await leastRecentlySwept(env.DB, 1, 2000)).toEqual([member(3)]);
  expect((await leastRecentlySwept(env.DB, 2, 3000)).toSorted()).toEqual([member(1), member(2)]);
});

test("the sweep looks after a closed conversation for a day, and again once it is opened", async () => {
  const day = 24 * 60 * 60_000;
  await updateDirectory(env.DB, { ...entry(1, 1000), openSince: null });
  expect(await leastRecentlySwept(env.DB, 10, 1000 + day)).toEqual([member(1)]);
  // One last time.
  expect(await leastRecentlySwept(env.DB, 10, 1000 + 2 * day)).toEqual([member(1)]);
  expect(await leastRecentlySwept(env.DB, 10, 1000 + 3 * day)).toEqual([]);
  await updateDirectory(env.DB, entry(1, 1000 + 4 * day));
  expect(await leastRecentlySwept(env.DB, 10, 1000 + 4 * day)).toEqual([member(1)]);
});
