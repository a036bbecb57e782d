import { type Context, Hono } from "hono";
import type { Account } from "./account.ts";
import { badRequest, notFound, TwilioError } from "./errors.ts";
import { matcher } from "./expressions.ts";
import type { Reservation, Task, Worker } from "./model.ts";
import { pageOf, type Rest } from "./rest.ts";
import { newSid, restDate } from "./sids.ts";
import { QUEUE_NAME, WORKFLOW_NAME, WORKSPACE_NAME } from "./task-events.ts";
import type { TaskRouter } from "./taskrouter.ts";

/** Every workspace has these from the start. */
const TASK_CHANNELS = ["default", "voice", "chat", "sms", "video"];

/** TaskRouter v1 of the one workspace. */
export function taskRouterRoutes(account: Account, router: TaskRouter, origin: string): Hono<Rest> {
  const routes = new Hono<Rest>();
  const base = `${origin}/taskrouter/v1/Workspaces/${account.workspaceSid}`;

  const find = <T>(c: Context<Rest>, items: ReadonlyMap<string, T>, name: string): T => {
    const item = items.get(c.req.param(name) ?? "");
    if (item === undefined) throw notFound(c.get("exchange").path);
    return item;
  };
  const reservationOf = (c: Context<Rest>): Reservation => {
    const found = find(c, account.tasks, "task").reservations.find(({ sid }) => sid === c.req.param("sid"));
    if (found === undefined) throw notFound(c.get("exchange").path);
    return found;
  };

  routes.use("/Workspaces/:workspace/*", async (c, next) => {
    if (c.req.param("workspace") !== account.workspaceSid) throw notFound(c.get("exchange").path);
    await next();
  });

  routes.get("/Workspaces/:workspace", (c) => c.json(workspaceJson()));
  routes.post("/Workspaces/:workspace", (c) => {
    const url = c.get("params").text("EventCallbackUrl");
    if (url !== undefined) account.taskEventsUrl = url || null;
    return c.json(workspaceJson());
  });

  routes.get("/Workspaces/:workspace/Workflows/:workflow", (c) => {
    if (c.req.param("workflow") !== account.workflowSid) throw notFound(c.get("exchange").path);
    return c.json({
      sid: account.workflowSid,
      account_sid: account.accountSid,
      workspace_sid: account.workspaceSid,
      friendly_name: WORKFLOW_NAME,
      configuration: JSON.stringify({ task_routing: { filters: [], default_filter: { queue: account.queueSid } } }),
      assignment_callback_url: null,
      fallback_assignment_callback_url: null,
      task_reservation_timeout: 120,
      document_content_type: "application/json",
      date_created: restDate(account.startedAt),
      date_updated: restDate(account.startedAt),
      url: `${base}/Workflows/${account.workflowSid}`,
      links: {},
    });
  });

  routes.get("/Workspaces/:workspace/TaskChannels/:channel", (c) => {
    const wanted = c.req.param("channel");
    const uniqueName = TASK_CHANNELS.find((name) => name === wanted || router.taskChannelSid(name) === wanted);
    if (uniqueName === undefined) throw notFound(c.get("exchange").path);
    const sid = router.taskChannelSid(uniqueName);
    return c.json({
      sid,
      account_sid: account.accountSid,
      workspace_sid: account.workspaceSid,
      friendly_name: uniqueName,
      unique_name: uniqueName,
      channel_optimized_routing: false,
      date_created: restDate(account.startedAt),
      date_updated: restDate(account.startedAt),
      url: `${base}/TaskChannels/${sid}`,
      links: {},
    });
  });

  routes.get("/Workspaces/:workspace/Workers", (c) => {
    const params = c.get("params");
    const expression = params.text("TargetWorkersExpression");
    const matches = expression === undefined ? () => true : matcher(expression);
    const friendlyName = params.text("FriendlyName");
    const available = params.text("Available");
    const workers = [...account.workers.values()].filter(
      (worker) =>
        matches(JSON.parse(worker.attributes)) &&
        (friendlyName === undefined || worker.friendlyName === friendlyName) &&
        (available === undefined || String(worker.available) === available),
    );
    return c.json(pageOf(c, origin, "workers", workers, workerJson));
  });
  routes.get("/Workspaces/:workspace/Workers/:sid", (c) => c.json(workerJson(find(c, account.workers, "sid"))));

  routes.get("/Workspaces/:workspace/Tasks", (c) => {
    const params = c.get("params");
    const expression = params.text("EvaluateTaskAttributes");
    const matches = expression === undefined ? () => true : matcher(expression);
    const statuses = params.list("AssignmentStatus").flatMap((list) => list.split(","));
    const tasks = [...account.tasks.values()].filter(
      (task) => matches(JSON.parse(task.attributes)) && (statuses.length === 0 || statuses.includes(task.status)),
    );
    return c.json(pageOf(c, origin, "tasks", tasks, taskJson));
  });
  routes.post("/Workspaces/:workspace/Tasks", (c) => {
    const params = c.get("params");
    const workflowSid = params.text("WorkflowSid") ?? account.workflowSid;
    if (workflowSid !== account.workflowSid) throw badRequest(`Workflow ${workflowSid} was not found`);
    const task = router.prepare(newSid("WT"), params.jsonObject("Attributes") ?? {}, {
      workspaceSid: account.workspaceSid,
      workflowSid,
      queueSid: null,
      workerSid: null,
      taskChannel: params.text("TaskChannel") ?? "default",
      attributes: {},
      priority: params.count("Priority") ?? 0,
      timeout: params.count("Timeout") ?? 86_400,
    });
    router.start(task);
    return c.json(taskJson(task), 201);
  });
  routes.get("/Workspaces/:workspace/Tasks/:task", (c) => {
    const task = find(c, account.tasks, "task");
    return c.json(taskJson(task), 200, { ETag: String(task.version) });
  });
  routes.post("/Workspaces/:workspace/Tasks/:task", (c) => {
    const task = find(c, account.tasks, "task");
    const expected = c.req.header("If-Match");
    if (expected !== undefined && expected.replaceAll('"', "") !== String(task.version)) {
      throw new TwilioError(412, 20412, "The task has changed since it was read");
    }
    updateTask(c, task);
    return c.json(taskJson(task), 200, { ETag: String(task.version) });
  });
  routes.delete("/Workspaces/:workspace/Tasks/:task", (c) => {
    router.remove(find(c, account.tasks, "task"));
    return c.body(null, 204);
  });

  routes.get("/Workspaces/:workspace/Tasks/:task/Reservations", (c) => {
    const status = c.get("params").text("ReservationStatus");
    const all = find(c, account.tasks, "task").reservations;
    const wanted = all.filter((one) => status === undefined || one.status === status);
    return c.json(pageOf(c, origin, "reservations", wanted, reservationJson));
  });
  routes.get("/Workspaces/:workspace/Tasks/:task/Reservations/:sid", (c) => c.json(reservationJson(reservationOf(c))));
  routes.post("/Workspaces/:workspace/Tasks/:task/Reservations/:sid", (c) => {
    const reservation = reservationOf(c);
    const { task } = reservation;
    switch (c.get("params").oneOf("ReservationStatus", ["accepted", "rejected", "wrapping", "completed"])) {
      case "accepted":
        router.accept(reservation);
        break;
      case "rejected":
        router.reject(reservation);
        break;
      case "wrapping":
        router.wrapUp(task);
        break;
      case "completed":
        router.complete(task);
        break;
      case undefined:
        throw badRequest("Missing required parameter ReservationStatus in the post body");
    }
    return c.json(reservationJson(reservation));
  });

  function updateTask(c: Context<Rest>, task: Task): void {
    const params = c.get("params");
    const status = params.oneOf("AssignmentStatus", ["canceled", "wrapping", "completed"]);
    const attributes = params.jsonText("Attributes", 65_536);
    const priority = params.count("Priority");
    const reason = params.text("Reason") ?? null;
    if (status !== undefined && attributes !== undefined) {
      throw badRequest("AssignmentStatus and Attributes cannot be changed in one call");
    }
    if (attributes !== undefined || priority !== undefined) {
      router.update(task, {
        ...(attributes === undefined ? {} : { attributes }),
        ...(priority === undefined ? {} : { priority }),
      });
    }
    if (status === "canceled") router.cancel(task, reason);
    else if (status === "wrapping") router.wrapUp(task, reason);
    else if (status === "completed") router.complete(task, reason);
  }

  function workspaceJson() {
    return {
      sid: account.workspaceSid,
      account_sid: account.accountSid,
      friendly_name: WORKSPACE_NAME,
      event_callback_url: account.taskEventsUrl,
      events_filter: null,
      multi_task_enabled: true,
      default_activity_sid: router.unavailableSid,
      default_activity_name: "Unavailable",
      timeout_activity_sid: router.unavailableSid,
      timeout_activity_name: "Unavailable",
      prioritize_queue_order: "FIFO",
      date_created: restDate(account.startedAt),
      date_updated: restDate(account.startedAt),
      url: base,
      links: { tasks: `${base}/Tasks`, workers: `${base}/Workers`, workflows: `${base}/Workflows` },
    };
  }

  function workerJson(worker: Worker) {
    return {
      sid: worker.sid,
      account_sid: account.accountSid,
      workspace_sid: account.workspaceSid,
      friendly_name: worker.friendlyName,
      attributes: worker.attributes,
      available: worker.available,
      activity_sid: worker.available ? router.availableSid : router.unavailableSid,
      activity_name: worker.available ? "Available" : "Unavailable",
      date_created: restDate(worker.dateCreated),
      date_updated: restDate(worker.dateUpdated),
      date_status_changed: restDate(worker.dateUpdated),
      url: `${base}/Workers/${worker.sid}`,
      links: { reservations: `${base}/Workers/${worker.sid}/Reservations` },
    };
  }

  function taskJson(task: Task) {
    return {
      sid: task.sid,
      account_sid: account.accountSid,
      workspace_sid: account.workspaceSid,
      workflow_sid: account.workflowSid,
      workflow_friendly_name: WORKFLOW_NAME,
      task_queue_sid: account.queueSid,
      task_queue_friendly_name: QUEUE_NAME,
      task_channel_sid: router.taskChannelSid(task.taskChannel),
      task_channel_unique_name: task.taskChannel,
      assignment_status: task.status,
      attributes: task.attributes,
      addons: "{}",
      age: Math.max(0, Math.floor((account.now() - task.dateCreated) / 1000)),
      priority: task.priority,
      reason: task.reason,
      timeout: task.timeout,
      ignore_capacity: false,
      routing_target: task.workerSid,
      date_created: restDate(task.dateCreated),
      date_updated: restDate(task.dateUpdated),
      task_queue_entered_date: restDate(task.dateCreated),
      virtual_start_time: restDate(task.dateCreated),
      url: `${base}/Tasks/${task.sid}`,
      links: { reservations: `${base}/Tasks/${task.sid}/Reservations` },
    };
  }

  function reservationJson(reservation: Reservation) {
    return {
      sid: reservation.sid,
      account_sid: account.accountSid,
      workspace_sid: account.workspaceSid,
      task_sid: reservation.task.sid,
      worker_sid: reservation.worker.sid,
      worker_name: reservation.worker.friendlyName,
      reservation_status: reservation.status,
      date_created: restDate(reservation.dateCreated),
      date_updated: restDate(reservation.dateUpdated),
      url: `${base}/Tasks/${reservation.task.sid}/Reservations/${reservation.sid}`,
      links: { task: `${base}/Tasks/${reservation.task.sid}`, worker: `${base}/Workers/${reservation.worker.sid}` },
    };
  }
  return routes;
}
