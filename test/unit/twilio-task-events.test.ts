import { describe, expect, test } from "vitest";
import { MEMBER, NOON, SESSION, sid, TASK, WORKER } from "./twilio-support.ts";
import { deliver, type Fields, IGNORED, receiver, signed, TASK_EVENTS, without } from "./twilio-webhook-support.ts";

describe("From TaskRouter", () => {
  const OURS = JSON.stringify({ channelType: "discord", sessionId: SESSION, memberId: MEMBER, interactionAttempt: 1 });
  const EVENT = {
    AccountSid: sid("AC"),
    WorkspaceSid: sid("WS"),
    EventType: "task.created",
    ResourceType: "Task",
    ResourceSid: TASK,
    Timestamp: String(NOON / 1000),
    TimestampMs: String(NOON + 123),
    TaskSid: TASK,
    TaskAttributes: OURS,
    WorkerSid: WORKER,
    WorkerAttributes: JSON.stringify({ full_name: " An Agent ", contact_uri: "client:agent_40example_2Ecom" }),
  };
  const AGENT = { worker: WORKER, identity: "agent_40example_2Ecom", name: "An Agent" };
  const tell = (fields: Fields) => deliver(TASK_EVENTS, fields);
  const stored = (change: unknown, more: Record<string, unknown> = {}) => ({
    status: 204,
    body: "",
    ingested: [
      {
        member: MEMBER,
        event: {
          kind: "task-changed",
          id: expect.any(String),
          session: SESSION,
          task: TASK,
          change,
          at: NOON + 123,
          ...more,
        },
      },
    ],
  });

  test.each([
    ["task.created", "task-created"],
    ["task.wrapup", "task-wrapup"],
    ["task.completed", "task-completed"],
    ["task.canceled", "task-canceled"],
    ["task.deleted", "task-deleted"],
    ["task.system-deleted", "task-deleted"],
    ["workflow.timeout", "workflow-timeout"],
  ])("%s means %s", async (EventType, type) => {
    expect(await tell({ ...EVENT, EventType })).toEqual(stored({ type }));
  });

  test.each([
    ["reservation.created", "reservation-created"],
    ["reservation.accepted", "reservation-accepted"],
    ["reservation.wrapup", "reservation-wrapup"],
    ["reservation.completed", "reservation-completed"],
  ])("%s means %s, and names the worker", async (EventType, type) => {
    expect(await tell({ ...EVENT, EventType })).toEqual(stored({ type, worker: AGENT }));
  });

  test.each([
    "reservation.rejected",
    "reservation.timeout",
    "task.updated",
    "task.transfer-initiated",
    "task.transfer-completed",
    "task.transfer-attempt-failed",
    "worker.activity.update",
    "toString",
  ])("%s is ignored", async (EventType) => {
    expect(await tell({ ...EVENT, EventType })).toEqual(IGNORED);
  });

  test("an event is known by its own id, else by type, resource and time", async () => {
    const change = { type: "task-created" };
    expect(await tell({ ...EVENT, Sid: sid("EV") })).toEqual(stored(change, { id: sid("EV") }));
    expect(await tell(EVENT)).toEqual(stored(change, { id: `task.created/${TASK}/${NOON + 123}` }));
    const { TimestampMs: _, ...seconds } = EVENT;
    expect(await tell(seconds)).toEqual(stored(change, { id: `task.created/${TASK}/${NOON}`, at: NOON }));
  });

  test.each([
    ["{}", { identity: null, name: null }],
    ["{broken", { identity: null, name: null }],
    ['"text"', { identity: null, name: null }],
    ['{"full_name":5,"contact_uri":null}', { identity: null, name: null }],
    ['{"full_name":"  ","contact_uri":"client:"}', { identity: null, name: null }],
    ['{"full_name":"An Agent","contact_uri":"+14155550100"}', { identity: null, name: "An Agent" }],
  ])("a worker with the attributes %s is read as far as they go", async (WorkerAttributes, rest) => {
    const accepted = { ...EVENT, EventType: "reservation.accepted", WorkerAttributes };
    expect(await tell(accepted)).toEqual(stored({ type: "reservation-accepted", worker: { worker: WORKER, ...rest } }));
  });

  test.each([
    "",
    "{broken",
    "{}",
    JSON.stringify({ channelType: "web", sessionId: SESSION }),
    JSON.stringify({ channelType: "discord" }),
    JSON.stringify({ channelType: "discord", sessionId: "1-1" }),
    JSON.stringify({ channelType: "discord", sessionId: `${MEMBER}-0` }),
  ])("a task that is not ours is ignored: %s", async (TaskAttributes) => {
    expect(await tell({ ...EVENT, TaskAttributes })).toEqual(IGNORED);
  });

  test("a task need not name the member, but must not name another one", async () => {
    const anonymous = JSON.stringify({ channelType: "discord", sessionId: SESSION });
    expect(await tell({ ...EVENT, TaskAttributes: anonymous })).toEqual(stored({ type: "task-created" }));
    const other = JSON.stringify({ channelType: "discord", sessionId: SESSION, memberId: "100000000000000002" });
    expect(await tell({ ...EVENT, TaskAttributes: other })).toMatchObject({ status: 400, ingested: [] });
  });

  test.each(["EventType", "TaskSid", "ResourceSid", "Timestamp", "WorkerSid"])(
    "an event of ours without %s is a bad request that names the field",
    async (field) => {
      expect(await tell(without({ ...EVENT, EventType: "reservation.accepted" }, field))).toEqual({
        status: 400,
        body: `{"error":"${field} is missing"}`,
        ingested: [],
      });
    },
  );

  test("the answer has the content type that TaskRouter wants", async () => {
    const response = await receiver().app.request(signed(TASK_EVENTS, EVENT));
    expect(response.headers.get("Content-Type")).toBe("application/json");
  });
});
