import { describe, expect, test, vi } from "vitest";
import type { DiscordMessageId } from "../../../src/conversation/ids.ts";
import { catchUp } from "../../../src/delivery/catch-up.ts";
import type { ChannelMessage, DiscordRest } from "../../../src/discord/rest.ts";
import { Bridge } from "../../support/bridge.ts";
import { DM } from "../../support/outside.ts";
import { MEMBER } from "../../support/people.ts";

/** A DM at Discord as it is read: all messages, and what was asked for. */
class ReadableDm {
  readonly messages: ChannelMessage[] = [];
  readonly asked: (string | null)[] = [];
  answer: "read" | "down" | "no access" | "unauthorized" = "read";

  readonly rest: Pick<DiscordRest, "messagesAfter"> = {
    messagesAfter: async (_channel, after, limit) => {
      this.asked.push(after);
      if (this.answer === "down") return { kind: "later", reason: "503" };
      if (this.answer === "no access") return { kind: "refused", status: 403, code: 50001, reason: "no access" };
      if (this.answer === "unauthorized") return { kind: "refused", status: 401, code: 0, reason: "not authorized" };
      const younger = this.messages.filter(({ id }) => after === null || BigInt(id) > BigInt(after));
      return { kind: "done", value: younger.slice(0, limit) };
    },
  };

  has(event: ReturnType<Bridge["wrote"]>, change: Record<string, unknown> = {}): void {
    if (event.kind !== "member-wrote") throw new Error("not a message");
    this.messages.push({
      id: event.message,
      channel_id: DM,
      author: { id: MEMBER, username: "member" },
      content: event.text,
      timestamp: new Date(event.at).toISOString(),
      edited_timestamp: null,
      type: 0,
      ...change,
    } as ChannelMessage);
  }
}

/** A member in an agent's hands, and the DM as Discord knows it. */
async function scene(): Promise<{ bridge: Bridge; dm: ReadableDm; read: (lostAt: number) => Promise<boolean> }> {
  const bridge = new Bridge();
  await bridge.toAgent();
  const dm = new ReadableDm();
  const read = (lostAt: number) =>
    catchUp(bridge.store, dm.rest, { lostAt, now: bridge.now }, (event) => void bridge.ingest(event));
  return { bridge, dm, read };
}

describe("after a lost Gateway session", () => {
  test("what the member wrote meanwhile is read, once and in order, and what had come before is not asked for", async () => {
    const { bridge, dm, read } = await scene();
    const heard = bridge.wrote("heard");
    await bridge.take(heard);
    dm.has(heard);
    for (const text of ["missed one", "missed two"]) dm.has(bridge.wrote(text));
    await read(bridge.now);
    await read(bridge.now);
    await bridge.settle();
    expect(bridge.memberTexts.slice(-3)).toEqual(["heard", "missed one", "missed two"]);
    expect(dm.asked[0]).toBe((heard as { message: DiscordMessageId }).message);
  });

  test("a message that came live before the reading does not hide what was missed before it", async () => {
    const { bridge, dm, read } = await scene();
    const lostAt = bridge.now;
    const [missed, live] = [bridge.wrote("missed"), bridge.wrote("live")];
    dm.has(missed);
    dm.has(live);
    bridge.now += 1000;
    await bridge.take(live);
    await read(lostAt);
    await bridge.settle();
    expect(bridge.memberTexts.filter((text) => text === "missed" || text === "live")).toEqual(["live", "missed"]);
  });

  test("more than a page is read", async () => {
    const { bridge, dm, read } = await scene();
    for (let n = 0; n < 250; n++) dm.has(bridge.wrote(`missed ${n}`));
    await read(bridge.now);
    await bridge.settle();
    expect(bridge.memberTexts.filter((text) => text.startsWith("missed"))).toHaveLength(250);
  });

  test("the bot's own words and messages of unknown shape are passed over", async () => {
    const { bridge, dm, read } = await scene();
    dm.has(bridge.wrote("our own"), { author: { id: "900000000000000001", username: "bot", bot: true } });
    dm.has(bridge.wrote("strange"), { type: undefined });
    dm.has(bridge.wrote("plain"));
    await read(bridge.now);
    await bridge.settle();
    expect(bridge.memberTexts.filter((text) => ["our own", "strange", "plain"].includes(text))).toEqual(["plain"]);
  });

  test("a Discord that is down or refuses our token is asked again later, one that gives no access is not", async () => {
    const { bridge, dm, read } = await scene();
    for (const answer of ["down", "unauthorized"] as const) {
      dm.answer = answer;
      expect(await read(bridge.now)).toBe(false);
    }
    dm.answer = "no access";
    expect(await read(bridge.now)).toBe(true);
  });

  test("where more was written than is read, member and agent are told at that place, once", async () => {
    vi.spyOn(console, "warn").mockReturnValue();
    const { bridge, dm, read } = await scene();
    for (let n = 0; n < 1001; n++) dm.has(bridge.wrote(`missed ${n}`));
    const lostAt = bridge.now;
    bridge.now += 1000;
    expect(await read(lostAt)).toBe(true);
    expect(await read(lostAt)).toBe(true);
    await bridge.take(bridge.wrote("live"));
    const lines = bridge.outside.posted.map(({ content }) => ("text" in content ? content.text : content.kind));
    expect(lines.slice(-3)).toEqual(["missed 999", "messages-missed", "live"]);
    expect(bridge.seen.filter((kind) => kind === "messages-missed")).toHaveLength(1);
  });

  test("where nothing can be read, they are told as well", async () => {
    vi.spyOn(console, "warn").mockReturnValue();
    const { bridge, dm, read } = await scene();
    dm.answer = "no access";
    await read(bridge.now);
    await bridge.settle();
    expect(bridge.outside.posted.at(-1)?.content).toEqual({ kind: "messages-missed" });
  });

  test("nothing is read for a member without an open session", async () => {
    const { bridge, dm, read } = await scene();
    await bridge.take(bridge.closed());
    await read(bridge.now);
    expect(dm.asked).toEqual([]);
  });
});
