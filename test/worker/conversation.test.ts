import {
  abortAllDurableObjects,
  applyD1Migrations,
  createScheduledController,
  listDurableObjectIds,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ConversationEvent } from "../../src/conversation/events.ts";
import type { DiscordChannelId, DiscordMessageId, DiscordUserId } from "../../src/conversation/ids.ts";
import worker from "../../src/worker.ts";
import { OutsideCalls } from "./outside.ts";
import { helpme, signedInteraction, signedWebhook } from "./signed.ts";

let outside: OutsideCalls;
let member: DiscordUserId;
let count = 0;

beforeEach(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  member = `10000000000000${String(++count).padStart(4, "0")}` as DiscordUserId;
  outside = new OutsideCalls();
  outside.install();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const conversation = () => env.CONVERSATION.getByName(member);

function wrote(text: string, n = 1): ConversationEvent {
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

/** All that a conversation has to do now is done: `wake` ends when its lanes rest. */
async function rest(): Promise<void> {
  await conversation().wake();
}

async function statuses(kind: string): Promise<unknown[]> {
  return runInDurableObject(conversation(), (_instance, { storage }) =>
    storage.sql.exec("SELECT status FROM deliveries WHERE kind = ? ORDER BY seq", kind).toArray(),
  ).then((rows) => rows.map(({ status }) => status));
}

describe("a signed /helpme", () => {
  test("is answered at once, privately, and greets in the DM", async () => {
    const response = await exports.default.fetch(await signedInteraction(helpme(member)));
    expect(await response.json()).toEqual({ type: 5, data: { flags: 64 } });
    await rest();
    const [greeting] = outside.to("/messages");
    expect(JSON.parse(greeting?.body ?? "")).toMatchObject({
      content: "Hi member, how may I help you?",
      enforce_nonce: true,
      allowed_mentions: { parse: [] },
    });
    expect(outside.to("/messages/@original")).toHaveLength(1);
  });

  test("whose private answer overtakes its own deferral is answered all the same", async () => {
    outside.next("/messages/@original", () =>
      Response.json({ message: "Unknown Webhook", code: 10015 }, { status: 404 }),
    );
    await exports.default.fetch(await signedInteraction(helpme(member)));
    await rest();
    expect(await statuses("answer-helpme")).toEqual(["waiting"]);
    await runInDurableObject(conversation(), (_i, { storage }) => storage.sql.exec("UPDATE deliveries SET due_at = 1"));
    await runDurableObjectAlarm(conversation());
    expect(await statuses("answer-helpme")).toEqual(["sent"]);
  });

  test("counts once, however often it is sent", async () => {
    for (let n = 0; n < 3; n++) await exports.default.fetch(await signedInteraction(helpme(member)));
    await rest();
    expect(outside.to("/messages")).toHaveLength(1);
  });
});

describe("a message", () => {
  test("is on disk when its event is acknowledged, whatever happens to the call", async () => {
    outside.next("/Conversations", () => new Promise(() => undefined));
    expect(await conversation().ingest(wrote("live agent"))).toBe("accepted");
    await abortAllDurableObjects();
    expect(await statuses("post")).toEqual(["waiting", "waiting"]);
    expect(await runInDurableObject(conversation(), (_i, { storage }) => storage.getAlarm())).not.toBeNull();
  });

  test("whose call was cut off by a crash goes out again under the same nonce", async () => {
    await conversation().ingest(wrote("hello"));
    await rest();
    const said = outside.to("/messages").length;
    outside.next("/messages", () => new Promise(() => undefined));
    await conversation().ingest(wrote("hello again", 2));
    await vi.waitUntil(() => outside.to("/messages").length > said);
    await abortAllDurableObjects();
    await rest();
    const nonces = outside
      .to("/messages")
      .slice(said)
      .map(({ body }) => JSON.parse(body).nonce);
    expect(nonces).toHaveLength(2);
    expect(new Set(nonces).size).toBe(1);
  });

  test("that failed for now goes out when the alarm rings", async () => {
    outside.next("/messages", () => Promise.reject(new Error("connection refused")));
    await conversation().ingest(wrote("hello"));
    await rest();
    expect(await statuses("say")).toEqual(["unknown"]);
    await runInDurableObject(conversation(), (_i, { storage }) => storage.sql.exec("UPDATE deliveries SET due_at = 1"));
    expect(await runDurableObjectAlarm(conversation())).toBe(true);
    expect(await statuses("say")).toEqual(["sent"]);
  });

  test("that meets a refused bot token waits until the operator has mended it", async () => {
    outside.next("/messages", () => Response.json({ message: "401: Unauthorized", code: 0 }, { status: 401 }));
    await conversation().ingest(wrote("hello"));
    await rest();
    expect(await statuses("say")).toEqual(["waiting"]);
    await runInDurableObject(conversation(), (_i, { storage }) => storage.sql.exec("UPDATE deliveries SET due_at = 1"));
    await runDurableObjectAlarm(conversation());
    expect(await statuses("say")).toEqual(["sent"]);
  });

  test("waiting in an object whose alarm is gone is found by the sweep", async () => {
    outside.next("/messages", () => Promise.reject(new Error("connection refused")));
    await conversation().ingest(wrote("hello"));
    await rest();
    await runInDurableObject(conversation(), async (_i, { storage }) => {
      storage.sql.exec("UPDATE deliveries SET due_at = 1");
      await storage.deleteAlarm();
    });
    await worker.scheduled(createScheduledController({ cron: "* * * * *" }), env);
    expect(await statuses("say")).toEqual(["sent"]);
  });
});

describe("an agent's message", () => {
  const path = () => `/twilio/forward-to-discord/${member}`;

  async function handedOver(): Promise<string> {
    await conversation().ingest(wrote("live agent"));
    await rest();
    const rows = await runInDurableObject(conversation(), (_i, { storage }) =>
      storage.sql.exec<{ twilio_conversation: string }>("SELECT twilio_conversation FROM sessions").toArray(),
    );
    return rows[0]?.twilio_conversation ?? "";
  }

  const added = (conversationSid: string, n: number) => ({
    EventType: "onMessageAdded",
    ConversationSid: conversationSid,
    MessageSid: `IM${String(n).padStart(32, "f")}`,
    Index: String(n),
    Author: "agent_one",
    Body: "hello from Flex",
    Attributes: "{}",
    DateCreated: new Date().toISOString(),
    Source: "SDK",
    AccountSid: "AC0",
  });

  test("arrives in the DM under the agent's name", async () => {
    const sid = await handedOver();
    const response = await exports.default.fetch(
      await signedWebhook(path(), added(sid, outside.to("/Messages").length)),
    );
    expect(response.status).toBe(204);
    await rest();
    const texts = outside.to("/messages").map(({ body }) => JSON.parse(body).content);
    expect(texts.at(-1)).toContain("hello from Flex");
  });

  test("that is forged leaves no trace", async () => {
    const request = await signedWebhook(path(), added(`CH${"0".repeat(32)}`, 1));
    request.headers.set("x-twilio-signature", btoa("not twilio's signature"));
    const response = await exports.default.fetch(request);
    expect(response.status).toBe(403);
    expect((await listDurableObjectIds(env.CONVERSATION)).map(String)).not.toContain(
      String(env.CONVERSATION.idFromName(member)),
    );
    expect(outside.calls).toEqual([]);
  });
});

describe("the database", () => {
  test("lets no foreign id in twice", async () => {
    await conversation().ingest(wrote("hello"));
    await rest();
    await runInDurableObject(conversation(), (_i, { storage }) => {
      const { sql } = storage;
      for (const [table, column] of [
        ["journal", "key"],
        ["deliveries", "remote_id"],
        ["sessions", "twilio_conversation"],
        ["sessions", "flex_interaction"],
        ["sessions", "flex_channel"],
      ]) {
        const unique = sql
          .exec<{ name: string; unique: number }>(`PRAGMA index_list('${table}')`)
          .toArray()
          .filter((index) => index.unique === 1)
          .flatMap(({ name }) => sql.exec<{ name: string }>(`PRAGMA index_info('${name}')`).toArray());
        expect(unique.map(({ name }) => name)).toContain(column);
      }
    });
  });
});
