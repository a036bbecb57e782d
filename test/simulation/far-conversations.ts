import { ActionLimit } from "../../playground/twilio/action-limit.ts";
import { badRequest, conversationClosed, TwilioError } from "../../playground/twilio/errors.ts";
import type { Faults } from "./faults.ts";

/** A message as it stands on Twilio. */
export type TwilioMessage = {
  readonly sid: string;
  readonly index: number;
  readonly author: string;
  body: string;
  readonly attributes: string;
  readonly at: number;
  updated: number;
  readonly media: readonly string[];
};
/** Who is told of what happens in a conversation. */
export type ScopedWebhook =
  | { readonly target: "webhook"; readonly url: string }
  /** Starts an execution of the flow with each message that is told of. */
  | { readonly target: "studio"; readonly flow: string };
export type TwilioParticipant = { readonly sid: string; readonly identity: string; readonly at: number };
export type TwilioConversation = {
  readonly sid: string;
  readonly uniqueName: string | null;
  /** Whose conversation it is, from its attributes. */
  readonly member: string;
  state: "active" | "closed";
  /** When it was closed, by the clock. */
  closedAt: number | null;
  readonly participants: TwilioParticipant[];
  readonly messages: TwilioMessage[];
  readonly webhooks: ScopedWebhook[];
  attributes: Readonly<Record<string, unknown>>;
  nextIndex: number;
};

/** What a scoped webhook tells: the form's fields, less those that each has. */
type Telling = Readonly<Record<string, string>>;

type Parts = {
  readonly now: () => number;
  readonly faults: Faults;
  readonly newSid: (prefix: string) => string;
  /** Sends a webhook. */
  readonly tell: (url: string, form: Readonly<Record<string, string>>) => void;
  /** Starts the flow that a conversation is connected to. */
  readonly startFlow: (conversation: TwilioConversation, message: TwilioMessage) => void;
  /** Told of each message, whether or not a webhook tells of it. */
  readonly onMessage: (conversation: TwilioConversation, message: TwilioMessage) => void;
  readonly onCreated: (conversation: TwilioConversation) => void;
};

const ACTIONS_A_SECOND = 30;
const LONGEST_POST = 1600;
const LONGEST_CHAT = 32_000;
const MOST_WEBHOOKS = 5;

/** Twilio Conversations by their documented rules. What our REST calls do, webhooks do not tell; what people do, they do. */
export class FarConversations {
  readonly all = new Map<string, TwilioConversation>();
  readonly #parts: Parts;
  readonly #limit: ActionLimit;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#limit = new ActionLimit(ACTIONS_A_SECOND, parts.now);
  }

  find(sidOrName: string): TwilioConversation | undefined {
    return this.all.get(sidOrName) ?? [...this.all.values()].find(({ uniqueName }) => uniqueName === sidOrName);
  }

  openOf(member: string): TwilioConversation[] {
    return [...this.all.values()].filter((one) => one.member === member && one.state !== "closed");
  }

  /** Counts an action of ours on one conversation. */
  act(conversation: TwilioConversation): void {
    this.#limit.take(conversation.sid);
  }

  create(uniqueName: string | null, attributes: TwilioConversation["attributes"]): TwilioConversation {
    this.#limit.take("service");
    if (uniqueName !== null && this.find(uniqueName)) {
      throw new TwilioError(409, 50353, "Conversation with provided unique name already exists");
    }
    const conversation: TwilioConversation = {
      sid: this.#parts.newSid("CH"),
      uniqueName,
      member: String(attributes.memberId),
      state: "active",
      closedAt: null,
      participants: [],
      messages: [],
      webhooks: [],
      attributes,
      nextIndex: 0,
    };
    this.all.set(conversation.sid, conversation);
    this.#parts.onCreated(conversation);
    return conversation;
  }

  close(conversation: TwilioConversation, reason: "API" | "TIMER"): void {
    checkOpen(conversation);
    conversation.state = "closed";
    conversation.closedAt = this.#parts.now();
    this.#tell(conversation, "onConversationStateUpdated", {
      StateUpdated: this.#date(this.#parts.now()),
      StateFrom: "active",
      StateTo: "closed",
      Reason: reason,
    });
  }

  join(conversation: TwilioConversation, identity: string, isAloud: boolean): TwilioParticipant {
    checkOpen(conversation);
    if (conversation.participants.some((one) => one.identity === identity)) {
      throw new TwilioError(409, 50433, "Participant already exists");
    }
    const participant = { sid: this.#parts.newSid("MB"), identity, at: this.#parts.now() };
    conversation.participants.push(participant);
    const form = { ParticipantSid: participant.sid, Identity: identity, DateCreated: this.#date(participant.at) };
    if (isAloud) this.#tell(conversation, "onParticipantAdded", form);
    return participant;
  }

  leave(conversation: TwilioConversation, identity: string): void {
    const at = conversation.participants.findIndex((one) => one.identity === identity);
    const [gone] = at < 0 || conversation.state === "closed" ? [] : conversation.participants.splice(at, 1);
    if (!gone) return;
    const now = this.#date(this.#parts.now());
    const form = { ParticipantSid: gone.sid, Identity: identity, DateCreated: this.#date(gone.at), DateRemoved: now };
    this.#tell(conversation, "onParticipantRemoved", form);
  }

  addWebhook(conversation: TwilioConversation, webhook: ScopedWebhook): void {
    checkOpen(conversation);
    if (conversation.webhooks.length >= MOST_WEBHOOKS) throw badRequest("Too many webhooks", 50361);
    conversation.webhooks.push(webhook);
  }

  /** Flex has the conversation: no flow hears of it any more. */
  disconnectFlow(conversation: TwilioConversation): void {
    const rest = conversation.webhooks.filter(({ target }) => target !== "studio");
    conversation.webhooks.splice(0, conversation.webhooks.length, ...rest);
  }

  setAttributes(conversation: TwilioConversation, attributes: TwilioConversation["attributes"]): void {
    checkOpen(conversation);
    conversation.attributes = attributes;
  }

  /** A post by REST, of which webhooks tell only if they are asked to. */
  post(
    conversation: TwilioConversation,
    message: { readonly author: string; readonly body: string; readonly attributes: string; readonly at: number },
    isAloud = false,
  ): TwilioMessage {
    if (message.body.length > LONGEST_POST) throw badRequest(`Body is longer than ${LONGEST_POST} characters`, 50504);
    const posted = this.#add(conversation, { ...message, media: [] });
    if (isAloud) this.#tellOfPost(conversation, posted);
    return posted;
  }

  /** Somebody in Flex writes, of which webhooks tell. */
  say(conversation: TwilioConversation, author: string, body: string, media: readonly string[] = []): TwilioMessage {
    if (body.length > LONGEST_CHAT) throw badRequest("Body is too long", 50504);
    const message = this.#add(conversation, { author, body, attributes: "{}", at: this.#parts.now(), media });
    this.#tell(conversation, "onMessageAdded", this.#messageForm(message));
    return message;
  }

  edit(conversation: TwilioConversation, message: TwilioMessage, body: string): void {
    checkOpen(conversation);
    message.body = body;
    message.updated = this.#parts.now();
    const form = { ...this.#messageForm(message), DateUpdated: this.#date(message.updated) };
    this.#tell(conversation, "onMessageUpdated", form);
  }

  #add(conversation: TwilioConversation, draft: Omit<TwilioMessage, "sid" | "index" | "updated">): TwilioMessage {
    checkOpen(conversation);
    const { faults, newSid, now, onMessage } = this.#parts;
    const index = conversation.nextIndex + (faults.strikes("twilio: hole in the index") ? 1 : 0);
    conversation.nextIndex = index + 1;
    const message: TwilioMessage = { ...draft, sid: newSid("IM"), index, updated: now() };
    conversation.messages.push(message);
    onMessage(conversation, message);
    return message;
  }

  #tellOfPost(conversation: TwilioConversation, message: TwilioMessage): void {
    this.#tell(conversation, "onMessageAdded", this.#messageForm(message));
    if (conversation.webhooks.some(({ target }) => target === "studio")) this.#parts.startFlow(conversation, message);
  }

  #messageForm({ sid, index, author, body, attributes, at, media }: TwilioMessage): Telling {
    return {
      MessageSid: sid,
      Index: String(index),
      DateCreated: this.#date(at),
      Body: body,
      Author: author,
      Attributes: attributes,
      ...(media.length > 0 && { Media: JSON.stringify(media.map((one) => ({ Sid: one, Filename: "picture.png" }))) }),
    };
  }

  #tell(conversation: TwilioConversation, type: string, form: Telling): void {
    for (const webhook of conversation.webhooks) {
      if (webhook.target === "studio") continue;
      this.#parts.tell(webhook.url, { EventType: type, Source: "SDK", ConversationSid: conversation.sid, ...form });
    }
  }

  #date(at: number): string {
    return new Date(at).toISOString();
  }
}

function checkOpen(conversation: TwilioConversation): void {
  if (conversation.state === "closed") throw conversationClosed();
}
