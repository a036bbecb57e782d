import { describe, expect, test } from "vitest";
import { DiscordLane } from "../../../src/delivery/discord.ts";
import { discordRest } from "../../../src/discord/rest.ts";
import type { TwilioRest } from "../../../src/twilio/rest.ts";
import { Bridge, UNNAMED } from "../../support/bridge.ts";
import { DirectMessages } from "../../support/direct-messages.ts";
import { times, UNKNOWN } from "../../support/outside.ts";
import { AGENT } from "../../support/people.ts";
import { rememberingBridge } from "../../support/remembering-outside.ts";
import { HOUR, MINUTE, SECOND } from "../../support/times.ts";

/** An agent's conversation whose messages to the member go to this Discord, by way of the real lane. */
async function withDiscord(): Promise<{ bridge: Bridge; discord: DirectMessages }> {
  const bridge = new Bridge();
  await bridge.toAgent();
  const now = () => bridge.now;
  const discord = new DirectMessages(now);
  const rest = discordRest({
    fetch: discord.fetch,
    now,
    apiUrl: "https://discord.example",
    botToken: "bot-token",
    applicationId: "1",
    publicUrl: "https://flexcord.example",
  });
  const { outside } = bridge;
  const [perform, look] = [outside.perform.bind(outside), outside.look.bind(outside)];
  const lane = new DiscordLane(rest, {} as TwilioRest, bridge.store, now);
  outside.perform = (row) => (row.delivery.kind === "say" ? lane.perform(row, row.delivery) : perform(row));
  outside.look = (row, mayRepeat) =>
    row.delivery.kind === "say" ? lane.look(row, row.delivery, mayRepeat) : look(row, mayRepeat);
  return { bridge, discord };
}

const HELLO = "**Agent One:** hello";

describe("a message to Discord without an answer", () => {
  test("is repeated within two minutes with the same nonce, and stands once", async () => {
    const { bridge, discord } = await withDiscord();
    discord.nextLines = ["answer lost"];
    await bridge.take(bridge.agentWrote("hello"));
    await bridge.pass(MINUTE);
    expect(discord.calls).toEqual(["POST", "POST"]);
    expect(discord.contents).toEqual([HELLO]);
    expect(bridge.store.deliveries.unsettled()).toBe(0);
  });

  test("stands once, although the outage that began with it outlasts Discord's memory of nonces", async () => {
    const { bridge, discord } = await withDiscord();
    discord.nextLines = ["answer lost"];
    discord.line = "broken";
    await bridge.take(bridge.agentWrote("hello"));
    await bridge.take(bridge.agentWrote("are you there?"));
    await bridge.pass(8 * MINUTE);
    discord.line = "open";
    await bridge.pass(10 * MINUTE);
    expect(discord.contents).toEqual([HELLO, "**Agent One:** are you there?"]);
  });

  test("stands once, although its author's name became known meanwhile", async () => {
    const { bridge, discord } = await withDiscord();
    await bridge.take(bridge.agentWrote("I take over", { author: UNNAMED }));
    discord.nextLines = ["answer lost"];
    discord.line = "broken";
    await bridge.take(bridge.agentWrote("hello", { author: UNNAMED }));
    const worker = { ...AGENT, identity: UNNAMED, name: "Agent Three" };
    await bridge.take(bridge.task({ type: "reservation-created", worker }));
    await bridge.pass(8 * MINUTE);
    discord.line = "open";
    await bridge.pass(10 * MINUTE);
    expect(discord.contents.filter((content) => content.endsWith("hello"))).toEqual(["**An agent:** hello"]);
  });

  test("stands once, although the repeat was put off for longer than Discord knows a nonce", async () => {
    const { bridge, discord } = await withDiscord();
    discord.nextLines = ["answer lost", "limited"];
    await bridge.take(bridge.agentWrote("hello"));
    await bridge.pass(30 * MINUTE);
    expect(discord.contents).toEqual([HELLO]);
    expect(bridge.store.deliveries.unsettled()).toBe(0);
  });

  test("and refused when it is repeated is looked for by its words: what stands there was delivered", async () => {
    const { bridge, discord } = await withDiscord();
    const before = bridge.outside.posted.length;
    discord.nextLines = ["answer lost", "refused"];
    await bridge.take(bridge.agentWrote("hello"));
    await bridge.pass(3 * MINUTE);
    expect(discord.contents.filter((content) => content === HELLO)).toHaveLength(1);
    expect(discord.sends).toBe(2);
    expect(bridge.outside.posted.slice(before)).toEqual([]);
  });

  test("and refused when it is repeated was certainly not delivered if it does not stand there", async () => {
    const { bridge, discord } = await withDiscord();
    // The second send is the last one before it is looked for, and the third one is refused as well.
    discord.nextLines = ["broken", "refused", "open", "refused"];
    await bridge.take(bridge.agentWrote("hello"));
    await bridge.pass(3 * MINUTE);
    expect(bridge.outside.posted.at(-1)?.content.kind).toBe("not-delivered");
  });

  test("and refused when it is repeated may have been delivered if it cannot be looked for", async () => {
    const { bridge, discord } = await withDiscord();
    discord.nextLines = ["answer lost", "refused"];
    discord.line = "refused";
    await bridge.take(bridge.agentWrote("hello"));
    await bridge.pass(3 * MINUTE);
    expect(bridge.outside.posted.at(-1)?.content.kind).toBe("maybe-not-delivered");
  });

  test("is found behind more than a hundred messages that the member wrote meanwhile", async () => {
    const { bridge, discord } = await withDiscord();
    for (let n = 0; n < 150; n++) discord.memberWrites(`message ${n}`);
    discord.nextLines = ["answer lost"];
    discord.line = "broken";
    await bridge.take(bridge.agentWrote("hello"));
    await bridge.pass(4 * MINUTE);
    discord.line = "open";
    await bridge.pass(10 * MINUTE);
    expect(discord.contents.filter((content) => content === HELLO)).toHaveLength(1);
  });

  test("that never arrived is sent once the outage is over", async () => {
    const { bridge, discord } = await withDiscord();
    discord.line = "broken";
    await bridge.take(bridge.agentWrote("hello"));
    await bridge.pass(8 * MINUTE);
    expect(discord.contents).toEqual([]);
    discord.line = "open";
    await bridge.pass(10 * MINUTE);
    expect(discord.contents).toEqual([HELLO]);
  });

  test("is not taken for the same words said before, nor for the member's", async () => {
    const { bridge, discord } = await withDiscord();
    await bridge.take(bridge.agentWrote("hello"));
    discord.memberWrites(HELLO);
    discord.line = "broken";
    await bridge.take(bridge.agentWrote("hello"));
    await bridge.pass(8 * MINUTE);
    discord.line = "open";
    await bridge.pass(10 * MINUTE);
    expect(discord.contents).toEqual([HELLO, HELLO, HELLO]);
  });

  /** The outage is over, the nonce is forgotten, and the DM cannot be read. */
  async function unreadable(answer: () => Response): Promise<{ bridge: Bridge; discord: DirectMessages }> {
    const { bridge, discord } = await withDiscord();
    discord.nextLines = ["answer lost"];
    discord.line = "broken";
    await bridge.take(bridge.agentWrote("hello"));
    await bridge.pass(8 * MINUTE);
    discord.refuseReads = answer;
    discord.line = "open";
    return { bridge, discord };
  }

  test("is not sent again when the look is refused: the agent learns that nobody knows", async () => {
    const { bridge, discord } = await unreadable(() => Response.json({ code: 50001, message: "" }, { status: 403 }));
    const { sends } = discord;
    await bridge.pass(HOUR);
    expect(discord.sends).toBe(sends);
    expect(discord.contents).toEqual([HELLO]);
    expect(bridge.outside.posted.at(-1)).toMatchObject({ author: "bridge", content: { kind: "maybe-not-delivered" } });
  });

  test("is not sent again while the look is put off: it is found when the DM can be read", async () => {
    const tooMany = { message: "", retry_after: 30, global: false };
    const { bridge, discord } = await unreadable(() => {
      return Response.json(tooMany, { status: 429, headers: { "retry-after": "30", "x-ratelimit-scope": "user" } });
    });
    const { sends } = discord;
    await bridge.pass(10 * MINUTE);
    expect(discord.sends).toBe(sends);
    expect(bridge.store.deliveries.unsettled()).toBe(1);
    discord.refuseReads = null;
    await bridge.pass(10 * MINUTE);
    expect(discord.sends).toBe(sends);
    expect(discord.contents).toEqual([HELLO]);
    expect(bridge.store.deliveries.unsettled()).toBe(0);
  });
});

describe("a message to Twilio without an answer", () => {
  test("is not looked for before a late commit is ruled out", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.outside.next("post", UNKNOWN);
    await bridge.take(bridge.wrote("hello"));
    await bridge.pass(14 * SECOND);
    expect(bridge.outside.count("look:post")).toBe(0);
    await bridge.pass(2 * SECOND);
    expect(bridge.outside.calls.slice(-2)).toEqual(["look:post", "post"]);
  });

  test("that nobody can settle in a day is reported to its author as maybe not delivered", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    const posts = bridge.outside.count("post");
    bridge.outside.next("post", UNKNOWN);
    bridge.outside.next("look:post", ...times(3000, UNKNOWN));
    await bridge.take(bridge.wrote("hello"));
    await bridge.pass(24 * HOUR + MINUTE);
    expect(bridge.seen.at(-1)).toBe("maybe-not-delivered");
    expect(bridge.outside.count("post")).toBe(posts + 1);
  });
});

describe("a delivery whose outcome cannot be stored", () => {
  test("is buried after its time, and those behind it go on", async () => {
    const bridge = new Bridge();
    await bridge.toAgent();
    bridge.ingest(bridge.wrote("poison"));
    refuseToStoreTheEndOf(bridge, newestDelivery(bridge));
    await bridge.settle();
    await bridge.take(bridge.wrote("healthy"));
    await bridge.pass(23 * HOUR);
    expect(bridge.memberTexts).not.toContain("healthy");
    await bridge.pass(2 * HOUR);
    expect(bridge.memberTexts.at(-1)).toBe("healthy");
    expect(bridge.store.deliveries.unsettled()).toBe(0);
  });

  // What a look finds and cannot store is due again at once, and the alarm rings without a pause.
  test("is made once, and looked for at a measured pace", async () => {
    const { bridge } = rememberingBridge();
    await bridge.toQueue();
    bridge.ingest(bridge.wrote("poison"));
    refuseToStoreTheEndOf(bridge, newestDelivery(bridge));
    await bridge.settle();
    await bridge.pass(HOUR);
    expect(bridge.outside.count("look:post")).toBeLessThan(200);
    expect(bridge.memberTexts.filter((text) => text === "poison")).toHaveLength(1);
  });

  function newestDelivery(bridge: Bridge): number {
    return bridge.storage.sql<{ seq: number }>("SELECT max(seq) AS seq FROM deliveries")[0]?.seq ?? 0;
  }

  function refuseToStoreTheEndOf(bridge: Bridge, seq: number): void {
    const { storage } = bridge;
    const sql = storage.sql.bind(storage);
    storage.sql = (statement, ...bindings) => {
      if (bindings.includes("sent") && bindings.includes(seq)) throw new Error("constraint failed");
      return sql(statement, ...bindings);
    };
  }
});
