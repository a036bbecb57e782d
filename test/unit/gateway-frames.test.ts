import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { afterClose } from "../../src/discord/gateway/close-codes.ts";
import {
  connectUrl,
  decodeFrame,
  heartbeatFrame,
  identifyFrame,
  resumeFrame,
} from "../../src/discord/gateway/frames.ts";

const decode = (payload: unknown) => decodeFrame(JSON.stringify(payload));

describe("frames of the Gateway", () => {
  test.each([
    [
      { op: 10, d: { heartbeat_interval: 41250 } },
      { kind: "hello", heartbeatIntervalMs: 41250 },
    ],
    [{ op: 1, d: null }, { kind: "heartbeat-requested" }],
    [{ op: 11 }, { kind: "heartbeat-acknowledged" }],
    [{ op: 7, d: null }, { kind: "reconnect-requested" }],
    [
      { op: 9, d: true },
      { kind: "session-invalid", resumable: true },
    ],
    [
      { op: 9, d: false },
      { kind: "session-invalid", resumable: false },
    ],
    [
      { op: 0, s: 4, t: "RESUMED", d: {} },
      { kind: "resumed", seq: 4 },
    ],
    [
      { op: 0, s: 5, t: "TYPING_START", d: { a: 1 } },
      { kind: "event", seq: 5, name: "TYPING_START", data: { a: 1 } },
    ],
    [
      { op: 0, s: 1, t: "READY", d: { session_id: "s1", resume_gateway_url: "wss://resume.example" } },
      { kind: "ready", seq: 1, session: { id: "s1", resumeUrl: "wss://resume.example" } },
    ],
  ])("%j", (payload, frame) => {
    expect(decode(payload)).toEqual(frame);
  });

  test.each([
    { op: 99 },
    { op: 0, t: "READY", d: {} },
    { op: 0, t: "TYPING_START", d: {} },
    { op: 0, s: 1, d: {} },
    { op: 0, d: {} },
    { op: 0, s: 1, t: "READY", d: { session_id: "s1", resume_gateway_url: "nowhere" } },
    { op: 10, d: { heartbeat_interval: 0 } },
    { op: 10 },
    { d: 1 },
    null,
    [],
  ])("%j is nothing that we know", (payload) => {
    expect(decode(payload)).toBeNull();
  });

  test("whatever text arrives, reading it does not throw", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        decodeFrame(text);
      }),
    );
  });
});

describe("frames of ours", () => {
  test("a heartbeat carries the last event that counts as seen, null before the first", () => {
    expect(JSON.parse(heartbeatFrame(0))).toEqual({ op: 1, d: null });
    expect(JSON.parse(heartbeatFrame(7))).toEqual({ op: 1, d: 7 });
  });

  test("an Identify asks for direct messages alone, on shard 0 of n", () => {
    expect(JSON.parse(identifyFrame("bot-token", 3))).toMatchObject({
      op: 2,
      d: {
        token: "bot-token",
        intents: 4096,
        shard: [0, 3],
        properties: { os: "linux", browser: "flexcord", device: "flexcord" },
      },
    });
  });

  test("a resume names session and last seen event", () => {
    expect(JSON.parse(resumeFrame("bot-token", { id: "s1", resumeUrl: "wss://resume.example" }, 7))).toEqual({
      op: 6,
      d: { token: "bot-token", session_id: "s1", seq: 7 },
    });
  });

  test("the address names version and encoding", () => {
    expect(connectUrl("wss://gateway.example")).toBe("wss://gateway.example/?v=10&encoding=json");
    expect(connectUrl("ws://127.0.0.1:80/gateway?v=9")).toBe("ws://127.0.0.1/gateway?v=10&encoding=json");
  });
});

describe("the close-code table", () => {
  test.each([1005, 1006, 4000, 4001, 4002, 4900])("%i leaves the session intact", (code) => {
    expect(afterClose(code)).toEqual({ kind: "resume" });
  });
  test.each([1000, 1001, 4003, 4005, 4007, 4008, 4009])("%i ends the session", (code) => {
    expect(afterClose(code)).toEqual({ kind: "identify" });
  });
  test.each([
    [4004, "token-refused"],
    [4010, "invalid-shard"],
    [4011, "sharding-required"],
    [4012, "invalid-version"],
    [4013, "invalid-intents"],
    [4014, "intents-not-allowed"],
  ])("%i stops for good: %s", (code, reason) => {
    expect(afterClose(code)).toEqual({ kind: "halt", reason });
  });
});
