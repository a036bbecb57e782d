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
  tasks: v.array(v.object({ sid: TaskRouterTaskSid, attributes: v.nullish(v.string()) })),
});
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

/** What TaskRouter knows of our tasks and of the agents. Both lists have no pages: what is wanted is named exactly. */
export function taskRouterCalls(call: TwilioClient, config: Config) {
  const workspace = `/v1/Workspaces/${config.TWILIO_WORKSPACE_SID}`;

  /**
   * The first task of a session's n-th interaction; null when there is none. Settles whether an interaction was created. Asks by
   * member and compares sessions here, since expressions do not support hyphens:
   * https://www.twilio.com/docs/taskrouter/expression-syntax
   */
  async function findTask(session: SessionId, attempt: number): Promise<CallResult<FoundTask | null>> {
    const expression = `memberId == "${memberOfSession(session)}" AND interactionAttempt == ${attempt}`;
    const listed = await call({
      service: "taskrouter",
      path: `${workspace}/Tasks`,
      query: { EvaluateTaskAttributes: expression, PageSize: "100" },
      answer: TasksAnswer,
    });
    if (listed.kind !== "done") return listed;
    for (const { sid, attributes } of listed.value.tasks) {
      const parsed = v.safeParse(TaskAttributes, parseJson(attributes ?? ""));
      if (!parsed.success) continue;
      const { sessionId, interactionAttempt, flexInteractionSid, flexInteractionChannelSid } = parsed.output;
      if (sessionId !== session || interactionAttempt !== attempt) continue;
      return {
        kind: "done",
        value: { task: sid, interaction: flexInteractionSid, channel: flexInteractionChannelSid },
      };
    }
    return { kind: "done", value: null };
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

  return { findTask, findWorker };
}
