import * as v from "valibot";
import type { Config } from "../config.ts";
import type { ChannelStatus } from "../conversation/deliveries.ts";
import type {
  FlexChannelSid,
  FlexInteractionSid,
  TaskSid,
  TwilioConversationSid,
  TwilioIdentity,
} from "../conversation/ids.ts";
import type { CallResult } from "../outside/call.ts";
import type { TwilioClient } from "./client.ts";
import type { ConversationCalls } from "./conversations.ts";
import { ChannelSid, InteractionSid, TaskRouterTaskSid } from "./sids.ts";
import { type TaskFacts, taskAttributes } from "./task-attributes.ts";

const CreatedAnswer = v.object({
  sid: InteractionSid,
  channel: v.object({ sid: ChannelSid }),
  routing: v.fallback(v.nullable(v.object({ properties: v.object({ sid: TaskRouterTaskSid }) })), null),
});
const ChannelAnswer = v.object({
  status: v.picklist(["setup", "active", "failed", "closed", "inactive", "pause", "transfer"]),
});

/** Flex Interactions: what brings a Twilio Conversation to an agent. */
export function interactionCalls(
  call: TwilioClient,
  config: Config,
  { explainRefusal }: Pick<ConversationCalls, "explainRefusal">,
) {
  const channelOf = (interaction: FlexInteractionSid, channel: FlexChannelSid) =>
    ({ service: "flex-api", path: `/v1/Interactions/${interaction}/Channels/${channel}` }) as const;

  /**
   * Asks Flex to find an agent for the conversation, of which the member is a participant already. Flex only accepts the call
   * here: whether it worked, {@link channelStatus} tells. `attempt` counts a session's interactions from 1.
   */
  async function createInteraction(wanted: {
    conversation: TwilioConversationSid;
    identity: TwilioIdentity;
    attributes: TaskFacts;
    attempt: number;
  }): Promise<CallResult<{ interaction: FlexInteractionSid; channel: FlexChannelSid; task: TaskSid | null }>> {
    const { conversation, identity, attributes, attempt } = wanted;
    const created = await call({
      service: "flex-api",
      path: "/v1/Interactions",
      form: {
        Channel: JSON.stringify({
          type: "web",
          initiated_by: "customer",
          properties: { media_channel_sid: conversation },
          participants: [{ identity }],
        }),
        Routing: JSON.stringify({
          properties: {
            workspace_sid: config.TWILIO_WORKSPACE_SID,
            workflow_sid: config.TWILIO_WORKFLOW_SID,
            task_channel_unique_name: "chat",
            attributes: taskAttributes({ ...attributes, interactionAttempt: attempt }),
          },
        }),
      },
      answer: CreatedAnswer,
    });
    if (created.kind !== "done") return explainRefusal(conversation, created);
    const { sid, channel, routing } = created.value;
    return { kind: "done", value: { interaction: sid, channel: channel.sid, task: routing?.properties.sid ?? null } };
  }

  /** Where the channel stands; `gone` after 180 idle days. While it is set up, paused or transferred an agent is still, or soon, to be expected: active. */
  async function channelStatus(
    interaction: FlexInteractionSid,
    channel: FlexChannelSid,
  ): Promise<CallResult<ChannelStatus>> {
    const fetched = await call({ ...channelOf(interaction, channel), answer: ChannelAnswer });
    if (fetched.kind === "refused" && fetched.status === 404) return { kind: "done", value: "gone" };
    if (fetched.kind !== "done") return fetched;
    switch (fetched.value.status) {
      case "setup":
      case "active":
      case "pause":
      case "transfer":
        return { kind: "done", value: "active" };
      case "inactive":
      case "closed":
      case "failed":
        return { kind: "done", value: fetched.value.status };
    }
  }

  /**
   * Ends the agents' part: their tasks are completed, the conversation stays open. Fine when it has ended already.
   * https://www.twilio.com/docs/flex/developer/conversations/interactions-api/channels-subresource
   */
  async function pauseChannel(interaction: FlexInteractionSid, channel: FlexChannelSid): Promise<CallResult<void>> {
    const paused = await call({
      ...channelOf(interaction, channel),
      form: { Status: "inactive", Routing: JSON.stringify({ status: "closed" }) },
      answer: v.unknown(),
    });
    if (paused.kind === "done") return { kind: "done", value: undefined };
    if (paused.kind !== "refused" || paused.status === 401) return paused;
    const status = await channelStatus(interaction, channel);
    return status.kind === "done" && status.value !== "active" ? { kind: "done", value: undefined } : paused;
  }

  return { createInteraction, channelStatus, pauseChannel };
}
