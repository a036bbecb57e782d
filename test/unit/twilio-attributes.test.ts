import { describe, expect, test } from "vitest";
import type { DeliveryId } from "../../src/conversation/ids.ts";
import { attributesOfMark, filesOf, markOf } from "../../src/twilio/message.ts";
import { timeOf } from "../../src/twilio/reading.ts";
import { taskAttributes, taskOwner } from "../../src/twilio/task-attributes.ts";
import { readTaskEvent } from "../../src/twilio/task-events.ts";
import { flexWorker } from "../../src/twilio/worker-attributes.ts";
import { FACTS, MARK, MEMBER, NOON, SESSION, sid, TASK, WORKER } from "./twilio-support.ts";

const OURS = { channelType: "discord", sessionId: SESSION, memberId: MEMBER };

describe("the attributes of a task", () => {
  test("tell agents and routing rules about the session", () => {
    expect(taskAttributes({ ...FACTS, interactionAttempt: 2 })).toEqual({
      channelType: "discord",
      customerName: "Member",
      caseNumber: 12,
      caseUrl: "https://bridge.example/desk/cases/12",
      sessionId: SESSION,
      memberId: MEMBER,
      interactionAttempt: 2,
    });
  });

  test("leave out the case where there is none", () => {
    const attributes = taskAttributes({ ...FACTS, caseNumber: null, caseUrl: null, interactionAttempt: 1 });
    expect(Object.keys(attributes).sort()).toEqual([
      "channelType",
      "customerName",
      "interactionAttempt",
      "memberId",
      "sessionId",
    ]);
  });

  test("say whose task it is", () => {
    const ours = { kind: "ours", session: SESSION, member: MEMBER };
    expect(taskOwner(JSON.stringify(taskAttributes({ ...FACTS, interactionAttempt: 1 })))).toEqual(ours);
    expect(taskOwner(JSON.stringify({ ...OURS, memberId: undefined }))).toEqual(ours);
    expect(taskOwner(JSON.stringify({ ...OURS, memberId: "100000000000000002" }))).toEqual({ kind: "contradictory" });
    expect(taskOwner(JSON.stringify({ ...OURS, memberId: null }))).toEqual({ kind: "contradictory" });
  });

  test.each([
    "",
    "no JSON",
    "null",
    JSON.stringify({ ...OURS, channelType: "web" }),
    JSON.stringify({ ...OURS, sessionId: undefined }),
    JSON.stringify({ ...OURS, sessionId: 1 }),
    ...[`x${SESSION}`, `${SESSION}x`, `${MEMBER}-0`, `${MEMBER}-01`, `${MEMBER}-12345678901`, MEMBER, "1-1"].map(
      (sessionId) => JSON.stringify({ ...OURS, sessionId }),
    ),
    JSON.stringify({ ...OURS, sessionId: `${"1".repeat(21)}-1` }),
  ])("of somebody else's task are foreign: %s", (attributes) => {
    expect(taskOwner(attributes)).toEqual({ kind: "foreign" });
  });

  test("take sessions up to the ten thousand millionth", () => {
    const session = `${MEMBER}-9999999999`;
    expect(taskOwner(JSON.stringify({ ...OURS, sessionId: session }))).toMatchObject({ kind: "ours", session });
  });
});

describe("a TaskRouter event", () => {
  const form = {
    EventType: "task.created",
    TaskSid: TASK,
    ResourceSid: TASK,
    Timestamp: String(NOON / 1000),
    TaskAttributes: JSON.stringify(OURS),
  };

  test("of our task is an event of its member", () => {
    expect(readTaskEvent(form)).toEqual({
      kind: "event",
      member: MEMBER,
      event: {
        kind: "task-changed",
        id: `task.created/${TASK}/${NOON}`,
        session: SESSION,
        task: TASK,
        change: { type: "task-created" },
        at: NOON,
      },
    });
  });

  test("without attributes is somebody else's", () => {
    const { TaskAttributes: _, ...without } = form;
    expect(readTaskEvent(without)).toEqual({ kind: "ignored" });
  });

  test("that contradicts itself, or lacks what it needs, is bad, and says where", () => {
    const problem = (change: Record<string, string>) => {
      const reading = readTaskEvent({ ...form, ...change });
      return reading.kind === "bad" ? reading.problem : reading.kind;
    };
    expect(problem({ TaskAttributes: JSON.stringify({ ...OURS, memberId: "1" }) })).toBe(
      "TaskAttributes: memberId is not the session's member",
    );
    expect(problem({ TaskSid: "WT1" })).toBe("TaskSid is malformed");
    expect(problem({ ResourceSid: "" })).toBe("ResourceSid is malformed");
    for (const Timestamp of ["", "-1", "1.5", "x1", "1x", "1".repeat(16)])
      expect(problem({ Timestamp })).toBe("Timestamp is malformed");
    expect(problem({ EventType: "reservation.created" })).toBe("WorkerSid is missing");
    expect(problem({ EventType: "reservation.created", WorkerSid: "WK1" })).toBe("WorkerSid is malformed");
    expect(problem({ EventType: "reservation.created", WorkerSid: WORKER })).toBe("event");
  });
});

describe("a worker", () => {
  test("has the name and the chat identity that its attributes give", () => {
    const attributes = JSON.stringify({ full_name: " Agent One ", contact_uri: "client: agent_one " });
    expect(flexWorker(WORKER, attributes)).toEqual({ worker: WORKER, identity: "agent_one", name: "Agent One" });
  });

  test.each([
    [null],
    [undefined],
    [""],
    ["no JSON"],
    ["[]"],
    ["{}"],
    ['{"full_name":"","contact_uri":""}'],
    ['{"full_name":"  ","contact_uri":"client: "}'],
    ['{"full_name":5,"contact_uri":{}}'],
    ['{"contact_uri":"sip:agent_one@example.com"}'],
    ['{"contact_uri":"x-client:agent_one"}'],
  ])("without usable ones has neither: %s", (attributes) => {
    expect(flexWorker(WORKER, attributes)).toEqual({ worker: WORKER, identity: null, name: null });
  });

  test("has what is usable where the rest is not", () => {
    expect(flexWorker(WORKER, '{"full_name":"Agent One","contact_uri":5}')).toMatchObject({ name: "Agent One" });
    expect(flexWorker(WORKER, '{"full_name":5,"contact_uri":"client:agent_one"}')).toMatchObject({
      identity: "agent_one",
    });
  });
});

describe("our mark on a message", () => {
  test("is found again", () => {
    expect(markOf(attributesOfMark(MARK))).toBe(MARK);
    expect(markOf(JSON.stringify({ flexcord: MARK, other: 1 }))).toBe(MARK);
  });

  test.each([null, undefined, "", "{}", '{"flexcord":5}', "no JSON"])("is not seen in %s", (attributes) => {
    expect(markOf(attributes)).toBeNull();
  });

  test("is nothing that only looks like one", () => {
    for (const mark of [MARK.slice(1), `${MARK}x`, `${MARK.slice(1)}!`, `!${MARK}`])
      expect(markOf(attributesOfMark(mark as DeliveryId))).toBeNull();
  });
});

test("files are read in each of Twilio's spellings; what is none is left out", () => {
  const media = sid("ME");
  expect(
    filesOf([
      { sid: media, filename: "rest.png" },
      { Sid: media, Filename: "webhook.png" },
      { MediaSid: media, Filename: "stream.png" },
      { sid: media, filename: null },
      { Sid: media, Filename: "" },
      { MediaSid: media },
      { sid: "ME1", filename: "malformed.png" },
      null,
      "text",
    ]),
  ).toEqual([
    { media, filename: "rest.png" },
    { media, filename: "webhook.png" },
    { media, filename: "stream.png" },
    { media, filename: "file" },
    { media, filename: "file" },
    { media, filename: "file" },
  ]);
  for (const nothing of [null, undefined, "[]", { 0: { sid: media } }]) expect(filesOf(nothing)).toEqual([]);
});

test("a date that is missing or none is replaced", () => {
  expect(timeOf("2026-11-02T12:00:00.000Z", 5)).toBe(NOON);
  for (const date of [null, undefined, "", "soon"]) expect(timeOf(date, 5)).toBe(5);
});
