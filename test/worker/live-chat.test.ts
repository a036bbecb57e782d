import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type LiveMessage, transcriptOf } from "../../src/cases/transcripts.ts";
import type { ConversationEvent } from "../../src/conversation/events.ts";
import {
  type DiscordChannelId,
  type DiscordMessageId,
  type DiscordUserId,
  sessionIdOf,
} from "../../src/conversation/ids.ts";
import { putArticle, runStatements } from "../../src/knowledge/store.ts";
import { OutsideCalls } from "./outside.ts";

let outside: OutsideCalls;
let member: DiscordUserId;
let count = 0;

beforeEach(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  member = `10000000000001${String(++count).padStart(4, "0")}` as DiscordUserId;
  outside = new OutsideCalls();
  outside.install();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const conversation = () => env.CONVERSATION.getByName(member);
const session = () => sessionIdOf(member, 1);

function wrote(text: string, n: number): ConversationEvent {
  return {
    kind: "member-wrote",
    message: `6${member.slice(2)}${n}` as DiscordMessageId,
    channel: `2${member.slice(1)}` as DiscordChannelId,
    profile: { member, displayName: "member" },
    text,
    incomplete: false,
    at: Date.now(),
  };
}

/** Takes it in, and all that follows. */
async function take(event: ConversationEvent): Promise<void> {
  await conversation().ingest(event);
  await conversation().wake();
}

/** Follows the chat; what is heard comes in order. */
async function follow() {
  const response = await conversation().fetch(`https://conversation/${session()}`, {
    headers: { Upgrade: "websocket" },
  });
  const socket = response.webSocket;
  if (!socket) throw new Error(`no WebSocket: ${response.status}`);
  const heard: LiveMessage[] = [];
  const waiting: { fits: (message: LiveMessage) => boolean; resolve: (message: LiveMessage) => void }[] = [];
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(String(data)) as LiveMessage;
    heard.push(message);
    for (const one of waiting.filter(({ fits }) => fits(message))) one.resolve(message);
  });
  socket.accept();
  const until = (fits: (message: LiveMessage) => boolean) => {
    const found = heard.find(fits);
    return found ? Promise.resolve(found) : new Promise<LiveMessage>((resolve) => waiting.push({ fits, resolve }));
  };
  return {
    heard,
    until,
    line: (text: string) => until((one) => one.kind === "lines" && one.lines.some((line) => line.text === text)),
  };
}

describe("whoever follows a chat", () => {
  test("gets all lines so far at once, with their authors, and each new one as it is said", async () => {
    await take(wrote("My gems are gone", 1));
    const chat = await follow();
    const first = await chat.line("My gems are gone");
    expect(first).toMatchObject({ kind: "lines", whole: true, session: session() });
    if (first.kind !== "lines") throw new Error("no lines");
    expect(first.lines.map(({ author }) => author)).toEqual(["member", "assistant"]);
    await take(wrote("live agent", 2));
    await chat.line("Transferring you to one of our agents…");
    await take(wrote("It is the one with the moon badge", 3));
    const last = await chat.line("It is the one with the moon badge");
    expect(last).toMatchObject({ whole: false });
  });

  test("sees articles that fit what the member writes", async () => {
    await runStatements(
      env.DB,
      putArticle({
        slug: "missing-gems" as never,
        locale: "en",
        audience: "members",
        title: "Gems that I bought have not arrived",
        summary: "Restart the shop",
        questions: ["My gems are missing"],
        labels: [],
        link: null,
        body: "Restart the shop.",
        updatedAt: 1,
      }),
    );
    await take(wrote("My gems are missing", 1));
    const chat = await follow();
    expect(await chat.until(({ kind }) => kind === "suggestions")).toMatchObject({
      articles: [
        { slug: "missing-gems", summary: "Restart the shop", url: expect.stringMatching(/\/help\/missing-gems/) },
      ],
    });
  });

  test("of a session that is not open gets what is stored, and that it has ended", async () => {
    const chat = await follow();
    await chat.until(({ kind }) => kind === "ended");
    expect(chat.heard).toEqual([{ kind: "lines", session: session(), whole: true, lines: [] }, { kind: "ended" }]);
  });
});

test("without a WebSocket nothing is shown", async () => {
  expect((await conversation().fetch(`https://conversation/${session()}`)).status).toBe(426);
});

test("what was said is kept with the case when the session ends", async () => {
  await take(wrote("My gems are gone", 1));
  await take(wrote("live agent", 2));
  const created = outside.calls.find(({ url, method }) => method === "POST" && url.endsWith("/Conversations"));
  expect(created).toBeDefined();
  const twilio = await env.DB.prepare("SELECT twilio_conversation FROM conversations WHERE member = ?")
    .bind(member)
    .first<string>("twilio_conversation");
  await take({ kind: "conversation-closed", conversation: twilio as never, at: Date.now() });
  await vi.waitFor(async () => expect(await transcriptOf(env.DB, session())).not.toBeNull());
  const lines = await transcriptOf(env.DB, session());
  expect(lines?.map(({ text }) => text)).toEqual(expect.arrayContaining(["My gems are gone", "live agent"]));
});
