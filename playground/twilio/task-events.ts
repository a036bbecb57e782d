import type { Account } from "./account.ts";
import type { Reservation, Task, Transfer } from "./model.ts";
import { newSid, webhookDate } from "./sids.ts";
import type { Webhooks } from "./webhooks.ts";

/** TaskRouter waits this long for an answer. */
const TIME_LIMIT_MS = 15_000;

/** TaskRouter's event types that the stand-in knows. https://www.twilio.com/docs/taskrouter/api/event/reference */
export type TaskEventType =
  | "task.created"
  | "task.updated"
  | "task.wrapup"
  | "task.completed"
  | "task.canceled"
  | "task.deleted"
  | "task.transfer-initiated"
  | "task.transfer-completed"
  | "task.transfer-failed"
  | "task-queue.entered"
  | "workflow.entered"
  | "workflow.timeout"
  | `reservation.${"created" | "accepted" | "rejected" | "timeout" | "canceled" | "wrapup" | "completed"}`;

/** One event about a task; about a reservation of it, or a transfer, when that is given. */
export type TaskEvent = {
  readonly type: TaskEventType;
  readonly task: Task;
  readonly reservation?: Reservation;
  readonly transfer?: Transfer;
};

export const QUEUE_NAME = "Everyone";
export const WORKFLOW_NAME = "Assign to Anyone";
export const WORKSPACE_NAME = "Flex Task Assignment";

/** Stable ids of the workspace's task channels and activities. */
export type WorkspaceNames = {
  readonly taskChannelSid: (uniqueName: string) => string;
  readonly availableSid: string;
  readonly unavailableSid: string;
};

/** Sends the event to the workspace's `EventCallbackUrl`, if one is set, and tells the account's listeners. */
export function sendTaskEvent(account: Account, webhooks: Webhooks, names: WorkspaceNames, event: TaskEvent): void {
  if (account.taskEventsUrl !== null) {
    webhooks.send({
      to: "task-events",
      eventType: event.type,
      url: account.taskEventsUrl,
      method: "POST",
      params: fields(account, names, event),
      timeLimitMs: TIME_LIMIT_MS,
      overrides: true,
    });
  }
  account.emit({ kind: "task", eventType: event.type, task: event.task });
}

function fields(account: Account, names: WorkspaceNames, event: TaskEvent): Record<string, string> {
  const { type, task, reservation, transfer } = event;
  const now = account.now();
  return {
    Sid: newSid("EV"),
    EventType: type,
    EventDescription: describe(event),
    AccountSid: account.accountSid,
    WorkspaceSid: account.workspaceSid,
    WorkspaceName: WORKSPACE_NAME,
    ...(reservation === undefined
      ? { ResourceType: "task", ResourceSid: task.sid }
      : { ResourceType: "reservation", ResourceSid: reservation.sid }),
    Timestamp: String(Math.floor(now / 1000)),
    TimestampMs: String(now),
    TaskSid: task.sid,
    TaskAttributes: task.attributes,
    TaskAge: String(Math.max(0, Math.floor((now - task.dateCreated) / 1000))),
    TaskDateCreated: webhookDate(task.dateCreated),
    TaskPriority: String(task.priority),
    TaskAssignmentStatus: task.status,
    ...(task.status === "canceled" ? { TaskCanceledReason: task.reason ?? "" } : {}),
    ...(task.status === "completed" ? { TaskCompletedReason: task.reason ?? "" } : {}),
    TaskQueueSid: account.queueSid,
    TaskQueueName: QUEUE_NAME,
    WorkflowSid: account.workflowSid,
    WorkflowName: WORKFLOW_NAME,
    TaskChannelSid: names.taskChannelSid(task.taskChannel),
    TaskChannelUniqueName: task.taskChannel,
    ...(reservation === undefined ? {} : { ReservationSid: reservation.sid, ...workerFields(names, reservation) }),
    ...(transfer === undefined
      ? {}
      : { TransferSid: transfer.sid, TransferMode: transfer.type.toUpperCase(), TransferTo: transfer.to }),
  };
}

function workerFields(names: WorkspaceNames, { worker }: Reservation): Record<string, string> {
  return {
    WorkerSid: worker.sid,
    WorkerName: worker.friendlyName,
    WorkerAttributes: worker.attributes,
    WorkerActivitySid: worker.available ? names.availableSid : names.unavailableSid,
    WorkerActivityName: worker.available ? "Available" : "Unavailable",
  };
}

function describe({ type, task, reservation }: TaskEvent): string {
  const subject = reservation === undefined ? `Task ${task.sid}` : `Worker ${reservation.worker.friendlyName}`;
  return `${subject}: ${type}`;
}
