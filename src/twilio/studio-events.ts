import * as v from "valibot";
import type { StudioAsked } from "../conversation/events.ts";
import {
  type DiscordUserId,
  identityOf,
  SNOWFLAKE,
  type TwilioConversationSid,
  type TwilioIdentity,
} from "../conversation/ids.ts";
import { badForm, type Form } from "./reading.ts";
import { ConversationSid, MessageSid } from "./sids.ts";

/** What the Studio flow asks the bridge, and the member whose conversation it belongs to. */
export type StudioQuestion = { readonly kind: "event"; readonly member: DiscordUserId; readonly event: StudioAsked };

export type StudioReading =
  | StudioQuestion
  /** The message that started the flow is no member's. */
  | { readonly kind: "foreign"; readonly conversation: TwilioConversationSid }
  /** The form cannot be understood; `problem` names the field. */
  | { readonly kind: "bad"; readonly problem: string };

const Question = v.object({
  ConversationSid,
  MessageSid,
  Author: v.pipe(
    v.string(),
    v.nonEmpty(),
    v.transform((value) => value as TwilioIdentity),
  ),
  /** A message may have files only. */
  Body: v.optional(v.string(), ""),
});

/**
 * Reads the form of the flow's HTTP widget (`twilio/flow.json`). Its `Body` may be cut by Studio; `now` is the time of the event,
 * since the form carries none. https://www.twilio.com/docs/studio/widget-library/trigger-start
 */
export function readStudioQuestion(form: Form, now: number): StudioReading {
  const { success, output, issues } = v.safeParse(Question, form);
  if (!success) return badForm(form, issues);
  const { ConversationSid: conversation, MessageSid: message, Author: author, Body: text } = output;
  const member = memberOfIdentity(author);
  if (member === null) return { kind: "foreign", conversation };
  const event: StudioAsked = { kind: "studio-asked", conversation, message, author, text, at: now };
  return { kind: "event", member, event };
}

/** The member whom an identity names; null when it names somebody else. */
function memberOfIdentity(identity: TwilioIdentity): DiscordUserId | null {
  const member = identity.slice(identity.indexOf("_") + 1) as DiscordUserId;
  return SNOWFLAKE.test(member) && identityOf(member) === identity ? member : null;
}
