import { beforeAll, describe, expect, test } from "vitest";
import { numbered, type Scenario, type Talk, useStage, wordsOfMember } from "../support/scenario.ts";

const IDENTIFY = 2;
const RESUME = 6;

describe("The connection to Discord breaks, and the session goes on", () => {
  const scenario = useStage({ discord: { rateLimits: false } });
  const gateway = () => scenario.discord.faults.gateway;
  const breaks: readonly [string, () => void][] = [
    ["it is cut", () => gateway().drop()],
    ["Discord closes it with 4000", () => gateway().drop(4000)],
    ["Discord asks to reconnect (op 7)", () => gateway().reconnect()],
  ];
  test.for(breaks)("%s: each message of the member is handled once, in order", async ([, breakIt]) => {
    const talk = await scenario.connect();
    const before = [framesIn(scenario, IDENTIFY), framesIn(scenario, RESUME)];
    talk.member.dm("before");
    await scenario.reaches(talk.chat.conversation, "before");
    // The next two get their numbers but stay behind: only the replay after the Resume brings them.
    gateway().withholdNext(2, ({ type }) => type === "MESSAGE_CREATE");
    for (const text of numbered("on the way", 2)) talk.member.dm(text);
    breakIt();
    talk.member.dm("while nobody listens");
    await scenario.sayLastWords(talk);
    expect(wordsOfMember(talk.member, talk.chat.conversation)).toEqual([
      "live agent",
      "before",
      ...numbered("on the way", 2),
      "while nobody listens",
      "last words of the member",
    ]);
    expect([framesIn(scenario, IDENTIFY), framesIn(scenario, RESUME)]).toEqual([before[0], (before[1] ?? 0) + 1]);
  });

  test("events that come twice are handled once", async () => {
    const talk = await scenario.connect();
    gateway().duplicateNext(4, ({ type }) => type === "MESSAGE_CREATE");
    for (const text of numbered("text", 4)) talk.member.dm(text);
    await scenario.sayLastWords(talk);
    expect(wordsOfMember(talk.member, talk.chat.conversation)).toEqual([
      "live agent",
      ...numbered("text", 4),
      "last words of the member",
    ]);
  });
});

describe("Discord ends the session, or falls silent", () => {
  const scenario = useStage({ discord: { rateLimits: false, gateway: { heartbeatIntervalMs: 1_500 } } });
  const gateway = () => scenario.discord.faults.gateway;

  test("the session is invalid but can be resumed (op 9 true): nothing is lost or doubled", async () => {
    const talk = await scenario.connect();
    const identifies = framesIn(scenario, IDENTIFY);
    gateway().invalidate(true);
    for (const text of numbered("text", 2)) talk.member.dm(text);
    await scenario.sayLastWords(talk);
    expect(wordsOfMember(talk.member, talk.chat.conversation).slice(1, -1)).toEqual(numbered("text", 2));
    expect(framesIn(scenario, IDENTIFY)).toBe(identifies);
  });

  test("heartbeats are not acknowledged: the connection is given up, and the session resumed", async () => {
    const talk = await scenario.connect();
    const resumes = framesIn(scenario, RESUME);
    gateway().muteAcks = true;
    await scenario.discord.until(() => framesIn(scenario, RESUME) > resumes, "a Resume", 30_000);
    gateway().muteAcks = false;
    await scenario.sayLastWords(talk, 30_000);
    expect(wordsOfMember(talk.member, talk.chat.conversation)).toEqual(["live agent", "last words of the member"]);
  });

  describe("the session is gone (op 9 false), and members write while there is none", () => {
    let talk: Talk;
    beforeAll(async () => {
      talk = await scenario.connect();
      const before = readies();
      gateway().invalidate(false);
      for (const text of numbered("nobody listens", 2)) talk.member.dm(text);
      await scenario.discord.until(() => readies() > before, "a new session", 50_000);
      await scenario.sayLastWords(talk, 30_000);
    });

    test("a new session begins, and what comes after is handled once", () => {
      const words = wordsOfMember(talk.member, talk.chat.conversation);
      expect(words.filter((text) => text === "last words of the member")).toHaveLength(1);
    });

    test("what they wrote is read afterwards, once and in order", () => {
      expect(wordsOfMember(talk.member, talk.chat.conversation)).toEqual([
        "live agent",
        ...numbered("nobody listens", 2),
        "last words of the member",
      ]);
    });
  });

  test("the token is refused (4004): the Gateway halts, /health says so, and nobody connects again", async () => {
    const connections = () =>
      scenario.discord.log.filter((entry) => entry.kind === "connection" && entry.what === "opened").length;
    const before = connections();
    gateway().drop(4004);
    let health = await askHealth();
    for (let n = 0; n < 100 && health.body.gateway === "ready"; n += 1) health = await askHealth();
    expect(health).toEqual({
      status: 503,
      body: { status: "degraded", gateway: "halted", missing: [], invalid: [] },
    });
    expect(connections()).toBe(before);
  });

  async function askHealth(): Promise<{ status: number; body: { gateway?: string } }> {
    const response = await fetch(`${scenario.worker.url}/health`);
    return { status: response.status, body: (await response.json()) as { gateway?: string } };
  }

  function readies(): number {
    return scenario.discord.log.filter((entry) => entry.kind === "gateway" && isNamed(entry.frame, "READY")).length;
  }
});

/** How many frames of an opcode the bot has sent. */
function framesIn(scenario: Scenario, op: number): number {
  return scenario.discord.log.filter(
    (entry) => entry.kind === "gateway" && entry.direction === "in" && hasOp(entry.frame, op),
  ).length;
}

function hasOp(frame: unknown, op: number): boolean {
  return typeof frame === "object" && frame !== null && "op" in frame && frame.op === op;
}

function isNamed(frame: unknown, name: string): boolean {
  return typeof frame === "object" && frame !== null && "t" in frame && frame.t === name;
}
