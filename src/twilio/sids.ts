import * as v from "valibot";
import type {
  FlexChannelSid,
  FlexInteractionSid,
  TaskSid,
  TwilioConversationSid,
  TwilioMediaSid,
  TwilioMessageSid,
  WorkerSid,
} from "../conversation/ids.ts";

const sid = <T extends string>(prefix: string) =>
  v.pipe(
    v.string(),
    v.regex(new RegExp(`^${prefix}[0-9a-fA-F]{32}$`)),
    v.transform((value) => value as T),
  );

/** What Twilio's ids look like where they come in: two letters for the kind, 32 hexadecimal digits. */
export const ConversationSid = sid<TwilioConversationSid>("CH");
export const MessageSid = sid<TwilioMessageSid>("IM");
export const MediaSid = sid<TwilioMediaSid>("ME");
export const ParticipantSid = sid<string>("MB");
export const InteractionSid = sid<FlexInteractionSid>("KD");
export const ChannelSid = sid<FlexChannelSid>("UO");
export const TaskRouterTaskSid = sid<TaskSid>("WT");
export const TaskRouterWorkerSid = sid<WorkerSid>("WK");
