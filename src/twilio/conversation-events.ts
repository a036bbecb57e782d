import * as v from "valibot";
import type { AgentEdited, AgentWrote, ParticipantChanged, TwilioConversationClosed } from "../conversation/events.ts";
import { type DiscordUserId, identityOf, type TwilioIdentity } from "../conversation/ids.ts";
import { parseJson } from "../outside/call.ts";
import { filesOf, markOf } from "./message.ts";
import { badForm, type Form, IGNORED, type Reading, timeOf } from "./reading.ts";
import { ConversationSid, MessageSid, ParticipantSid } from "./sids.ts";

/** What the scoped webhook of a Twilio Conversation can tell us. */
export type TwilioConversationEvent = AgentWrote | AgentEdited | ParticipantChanged | TwilioConversationClosed;

const Identity = v.pipe(
  v.string(),
  v.nonEmpty(),
  v.transform((value) => value as TwilioIdentity),
);

const MessageFields = v.object({
  ConversationSid,
  MessageSid,
  Author: Identity,
  Body: v.optional(v.string(), ""),
  Attributes: v.optional(v.string()),
});
const MessageAdded = v.object({
  ...MessageFields.entries,
  Index: v.pipe(v.string(), v.regex(/^[0-9]{1,15}$/), v.transform(Number)),
  DateCreated: v.optional(v.string()),
  Media: v.optional(v.string(), "[]"),
});
const MessageUpdated = v.object({ ...MessageFields.entries, DateUpdated: v.pipe(v.string(), v.nonEmpty()) });
const Participant = v.object({
  ConversationSid,
  ParticipantSid,
  Identity: v.optional(Identity),
  DateCreated: v.optional(v.string()),
  DateRemoved: v.optional(v.string()),
});
const StateUpdated = v.object({ ConversationSid, StateTo: v.string(), StateUpdated: v.optional(v.string()) });

/**
 * Reads the form of a Conversations webhook. What the member did is ignored: it comes from us. `now` stands in for dates that
 * are missing. https://www.twilio.com/docs/conversations-classic/conversations-webhooks
 */
export function readConversationEvent(
  form: Form,
  member: DiscordUserId,
  now: number,
): Reading<TwilioConversationEvent> {
  const self = identityOf(member);
  switch (form.EventType) {
    case undefined:
      return { kind: "bad", problem: "EventType is missing" };
    case "onMessageAdded": {
      const { success, output, issues } = v.safeParse(MessageAdded, form);
      if (!success) return badForm(form, issues);
      if (output.Author === self) return IGNORED;
      return {
        kind: "agent-wrote",
        conversation: output.ConversationSid,
        message: output.MessageSid,
        index: output.Index,
        author: output.Author,
        text: output.Body,
        files: filesOf(parseJson(output.Media)),
        delivery: markOf(output.Attributes),
        at: timeOf(output.DateCreated, now),
      };
    }
    case "onMessageUpdated": {
      const { success, output, issues } = v.safeParse(MessageUpdated, form);
      if (!success) return badForm(form, issues);
      if (output.Author === self) return IGNORED;
      return {
        kind: "agent-edited",
        conversation: output.ConversationSid,
        message: output.MessageSid,
        revision: output.DateUpdated,
        author: output.Author,
        text: output.Body,
        delivery: markOf(output.Attributes),
        at: timeOf(output.DateUpdated, now),
      };
    }
    case "onParticipantAdded":
      return participantChanged("participant-joined", form, self, now);
    case "onParticipantRemoved":
      return participantChanged("participant-left", form, self, now);
    case "onConversationStateUpdated": {
      const { success, output, issues } = v.safeParse(StateUpdated, form);
      if (!success) return badForm(form, issues);
      if (output.StateTo !== "closed") return IGNORED;
      return {
        kind: "conversation-closed",
        conversation: output.ConversationSid,
        at: timeOf(output.StateUpdated, now),
      };
    }
    default:
      return IGNORED;
  }
}

/** Participants without an identity are telephones and the like, which have no part in a chat of Flex. */
function participantChanged(
  kind: ParticipantChanged["kind"],
  form: Form,
  self: TwilioIdentity,
  now: number,
): Reading<ParticipantChanged> {
  const { success, output, issues } = v.safeParse(Participant, form);
  if (!success) return badForm(form, issues);
  const { ConversationSid: conversation, ParticipantSid: participant, Identity: identity } = output;
  if (identity === undefined || identity === self) return IGNORED;
  const date = kind === "participant-joined" ? output.DateCreated : output.DateRemoved;
  return { kind, conversation, participant, identity, at: timeOf(date, now) };
}
