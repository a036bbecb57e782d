import { abortAllDurableObjects, applyD1Migrations, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readConfig } from "../../src/config.ts";
import type { DiscordUserId } from "../../src/conversation/ids.ts";
import { FakeGateway } from "./gateway-fake.ts";

let gateway: FakeGateway;
let member: DiscordUserId;
let count = 0;

beforeEach(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  count++;
  member = `11000000000000${String(count).padStart(4, "0")}` as DiscordUserId;
  gateway = new FakeGateway();
  gateway.install();
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Each test has a shard of its own; a fresh stub each time, since stubs of dead instances stay broken. */
const shard = () => env.GATEWAY.getByName(`shard of test ${count}`);

/** Wakes the shard until it has come to this state. */
async function reach(state: string): Promise<void> {
  await vi.waitFor(async () => {
    await shard().ensureConnected();
    expect((await shard().describe()).state).toBe(state);
  }, 10_000);
}

/** Does something on Discord's side of the socket, which belongs to the shard's instance. */
async function onGateway(action: () => void): Promise<void> {
  await runInDurableObject(shard(), action);
}

/** The messages of the member that the conversation has stored, in order. */
async function stored(): Promise<string[]> {
  return runInDurableObject(env.CONVERSATION.getByName(member), (_instance, { storage }) =>
    storage.sql
      .exec<{ body: string }>("SELECT body FROM journal WHERE key LIKE 'discord/message/%' ORDER BY seq")
      .toArray()
      .map(({ body }) => JSON.parse(body).text),
  );
}

function botToken(): string {
  const read = readConfig({ ...env });
  if (!read.ok) throw new Error("the tests' variables are incomplete");
  return read.config.DISCORD_BOT_TOKEN;
}

const DM = { first: "1300000000000000001", second: "1300000000000000002" };

test("the shard connects, identifies for direct messages and hands a DM over to its conversation", async () => {
  await reach("ready");
  expect(gateway.connection.url).toBe("https://gateway.example/?v=10&encoding=json");
  expect(gateway.payloads(2)).toMatchObject([{ token: botToken(), intents: 4096, shard: [0, 1] }]);
  await onGateway(() => gateway.dm(member, DM.first, "hello"));
  await vi.waitFor(async () => expect(await stored()).toEqual(["hello"]));
});

test("asking for the connection again and again opens one connection", async () => {
  await Promise.all(Array.from({ length: 20 }, () => shard().ensureConnected()));
  await reach("ready");
  await Promise.all(Array.from({ length: 20 }, () => shard().ensureConnected()));
  expect(gateway.connections).toHaveLength(1);
  expect(gateway.asked).toBe(1);
});

// A graceful eviction waits 30 seconds for the open socket; what it leaves behind is the same: the disk and the alarm.
describe("a shard whose instance dies", () => {
  test("resumes its session without another Identify, and misses nothing that was written meanwhile", async () => {
    await reach("ready");
    await onGateway(() => gateway.dm(member, DM.first, "before"));
    await vi.waitFor(async () => expect(await stored()).toEqual(["before"]));
    await abortAllDurableObjects();
    // Written while nobody listens: kept by Discord for the resume.
    gateway.missed(member, DM.second, "meanwhile");
    await reach("ready");
    expect(gateway.connection.url).toBe("https://resume.example/?v=10&encoding=json");
    expect(gateway.payloads(2)).toHaveLength(1);
    expect(gateway.payloads(6)).toMatchObject([{ session_id: "session" }]);
    await vi.waitFor(async () => expect(await stored()).toEqual(["before", "meanwhile"]));
  });

  test("is brought back by its alarm alone", async () => {
    await reach("ready");
    await abortAllDurableObjects();
    expect(await runDurableObjectAlarm(shard())).toBe(true);
    await vi.waitFor(async () => expect((await shard().describe()).state).toBe("ready"));
    expect(gateway.payloads(2)).toHaveLength(1);
  });

  test("still knows how many Identifies it has used", async () => {
    await reach("ready");
    await abortAllDurableObjects();
    expect((await shard().describe()).identifiesIn24h).toBe(1);
  });

  test("after a hard stop stays stopped, until an operator clears it", async () => {
    await reach("ready");
    await onGateway(() => gateway.connection.close(4004));
    await vi.waitFor(async () => expect((await shard().describe()).state).toBe("halted"));
    await abortAllDurableObjects();
    await shard().ensureConnected();
    expect(await shard().describe()).toMatchObject({ state: "halted", halted: "token-refused" });
    expect(gateway.connections).toHaveLength(1);
    await shard().clearHalt();
    expect((await shard().describe()).halted).toBeNull();
  });
});

test("the number of the last event is stored when the alarm rings, so that little is replayed", async () => {
  await reach("ready");
  await onGateway(() => {
    for (let event = 0; event < 5; event++) gateway.dispatch("TYPING_START", {});
  });
  await vi.waitFor(async () => {
    await runDurableObjectAlarm(shard());
    await runInDurableObject(shard(), (_instance, { storage }) => {
      expect(storage.sql.exec("SELECT seq FROM shard").one()).toEqual({ seq: 6 });
    });
  });
  await abortAllDurableObjects();
  await reach("ready");
  expect(gateway.payloads(6)).toMatchObject([{ seq: 6 }]);
});

test("a token that is refused at the upgrade stops the shard", async () => {
  gateway.upgradeStatus = 401;
  await reach("halted");
  expect(await shard().describe()).toMatchObject({ halted: "token-refused" });
  expect(gateway.connections).toHaveLength(0);
});

test("a Gateway that fails at the upgrade is tried again", async () => {
  gateway.upgradeStatus = 502;
  await vi.waitFor(async () => {
    await shard().ensureConnected();
    expect((await shard().describe()).cause).toBe("no connection: HTTP 502");
  });
  gateway.upgradeStatus = 101;
  await reach("ready");
});

test("a DM that its conversation cannot take is kept on disk, and nobody else waits for it", async () => {
  await reach("ready");
  const stuck = `12${member.slice(2)}`;
  await runInDurableObject(env.CONVERSATION.getByName(stuck), (_instance, { storage }) => {
    storage.sql.exec("ALTER TABLE journal RENAME TO elsewhere");
  });
  await onGateway(() => {
    gateway.dm(stuck, `13${member.slice(2)}`, "for a stuck conversation");
    gateway.dm(member, DM.first, "hello");
  });
  await vi.waitFor(async () => expect(await stored()).toEqual(["hello"]));
  await vi.waitFor(async () => expect(await shard().describe()).toMatchObject({ parked: 1, lag: 0 }), 10_000);
});

test("nothing that the shard tells of itself is secret", async () => {
  await reach("ready");
  expect(JSON.stringify(await shard().describe())).not.toContain(botToken());
});
