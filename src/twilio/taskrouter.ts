import * as v from "valibot";
import type { Config } from "../config.ts";
import type { FlexWorker } from "../conversation/events.ts";
import {
  type FlexChannelSid,
  type FlexInteractionSid,
  memberOfSession,
  type SessionId,
  type TaskSid,
  type TwilioIdentity,
} from "../conversation/ids.ts";
import { type CallResult, parseJson } from "../outside/call.ts";
import type { TwilioClient } from "./client.ts";
import { ChannelSid, InteractionSid, TaskRouterTaskSid, TaskRouterWorkerSid } from "./sids.ts";
import { CLIENT, flexWorker } from "./worker-attributes.ts";

/** A task of ours; the interaction and its channel are null until Flex has written them into the attributes. */
export type FoundTask = {
  readonly task: TaskSid;
  readonly interaction: FlexInteractionSid | null;
  readonly channel: FlexChannelSid | null;
};

const TasksAnswer = v.object({
  tasks: v.array(
    v.object({ sid: TaskRouterTaskSid, assignment_status: v.string(), attributes: v.nullish(v.string()) }),
  ),
});
/** The states in which somebody is, or will be, at work on a task. */
const LIVE: readonly string[] = ["pending", "reserved", "assigned"];
const TaskAttributes = v.object({
  sessionId: v.string(),
  interactionAttempt: v.number(),
  flexInteractionSid: v.fallback(v.nullable(InteractionSid), null),
  flexInteractionChannelSid: v.fallback(v.nullable(ChannelSid), null),
});
const WorkersAnswer = v.object({
  workers: v.array(
    v.object({ sid: TaskRouterWorkerSid, friendly_name: v.nullish(v.string()), attributes: v.nullish(v.string()) }),
  ),
});

type SessionTask = FoundTask & { readonly attempt: number; readonly isLive: boolean };

function foundTask({ task, interaction, channel }: SessionTask): FoundTask {
  return { task, interaction, channel };
}

/** What TaskRouter knows of our tasks and of the agents. Both lists have no pages: what is wanted is named exactly. */
export function taskRouterCalls(call: TwilioClient, config: Config) {
  const workspace = `/v1/Workspaces/${config.TWILIO_WORKSPACE_SID}`;

  /**
   * The tasks of a session, narrowed by an expression. Asks by member and compares sessions here, since expressions do not
   * support hyphens: https://www.twilio.com/docs/taskrouter/expression-syntax
   */
  async function tasksOf(session: SessionId, narrowing = ""): Promise<CallResult<readonly SessionTask[]>> {
    const expression = `memberId == "${memberOfSession(session)}"${narrowing}`;
    const listed = await call({
      service: "taskrouter",
      path: `${workspace}/Tasks`,
      query: { EvaluateTaskAttributes: expression, PageSize: "100" },
      answer: TasksAnswer,
    });
    if (listed.kind !== "done") return listed;
    const tasks = listed.value.tasks.flatMap(({ sid, assignment_status, attributes }) => {
      const parsed = v.safeParse(TaskAttributes, parseJson(attributes ?? ""));
      if (!parsed.success || parsed.output.sessionId !== session) return [];
      const { interactionAttempt, flexInteractionSid, flexInteractionChannelSid } = parsed.output;
      return [
        {
          task: sid,
          interaction: flexInteractionSid,
          channel: flexInteractionChannelSid,
          attempt: interactionAttempt,
          isLive: LIVE.includes(assignment_status),
        },
      ];
    });
    return { kind: "done", value: tasks };
  }

  /** The first task of a session's n-th interaction; null when there is none. Settles whether an interaction was created. */
  async function findTask(session: SessionId, attempt: number): Promise<CallResult<FoundTask | null>> {
    const listed = await tasksOf(session, ` AND interactionAttempt == ${attempt}`);
    if (listed.kind !== "done") return listed;
    const found = listed.value.find((one) => one.attempt === attempt);
    return { kind: "done", value: found ? foundTask(found) : null };
  }

  /** A task of the session that is pending, reserved or assigned; null when nobody is, or will be, at work on it. */
  async function findLiveTask(session: SessionId): Promise<CallResult<FoundTask | null>> {
    const listed = await tasksOf(session);
    if (listed.kind !== "done") return listed;
    const found = listed.value.find(({ isLive }) => isLive);
    return { kind: "done", value: found ? foundTask(found) : null };
  }

  /**
   * The task of the session that somebody is, or will be, at work on; else its last one that TaskRouter still knows, which names
   * the Interaction all the same. Null when there is none.
   */
  async function findLastTask(session: SessionId): Promise<CallResult<(FoundTask & { isLive: boolean }) | null>> {
    const listed = await tasksOf(session);
    if (listed.kind !== "done") return listed;
    const last = listed.value.toSorted((a, b) => Number(b.isLive) - Number(a.isLive) || b.attempt - a.attempt)[0];
    return { kind: "done", value: last ? { ...foundTask(last), isLive: last.isLive } : null };
  }

  /** The agent who writes under this identity, by `contact_uri`, else by the worker's own name; null when nobody does. */
  async function findWorker(identity: TwilioIdentity): Promise<CallResult<FlexWorker | null>> {
    // An expression has no way to escape quotes, and refuses hyphens in some places: such identities are looked up by name.
    if (/^[\w.+@]+$/.test(identity)) {
      const expression = `contact_uri == "${CLIENT}${identity}"`;
      const found = await firstWorker(
        { TargetWorkersExpression: expression },
        (worker) => worker.identity === identity,
      );
      if (found.kind !== "done" || found.value !== null) return found;
    }
    return firstWorker({ FriendlyName: identity }, (_, name) => name === identity);
  }

  async function firstWorker(
    query: Readonly<Record<string, string>>,
    wanted: (worker: FlexWorker, friendlyName: string | null) => boolean,
  ): Promise<CallResult<FlexWorker | null>> {
    const listed = await call({
      service: "taskrouter",
      path: `${workspace}/Workers`,
      query: { ...query, PageSize: "50" },
      answer: WorkersAnswer,
    });
    if (listed.kind !== "done") return listed;
    for (const { sid, friendly_name, attributes } of listed.value.workers) {
      const worker = flexWorker(sid, attributes);
      if (wanted(worker, friendly_name ?? null)) return { kind: "done", value: worker };
    }
    return { kind: "done", value: null };
  }

  return { findTask, findLiveTask, findLastTask, findWorker };
}
