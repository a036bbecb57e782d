import * as v from "valibot";
import type { FlexWorker, TaskChange, TaskChanged } from "../conversation/events.ts";
import type { DiscordUserId } from "../conversation/ids.ts";
import { badForm, type Form, IGNORED, type Reading } from "./reading.ts";
import { TaskRouterTaskSid, TaskRouterWorkerSid } from "./sids.ts";
import { taskOwner } from "./task-attributes.ts";
import { flexWorker } from "./worker-attributes.ts";

/** What happened to a task of ours, and the member whose conversation it belongs to. */
export type TaskEvent = { readonly kind: "event"; readonly member: DiscordUserId; readonly event: TaskChanged };

/**
 * TaskRouter's events and what they mean here; others are of no interest. A failed attempt at a transfer is none of the ends: the
 * transfer goes on with the next agent. https://www.twilio.com/docs/taskrouter/api/event/reference
 */
const CHANGES: Readonly<Record<string, TaskChange["type"]>> = {
  "task.created": "task-created",
  "task.wrapup": "task-wrapup",
  "task.completed": "task-completed",
  "task.canceled": "task-canceled",
  "task.deleted": "task-deleted",
  "task.system-deleted": "task-deleted",
  "workflow.timeout": "workflow-timeout",
  "reservation.created": "reservation-created",
  "reservation.accepted": "reservation-accepted",
  "reservation.wrapup": "reservation-wrapup",
  "reservation.completed": "reservation-completed",
};

const digits = v.pipe(v.string(), v.regex(/^[0-9]{1,15}$/), v.transform(Number));
const Fields = v.object({
  EventType: v.string(),
  TaskSid: TaskRouterTaskSid,
  ResourceSid: v.pipe(v.string(), v.nonEmpty()),
  /** Seconds; the milliseconds are not in the reference but in the requests. */
  Timestamp: digits,
  TimestampMs: v.optional(digits),
  /** `EV…`, the event itself. */
  Sid: v.optional(v.string()),
});
const WorkerFields = v.object({ WorkerSid: TaskRouterWorkerSid, WorkerAttributes: v.optional(v.string()) });

/** Reads the form of a TaskRouter event callback. A workspace reports all its tasks: those of others are ignored. */
export function readTaskEvent(form: Form): Reading<TaskEvent> {
  const eventType = form.EventType;
  if (eventType === undefined) return { kind: "bad", problem: "EventType is missing" };
  const type = Object.hasOwn(CHANGES, eventType) ? CHANGES[eventType] : undefined;
  if (type === undefined) return IGNORED;
  const owner = taskOwner(form.TaskAttributes ?? "");
  if (owner.kind === "foreign") return IGNORED;
  if (owner.kind === "contradictory")
    return { kind: "bad", problem: "TaskAttributes: memberId is not the session's member" };

  const { success, output, issues } = v.safeParse(Fields, form);
  if (!success) return badForm(form, issues);
  const worker = v.safeParse(WorkerFields, form);
  const change = changeOf(
    type,
    worker.success ? flexWorker(worker.output.WorkerSid, worker.output.WorkerAttributes) : null,
  );
  if (change === null) return badForm(form, worker.issues ?? []);

  const { ResourceSid, Timestamp, TimestampMs = Timestamp * 1000, Sid, TaskSid: task } = output;
  const id = Sid || `${eventType}/${ResourceSid}/${TimestampMs}`;
  const event: TaskChanged = { kind: "task-changed", id, session: owner.session, task, change, at: TimestampMs };
  return { kind: "event", member: owner.member, event };
}

/** Null when the change is a worker's and the worker is not known. */
function changeOf(type: TaskChange["type"], worker: FlexWorker | null): TaskChange | null {
  switch (type) {
    case "reservation-created":
    case "reservation-accepted":
    case "reservation-wrapup":
    case "reservation-completed":
      return worker === null ? null : { type, worker };
    case "task-created":
    case "task-wrapup":
    case "task-completed":
    case "task-canceled":
    case "task-deleted":
    case "workflow-timeout":
      return { type };
  }
}
