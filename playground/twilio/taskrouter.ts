import type { Account } from "./account.ts";
import { badRequest } from "./errors.ts";
import type { Reservation, ReservationStatus, Routing, Task, Worker } from "./model.ts";
import { newSid } from "./sids.ts";
import { sendTaskEvent, type TaskEventType, type WorkspaceNames } from "./task-events.ts";
import type { Webhooks } from "./webhooks.ts";

const LIVE: readonly ReservationStatus[] = ["pending", "accepted", "wrapping"];

/** One workspace with one workflow and one queue: tasks are offered to the first available worker. */
export class TaskRouter implements WorkspaceNames {
  readonly availableSid = newSid("WA");
  readonly unavailableSid = newSid("WA");
  readonly #account: Account;
  readonly #webhooks: Webhooks;
  readonly #taskChannels = new Map<string, string>();

  /** Told when a worker has accepted, so that Flex can bring the agent into the conversation. */
  onAccepted: (reservation: Reservation) => void = () => undefined;
  /** Told when a task that was meant for one worker only found nobody. */
  onUnassignable: (task: Task) => void = () => undefined;

  constructor(account: Account, webhooks: Webhooks) {
    this.#account = account;
    this.#webhooks = webhooks;
  }

  taskChannelSid(uniqueName: string): string {
    const sid = this.#taskChannels.get(uniqueName) ?? newSid("TC");
    this.#taskChannels.set(uniqueName, sid);
    return sid;
  }

  /** The unique name of a task channel; null when there is none of this id. */
  taskChannelOf(sid: string): string | null {
    return [...this.#taskChannels].find(([, known]) => known === sid)?.[0] ?? null;
  }

  createWorker(name: string, identity: string, available: boolean): Worker {
    const now = this.#account.now();
    const worker: Worker = {
      sid: newSid("WK"),
      name,
      friendlyName: decodeIdentity(identity),
      identity,
      attributes: JSON.stringify({ full_name: name, contact_uri: `client:${identity}`, roles: ["agent"] }),
      available: false,
      dateCreated: now,
      dateUpdated: now,
    };
    this.#account.workers.set(worker.sid, worker);
    this.setAvailable(worker, available);
    return worker;
  }

  /** An available worker is offered what waits. */
  setAvailable(worker: Worker, available: boolean): void {
    worker.available = available;
    worker.dateUpdated = this.#account.now();
    if (!available) return;
    for (const task of this.#account.tasks.values()) if (task.status === "pending") this.#offer(task);
  }

  /** A task that nobody is told of yet; `start` puts it into the queue. */
  prepare(sid: string, attributes: Readonly<Record<string, unknown>>, routing: Routing): Task {
    const now = this.#account.now();
    const task: Task = {
      sid,
      attributes: JSON.stringify(attributes),
      status: "pending",
      priority: routing.priority,
      timeout: routing.timeout,
      reason: null,
      taskChannel: routing.taskChannel,
      workerSid: routing.workerSid,
      reservations: [],
      dateCreated: now,
      dateUpdated: now,
      deleted: false,
      version: 0,
    };
    this.#account.tasks.set(task.sid, task);
    return task;
  }

  start(task: Task): void {
    this.#tell("task.created", task);
    this.#tell("task-queue.entered", task);
    this.#tell("workflow.entered", task);
    this.#offer(task);
  }

  accept(reservation: Reservation): void {
    this.#mustBe(reservation, "pending");
    this.#setStatus(reservation.task, "assigned", null);
    this.#setReservation(reservation, "accepted", "reservation.accepted");
    this.onAccepted(reservation);
  }

  /** The worker declines; the next one is asked. */
  reject(reservation: Reservation): void {
    this.#mustBe(reservation, "pending");
    this.#giveBack(reservation, "rejected", "reservation.rejected");
  }

  /** The worker did not answer in time and is made unavailable; the next one is asked. */
  timeOut(reservation: Reservation): void {
    this.#mustBe(reservation, "pending");
    reservation.worker.available = false;
    this.#giveBack(reservation, "timeout", "reservation.timeout");
  }

  wrapUp(task: Task, reason: string | null = null): void {
    if (task.status !== "assigned") throw badRequest(`Cannot wrap up task ${task.sid}: it is ${task.status}`);
    this.#setStatus(task, "wrapping", reason);
    this.#settle(task, "wrapping", "reservation.wrapup");
    this.#tell("task.wrapup", task);
  }

  complete(task: Task, reason: string | null = null): void {
    if (task.status !== "assigned" && task.status !== "wrapping") {
      throw badRequest(`Cannot complete task ${task.sid}: it is ${task.status}`);
    }
    this.#setStatus(task, "completed", reason ?? task.reason);
    this.#settle(task, "completed", "reservation.completed");
    this.#tell("task.completed", task);
  }

  cancel(task: Task, reason: string | null = null): void {
    if (task.status !== "pending" && task.status !== "reserved") {
      throw badRequest(`Cannot cancel task ${task.sid}: it is neither pending nor reserved`);
    }
    this.#setStatus(task, "canceled", reason);
    this.#settle(task, "canceled", "reservation.canceled");
    this.#tell("task.canceled", task);
  }

  /** No step of the workflow is left: `workflow.timeout`, then the task is canceled. */
  timeOutWorkflow(task: Task): void {
    if (task.status !== "pending" && task.status !== "reserved") throw badRequest(`Task ${task.sid} is ${task.status}`);
    this.#tell("workflow.timeout", task);
    this.cancel(task, "Workflow timed out");
  }

  /** Deletes the task, whatever its state. */
  remove(task: Task): void {
    task.deleted = true;
    this.#settle(task, "canceled", "reservation.canceled");
    this.#tell("task.deleted", task);
    this.#account.tasks.delete(task.sid);
  }

  update(task: Task, changes: { attributes?: string; priority?: number }): void {
    Object.assign(task, changes);
    this.#touch(task);
    this.#tell("task.updated", task);
  }

  #offer(task: Task): void {
    const asked = new Set(task.reservations.map(({ worker }) => worker));
    const workers = [...this.#account.workers.values()].filter((one) => one.available && !asked.has(one));
    const worker = workers.find(({ sid }) => task.workerSid === null || sid === task.workerSid);
    if (worker === undefined) return;
    const now = this.#account.now();
    const reservation: Reservation = {
      sid: newSid("WR"),
      task,
      worker,
      status: "pending",
      dateCreated: now,
      dateUpdated: now,
    };
    task.reservations.push(reservation);
    this.#setStatus(task, "reserved", null);
    this.#tell("reservation.created", task, reservation);
  }

  /** A task for one worker only is canceled when that worker does not take it. */
  #giveBack(reservation: Reservation, status: ReservationStatus, type: TaskEventType): void {
    const { task } = reservation;
    this.#setStatus(task, "pending", null);
    this.#setReservation(reservation, status, type);
    if (task.workerSid === null) {
      this.#offer(task);
    } else {
      this.cancel(task, "The worker did not take the task");
      this.onUnassignable(task);
    }
  }

  /** Ends the task's live reservations. */
  #settle(task: Task, status: ReservationStatus, type: TaskEventType): void {
    const live = task.reservations.filter((one) => LIVE.includes(one.status));
    for (const reservation of live) this.#setReservation(reservation, status, type);
  }

  #setReservation(reservation: Reservation, status: ReservationStatus, type: TaskEventType): void {
    reservation.status = status;
    reservation.dateUpdated = this.#account.now();
    this.#tell(type, reservation.task, reservation);
  }

  #setStatus(task: Task, status: Task["status"], reason: string | null): void {
    task.status = status;
    task.reason = reason;
    this.#touch(task);
  }

  #touch(task: Task): void {
    task.dateUpdated = this.#account.now();
    task.version += 1;
  }

  #tell(type: TaskEventType, task: Task, reservation?: Reservation): void {
    const event = { type, task, ...(reservation === undefined ? {} : { reservation }) };
    sendTaskEvent(this.#account, this.#webhooks, this, event);
  }

  #mustBe(reservation: Reservation, status: ReservationStatus): void {
    if (reservation.status !== status) throw badRequest(`Reservation ${reservation.sid} is ${reservation.status}`);
  }
}

/** Flex writes `_` and two hexadecimal digits for every character that an identity may not hold. */
function decodeIdentity(identity: string): string {
  return identity.replace(/_([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
