import type { Account } from "./account.ts";
import { type ConversationEvent, sendConversationEvent, sendToWebhook } from "./conversation-events.ts";
import { badRequest, conversationClosed, TwilioError } from "./errors.ts";
import { BY_API, type Conversation, type Message, type Participant, type ScopedWebhook, type Source } from "./model.ts";
import { newSid } from "./sids.ts";
import type { StudioMessage } from "./studio/studio.ts";
import type { Webhooks } from "./webhooks.ts";

/** Who did it, and whether webhooks tell of it: REST calls only do so on request, the SDK always. */
export type Act = { readonly source: Source; readonly webhooks: boolean };
export const QUIETLY: Act = { source: BY_API, webhooks: false };
export const ALOUD: Act = { source: BY_API, webhooks: true };

const MAX_PARTICIPANTS = 1_000;
const MAX_WEBHOOKS = 5;
/** Characters that Flex refuses in identities. */
const FORBIDDEN_IN_IDENTITY = /[!*'();:@&=+$,/?%#[\]]/;

export type NewConversation = Partial<
  Pick<
    Conversation,
    | "uniqueName"
    | "friendlyName"
    | "messagingServiceSid"
    | "attributes"
    | "state"
    | "dateInactive"
    | "dateClosed"
    | "dateCreated"
  >
>;
export type NewParticipant = Pick<Participant, "identity" | "messagingBinding"> &
  Partial<Pick<Participant, "attributes" | "roleSid" | "dateCreated" | "dateUpdated">>;
export type NewMessage = Pick<Message, "author" | "body"> &
  Partial<Pick<Message, "attributes" | "media" | "contentSid" | "dateCreated" | "dateUpdated">>;
export type NewWebhook = Pick<
  ScopedWebhook,
  "target" | "url" | "method" | "filters" | "triggers" | "flowSid" | "replayAfter"
>;

/** The rules of Conversations v1 over the account's memory. */
export class Conversations {
  readonly #account: Account;
  readonly #webhooks: Webhooks;
  readonly #maxBody: number;

  /** Told of each message for which a flow may start. */
  onStudioMessage: (message: StudioMessage) => void = () => undefined;

  /** `maxBody`: the longest message body, in characters. */
  constructor(account: Account, webhooks: Webhooks, maxBody: number) {
    this.#account = account;
    this.#webhooks = webhooks;
    this.#maxBody = maxBody;
  }

  find(sidOrUniqueName: string): Conversation | undefined {
    const bySid = this.#account.conversations.get(sidOrUniqueName);
    return bySid ?? this.all().find((one) => one.uniqueName === sidOrUniqueName);
  }

  all(): Conversation[] {
    return [...this.#account.conversations.values()];
  }

  create(wanted: NewConversation, act: Act): Conversation {
    this.#checkUniqueName(wanted.uniqueName ?? null, null);
    const now = this.#account.now();
    const conversation: Conversation = {
      sid: newSid("CH"),
      uniqueName: null,
      friendlyName: null,
      messagingServiceSid: null,
      attributes: "{}",
      state: "active",
      dateInactive: null,
      dateClosed: null,
      dateCreated: now,
      dateUpdated: now,
      createdBy: "system",
      participants: [],
      messages: [],
      webhooks: [],
      nextIndex: 0,
      ...wanted,
    };
    this.#account.conversations.set(conversation.sid, conversation);
    this.#tell(conversation, { type: "onConversationAdded" }, act);
    return conversation;
  }

  /** Changes what is given; a change of state is an event of its own. */
  update(conversation: Conversation, changes: NewConversation, act: Act): void {
    this.#checkOpen(conversation);
    this.#checkUniqueName(changes.uniqueName ?? null, conversation);
    const { state, ...others } = changes;
    Object.assign(conversation, others);
    conversation.dateUpdated = this.#account.now();
    if (Object.keys(others).length > 0) this.#tell(conversation, { type: "onConversationUpdated" }, act);
    if (state !== undefined) this.setState(conversation, state, "API", act);
  }

  setState(
    conversation: Conversation,
    state: Conversation["state"],
    reason: "API" | "TIMER" | "EVENT",
    act: Act,
  ): void {
    this.#checkOpen(conversation);
    const from = conversation.state;
    if (from === state) return;
    conversation.state = state;
    conversation.dateUpdated = this.#account.now();
    this.#tell(conversation, { type: "onConversationStateUpdated", from, reason }, act);
  }

  remove(conversation: Conversation, act: Act): void {
    this.#account.conversations.delete(conversation.sid);
    this.#tell(conversation, { type: "onConversationRemoved" }, act);
  }

  addParticipant(conversation: Conversation, wanted: NewParticipant, act: Act): Participant {
    this.#checkOpen(conversation);
    const { identity, messagingBinding } = wanted;
    if (identity !== null) {
      if (identity.length > 256) throw badRequest("Identity is longer than 256 characters");
      if (FORBIDDEN_IN_IDENTITY.test(identity)) throw badRequest("Identity contains characters that are not allowed");
      if (conversation.participants.some((one) => one.identity === identity)) {
        throw new TwilioError(409, 50433, "Participant already exists");
      }
    } else if (messagingBinding === null) {
      throw badRequest("Either Identity or MessagingBinding.Address is required");
    } else if (conversation.participants.some((one) => one.messagingBinding?.address === messagingBinding.address)) {
      throw new TwilioError(409, 50416, "A binding for this participant and proxy address already exists");
    }
    if (conversation.participants.length >= MAX_PARTICIPANTS) throw badRequest("Too many participants");
    const now = this.#account.now();
    const participant: Participant = {
      sid: newSid("MB"),
      attributes: "{}",
      roleSid: newSid("RL"),
      dateCreated: now,
      dateUpdated: now,
      ...wanted,
    };
    conversation.participants.push(participant);
    this.#tell(conversation, { type: "onParticipantAdded", participant }, act);
    return participant;
  }

  updateParticipant(
    conversation: Conversation,
    participant: Participant,
    changes: Partial<Pick<Participant, "attributes" | "roleSid">>,
    act: Act,
  ): void {
    this.#checkOpen(conversation);
    Object.assign(participant, changes, { dateUpdated: this.#account.now() });
    this.#tell(conversation, { type: "onParticipantUpdated", participant }, act);
  }

  removeParticipant(conversation: Conversation, participant: Participant, act: Act): void {
    this.#checkOpen(conversation);
    conversation.participants.splice(conversation.participants.indexOf(participant), 1);
    this.#tell(conversation, { type: "onParticipantRemoved", participant }, act);
  }

  addMessage(conversation: Conversation, wanted: NewMessage, act: Act): Message {
    this.#checkOpen(conversation);
    this.#checkBody(wanted.body);
    if (wanted.body === null && !wanted.contentSid && (wanted.media ?? []).length === 0) {
      throw badRequest("One of Body, MediaSid and ContentSid is required");
    }
    const now = this.#account.now();
    const index = conversation.nextIndex + this.#account.faults.takeIndexGap();
    const message: Message = {
      sid: newSid("IM"),
      index,
      attributes: "{}",
      media: [],
      contentSid: null,
      dateCreated: now,
      dateUpdated: wanted.dateCreated ?? now,
      ...wanted,
      participantSid: conversation.participants.find((one) => one.identity === wanted.author)?.sid ?? null,
    };
    conversation.nextIndex = index + 1;
    conversation.messages.push(message);
    if (conversation.state === "inactive") this.setState(conversation, "active", "EVENT", act);
    this.#tell(conversation, { type: "onMessageAdded", message }, act);
    return message;
  }

  updateMessage(
    conversation: Conversation,
    message: Message,
    changes: Partial<Pick<Message, "author" | "body" | "attributes" | "dateUpdated">>,
    act: Act,
  ): void {
    this.#checkOpen(conversation);
    this.#checkBody(changes.body ?? null);
    Object.assign(message, { dateUpdated: this.#account.now() }, changes);
    this.#tell(conversation, { type: "onMessageUpdated", message }, act);
  }

  removeMessage(conversation: Conversation, message: Message, act: Act): void {
    this.#checkOpen(conversation);
    conversation.messages.splice(conversation.messages.indexOf(message), 1);
    this.#tell(conversation, { type: "onMessageRemoved", message }, act);
  }

  /** Adds a scoped webhook; with `replayAfter` it first gets the messages from that index on. */
  addWebhook(conversation: Conversation, wanted: NewWebhook): ScopedWebhook {
    this.#checkOpen(conversation);
    if (conversation.webhooks.length >= MAX_WEBHOOKS) {
      throw badRequest(`A conversation has at most ${MAX_WEBHOOKS} webhooks`, 50361);
    }
    if (wanted.target === "studio" && !this.#account.flows.has(wanted.flowSid ?? "")) {
      throw badRequest(`The account has no flow ${wanted.flowSid}`, 50367);
    }
    const now = this.#account.now();
    const hook: ScopedWebhook = { sid: newSid("WH"), ...wanted, dateCreated: now, dateUpdated: now };
    conversation.webhooks.push(hook);
    const from = hook.replayAfter;
    if (from === null) return hook;
    for (const message of conversation.messages.filter(({ index }) => index >= from)) {
      if (hook.target === "studio") {
        this.onStudioMessage({ conversation, hook, message, source: BY_API });
      } else if (hook.filters.includes("onMessageAdded")) {
        const event: ConversationEvent = { type: "onMessageAdded", message };
        sendToWebhook(this.#account, this.#webhooks, hook, conversation, event, BY_API);
      }
    }
    return hook;
  }

  #tell(conversation: Conversation, event: ConversationEvent, act: Act): void {
    if (act.webhooks) {
      sendConversationEvent(this.#account, this.#webhooks, conversation, event, act.source);
      if (event.type === "onMessageAdded") this.#tellStudio(conversation, event.message, act.source);
    }
    this.#account.emit({ kind: "conversation", eventType: event.type, conversation });
  }

  #tellStudio(conversation: Conversation, message: Message, source: Source): void {
    for (const hook of conversation.webhooks.filter(({ target }) => target === "studio")) {
      this.onStudioMessage({ conversation, hook, message, source });
    }
  }

  #checkOpen(conversation: Conversation): void {
    if (conversation.state === "closed") throw conversationClosed();
  }

  #checkUniqueName(name: string | null, holder: Conversation | null): void {
    const taken = name !== null && this.all().some((one) => one !== holder && one.uniqueName === name);
    if (taken) throw new TwilioError(409, 50353, "Conversation with provided unique name already exists");
  }

  #checkBody(body: string | null): void {
    if (body !== null && body.length > this.#maxBody) {
      throw badRequest(`Body is longer than ${this.#maxBody} characters`, 50504);
    }
  }
}
